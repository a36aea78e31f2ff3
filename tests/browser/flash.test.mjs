// Tests texts that one page leaves for the next.

import assert from "node:assert/strict";
import test from "node:test";
import { TRANSPORT, becomes, complaints, context, open, serve, shows } from "./support.mjs";

const TEXT = `Tee für 5 €; <b>"bald"</b>, 100 %`;

/** Opens the page that leaves texts. The mark is there until the page is loaded again. */
async function enter(test) {
  const server = await serve(test, "flash");
  const window = await context(test);
  const page = await window.newPage();
  const found = await complaints(page);
  const edit = async () => {
    await page.goto(`http://${server.address}/edit?tealight-transport=${TRANSPORT}`);
    await becomes(page, "live");
    await page.evaluate(() => (window.mark = true));
  };
  await edit();
  const list = `http://${server.address}/list`;
  return { window, page, found, edit, list };
}

const isSamePage = (page) => page.evaluate(() => window.mark === true);
const cookies = (page) => page.evaluate(() => document.cookie);

/** Waits until the page has shown a text at the list, and shows it no more when it is loaded again. */
async function showsOnce(page, text) {
  await shows(page, "h1", "List");
  await becomes(page, "live");
  assert.equal(await page.textContent("[role=status]"), text);
  assert.equal(await cookies(page), "");
  await page.reload();
  await becomes(page, "live");
  assert.equal(await page.textContent("[role=status]"), "nothing");
}

test("a text goes along to another view over the same connection, once", async (test) => {
  const { page, found } = await enter(test);
  await page.click("#go");
  await shows(page, "h1", "List");
  assert.deepEqual([await page.textContent("[role=status]"), await isSamePage(page)], [TEXT, true]);
  await page.waitForFunction(() => document.cookie === "");
  // Neither another view nor the same one anew shows it again.
  await page.click("a");
  await shows(page, "h1", "Edit");
  await page.click("a");
  await shows(page, "[role=status]", "nothing");
  await page.reload();
  await becomes(page, "live");
  assert.equal(await page.textContent("[role=status]"), "nothing");
  assert.deepEqual(found, []);
});

test("a text goes along when a page is loaded, also by way of others", async (test) => {
  const { page, edit } = await enter(test);
  await page.click("#load");
  await showsOnce(page, TEXT);
  for (const button of ["#old", "#note"]) {
    await edit();
    await page.click(button);
    await showsOnce(page, button === "#old" ? TEXT : "Noted; 1 + 1 = 2");
  }
});

test("a text goes along with a link that the person follows later, also after a reconnect", async (test) => {
  const { page } = await enter(test);
  await page.click("#save");
  await page.waitForFunction(() => document.cookie);
  await page.evaluate((other) => document.querySelector("[data-tealight]").tealight.transport(other), TRANSPORT === "ws" ? "sse" : "ws");
  await becomes(page, "live");
  await page.click("a");
  await shows(page, "h1", "List");
  assert.deepEqual([await page.textContent("[role=status]"), await isSamePage(page)], [TEXT, true]);
  await page.waitForFunction(() => document.cookie === "");
});

test("a text is shown in one tab", async (test) => {
  const { window, page, list } = await enter(test);
  await page.click("#save");
  await page.waitForFunction(() => document.cookie);
  const other = await window.newPage();
  await other.goto(list);
  await becomes(other, "live");
  assert.equal(await other.textContent("[role=status]"), TEXT);
  await page.click("a");
  await shows(page, "[role=status]", "nothing");
});

test("without JavaScript the redirect of a form brings the text", async (test) => {
  const server = await serve(test, "flash");
  const page = await open(test, `http://${server.address}/edit`, { javaScriptEnabled: false });
  await page.click("#note");
  await shows(page, "[role=status]", "Noted; 1 + 1 = 2");
  await page.reload();
  await shows(page, "[role=status]", "nothing");
});
