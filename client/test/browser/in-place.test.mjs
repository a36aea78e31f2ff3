// A full render is applied in place: what is on both pages stays, with all that the person and other scripts have done.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { composer } from "../../../tests/browser/compose.mjs";
import { browse } from "../../../tests/browser/launch.mjs";
import { content, event, open as openPage, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const mountOf = (templates, view, { session = "s1", patch = 9, event = 0 } = {}) => ({ mount: { session, patch, event, templates, view } });

/** Opens a page, and returns a function that makes it apply a full render. */
async function open(test, view) {
  const { server, page } = await openPage(test, browser, view);
  const connection = await server.live();
  await page.evaluate(() => {
    window.nodes = [...root.querySelectorAll("*")];
    window.kept = () => nodes.map((node) => node.isConnected);
  });
  return { page, connection, render: (...message) => patched(page, () => connection.send(mountOf(...message))) };
}

const PAGE = {
  html:
    '<p>0</p><input id="name" value="a"><details><summary>s</summary>d</details><dialog>x</dialog><div popover>pop</div>' +
    '<div id="scroll" style="height:50px;overflow:auto"><div style="height:900px"></div></div>' +
    '<div id="map" data-tealight-hook="Map"></div><iframe srcdoc="a"></iframe><nav class="menu">menu</nav><!1><b>one</b>',
  templates: {
    0: { map: "9.4.0#page S0 p1:value e1:input a8:class b9" },
    1: { map: "1#one e0:click" },
  },
};
const TREE = [
  ["p"],
  ["input", { id: "name" }],
  ["details", ["summary", "s"], "d"],
  ["dialog", "x"],
  ["div", { popover: "" }, "pop"],
  ["div", { id: "scroll", style: "height:50px;overflow:auto" }, ["div", { style: "height:900px" }]],
  ["div", { id: "map", "data-tealight-hook": "Map" }],
  ["iframe", { srcdoc: "a" }],
  ["nav", "menu"],
  1,
];
// Another session numbers its templates anew.
const AGAIN = {
  0: { ...PAGE.templates[0], tree: TREE },
  7: { map: "1#one e0:click", tree: [["b", "one"]] },
};

for (const session of ["s1", "s2"]) {
  test(`a full render of ${session === "s1" ? "the same" : "a new"} session keeps all that it does not change`, async (test) => {
    const { page, connection, render } = await open(test, PAGE);
    await page.evaluate(() => {
      const field = document.querySelector("#name");
      window.told = [];
      tealight.hook("Map", {
        mounted: () => told.push("mounted"),
        updated: () => told.push("updated"),
        destroyed: () => told.push("destroyed"),
      });
      document.querySelector("#map").append("owned");
      document.querySelector("details").open = true;
      document.querySelector("dialog").show();
      document.querySelector("[popover]").showPopover();
      document.querySelector("#scroll").scrollTop = 300;
      document.querySelector("iframe").contentWindow.mark = 1;
      const menu = document.querySelector("nav");
      menu.classList.add("theirs");
      menu.hidden = true;
      menu.setAttribute("data-theirs", "x");
      field.focus();
      field.setSelectionRange(0, 1);
    });
    await render(AGAIN, [0, "1", "a", "menu big", [7]], { session });
    const state = await page.evaluate(() => ({
      kept: kept().every(Boolean),
      told,
      owned: document.querySelector("#map").textContent,
      open: [document.querySelector("details").open, document.querySelector("dialog").open, !!document.querySelector(":popover-open")],
      scrolled: document.querySelector("#scroll").scrollTop,
      mark: document.querySelector("iframe").contentWindow.mark,
      menu: document.querySelector("nav").outerHTML,
      focused: document.activeElement.id,
      selection: [document.activeElement.selectionStart, document.activeElement.selectionEnd],
      text: document.querySelector("p").textContent,
    }));
    assert.deepEqual(state, {
      kept: true,
      told: ["mounted"],
      owned: "owned",
      open: [true, true, true],
      scrolled: 300,
      mark: 1,
      menu: '<nav class="theirs menu big" hidden="" data-theirs="x">menu</nav>',
      focused: "name",
      selection: [0, 1],
      text: "1",
    });
    await page.evaluate(() => document.querySelector("b").click());
    assert.deepEqual(await event(connection), [1, 9, [4, 0]]);
  });
}

test("another template replaces the region, and nothing else", async (test) => {
  const { page, render } = await open(test, PAGE);
  const templates = { ...AGAIN, 8: { map: "1#two", tree: [["b", "two"]] } };
  await render(templates, [0, "0", "a", "menu", [8]]);
  assert.equal(await page.evaluate(() => kept().filter((is) => !is).length), 1);
  assert.match(await content(page), /<b>two<\/b>$/);
});

const row = (name, mark = "") => `<li>${name}<input value="${mark}"></li>`;
const rows = (...names) => names.map((name) => [name, ""]);
const LIST = {
  html: `<ul>${["a", "b", "c"].map((name) => row(name)).join("")}</ul>`,
  templates: { 0: { map: "1#list L0:1" }, 1: { map: "1#row s0/0 p0/-1:value e0/-1:input" } },
};
const LISTED = {
  1: { map: "1#row s0/0 p0/-1:value e0/-1:input", tree: [["li", 1, ["input"]]] },
  0: { map: "1#list L0:1", tree: [["ul"]] },
};

/** Types into each row, and returns the page and what is in each row after this full render. */
const rowsAfter = (test, ...names) => rowsIn("s1", test, ...names);

async function rowsIn(session, test, ...names) {
  const { page, connection, render } = await open(test, LIST);
  for (const [at, name] of ["a", "b", "c"].entries()) {
    await page.fill(`li:nth-child(${at + 1}) input`, `typed ${name}`);
    await connection.next();
  }
  await page.evaluate(() => document.querySelector("li:nth-child(3) input").focus());
  await render(LISTED, [0, rows(...names)], { session });
  const shown = await page.evaluate(() => [...document.querySelectorAll("li")].map((li) => [li.firstChild.data, li.lastChild.value]));
  return { page, connection, shown };
}

test("a row at the head leaves the other rows, and what was typed in them, alone", async (test) => {
  const { page, connection, shown } = await rowsAfter(test, "new", "a", "b", "c");
  assert.deepEqual(shown, [["new", ""], ["a", "typed a"], ["b", "typed b"], ["c", "typed c"]]);
  assert.equal(await page.evaluate(() => kept().every(Boolean)), true);
  assert.equal(await page.evaluate(() => document.activeElement.value), "typed c");
  // Events under way are not told again. Rows are counted anew.
  await page.keyboard.type("!");
  assert.deepEqual((await connection.next()).slice(2), [[0, 3, 2], "typed c!"]);
});

test("rows that have moved keep what was typed, and rows that have gone take it away", async (test) => {
  const { shown } = await rowsAfter(test, "c", "new", "a");
  assert.deepEqual(shown, [["c", "typed c"], ["new", ""], ["a", "typed a"]]);
});

test("a row whose text has changed is found between its neighbours", async (test) => {
  const { shown } = await rowsAfter(test, "a", "B", "c");
  assert.deepEqual(shown, [["a", "typed a"], ["B", "typed b"], ["c", "typed c"]]);
});

test("in another session, a row with another text shows another item", async (test) => {
  const { shown } = await rowsIn("s2", test, "c", "B", "a");
  assert.deepEqual(shown, [["c", "typed c"], ["B", ""], ["a", "typed a"]]);
});

test("a row that keeps one of its texts is found wherever it is", async (test) => {
  const map = "1#row S0/0*3 S0/1*3 e0/2*3:input";
  const line = (name, price) => `<tr><td>${name}</td><td>${price}</td><td><input></td></tr>`;
  const { page, render } = await open(test, {
    html: `<table><tbody>${line("tea", 4)}${line("milk", 2)}${line("honey", 9)}</tbody></table>`,
    templates: { 0: { map: "1#table L0/0*1:1" }, 1: { map } },
  });
  await page.evaluate(() => document.querySelectorAll("tr").forEach((tr) => (tr.querySelector("input").value = tr.firstChild.textContent)));
  const templates = {
    1: { map, tree: [["tr", ["td"], ["td"], ["td", ["input"]]]] },
    0: { map: "1#table L0/0*1:1", tree: [["table", ["tbody"]]] },
  };
  await render(templates, [0, [["honey", "8"], ["salt", "1"], ["milk", "3"], ["tea", "5"]]]);
  const shown = await page.evaluate(() => [...document.querySelectorAll("tr")].map((tr) => [tr.textContent, tr.querySelector("input").value]));
  assert.deepEqual(shown, [["honey8", "honey"], ["salt1", ""], ["milk3", "milk"], ["tea5", "tea"]]);
});

test("what is typed while a full render is on its way stays, and is told once", async (test) => {
  const { page, connection, render } = await open(test, PAGE);
  await page.focus("#name");
  await page.keyboard.press("End");
  await page.keyboard.type("b");
  assert.deepEqual(await connection.next(), [1, 0, [2], "ab"]);
  // It was made before the server heard that.
  await render(AGAIN, [0, "1", "a", "menu", [7]]);
  assert.equal(await page.inputValue("#name"), "ab");
  await page.keyboard.type("c");
  assert.deepEqual(await connection.next(), [2, 9, [2], "abc"]);
  connection.send({ event: 2 });
  assert.equal(await page.inputValue("#name"), "abc");
});

test("a control in which an input method composes is not written", async (test) => {
  const { page, render } = await open(test, PAGE);
  const { compose } = await composer(page);
  await page.focus("#name");
  await compose("か");
  const before = await page.inputValue("#name");
  for (const session of ["s1", "s2"]) await render(AGAIN, [0, "1", "other", "menu", [7]], { session });
  assert.equal(await page.inputValue("#name"), before);
  assert.equal(await page.evaluate(() => kept().every(Boolean)), true);
});

test("trusted markup that is the same stays", async (test) => {
  const { page, render } = await open(test, {
    html: "<div><!*>x<i>y</i><!/*></div>",
    templates: { 0: { map: "1#markup S0" } },
  });
  const templates = { 0: { map: "1#markup S0", tree: [["div"]] } };
  await render(templates, [0, { html: "x<i>y</i>" }]);
  assert.deepEqual(await page.evaluate(() => kept()), [true, true]);
  await render(templates, [0, { html: "x<i>z</i>" }]);
  assert.deepEqual(await page.evaluate(() => kept()), [true, false]);
});

test("a page of which a part is missing is built anew", async (test) => {
  const { page, render } = await open(test, LIST);
  await page.evaluate(() => document.querySelector("ul").remove());
  await render(LISTED, [0, rows("a", "d")]);
  assert.equal(await content(page), '<ul><li>a<input value=""></li><li>d<input value=""></li></ul>');
});
