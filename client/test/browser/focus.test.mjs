import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { open, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const row = (n) => `<li><input id="name${n}"><button id="done${n}">done</button><a id="gone${n}">gone</a></li>`;

const LIST = {
  html: `<button id="before">before</button><ul>${[0, 1, 2, 3].map(row).join("")}</ul><button id="after">after</button>`,
  templates: { 0: { map: "3 L1:1" }, 1: { map: "1" } },
};

/** Returns the element that has the focus after these patches. */
async function focusAfter(test, view, focused, ...patches) {
  const { server, page } = await open(test, browser, view);
  const connection = await server.live();
  await page.focus(focused);
  let number = 0;
  for (const patch of patches) {
    const message = Array.isArray(patch) ? [++number, ...patch] : patch;
    await patched(page, () => connection.send(message));
  }
  return page.evaluate(() => document.activeElement.id || document.activeElement.localName);
}

const CASES = [
  ["the same control of the next row", "#done1", [[[{ "-": [1] }]]], "done2"],
  ["the previous row, if the last row was removed", "#done3", [[[{ "-": [3] }]]], "done2"],
  ["the next row that is left", "#done1", [[[{ "-": [0, 1, 2] }]]], "done3"],
  ["the last row that is left", "#done2", [[[{ "-": [1, 2, 3] }]]], "done0"],
  ["the element after the list, if no row is left", "#done2", [[[{ "-": [[0, 4]] }]]], "after"],
  ["the next row but none of its controls, from a removed field", "#name1", [[[{ "-": [1] }]]], "li"],
  ["the list, from a field of the last row", "#name2", [[[{ "-": [[0, 4]] }]]], "ul"],
  ["no other element, if its row stays", "#done1", [[[{ "-": [0, 2] }]]], "done1"],
  ["no other element, if its row moves", "#done1", [[[{ ">": 3 }, 3, { ">": 0 }]]], "done1"],
];

for (const [name, focused, patch, expected] of CASES) {
  test(`the focus goes to ${name}`, async (test) => {
    assert.equal(await focusAfter(test, LIST, focused, patch), expected);
  });
}

test("the focus moves to the next row, or to the one before", async (test) => {
  const remove = (n) => [[[{ "-": [n] }]]];
  assert.equal(await focusAfter(test, LIST, "#done1", remove(1), remove(1), remove(1)), "done0");
});

test("the focus moves to the element that replaces a branch", async (test) => {
  const view = {
    html: '<p><button id="other">other</button><!1><button id="edit">Edit</button></p><input id="last">',
    templates: { 0: { map: "2 b0/1" }, 1: { map: "1" }, 2: { map: "2" } },
  };
  const saved = [[{ "=": [2] }], { t: { 2: { tree: [["input", { id: "name" }], ["button", "Save"]] } } }];
  assert.equal(await focusAfter(test, view, "#edit", saved), "name");
  assert.equal(await focusAfter(test, view, "#edit", [[{ "=": null }]]), "other");
});

test("the focus skips elements that cannot have it", async (test) => {
  const view = {
    html: '<!1><button id="one">one</button><button disabled>two</button><p hidden><input></p><a href="#">three</a>',
    templates: { 0: { map: "0.0.3 b0" }, 1: { map: "1" } },
  };
  assert.equal(await focusAfter(test, view, "#one", [[{ "=": null }]]), "a");
});

test("after a full render the focus is at the element with the same id", async (test) => {
  const templates = {
    0: { map: "2", tree: [["button", { id: "after" }, "a"], ["button", { id: "done1" }, "b"]] },
  };
  const mount = { mount: { session: "s1", patch: 1, event: 0, templates, view: [0] } };
  assert.equal(await focusAfter(test, LIST, "#done1", mount), "done1");
});

test("after a full render the focus is at the element in the same position", async (test) => {
  const row = (n) => ["li", ["button", { id: `done${n}` }, "done"]];
  const view = {
    html: '<main><input id="search"><ul><li><button>done</button></li><li><button>done</button></li></ul></main>',
    templates: { 0: { map: "1" } },
  };
  const templates = { 0: { map: "1", tree: [["main", ["input", { id: "search" }], ["ul", row(0), row(1), row(2)]]] } };
  const mount = { mount: { session: "s2", patch: 1, event: 0, templates, view: [0] } };
  assert.equal(await focusAfter(test, view, "li:nth-child(2) button", mount), "done1");
});

test("keys typed into a removed field press nothing", async (test) => {
  const view = {
    html: '<ul><li><!1><input id="edit"><button id="gone">delete</button></li></ul>',
    templates: { 0: { map: "1 b0/0/0" }, 1: { map: "1" }, 2: { map: "1" } },
  };
  const { server, page } = await open(test, browser, view);
  const connection = await server.live();
  await page.evaluate(() => {
    window.pressed = [];
    addEventListener("click", ({ target }) => pressed.push(target.id));
  });
  await page.focus("#edit");
  await patched(page, () => connection.send([1, [{ "=": [2] }], { t: { 2: { tree: [["span", "saved"]] } } }]));
  await page.keyboard.press("Enter");
  await page.keyboard.press("Space");
  assert.deepEqual(await page.evaluate(() => pressed), []);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "gone");
});

test("a focus outside the page stays there", async (test) => {
  const { server, page } = await open(test, browser, LIST);
  const connection = await server.live();
  await page.evaluate(() => {
    const other = document.createElement("input");
    other.id = "elsewhere";
    document.body.append(other);
    other.focus();
  });
  await patched(page, () => connection.send([1, [[{ "-": [[0, 4]] }]]]));
  assert.equal(await page.evaluate(() => document.activeElement.id), "elsewhere");
});

/** Scrolls the focused element out of view, and returns how far the page is scrolled after this message. */
async function scrolledAfter(test, html, templates, message, focused) {
  const { server, page } = await open(test, browser, { html, templates });
  const connection = await server.live();
  await page.focus(focused);
  await page.evaluate(async () => {
    // WebKit scrolls to a text field that has the focus, but later.
    for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    // Otherwise the browser scrolls by the height of what is removed above.
    document.documentElement.style.overflowAnchor = "none";
    scrollTo(0, 2000);
  });
  await patched(page, () => connection.send(message));
  return page.evaluate(() => [scrollY, document.activeElement.id || document.activeElement.localName]);
}

const TALL = '<p style="height:9000px">a</p>';

test("a focus that a patch moves does not scroll the page", async (test) => {
  const templates = { 0: { map: "2 L0:1" }, 1: { map: "1" } };
  const html = `<ul>${[0, 1, 2].map(row).join("")}</ul>${TALL}`;
  const without = (n) => [1, [[{ "-": [n] }]]];
  assert.deepEqual(await scrolledAfter(test, html, templates, without(1), "#done1"), [2000, "done2"]);
  assert.deepEqual(await scrolledAfter(test, html, templates, without(1), "#name1"), [2000, "li"]);
  assert.deepEqual(await scrolledAfter(test, html, templates, [1, [[{ ">": 2 }, 2, { ">": 0 }]]], "#done2"), [2000, "done2"]);
});

test("a full render does not scroll the page", async (test) => {
  const view = (id) => `<button id="${id}">a</button>${TALL}`;
  const tree = (id) => [["button", { id }, "a"], ["p", { style: "height:9000px" }, "a"]];
  for (const id of ["same", "other"]) {
    const templates = { 0: { map: "2", tree: tree(id) } };
    const mount = { mount: { session: "s1", patch: 1, event: 0, templates, view: [0] } };
    assert.deepEqual(await scrolledAfter(test, view("same"), { 0: { map: "2" } }, mount, "#same"), [2000, id]);
  }
});

test("a focus that the application asks for scrolls to its element", async (test) => {
  const html = `<button id="first">a</button>${TALL}<button id="last">b</button>`;
  const message = [1, [], { c: [["focus", "#first"]] }];
  const [scrolled, focused] = await scrolledAfter(test, html, { 0: { map: "3" } }, message, "#last");
  assert.equal(focused, "first");
  assert.ok(scrolled < 20, `${scrolled}`);
});

test("events of a patch are handled after it, and those of removed elements are not", async (test) => {
  const { server, page } = await open(test, browser, {
    html: '<!1><input id="in"><b id="next" tabindex="0">a</b><p>0</p>',
    templates: { 0: { map: "0.0.2 b0 e0.0.0:blur e0.0.0:focus S0.0.1" }, 1: { map: "1 e0:blur" } },
  });
  const connection = await server.live();
  await page.focus("#in");
  await patched(page, () => connection.send([1, [{ "=": null }, 3, "1"]]));
  await page.evaluate(() => (document.querySelector("#next").focus(), document.querySelector("#next").blur()));
  const events = [];
  while (events.length < 2) events.push(await connection.next());
  assert.deepEqual(events[0], [1, 1, [2]]);
  assert.deepEqual(events[1], [2, 1, [1]]);
});

test("a full render that removes the focused element asks for no other one", async (test) => {
  const templates = {
    0: { map: "0.0.1 b0 e0.0.0:click", tree: [1, ["p", "a"]] },
    1: { map: "1 e0:blur", tree: [["input", { id: "in" }]] },
  };
  const { server, page } = await open(test, browser, { html: '<!1><input id="in"><p>a</p>', templates });
  const connection = await server.live();
  await page.focus("#in");
  await patched(page, () => connection.send({ mount: { session: "s1", patch: 1, event: 0, templates, view: [0, null] } }));
  await page.click("p");
  assert.deepEqual((await connection.next()).slice(0, 3), [1, 1, [1]]);
});

test("a moved element that keeps the focus has not lost it, and events of other scripts wait for the patch", async (test) => {
  const { server, page } = await open(test, browser, {
    html: '<ul><li><button id="a">a</button></li><li><button id="b">b</button></li></ul><x-new></x-new>',
    templates: {
      0: { map: "2 L0:1 a1:title e1:told.detail e1:press" },
      1: { map: "1 e0/0:focus e0/0:blur" },
    },
  });
  const connection = await server.live();
  await page.evaluate(() => {
    delete Element.prototype.moveBefore;
    class New extends HTMLElement {
      static observedAttributes = ["title"];
      attributeChangedCallback(name, old, detail) {
        this.dispatchEvent(new CustomEvent("told", { detail }));
      }
    }
    customElements.define("x-new", New);
  });
  await page.focus("#b");
  assert.deepEqual(await connection.next(), [1, 0, [0, 1, 0]]);
  await patched(page, () => connection.send([1, [[{ ">": 1 }, 1, { ">": 0 }], "new"], { e: 1 }]));
  assert.deepEqual(await connection.next(), [2, 1, [2], "new"]);
  await page.evaluate(() => document.querySelector("x-new").dispatchEvent(new Event("press")));
  assert.deepEqual(await connection.next(), [3, 1, [3]]);
});
