import assert from "node:assert/strict";
import test from "node:test";
import { becomes, context, frames, open, serve, shows } from "./support.mjs";

const found = (page) => page.locator("#found b").allTextContents();
const questions = (seen) => seen.filter(({ up }) => Array.isArray(up)).map(({ up }) => up[3]);

test("a newer search takes the place of the one before", async (test) => {
  const server = await serve(test, "search");
  const page = await open(test, server.url);
  await becomes(page, "live");
  // In one script: with a slow driver the first answer would come too early.
  await page.evaluate(() => {
    const query = document.querySelector("#query");
    const status = document.querySelector("[role=status]");
    const type = (value) => {
      query.value = value;
      query.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    const note = (_, observer) => {
      if (!status.textContent.startsWith("Searching for “a”")) return;
      observer.disconnect();
      type("aqui");
    };
    new MutationObserver(note).observe(status, { subtree: true, childList: true, characterData: true });
    type("a");
  });
  await shows(page, "[role=status]", /^1 of 46$/);
  assert.deepEqual(await found(page), ["Aquila"]);
  assert.deepEqual(await page.locator("mark").allTextContents(), ["Aqui"]);
  assert.equal(await page.inputValue("#query"), "aqui");
});

test("text typed without a pause causes one search", async (test) => {
  const server = await serve(test, "search");
  const page = await (await context(test)).newPage();
  const seen = await frames(page);
  await page.goto(server.url);
  await becomes(page, "live");
  await page.evaluate(() => {
    const query = document.querySelector("#query");
    for (const value of ["s", "sw", "swan"]) {
      query.value = value;
      query.dispatchEvent(new InputEvent("input", { bubbles: true }));
    }
  });
  await shows(page, "[role=status]", /^1 of 46$/);
  assert.deepEqual(await found(page), ["Cygnus"]);
  assert.deepEqual(questions(seen), ["swan"]);
});

test("the list is marked as busy, and an empty search shows all", async (test) => {
  const server = await serve(test, "search");
  const page = await open(test, server.url);
  await becomes(page, "live");
  await page.evaluate(() => {
    window.busy = [];
    const note = () => busy.push(found.ariaBusy);
    new MutationObserver(note).observe(found, { attributeFilter: ["aria-busy"] });
  });
  await page.fill("#query", "teapot");
  await shows(page, "[role=status]", /^0 of 46$/);
  assert.deepEqual(await page.evaluate(() => busy), ["true", "false"]);
  await page.fill("#query", "");
  await shows(page, "[role=status]", /^46 of 46$/);
});
