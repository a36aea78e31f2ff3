import assert from "node:assert/strict";
import test from "node:test";
import { becomes, open, serve, shows } from "./support.mjs";

async function start(test, options) {
  const server = await serve(test, "leaving");
  const page = await open(test, server.url, options);
  await becomes(page, "live");
  return page;
}

/** Returns each row's text, with its classes. */
const rows = (page) => page.evaluate(() => [...document.querySelectorAll("li")].map((row) => `${row.textContent} ${row.className}`.trim()));

const finish = (page) => page.evaluate(() => document.getAnimations().forEach((animation) => animation.finish()));

const isGone = (page, selector) => page.waitForFunction((selector) => !document.querySelector(selector), selector);

test("a row that the person removes leaves, and comes back as another one", async (test) => {
  const page = await start(test);
  assert.deepEqual(await rows(page), ["1", "2", "3"]);
  await page.click("li:nth-child(2) button");
  await shows(page, "#count", /^2$/);
  assert.deepEqual(await rows(page), ["1", "2 leaving", "3"]);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "3");
  await page.click("#add");
  await shows(page, "#count", /^3$/);
  assert.deepEqual(await rows(page), ["1", "2 leaving", "3", "2 arriving"]);
  await finish(page);
  await isGone(page, ".leaving,.arriving");
  assert.deepEqual(await rows(page), ["1", "3", "2"]);
});

test("what the server removes leaves too", async (test) => {
  const page = await start(test);
  await page.click("#announce");
  await page.waitForSelector("#notice.leaving");
  await finish(page);
  await isGone(page, "#notice");
});

test("nothing stays for a person who prefers less motion", async (test) => {
  const page = await start(test, { reducedMotion: "reduce" });
  await page.click("li:nth-child(2) button");
  await shows(page, "#count", /^2$/);
  assert.deepEqual(await rows(page), ["1", "3"]);
});
