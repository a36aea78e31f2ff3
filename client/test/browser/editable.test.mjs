// A text of the model inside a `contenteditable` element.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { composer } from "../../../tests/browser/compose.mjs";
import { browse, needs } from "../../../tests/browser/launch.mjs";
import { open as openPage, patched, shows } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

/** Opens a page whose first element is edited. `change` is what the server makes of a text; it answers each event. */
async function open(test, { html = "<p contenteditable></p>", text = "", map = "S0 e0:input", change = (text) => text, csp } = {}) {
  const view = { html: html.replace("></", `>${text}</`) + "<i>0</i>", templates: { 0: { map: `2 ${map} S1` } }, csp };
  const { server, page } = await openPage(test, browser, view);
  const connection = await server.live();
  await shows(page, "live");
  const told = [];
  let patch = 0;
  let model = text;
  const answer = async () => {
    const [event, , , text] = await connection.next();
    told.push(text);
    const next = change(text);
    connection.send(next === model ? { event } : [++patch, [next], { e: event }]);
    model = next;
  };
  await page.click("#root > *");
  await page.keyboard.press("Control+End");
  const push = (text) => patched(page, () => connection.send([++patch, [(model = text)]]));
  const settled = () => page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
  return {
    page, connection, told, push, settled,
    shown: () => page.evaluate(() => root.firstElementChild.innerText),
    /** Presses these keys, and answers each of them at once. */
    async type(...keys) {
      for (const key of keys) {
        await page.keyboard.press(key);
        await answer();
        await settled();
      }
    },
    /** Presses these keys, and answers them afterwards. */
    async burst(...keys) {
      for (const key of keys) await page.keyboard.press(key);
      for (const _ of keys) await answer();
      await settled();
    },
  };
}

for (const start of ["", "start"]) {
  test(`an edited text is as it was typed, after "${start}"`, async (test) => {
    const { told, type, burst, shown } = await open(test, { text: start });
    await type("a", "b", "c");
    await burst("d", "e", "f");
    assert.equal(await shown(), `${start}abcdef`);
    assert.equal(told.at(-1), `${start}abcdef`);
  });
}

for (const start of ["", "Start"]) {
  test(`a text that the server changes keeps its caret, after "${start}"`, async (test) => {
    const { page, told, type, burst, shown } = await open(test, { text: start, change: (text) => text.toUpperCase() });
    const upper = start.toUpperCase();
    await type("a", "b", "c");
    await burst("d", "e", "f");
    assert.equal(await shown(), `${upper}ABCDEF`);
    await page.keyboard.press("ArrowLeft");
    await type("x", "y", "Backspace");
    assert.equal(await shown(), `${upper}ABCDEXF`);
    assert.equal(told.at(-1), `${upper}ABCDEXF`);
  });
}

const PLAIN = '<div contenteditable="plaintext-only" style="white-space:pre-wrap"></div>';

for (const html of ["<p contenteditable></p>", "<div contenteditable></div>", PLAIN]) {
  const needed = html === PLAIN ? {} : needs("lines");
  test(`lines of a text are kept where the server changes it: ${html}`, needed, async (test) => {
    const { page, told, type, shown } = await open(test, { html, change: (text) => text.toUpperCase() });
    await type("a", "Enter", "b", "Enter", "c");
    assert.equal(told.at(-1), "A\nB\nc");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("End");
    await type("d", "e");
    assert.equal(told.at(-1), "A\nBDe\nC");
    assert.equal(await shown(), "A\nBDE\nC");
  });
}

test("empty lines of a plain text are told", async (test) => {
  const { told, type, shown } = await open(test, { html: PLAIN, change: (text) => text.toUpperCase() });
  await type("a", "Enter", "Enter", "b", "Enter", "Enter", "c");
  assert.equal(told.at(-1), "A\n\nB\n\nc");
  assert.equal(await shown(), "A\n\nB\n\nC");
});

test("a text that was deleted is empty, and can be typed again", async (test) => {
  const { page, told, type, push, shown } = await open(test, { text: "some text" });
  await page.keyboard.press("Control+a");
  await type("Backspace");
  assert.equal(told.at(-1), "");
  await type("a", "b");
  assert.equal(await shown(), "ab");
  await push("");
  assert.equal(await shown(), "");
  await type("c", "d");
  assert.equal(told.at(-1), "cd");
  await push("from the server");
  await page.keyboard.press("End");
  await type("!");
  assert.equal(told.at(-1), "from the server!");
});

test("a text that is pasted, undone or composed is told and shown as it is", async (test) => {
  const { page, told, connection, type, settled, shown } = await open(test, { text: "a" });
  const { compose, commit } = await composer(page);
  const answer = async () => {
    const [event, patch, , text] = await connection.next();
    connection.send([patch + 1, [text], { e: event }]);
    await settled();
    return text;
  };
  await page.evaluate(() => document.execCommand("insertHTML", false, "<b>b</b><br>c"));
  assert.equal(await answer(), "ab\nc");
  await page.keyboard.type("d");
  assert.equal(await answer(), "ab\ncd");
  await page.evaluate(() => document.execCommand("undo"));
  assert.equal(await answer(), await shown());
  for (const text of ["n", "に"]) await compose(text);
  await commit("日");
  assert.match(await answer(), /日$/);
  assert.equal(connection.unread, 0);
});

test("a text that is being edited waits for its answer, and the caret stays in a text that the server sends", async (test) => {
  const { page, connection, push, settled, shown } = await open(test, { text: "tea" });
  await push("green tea");
  await page.keyboard.type("s");
  assert.deepEqual(await connection.next(), [1, 1, [1], "gresen tea"]);
  await push("pushed");
  assert.equal(await shown(), "gresen tea");
  connection.send([3, ["ok"], { e: 1 }]);
  await settled();
  assert.equal(await shown(), "ok");
});

test("a text inside an edited element, and an element that replaces the text", async (test) => {
  const { page, type, push, shown, connection } = await open(test, {
    html: "<div contenteditable><b></b></div>",
    text: "t",
    map: "S0/0 e0:input",
    change: (text) => `${text}!`.replace("!!", "!"),
  });
  await page.keyboard.press("End");
  await type("a");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await type("b", "c");
  assert.equal(await shown(), "tabc!");
  assert.equal(await page.evaluate(() => root.querySelector("b").innerText), "tabc!");
});

test("an element with lines of its own shows a region instead", async (test) => {
  const { page, type, connection } = await open(test);
  await type("a", "Enter", "b");
  await patched(page, () => connection.send([9, [{ "=": [1] }], { t: { 1: { map: "1", tree: [["em", "region"]] } } }]));
  assert.equal(await page.evaluate(() => root.firstElementChild.textContent), "region");
  await patched(page, () => connection.send([10, [{ "=": "text" }]]));
  assert.equal(await page.evaluate(() => root.firstElementChild.textContent), "text");
  await page.keyboard.press("Control+End");
});
