// Decisions where a browser leaves a choice: docs/guide/events.md and docs/guide/forms.md name them.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { event, openLive, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const open = (test, view) => openLive(test, browser, view);

test("a control outside its form is part of the form, but its events do not reach it", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form id="f"><input name="in"><button>Go</button><button type="reset">Reset</button></form><p><input form="f" name="out" value="a"></p>',
    templates: { 0: { map: "2 e0:submit.prevent e0:input.form p1/0:value" } },
  });
  const field = page.locator("[name=out]");
  await field.fill("b");
  assert.equal(connection.unread, 0);
  await patched(page, () => connection.send([1, [2, "pushed"]]));
  assert.equal(await field.inputValue(), "b");
  await page.fill("[name=in]", "x");
  assert.deepEqual(await connection.next(), [1, 1, [1], [[["in", "x"], ["out", "b"]], "in"]]);
  await patched(page, () => connection.send([2, [], { e: 1 }]));
  assert.equal(await field.inputValue(), "pushed");
  await field.fill("c");
  await page.click("text=Go");
  assert.deepEqual(await connection.next(), [2, 2, [0], [[["in", "x"], ["out", "c"]], ""]]);
  connection.send({ refused: "payload", event: 2, fields: [["out", "No."]] });
  await page.waitForFunction(() => document.querySelector("[name=out]").validationMessage);
  await field.fill("d");
  await page.click("text=Go");
  assert.deepEqual(await connection.next(), [3, 2, [0], [[["in", "x"], ["out", "d"]], ""]]);
  connection.send({ event: 3 });
  await page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
  await page.click("text=Reset");
  assert.equal(await field.inputValue(), "pushed");
});

/** Controls whose value a browser changes when it loads the page. */
const SANITISED =
  '<input type="color"><input type="color" value="red"><input type="range"><input type="range" value="7" step="5"><input type="range" value="200">' +
  '<input type="datetime-local" value="2026-11-28 20:30"><input type="datetime-local" value="2026-11-28T20:30:00"><input type="date" value="soon">' +
  '<input type="number" value="many"><input type="email" value=" a@b.c "><input value="a&#10;b"><input type="url" value=" /x ">' +
  '<input type="time" value="10:30:00.000"><textarea>a&#13;b</textarea><select><option disabled>a</option><option>b</option></select>';

test("a value that the browser makes fit is no change", async (test) => {
  const html = `<form>${SANITISED}<p><input id="last"></p></form>`;
  const { page, connection } = await open(test, { html, templates: { 0: { map: "1 e0:change.form e0:input.form" } } });
  await page.fill("#last", "x");
  assert.deepEqual((await connection.next()).slice(0, 3), [1, 0, [1]]);
  await page.evaluate(() => document.querySelector("[type=range]").focus());
  await page.keyboard.press("ArrowRight");
  // The `change` of the field that was left, then `input` and `change` of the range.
  for (const slot of [0, 1, 0]) assert.deepEqual((await connection.next())[2], [slot]);
});

test("a time or a number that means the same is not written again", async (test) => {
  const { page, connection } = await open(test, {
    html: '<input type="time" id="time" value="09:00"><input type="number" step="any" id="number" value=""><input id="text" value="">',
    templates: { 0: { map: "3 p0:value e0:input p1:value e1:input p2:value e2:input" } },
  });
  let patch = 0;
  /** Presses keys, and answers each event of the slot before. Not every key changes the value of a control. */
  const type = async (selector, keys, slot, change, wanted) => {
    await page.focus(selector);
    let text;
    const answer = async () => {
      const message = await connection.next();
      text = message[3];
      await patched(page, () => connection.send([++patch, [slot, change(text)], { e: message[0] }]));
    };
    for (const key of keys) {
      await page.keyboard.press(key);
      while (connection.unread) await answer();
    }
    while (text !== wanted) await answer();
    assert.equal(await page.inputValue(selector), wanted);
  };
  const seconds = (text) => (text.length === 5 ? `${text}:00` : text);
  // WebKit's control does not go on to the minutes by itself.
  const next = process.env.BROWSER === "webkit" ? ["ArrowRight"] : [];
  await type("#time", ["1", "0", ...next, "3", "5"], 0, seconds, "10:35");
  await type("#number", ["1", ".", "0", "5"], 2, (text) => (text === "" ? "" : String(Number(text))), "1.05");
  await patched(page, () => connection.send([++patch, [2, "7"]]));
  await patched(page, () => connection.send([++patch, ["11:00:30"]]));
  assert.equal(await page.inputValue("#number"), "7");
  assert.equal(await page.inputValue("#time"), "11:00:30");
  await patched(page, () => connection.send([++patch, [2, ""]]));
  assert.equal(await page.inputValue("#number"), "");
});

test("a reset returns an echoed field to the view's value", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><input id="a" value="old"><input id="b" value="old"><button type="reset">Reset</button></form>',
    templates: { 0: { map: "1 e0:reset p0/0:value e0/0:input" } },
  });
  await page.fill("#a", "new");
  await page.fill("#b", "new");
  await event(connection);
  await patched(page, () => connection.send([1, [1, "new"], { e: 1 }]));
  await page.click("button");
  assert.deepEqual(await page.evaluate(() => [a.value, b.value]), ["new", "old"]);
  assert.deepEqual(await event(connection), [2, 1, [0]]);
  await patched(page, () => connection.send([2, [1, null], { e: 2 }]));
  assert.deepEqual(await page.evaluate(() => [a.value, b.value]), ["", "old"]);
});

test("a control that the server disables and enables again has the focus again", async (test) => {
  const { page, connection } = await open(test, {
    html: '<fieldset><input id="a"></fieldset><input id="b"><input id="c">',
    templates: { 0: { map: "3 a0:disabled a2:disabled" } },
  });
  const focused = () => page.evaluate(() => document.activeElement.id);
  /** Chromium takes the focus from a disabled element before the next frame. */
  const frames = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.focus("#a");
  await page.keyboard.type("ab");
  await page.keyboard.press("ArrowLeft");
  await patched(page, () => connection.send([1, [true]]));
  await frames();
  await page.waitForFunction(() => document.activeElement === document.body);
  await patched(page, () => connection.send([2, [1, true]]));
  assert.equal(await focused(), "");
  await patched(page, () => connection.send([3, [null]]));
  assert.equal(await focused(), "a");
  await page.keyboard.type("x");
  assert.equal(await page.inputValue("#a"), "axb");
  // The person has gone elsewhere.
  await patched(page, () => connection.send([4, [true]]));
  await frames();
  await page.focus("#b");
  await patched(page, () => connection.send([5, [null]]));
  assert.equal(await focused(), "b");
});

test("without `moveBefore`, a text that is changed while its row moves is told once", async (test) => {
  const { page, connection } = await open(test, {
    html: '<ul><li><input></li><li><input></li></ul><button>Go on</button>',
    templates: { 0: { map: "2 L0:1 e1:click" }, 1: { map: "1 e0/0:change" } },
  });
  await page.evaluate(() => delete Element.prototype.moveBefore);
  await page.focus("input");
  await page.keyboard.type("x");
  await patched(page, () => connection.send([1, [[{ ">": 1 }, 1, { ">": 0 }]]]));
  await page.click("button");
  assert.deepEqual(await connection.next(), [1, 1, [0, 0, 0], "x"]);
  assert.deepEqual(await event(connection), [2, 1, [1]]);
});

test("without `moveBefore`, a row that moves keeps its focus, its caret and its text", async (test) => {
  const row = (id) => `<li><input id="${id}"></li>`;
  const { page, connection } = await open(test, {
    html: `<ul>${["a", "b", "c"].map(row).join("")}</ul>`,
    templates: { 0: { map: "1 L0:1" }, 1: { map: "1 e0/0:change e0/0:input e0/0:blur e0/0:focus e0:focusin e0:focusout" } },
  });
  await page.evaluate(() => {
    Element.prototype.moveBefore = () => {
      throw new Error();
    };
  });
  await page.focus("#a");
  await event(connection);
  await event(connection);
  await page.keyboard.type("xy");
  await event(connection);
  await event(connection);
  await page.keyboard.press("ArrowLeft");
  await patched(page, () => connection.send([1, [[1, { ">": 2 }, { ">": 0 }]], { e: 4 }]));
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("input")].map(({ id }) => id)), ["b", "c", "a"]);
  assert.deepEqual(await page.evaluate(() => [document.activeElement.id, a.selectionStart]), ["a", 1]);
  await page.keyboard.type("z");
  // Chromium says that the text has changed when it takes the focus.
  let told = await connection.next();
  if (told[3] === "xy") told = await connection.next();
  assert.deepEqual(told.slice(2), [[0, 0, 1], "xzy"]);
  await page.keyboard.press("Enter");
  assert.deepEqual((await connection.next()).slice(2), [[0, 0, 0], "xzy"]);
});
