// The status page of the example `watched`: its numbers follow the load, its charts have names and tables, and an operator looks into a
// session and ends it.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, open, serve, shows } from "./support.mjs";

const SECRET = "a".repeat(22);

/** Starts a kettle. Returns the address of its pages, and that of its status page. */
async function kettle(test) {
  const { url } = await serve(test, "watched", { args: ["--metrics", "127.0.0.1:0"], env: { STATUS_SECRET: SECRET } });
  const status = new URL(url);
  status.pathname = "/status";
  return { url, status, watch: `${status}&secret=${SECRET}` };
}

/** Opens the status page, and collects its errors. */
async function watch(test, address, options) {
  const page = await (await context(test, options)).newPage();
  const found = await complaints(page);
  await page.goto(address);
  await becomes(page, "live");
  return { page, found };
}

/** Waits until a cell of the row with this text in a table passes a check, and returns the row's place. */
async function row(page, table, text, column, least) {
  const found = await page.waitForFunction(
    ([table, text, column, least]) => {
      const rows = [...document.querySelectorAll(`#${table} tbody tr`)];
      const at = rows.findIndex((row) => row.textContent.includes(text));
      return at >= 0 && Number(rows[at].cells[column].textContent.replaceAll(",", "")) >= least && at + 1;
    },
    [table, text, column, least],
  );
  return found.jsonValue();
}

test("people without the secret see no status page", async (test) => {
  const { status } = await kettle(test);
  assert.equal((await fetch(status)).status, 404);
  assert.equal((await fetch(`${status}&secret=${"b".repeat(22)}`)).status, 404);
});

test("the numbers and the charts follow the load", async (test) => {
  const { url, watch: address } = await kettle(test);
  const { page: status, found } = await watch(test, address);
  await shows(status, "#attached", /^1$/);
  const pages = [await open(test, url), await open(test, url)];
  await shows(status, "#attached", /^3$/);
  for (const page of pages) {
    await page.click("button");
    await shows(page, "output", /^[12]$/);
  }
  // Two clicks, two ends of their work, and two messages for each page.
  await row(status, "views", "watched::kettle::Kettle", 4, 8);
  await row(status, "topics", "poured", 3, 2);
  await status.waitForFunction(() => {
    const line = document.querySelector("path.line.events").getAttribute("d");
    return line.split("L").length > 2 && new Set(line.match(/ [\d.]+/g)).size > 1;
  });
  await shows(status, "#latency-about", /took at most/);
  const names = await status.evaluate(() =>
    [...document.querySelectorAll("svg[role=img]")].map((chart) =>
      chart.getAttribute("aria-labelledby").split(" ").map((id) => document.getElementById(id).textContent).join(". "),
    ),
  );
  assert.equal(names.length, 2);
  assert.match(names[0], /^Events and patches a second\. .* a second now, at most /);
  assert.match(names[1], /^The time from an event to its patch, .*\. half of \d+ took at most /);
  await status.click(".charts figure:nth-child(2) summary");
  await shows(status, ".charts figure:nth-child(2) tbody tr:first-child", /µs|ms/);
  assert.deepEqual(found, []);
});

test("a session is looked into and ended, and its page goes on with a new one", async (test) => {
  const { url, watch: address } = await kettle(test);
  const page = await open(test, url);
  await page.click("button");
  await shows(page, "output", /^1$/);
  const { page: status, found } = await watch(test, address, { viewport: { width: 400, height: 800 } });
  const at = await row(status, "sessions", "watched::kettle::Kettle", 5, 3);
  await status.click(`#sessions tbody tr:nth-child(${at}) button`);
  await shows(status, "#session-events", /^3$/);
  await status.click("#session .end");
  await shows(status, "#session", /It has ended/);
  // The new session has heard of no cup yet.
  await shows(page, "output", /^0$/);
  await becomes(page, "live");
  await page.click("button");
  await shows(page, "output", /^1$/);
  await shows(status, "#refused tr", /^ended/);
  assert.deepEqual(found, []);
});

test("the page is as wide as its window, in light and dark", async (test) => {
  const { watch: address } = await kettle(test);
  const paper = [];
  for (const colorScheme of ["light", "dark"]) {
    const { page } = await watch(test, address, { colorScheme, viewport: { width: 400, height: 800 } });
    const [wide, color] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      getComputedStyle(document.querySelector("main")).backgroundColor,
    ]);
    assert.ok(wide <= 400, `${wide} px`);
    paper.push(color);
  }
  assert.notEqual(paper[0], paper[1]);
});
