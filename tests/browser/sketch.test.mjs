import assert from "node:assert/strict";
import test from "node:test";
import { becomes, context, frames, serve, shows } from "./support.mjs";

const curves = (page) => page.$$eval("svg path", (paths) => paths.map((path) => path.getAttribute("d")));

/** Waits until the last curve ends at this point. */
const endsAt = (page, x, y) =>
  page.waitForFunction(
    (end) => [...document.querySelectorAll("svg path")].some((path) => path.getAttribute("d").endsWith(end)),
    `Q${x} ${y} ${x} ${y}`,
  );

/** Waits until both pages show the same curves. */
const agree = async (one, other) =>
  other.waitForFunction(
    (expected) => JSON.stringify([...document.querySelectorAll("svg path")].map((path) => path.getAttribute("d"))) === expected,
    JSON.stringify(await curves(one)),
  );

/** Waits until the server has answered the release of the pointer, and so all moves before. */
const lifted = (page) => page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));

async function pages(test, count) {
  const server = await serve(test, "sketch");
  const window = await context(test, { viewport: { width: 1100, height: 800 } });
  const pages = await Promise.all(Array.from({ length: count }, () => window.newPage()));
  for (const page of pages) {
    page.seen = await frames(page);
    await page.goto(server.url);
    await becomes(page, "live");
  }
  return [...pages, { window, server }];
}

/** Draws from one point of the sheet to another with `count` moves, one in each frame. */
async function draw(page, from, to, moves) {
  const box = await page.locator("svg").boundingBox();
  // Some drivers' pointers have only whole positions on the page, and the server cuts off what is left of the sheet's ones.
  const [x, y] = [Math.ceil(box.x), Math.ceil(box.y)];
  await page.bringToFront();
  await page.mouse.move(x + from[0], y + from[1]);
  await page.mouse.down();
  for (let i = 1; i <= moves; i++) {
    const along = (axis) => Math.round(from[axis] + ((to[axis] - from[axis]) * i) / moves);
    await page.mouse.move(x + along(0), y + along(1));
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
  await page.mouse.up();
}

test("all pages see a drawing, also those that open later", async (test) => {
  const [one, other, { window, server }] = await pages(test, 2);
  await draw(one, [100, 100], [300, 200], 10);
  await endsAt(one, 300, 200);
  await endsAt(other, 300, 200);
  await other.getByLabel("red").check();
  await draw(other, [400, 100], [400, 300], 5);
  await endsAt(one, 400, 300);
  assert.equal(await one.locator("g.red:has(path)").count(), 1);
  await agree(one, other);
  const late = await window.newPage();
  await late.goto(server.url);
  await becomes(late, "live");
  await agree(one, late);
});

test("a line ends where the pointer is released, on the sheet or outside", async (test) => {
  const [page] = await pages(test, 1);
  await draw(page, [900, 100], [1_000, 120], 5);
  await lifted(page);
  const before = await curves(page);
  await draw(page, [100, 100], [120, 100], 1);
  await endsAt(page, 120, 100);
  assert.equal(await page.locator("svg g:has(path)").count(), 2);
  assert.deepEqual((await curves(page)).slice(0, before.length), before);
});

test("a slow connection sends fewer points, and none wait in a queue", async (test) => {
  const [one, other] = await pages(test, 2);
  await one.evaluate(() => tealight.latency(300));
  const { length } = one.seen;
  const began = performance.now();
  await draw(one, [100, 100], [700, 400], 120);
  const took = performance.now() - began;
  await endsAt(one, 700, 400);
  await endsAt(other, 700, 400);
  const moves = one.seen.slice(length).filter(({ up }) => up?.[3]?.buttons === 1 && up[3].button === -1);
  assert.ok(moves.length >= 1 && moves.length <= took / 600 + 3, `${moves.length} moves in ${took} ms`);
  await agree(one, other);
});

test("the keyboard draws", async (test) => {
  const [page] = await pages(test, 1);
  const { x, y, width, height } = await page.locator("svg").boundingBox();
  assert.ok(width === 960 && height === 600 && x >= 0 && y >= 0);
  await page.getByRole("application").focus();
  for (const key of ["ArrowRight", "Space", "ArrowDown", "ArrowDown", "Space", "ArrowDown"]) await page.keyboard.press(key);
  await page.waitForFunction(() => document.querySelector(".tip circle").getAttribute("cy") === "336");
  assert.equal((await curves(page)).length, 3);
  await endsAt(page, 492, 324);
});

test("a confirmed clear empties the sheet for all", async (test) => {
  const [one, other] = await pages(test, 2);
  await draw(one, [100, 100], [200, 100], 3);
  await endsAt(other, 200, 100);
  other.once("dialog", (dialog) => dialog.dismiss());
  await other.getByRole("button", { name: "Clear" }).click();
  other.once("dialog", (dialog) => dialog.accept());
  assert.notEqual((await curves(one)).length, 0);
  await other.getByRole("button", { name: "Clear" }).click();
  for (const page of [one, other]) await page.waitForFunction(() => !document.querySelector("svg path"));
  await draw(one, [300, 300], [320, 300], 2);
  await endsAt(other, 320, 300);
});
