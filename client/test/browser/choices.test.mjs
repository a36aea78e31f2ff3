// Choices that `update` refuses.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { event, openLive, patched, shows } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const open = (test, view) => openLive(test, browser, view);

/** Answers the page's next event without a change, and waits until the page has the answer. */
async function refuse(page, connection) {
  const [number] = await connection.next();
  connection.send({ event: number });
  await page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
}

const BOXES =
  '<input id="a" type="checkbox"><input id="b" type="checkbox" checked><input id="c" type="checkbox">' +
  '<input id="d" type="checkbox" indeterminate>';

test("a checkbox shows what the view says, once its event is settled", async (test) => {
  const { page, connection } = await open(test, {
    html: BOXES,
    templates: { 0: { map: "4 p0:checked e0:change.check p1:checked e1:click e2:change p3:checked p3:indeterminate e3:change" } },
  });
  for (const id of ["a", "b", "c", "d"]) {
    await page.click(`#${id}`);
    await refuse(page, connection);
  }
  // The view says nothing of `c`.
  assert.deepEqual(await page.evaluate(() => [a.checked, b.checked, c.checked, d.checked, d.indeterminate]), [false, true, true, false, true]);
  await page.click("#a");
  await event(connection);
  await page.click("#a");
  await page.click("#a");
  await patched(page, () => connection.send([1, [true], { e: 5 }]));
  assert.equal(await page.evaluate(() => a.checked), true);
  await event(connection);
  await patched(page, () => connection.send([2, [null], { e: 6 }]));
  assert.equal(await page.evaluate(() => a.checked), true, "a later click is under way");
  await refuse(page, connection);
  assert.equal(await page.evaluate(() => a.checked), false);
  await page.click("#b");
  await event(connection);
  await patched(page, () => connection.send([3, [2, null], { e: 8 }]));
  assert.equal(await page.evaluate(() => b.checked), false);
  assert.equal(connection.unread, 0);
});

test("radio buttons show what the view says", async (test) => {
  const radio = (id, more = "") => `<input id="${id}" type="radio" name="r"${more}>`;
  const { page, connection } = await open(test, {
    html: `<form>${radio("a", " checked")}${radio("b")}</form>${radio("c")}${radio("d", " checked")}`,
    templates: { 0: { map: "3 p0/0:checked e0/0:change p0/1:checked e0/1:change p1:checked e1:change p2:checked e2:change" } },
  });
  const checked = () => page.evaluate(() => [...document.querySelectorAll(":checked")].map(({ id }) => id).join());
  await page.click("#b");
  await refuse(page, connection);
  assert.equal(await checked(), "a,d");
  await page.click("#c");
  await refuse(page, connection);
  assert.equal(await checked(), "a,d");
  await page.click("#b");
  await event(connection);
  await patched(page, () => connection.send([1, [null, 2, true], { e: 3 }]));
  assert.equal(await checked(), "b,d");
});

test("selects show what the view says", async (test) => {
  const options = "<option>x</option><option selected>y</option><option>z</option>";
  const { page, connection } = await open(test, {
    html: `<select id="a">${options}</select><select id="b" multiple>${options}</select><select id="c">${options}</select>`,
    templates: {
      0: { map: "3 L0:1 e0:change p1/0:selected p1/1:selected p1/2:selected e1:change.select e2:change" },
      1: { map: "1 p0:selected" },
    },
  });
  const chosen = () => page.evaluate(() => [a, b, c].map(({ selectedOptions }) => [...selectedOptions].map(({ text }) => text).join()));
  await page.selectOption("#a", "z");
  await refuse(page, connection);
  await page.selectOption("#b", ["x", "z"]);
  await refuse(page, connection);
  await page.selectOption("#c", "z");
  await refuse(page, connection);
  assert.deepEqual(await chosen(), ["y", "y", "z"]);
  await page.selectOption("#a", "x");
  await event(connection);
  await patched(page, () => connection.send([1, [[[true], [null]]], { e: 4 }]));
  assert.deepEqual(await chosen(), ["x", "y", "z"]);
});

test("a details element is open when the view says it", async (test) => {
  const { page, connection } = await open(test, {
    html: "<details open><summary>a</summary></details><details><summary>b</summary></details>",
    templates: { 0: { map: "2 p0:open e0:toggle.toggle e1:toggle.toggle" } },
  });
  const isOpen = () => page.evaluate(() => [...document.querySelectorAll("details")].map(({ open }) => open));
  for (const at of [0, 1, 0]) {
    await page.click(`summary >> nth=${at}`);
    await refuse(page, connection);
  }
  assert.deepEqual(await isOpen(), [true, true]);
  await page.click("summary");
  await event(connection);
  await patched(page, () => connection.send([1, [null], { e: 4 }]));
  assert.deepEqual(await isOpen(), [false, true]);
  await page.click("summary");
  await refuse(page, connection);
  assert.deepEqual(await isOpen(), [false, true]);
  assert.equal(connection.unread, 0);
});

test("a text, and a choice that only a submit has told, stay as they are", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><input id="text" value="a"><input id="box" name="x" type="checkbox"><button>Go</button></form>',
    templates: { 0: { map: "1 p0/0:value e0/0:input p0/1:checked e0:submit.prevent" } },
  });
  await page.focus("#text");
  await page.keyboard.press("End");
  await page.keyboard.type("b");
  await refuse(page, connection);
  await page.check("#box");
  await page.click("button");
  await refuse(page, connection);
  assert.deepEqual(await page.evaluate(() => [text.value, text.defaultValue, box.checked]), ["ab", "a", true]);
});

test("a form whose handler cannot decode it keeps a choice", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><input id="box" name="x" type="checkbox"></form>',
    templates: { 0: { map: "1 p0/0:checked e0:change.form" } },
  });
  await page.check("#box");
  await event(connection);
  connection.send({ refused: "payload", event: 1, fields: [["x", "No."]] });
  await page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
  assert.equal(await page.evaluate(() => box.checked), true);
});
