import assert from "node:assert/strict";
import test from "node:test";
import { becomes, open, serve, shows } from "./support.mjs";

const ARROWS = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Returns the position of each tile as `x,y`. */
const board = (page) =>
  page.$$eval(".board button", (tiles) =>
    tiles.map(({ style }) => `${style.getPropertyValue("--x").trim()},${style.getPropertyValue("--y").trim()}`),
  );

/** Returns an arrow key that slides a tile, and that tile. */
async function possible(page) {
  const tiles = await board(page);
  const places = [0, 1, 2].flatMap((y) => [0, 1, 2].map((x) => [x, y]));
  const [x, y] = places.find(([x, y]) => !tiles.includes(`${x},${y}`));
  for (const [arrow, [dx, dy]] of Object.entries(ARROWS)) {
    const tile = tiles.indexOf(`${x + dx},${y + dy}`);
    if (tile >= 0) return { arrow, tile, hole: `${x},${y}` };
  }
}

async function start(test) {
  const server = await serve(test, "keys");
  const page = await open(test, server.url);
  await becomes(page, "live");
  return page;
}

test("arrow keys slide tiles, and Ctrl+Z takes moves back", async (test) => {
  const page = await start(test);
  const before = await board(page);
  const { arrow, tile, hole } = await possible(page);
  await page.keyboard.press(arrow);
  await shows(page, "[role=status]", /^Moves: 1$/);
  assert.equal((await board(page))[tile], hole);
  await page.keyboard.press("z");
  await page.keyboard.press(`Alt+${arrow}`);
  await page.keyboard.press("Control+z");
  await shows(page, "[role=status]", /^Moves: 0$/);
  assert.deepEqual(await board(page), before);
});

test("a pointer slides tiles, and N shuffles", async (test) => {
  const page = await start(test);
  const { tile, hole } = await possible(page);
  await page.locator(".board button").nth(tile).click();
  await shows(page, "[role=status]", /^Moves: 1$/);
  const after = await board(page);
  assert.equal(after[tile], hole);
  await page.keyboard.press("n");
  await shows(page, "[role=status]", /^Moves: 0$/);
  assert.notDeepEqual(await board(page), after);
});

test("a held key is shown with its repetitions", async (test) => {
  const page = await start(test);
  await page.keyboard.down("a");
  await page.keyboard.down("a");
  await page.keyboard.down("a");
  await shows(page, ".held", /^a×3$/);
  await page.keyboard.down("Control");
  await page.keyboard.press("b");
  await shows(page, ".pressed li:first-child", /^Ctrl\+b$/);
  assert.deepEqual(await page.locator(".pressed li").allTextContents(), ["Ctrl+b", "Control", "a×3"]);
  await page.keyboard.up("a");
  await page.waitForFunction(() => document.querySelectorAll(".held").length === 1);
  assert.deepEqual(await page.locator(".held").allTextContents(), ["Control"]);
  await page.evaluate(() => dispatchEvent(new Event("blur")));
  await page.waitForFunction(() => !document.querySelector(".held"));
});

test("twenty keys arrive in order on a slow connection", async (test) => {
  const page = await start(test);
  await page.evaluate(() => tealight.latency(300));
  for (const key of "abcdefghijkl mopqrst".replace(" ", "")) await page.keyboard.press(key);
  await shows(page, ".pressed li:first-child:not(.held)", /^t$/);
  assert.equal((await page.locator(".pressed li").allTextContents()).join(""), "tsrqpoml");
});
