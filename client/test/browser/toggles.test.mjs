import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { open as openPage, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

/** Opens a page, and counts its events of this name. */
async function open(test, view, name) {
  const { server, page } = await openPage(test, browser, view);
  const connection = await server.live();
  await page.evaluate((name) => {
    window.fired = 0;
    addEventListener(name, () => fired++, true);
  }, name);
  return { page, connection, fired: (count) => page.waitForFunction((count) => fired >= count, count) };
}

test("a details element that a patch opens or closes is not told", async (test) => {
  const { page, connection, fired } = await open(test, {
    html: "<details><summary>a</summary></details><p>0</p>",
    templates: { 0: { map: "2 p0:open e0:toggle.toggle S1" } },
  }, "toggle");
  await patched(page, () => connection.send([1, [true]]));
  await fired(1);
  await page.click("summary");
  assert.deepEqual(await connection.next(), [1, 1, [1], false]);
  // The element is closed already.
  await patched(page, () => connection.send([2, [null], { e: 1 }]));
  await page.click("summary");
  assert.deepEqual(await connection.next(), [2, 2, [1], true]);
  await patched(page, () => connection.send([3, [null], { e: 2 }]));
  await fired(4);
  await page.click("summary");
  assert.deepEqual(await connection.next(), [3, 3, [1], true]);
});

test("a details element that the browser closes for another one is told only if a person opened that one", async (test) => {
  const one = '<details name="g"><summary>a</summary></details>';
  const { page, connection, fired } = await open(test, {
    html: one.replace(" name", " open name") + one,
    templates: { 0: { map: "2 p0:open e0:toggle p1:open e1:toggle" } },
  }, "toggle");
  await patched(page, () => connection.send([1, [null, 2, true]]));
  await patched(page, () => connection.send([2, [2, null]]));
  await patched(page, () => connection.send([3, [true]]));
  await patched(page, () => connection.send([4, [2, true]]));
  await page.waitForFunction(() => document.querySelectorAll("details")[1].open);
  await fired(1);
  await page.evaluate(() => new Promise((done) => setTimeout(done)));
  await page.click("summary");
  const told = [await connection.next(), await connection.next()];
  assert.deepEqual(told.map(([, patch, [slot], isOpen]) => [patch, slot, isOpen]).sort(), [[4, 1, true], [4, 3, false]]);
});

test("a details element that the page had open, or that a patch adds open, is not told", async (test) => {
  const { page, connection, fired } = await open(test, {
    html: "<details open><summary>a</summary></details><!>",
    templates: { 0: { map: "1.1 e0:toggle b1" }, 1: { map: "1 e0:toggle" } },
  }, "toggle");
  const tree = [["details", { open: true, id: "new" }, ["summary", "b"]]];
  await patched(page, () => connection.send([1, [1, { "=": [1] }], { t: { 1: { map: "1 e0:toggle", tree } } }]));
  await fired(1);
  await page.click("#new summary");
  assert.deepEqual(await connection.next(), [1, 1, [1, 0], false]);
});

test("a details element that is closed again keeps so until its own event is settled", async (test) => {
  const { page, connection, fired } = await open(test, {
    html: "<details><summary>a</summary></details><button>b</button>",
    templates: { 0: { map: "2 p0:open e0:toggle.toggle e1:click" } },
  }, "toggle");
  const isOpen = () => page.evaluate(() => document.querySelector("details").open);
  await page.click("summary");
  assert.deepEqual(await connection.next(), [1, 0, [1], true]);
  await page.click("button");
  await page.click("summary");
  assert.deepEqual((await connection.next())[2], [2]);
  assert.deepEqual(await connection.next(), [3, 0, [1], false]);
  await patched(page, () => connection.send([1, [true], { e: 1 }]));
  assert.equal(await isOpen(), false);
  await patched(page, () => connection.send([2, [], { e: 2 }]));
  assert.equal(await isOpen(), false);
  await patched(page, () => connection.send([3, [null], { e: 3 }]));
  assert.equal(await isOpen(), false);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await page.evaluate(() => fired), 2);
});

test("a sound that a patch mutes is not told", async (test) => {
  const { page, connection, fired } = await open(test, {
    html: "<audio></audio>",
    templates: { 0: { map: "1 p0:muted e0:volumechange" } },
  }, "volumechange");
  await patched(page, () => connection.send([1, [true]]));
  await fired(1);
  await page.evaluate(() => (document.querySelector("audio").muted = false));
  const [, , slot, media] = await connection.next();
  assert.deepEqual([slot, media.muted], [[1], undefined]);
  await fired(2);
  await page.evaluate(() => (document.querySelector("audio").muted = true));
  assert.equal((await connection.next())[3].muted, true);
});
