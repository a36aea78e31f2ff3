// Events are read when they have run their course.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { event, openLive } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const open = (test, view) => openLive(test, browser, view);

test("the value that a custom element's own listener sets is sent", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><tea-field name="tea"></tea-field></form>',
    templates: { 0: { map: "1 e0:input.form e0/0:input e0/0:change" } },
  });
  await page.evaluate(() => {
    class Field extends HTMLElement {
      static formAssociated = true;
      constructor() {
        super();
        const internals = this.attachInternals();
        const field = document.createElement("input");
        this.attachShadow({ mode: "open", delegatesFocus: true }).append(field);
        this.value = "";
        this.addEventListener("input", () => {
          this.value = field.value.toUpperCase();
          internals.setFormValue(this.value);
        });
        field.addEventListener("change", () => this.dispatchEvent(new Event("change", { bubbles: true })));
      }
    }
    customElements.define("tea-field", Field);
  });
  await page.click("tea-field");
  await page.keyboard.type("ab");
  await page.keyboard.press("Enter");
  assert.deepEqual(await connection.next(), [1, 0, [1], "A"]);
  assert.deepEqual(await connection.next(), [2, 0, [0], [[["tea", "A"]], "tea"]]);
  assert.deepEqual(await connection.next(), [3, 0, [1], "AB"]);
  assert.deepEqual(await connection.next(), [4, 0, [0], [[["tea", "AB"]], "tea"]]);
  assert.deepEqual(await connection.next(), [5, 0, [2], "AB"]);
});

test("the value that a listener around the control sets is sent", async (test) => {
  const { page, connection } = await open(test, {
    html: '<p><input id="text"></p><p><input type="checkbox"></p>',
    templates: { 0: { map: "2 e0/0:input e1/0:change.check" } },
  });
  await page.evaluate(() => {
    const [text, box] = root.children;
    text.addEventListener("input", ({ target }) => (target.value = target.value.replaceAll(/\D/g, "")));
    box.addEventListener("change", ({ target }) => (target.checked = false));
  });
  await page.focus("#text");
  await page.keyboard.type("1a2");
  await page.click("[type=checkbox]");
  for (const [number, text] of [[1, "1"], [2, "1"], [3, "12"]]) assert.deepEqual(await connection.next(), [number, 0, [0], text]);
  assert.deepEqual(await connection.next(), [4, 0, [1], false]);
});

test("an event that a script stops is sent in its order, and a form never loads a page", async (test) => {
  const { server, page, connection } = await open(test, {
    html: '<form><input name="a"><button>Go</button></form><p></p>',
    templates: { 0: { map: "2 e0/0:keydown e0/0:input e0:submit.prevent e1:look-up.detail" } },
  });
  await page.evaluate(() => {
    const stop = (event) => event.stopImmediatePropagation();
    for (const type of ["input", "submit", "look-up"]) for (const element of root.children) element.addEventListener(type, stop);
  });
  await page.focus("input");
  await page.keyboard.type("ab");
  await page.keyboard.press("Enter");
  const slots = [];
  while (slots.length < 6) slots.push((await connection.next())[2][0]);
  assert.deepEqual(slots, [0, 1, 0, 1, 0, 2]);
  const answer = page.evaluate(() => tealight.call(document.querySelector("p"), "look-up", 7));
  assert.deepEqual(await connection.next(), [7, 0, [3], 7]);
  connection.send([1, [], { e: 7, c: [["reply", 7, "found"]] }]);
  assert.equal(await answer, "found");
  assert.equal(server.loads, 1);
});

test("an event that a listener dispatches meanwhile is sent first, and effects come before their event", async (test) => {
  const { page, connection } = await open(test, {
    html: `<input value="old"><button do:click='[["value","input","new"],["dispatch","input","input"]]'>Go</button>`,
    templates: { 0: { map: "2 e0:input e0:change e1:click a1:do:click" } },
  });
  await page.evaluate(() => {
    const field = document.querySelector("input");
    field.addEventListener("input", () => field.dispatchEvent(new Event("change", { bubbles: true })));
  });
  await page.click("button");
  assert.deepEqual(await connection.next(), [1, 0, [1], "new"]);
  assert.deepEqual(await connection.next(), [2, 0, [0], "new"]);
  assert.deepEqual(await event(connection), [3, 0, [2]]);
});
