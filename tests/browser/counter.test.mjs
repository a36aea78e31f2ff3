import assert from "node:assert/strict";
import test from "node:test";
import { STRICT, becomes, complaints, context, enforce, open, serve, shows } from "./support.mjs";

const MORE = "button:last-of-type";
const LESS = "button:first-of-type";

/** Opens `count` live pages of one counter in one window. */
async function pages(test, server, count) {
  const window = await context(test);
  const pages = await Promise.all(Array.from({ length: count }, () => window.newPage()));
  for (const page of pages) {
    await page.goto(server.url);
    await becomes(page, "live");
  }
  return pages;
}

const show = (pages, count) => Promise.all(pages.map((page) => shows(page, "output", new RegExp(`^${count}$`))));

test("all pages show the same count", async (test) => {
  const server = await serve(test, "counter");
  const [one, other] = await pages(test, server, 2);
  await show([one, other], 0);
  await one.click(MORE);
  await show([one, other], 1);
  await other.click(LESS);
  await other.click(LESS);
  await show([one, other], -1);
  const [late] = await pages(test, server, 1);
  await show([late], -1);
});

test("quick presses on several pages all count", async (test) => {
  const server = await serve(test, "counter");
  const all = await pages(test, server, 3);
  const press = (page) =>
    page.evaluate((selector) => {
      for (let i = 0; i < 50; i++) document.querySelector(selector).click();
    }, MORE);
  await Promise.all(all.map(press));
  await show(all, 150);
});

test("a page that closes does not disturb others", async (test) => {
  const server = await serve(test, "counter");
  const [one, other, third] = await pages(test, server, 3);
  await third.click(MORE);
  await Promise.all([third.close(), one.click(MORE), other.click(MORE)]);
  await show([one, other], 3);
  await one.click(MORE);
  await show([one, other], 4);
  assert.equal(await one.getAttribute("[data-tealight]", "data-tealight"), "live");
});

test("pages are live again by themselves after their server was killed and restarted", async (test) => {
  const server = await serve(test, "counter");
  const [page] = await pages(test, server, 1);
  await page.click(MORE);
  await show([page], 1);
  assert.equal(await server.end(), "SIGKILL");
  await becomes(page, "lost");
  await serve(test, "counter", { listen: server.address });
  await becomes(page, "live");
  await show([page], 0);
  await page.click(MORE);
  await show([page], 1);
});

test("a server that stops closes its pages' connections", async (test) => {
  for (const signal of ["SIGTERM", "SIGINT"]) {
    const server = await serve(test, "counter");
    const [page] = await pages(test, server, 1);
    assert.equal(await server.end(signal), 0);
    await becomes(page, "lost");
  }
});

test("it works under a strict content security policy", async (test) => {
  const server = await serve(test, "counter");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  await enforce(page, STRICT);
  await page.goto(server.url);
  await becomes(page, "live");
  await page.click(MORE);
  await show([page], 1);
  assert.deepEqual(found, []);
});

test("without JavaScript it shows the count", async (test) => {
  const server = await serve(test, "counter");
  const page = await open(test, server.url, { javaScriptEnabled: false });
  assert.equal(await page.textContent("output"), "0");
});
