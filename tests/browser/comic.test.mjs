// Tests the pages of a story: links, keys, the history, and addresses that lead to others.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, goes, open, serve, shows } from "./support.mjs";

/** Opens the story. The mark is there until the page is loaded again. */
async function enter(test, path) {
  const server = await serve(test, "comic");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  await page.goto(`http://${server.address}${path}`);
  await becomes(page, "live");
  await page.evaluate(() => (window.mark = true));
  return { page, found };
}

const [FIRST, PREVIOUS, NEXT, LAST, RANDOM] = [1, 2, 3, 4, 5].map((at) => `nav a:nth-child(${at})`);

/** Waits until the page shows this strip, and its title. */
async function views(page, number, title) {
  await goes(page, `/strips/${number}`);
  await shows(page, "h1", title);
  await page.waitForFunction((title) => document.title === title, `${number}. ${title} · Pip`);
}

test("links, keys, back and forward turn the pages of the same document", async (test) => {
  const { page, found } = await enter(test, "/");
  await views(page, 1, "The drawer");
  assert.equal(await page.locator(`${FIRST}:any-link, ${PREVIOUS}:any-link`).count(), 0);
  await page.click(NEXT);
  await views(page, 2, "The storm");
  await page.keyboard.press("ArrowRight");
  await views(page, 3, "The match");
  await page.click(LAST);
  await views(page, 8, "The lodger");
  await page.keyboard.press("ArrowLeft");
  await views(page, 7, "The morning");
  await page.evaluate(() => history.go(-2));
  await views(page, 3, "The match");
  await page.evaluate(() => history.forward());
  await views(page, 8, "The lodger");
  assert.equal(await page.locator(`${NEXT}:any-link, ${LAST}:any-link`).count(), 0);
  await page.click(PREVIOUS);
  await views(page, 7, "The morning");
  await page.click(FIRST);
  await views(page, 1, "The drawer");
  assert.deepEqual([await page.evaluate(() => window.mark), found], [true, []]);
});

test("a random strip is one step in the history", async (test) => {
  const { page } = await enter(test, "/strips/4");
  const before = await page.evaluate(() => history.length);
  await page.click(RANDOM);
  await page.waitForFunction(() => /^\/strips\/[1-35-8]$/.test(location.pathname));
  assert.equal(await page.evaluate(() => history.length), before + 1);
  await page.evaluate(() => history.back());
  await views(page, 4, "The job");
  assert.equal(await page.evaluate(() => window.mark), true);
});

test("without JavaScript every strip is a page", async (test) => {
  const server = await serve(test, "comic");
  const page = await open(test, `http://${server.address}/`, { javaScriptEnabled: false });
  await page.waitForURL(/\/strips\/1$/);
  await page.click(NEXT);
  await page.waitForURL(/\/strips\/2$/);
  await shows(page, "h1", "The storm");
  await page.goto(`http://${server.address}/random`);
  await page.waitForURL(/\/strips\/[1-8]$/);
  await page.goto(`http://${server.address}/strips/9`);
  await shows(page, "h1", "Not found");
});
