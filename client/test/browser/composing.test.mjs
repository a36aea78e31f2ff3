import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { composer } from "../../../tests/browser/compose.mjs";
import { browse } from "../../../tests/browser/launch.mjs";
import { open as openPage, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

/** Opens a page with a field that the server may change, and a function that composes a text in it. */
async function open(test) {
  const { server, page } = await openPage(test, browser, {
    html: '<input value=""><p>0</p>',
    templates: { 0: { map: "2 p0:value e0:input e0:keydown..enter e0:keyup..enter e0:keydown S1" } },
  });
  const connection = await server.live();
  await page.focus("input");
  return { page, connection, ...(await composer(page)) };
}

const valueOf = (page) => page.evaluate(() => document.querySelector("input").value);

test("a text is sent once, when it is composed", async (test) => {
  const { page, connection, compose, commit } = await open(test);
  for (const text of ["n", "に", "にh", "にほ"]) await compose(text);
  await commit("日本");
  assert.deepEqual(await connection.next(), [1, 0, [1], "日本"]);
  await patched(page, () => connection.send([1, ["日本!"], { e: 1 }]));
  assert.equal(await valueOf(page), "日本!");
  await page.keyboard.type("x");
  assert.deepEqual((await connection.next()).slice(0, 3), [2, 1, [4]]);
  assert.deepEqual(await connection.next(), [3, 1, [1], "日本x!"]);
});

test("nothing is written to a control while it composes", async (test) => {
  const { page, connection, compose, commit } = await open(test);
  await page.evaluate(() => {
    window.composed = [];
    document.querySelector("input").addEventListener("compositionend", ({ data }) => composed.push(data));
  });
  await compose("n");
  await patched(page, () => connection.send([1, ["PUSHED", 5, "1"]]));
  assert.equal(await valueOf(page), "n");
  await compose("に");
  await commit("に");
  assert.deepEqual(await connection.next(), [1, 1, [1], "に"]);
  assert.deepEqual(await page.evaluate(() => composed), ["に"]);
  await patched(page, () => connection.send([2, ["NI"], { e: 1 }]));
  assert.equal(await valueOf(page), "NI");
});

test("a key of an input method is not the application's", async (test) => {
  const { page, connection } = await open(test);
  await page.evaluate(() => {
    const press = (type, init) => document.querySelector("input").dispatchEvent(new KeyboardEvent(type, { bubbles: true, key: "Enter", code: "Enter", ...init }));
    press("keydown", { isComposing: true });
    press("keyup");
    // Safari's order: the composition has ended.
    press("keydown", { keyCode: 229 });
    press("keyup");
    press("keydown", { keyCode: 13 });
    press("keyup", { keyCode: 13 });
  });
  const slots = [];
  while (slots.length < 3) slots.push((await connection.next())[2][0]);
  assert.deepEqual(slots, [4, 2, 3]);
});
