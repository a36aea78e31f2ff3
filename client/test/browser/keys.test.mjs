import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { open as openPage } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const open = async (test, view) => {
  const { server, page } = await openPage(test, browser, view);
  return { server, page, connection: await server.live() };
};

const EDITABLE = [
  "<input id=here>",
  "<input id=here type=number>",
  "<textarea id=here></textarea>",
  "<select id=here size=2><option>a</select>",
  "<div contenteditable><b id=here tabindex=0>a</b></div>",
];

/** Returns the keys that a handler of the window hears, up to F9. */
async function heard(connection) {
  const keys = [];
  for (;;) {
    const [, , , { key }] = await connection.next();
    if (key === "F9") return keys;
    keys.push(key);
  }
}

test("shortcuts of the window ignore what is typed", async (test) => {
  for (const html of [...EDITABLE, "<p id=here></p>"]) {
    const { page, connection } = await open(test, { html, templates: { 0: { map: "1 e0:window:keydown" } } });
    await page.evaluate((isShadow) => {
      const on = root.firstElementChild;
      on.dataset.tealightOn = "window:keydown";
      if (isShadow) here.attachShadow({ mode: "open" }).innerHTML = "<input>";
      (here.shadowRoot?.firstChild ?? here).focus();
    }, html.startsWith("<p"));
    for (const key of ["/", "Shift+A", "Enter", "Escape", "Control+k", "Alt+n", "F9"]) await page.keyboard.press(key);
    assert.deepEqual(await heard(connection), ["Escape", "Control", "k", "Alt", "n"], html);
  }
});

test("the events without a key that fill in a field are no keys", async (test) => {
  const { page, connection } = await open(test, { html: "<input><p>0</p>", templates: { 0: { map: "2 e0:keydown e1:click" } } });
  await page.evaluate(() => document.querySelector("input").dispatchEvent(new Event("keydown", { bubbles: true })));
  await page.click("p");
  assert.deepEqual((await connection.next()).slice(0, 3), [1, 0, [1]]);
});

test("a shortcut with the modifier anywhere hears what is typed too", async (test) => {
  const { page, connection } = await open(test, {
    html: '<input data-tealight-on="window:keydown">',
    templates: { 0: { map: "1 e0:window:keydown.anywhere e0:window:keydown" } },
  });
  await page.focus("input");
  for (const key of ["/", "a"]) await page.keyboard.press(key);
  assert.deepEqual((await connection.next()).slice(2), [[0], { key: "/", code: "Slash" }]);
  assert.deepEqual((await connection.next()).slice(2), [[0], { key: "a", code: "KeyA" }]);
});

test("shortcuts work where nothing is typed, and what is pressed there is released anywhere", async (test) => {
  const { page, connection } = await open(test, {
    html: '<button data-tealight-on="window:keydown document:keyup">a</button><input type="checkbox"><input id="text">',
    templates: { 0: { map: "3 e0:window:keydown e0:document:keyup" } },
  });
  for (const place of ["button", "[type=checkbox]"]) {
    await page.focus(place);
    await page.keyboard.press("/");
    assert.deepEqual((await connection.next()).slice(2), [[0], { key: "/", code: "Slash" }]);
    assert.deepEqual((await connection.next()).slice(2), [[1], { key: "/", code: "Slash" }]);
  }
  await page.keyboard.down("a");
  await page.focus("#text");
  await page.keyboard.up("a");
  for (const key of ["b", "a"]) await page.keyboard.press(key);
  await page.keyboard.press("F9");
  const names = [];
  while (names.at(-1) !== "1F9") {
    const [, , [slot], { key }] = await connection.next();
    names.push(slot + key);
  }
  assert.deepEqual(names, ["0a", "1a", "0F9", "1F9"]);
});
