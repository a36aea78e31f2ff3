// Tests views that are fetched before the person goes there.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, frames, serve, shows, until } from "./support.mjs";

/** Opens a page. `hold` keeps all later messages of the server back, and `release` hands them over. */
async function enter(test, path = "/") {
  const server = await serve(test, "views");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  const heard = await frames(page);
  let isHeld = false;
  const held = [];
  await page.routeWebSocket(/./, (socket) => {
    socket.connectToServer().onMessage((message) => {
      if (isHeld) held.push(() => socket.send(message));
      else socket.send(message);
    });
  });
  // A slow view waits for this.
  if (path === "/slow") await fetch(`http://${server.address}/release`, { method: "POST" });
  await page.goto(`http://${server.address}${path}`);
  await becomes(page, "live");
  await page.evaluate(() => (window.mark = true));
  /** Waits until the view of this path is here. */
  const has = (path) => until(page, () => heard.some(({ down }) => down?.ahead === path));
  return {
    page,
    found,
    has,
    /** Points at a link until its view is here. */
    async fetches(path) {
      await page.evaluate(point, path);
      await has(path);
    },
    hold: () => (isHeld = true),
    release() {
      isHeld = false;
      for (const send of held.splice(0)) send();
    },
  };
}

const point = (path) => document.querySelector(`nav a[href="${path}"]`).dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));

const follow = (page, path) => page.evaluate((path) => document.querySelector(`a[href="${path}"]`).click(), path);

const isSamePage = (page) => page.evaluate(() => window.mark === true);

test("a view that was fetched is shown before the server answers, and is as any other from then on", async (test) => {
  const { page, found, fetches, hold, release } = await enter(test);
  await page.click("#up");
  await shows(page, "#up", /^1$/);
  await fetches("/cards/1");
  await shows(page, "h1", /^Notes$/);
  hold();
  await follow(page, "/cards/1");
  await shows(page, "h1", /^Card 1$/);
  assert.deepEqual(await page.evaluate(() => [location.pathname, document.title]), ["/cards/1", "Card 1"]);
  await page.click("#up");
  await page.click("#up");
  await page.fill("#free", "early");
  release();
  await shows(page, "#up", /^2$/);
  await page.evaluate(() => history.back());
  await shows(page, "#up", /^1$/);
  await shows(page, "h1", /^Notes$/);
  await page.evaluate(() => history.forward());
  await shows(page, "#up", /^2$/);
  assert.equal(await page.inputValue("#free"), "early");
  assert.ok(await isSamePage(page));
  assert.deepEqual(found, []);
});

test("a page whose line breaks before the server has followed is where its person is", async (test) => {
  const { page, found, fetches, hold, release } = await enter(test);
  await fetches("/cards/1");
  hold();
  await follow(page, "/cards/1");
  await shows(page, "h1", /^Card 1$/);
  await page.click("#up");
  await page.evaluate(() => document.querySelector("[data-tealight]").tealight.transport("sse"));
  release();
  await shows(page, "#up", /^1$/);
  await becomes(page, "live");
  await page.click("#up");
  await shows(page, "#up", /^2$/);
  assert.ok(await isSamePage(page));
  assert.deepEqual(found, []);
});

test("the view of a link that is seen is fetched", async (test) => {
  const { page, found, has, hold } = await enter(test, "/slow");
  await has("/notes/5");
  hold();
  await follow(page, "/notes/5");
  await shows(page, "h1", /^Note 5$/);
  assert.ok(await isSamePage(page));
  assert.deepEqual(found, []);
});
