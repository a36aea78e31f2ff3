// Tests a board on which several people work at once.

import assert from "node:assert/strict";
import test from "node:test";
import { STRICT, becomes, complaints, context, enforce, open, serve, shows } from "./support.mjs";

/** Opens the board in a new window, for a person with this name. */
async function enter(test, server, name) {
  const page = await (await context(test, { viewport: { width: 1_600, height: 950 } })).newPage();
  const found = await complaints(page);
  await page.goto(server.url);
  await page.getByLabel("Your name").fill(name);
  await page.keyboard.press("Enter");
  await page.locator(".board").waitFor();
  // The form has left the choice of the transport behind.
  await page.goto(server.url);
  await becomes(page, "live");
  return { page, found };
}

async function pair(test) {
  const server = await serve(test, "multiplayer");
  const [ada, bob] = [await enter(test, server, "Ada"), await enter(test, server, "Bob")];
  for (const { page } of [ada, bob]) await shows(page, ".count", /^2 people are here$/);
  return { server, ada: ada.page, bob: bob.page, found: [ada.found, bob.found] };
}

/** Waits until the first note is at this position. */
const isAt = (page, x, y) =>
  page.waitForFunction(([x, y]) => {
    const note = document.querySelector(".note");
    return note && getComputedStyle(note).translate === `${x}px ${y}px`;
  }, [x, y]);

test("a note is dragged by one and seen by the other, with the hand", async (test) => {
  const { ada, bob, found } = await pair(test);
  await ada.getByRole("button", { name: "Add a note" }).click();
  await isAt(bob, 40, 40);
  await bob.getByLabel("Text of note 1").fill("Buy tea");
  await ada.waitForFunction(() => document.querySelector("textarea").value === "Buy tea");
  const board = await ada.locator(".board").boundingBox();
  const to = (x, y) => ada.mouse.move(Math.ceil(board.x) + x, Math.ceil(board.y) + y);
  await to(50, 50);
  await ada.mouse.down();
  for (let step = 1; step <= 10; step++) await to(50 + 30 * step, 50 + 20 * step);
  await bob.locator(".note.held").waitFor();
  await shows(bob, ".cursor", /^Ada$/);
  await ada.mouse.up();
  await isAt(bob, 340, 240);
  await bob.waitForFunction(() => !document.querySelector(".held"));
  await isAt(ada, 340, 240);
  await ada.getByLabel("Move note 1 with the arrow keys").focus();
  await ada.keyboard.press("ArrowDown");
  await isAt(bob, 340, 260);
  assert.deepEqual(found, [[], []]);
});

test("people chat, and see who leaves", async (test) => {
  const { server, ada, bob, found } = await pair(test);
  await ada.getByLabel("Say something").fill("Hello, Bob");
  await ada.keyboard.press("Enter");
  await shows(bob, "[role=log] li", /^Ada Hello, Bob$/);
  await ada.waitForFunction(() => !document.querySelector("[name=text]").value);
  const late = await enter(test, server, "Cleo");
  await shows(late.page, "[role=log] li", /^Ada Hello, Bob$/);
  await shows(bob, ".people", /Cleo/);
  await late.page.close();
  await shows(bob, ".count", /^2 people are here$/);
  assert.deepEqual(found, [[], []]);
});

test("it works under a strict content security policy", async (test) => {
  const server = await serve(test, "multiplayer");
  const { page, found } = await enter(test, server, "Ada");
  await enforce(page, STRICT);
  await page.reload();
  await becomes(page, "live");
  await page.getByRole("button", { name: "Add a note" }).click();
  await isAt(page, 40, 40);
  assert.deepEqual(found, []);
});

test("a person without a name is asked for one, also without JavaScript", async (test) => {
  const server = await serve(test, "multiplayer");
  const page = await open(test, server.url, { javaScriptEnabled: false });
  await page.getByLabel("Your name").fill("Ada");
  await page.getByRole("button", { name: "Come in" }).click();
  await shows(page, "h1", /^Board$/);
});
