// A page that needs parts of the script later than at its start.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, enforce, serve, shows, STRICT } from "./support.mjs";

/** Opens the page. `answer` is called for each request for a part of the script, except that of the transport. */
async function start(test, answer = (route) => route.continue(), policy) {
  const server = await serve(test, "parts");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  if (policy) await enforce(page, policy);
  const asked = [];
  await page.route(/-(controls|effects)\.js/, (route) => {
    asked.push(/-(\w+)\.js/.exec(route.request().url())[1]);
    return answer(route, asked.length);
  });
  await page.goto(server.url);
  await becomes(page, "live");
  return { page, asked, found };
}

test("a branch with a field and effects brings the parts for them", async (test) => {
  const { page, asked, found } = await start(test, undefined, STRICT);
  await page.click("#click");
  await shows(page, "#clicks", /^1$/);
  assert.deepEqual(asked, []);
  await page.click("#open");
  await page.waitForSelector("#field");
  assert.deepEqual(asked.toSorted(), ["controls", "effects"]);
  assert.equal(await page.inputValue("#field"), "Tea");
  await page.fill("#field", "Teas");
  await shows(page, "#name", /^Teas$/);
  await page.click("#more");
  await page.waitForSelector("#more.used");
  await page.waitForSelector("#hint:not([hidden])");
  assert.equal(asked.length, 2);
  assert.deepEqual(found, []);
});

test("a command of the server brings its part", async (test) => {
  const { page, asked } = await start(test);
  await page.click("#title");
  await page.waitForFunction(() => document.title === "Titled");
  assert.deepEqual(asked, ["effects"]);
});

test("while a part is on its way, events are applied and nothing overtakes", async (test) => {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  const { page } = await start(test, (route) => released.then(() => route.continue()));
  await page.click("#open");
  await page.click("#click");
  await page.click("#click");
  await page.waitForSelector("#click[data-tealight-pending]");
  assert.equal(await page.textContent("#clicks"), "0");
  assert.equal(await page.getAttribute("[data-tealight]", "data-tealight"), "live");
  release();
  await shows(page, "#clicks", /^2$/);
  assert.equal(await page.inputValue("#field"), "Tea");
});

test("a part that fails is tried again, and the page is whole at last", async (test) => {
  const { page, asked } = await start(test, (route, count) => (count > 4 ? route.continue() : route.fulfill({ status: 500, body: "" })));
  // It tries again soon.
  await page.evaluate(() => {
    const root = document.querySelector("[data-tealight]");
    const note = () => (window.wasLost ||= root.dataset.tealight === "lost");
    new MutationObserver(note).observe(root, { attributeFilter: ["data-tealight"] });
  });
  await page.click("#open");
  await page.waitForSelector("#field");
  await becomes(page, "live");
  assert.equal(await page.evaluate(() => window.wasLost), true);
  await page.click("#click");
  await shows(page, "#clicks", /^1$/);
  assert.equal(await page.inputValue("#field"), "Tea");
  assert.equal(asked.length, 6);
});
