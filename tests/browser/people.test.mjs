// Tests sessions that belong to people.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, serve, shows } from "./support.mjs";

/** Opens a page of this person, in a window. */
async function enter(window, server, name) {
  const page = await window.newPage();
  const found = await complaints(page);
  await page.goto(`http://${server.address}/enter/${name}`);
  await becomes(page, "live");
  await shows(page, "h1", name);
  return { page, found };
}

test("a person who logs out leaves every page of theirs, and no other", async (test) => {
  const server = await serve(test, "people");
  const [ada, bob] = [await context(test), await context(test)];
  const pages = [(await enter(ada, server, "ada")).page, (await enter(ada, server, "ada")).page];
  const other = await enter(bob, server, "bob");
  // The page may leave before it has the answer.
  await pages[0].evaluate(() => void fetch("/leave", { method: "POST", keepalive: true }).catch(() => {}));
  for (const page of pages) await shows(page, "h1", "Log in");
  await other.page.click("button");
  await shows(other.page, "button", "1");
  assert.deepEqual(other.found, []);
});

test("the page of another person does not go on with the session", async (test) => {
  const server = await serve(test, "people");
  const window = await context(test);
  const { page } = await enter(window, server, "ada");
  // Somebody else logs in in another tab, and the first page loses its connection. It is old enough to load itself again.
  await page.evaluate(() => (performance.now = () => 40_000));
  await enter(window, server, "bob");
  await page.evaluate(() => document.querySelector("[data-tealight]").tealight.transport("sse"));
  await shows(page, "h1", "bob");
});
