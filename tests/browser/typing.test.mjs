import assert from "node:assert/strict";
import test from "node:test";
import { STRICT, becomes, changes, complaints, context, enforce, holdSockets, open, serve, shows } from "./support.mjs";

test("text typed before the socket opens stays, keeps the focus and reaches the server", async (test) => {
  const server = await serve(test, "fixture");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  await enforce(page, STRICT);
  const release = await holdSockets(page);
  await page.goto(server.url);
  await page.locator("input").pressSequentially("Ada L");
  await page.evaluate(() => {
    window.field = document.querySelector("input");
    field.setSelectionRange(1, 2);
  });
  release();
  await becomes(page, "live");
  await shows(page, "#heard", /^Ada L$/);
  await changes(page, "#ticks");
  const { field, ...state } = await page.evaluate(() => ({
    same: field === document.querySelector("input"),
    focused: document.activeElement === field,
    value: field.value,
    selection: [field.selectionStart, field.selectionEnd],
  }));
  assert.deepEqual(state, { same: true, focused: true, value: "Ada L", selection: [1, 2] });
  await page.keyboard.press("End");
  await page.keyboard.type("ovelace");
  await shows(page, "#heard", /^Ada Lovelace$/);
  assert.deepEqual(found, []);
});

test("a page is mounted once and attaches to that session", async (test) => {
  const server = await serve(test, "fixture");
  for (const mounts of [1, 2, 3]) {
    const page = await open(test, server.url);
    await becomes(page, "live");
    await changes(page, "#ticks");
    assert.equal(await page.textContent("#mounts"), String(mounts));
  }
});
