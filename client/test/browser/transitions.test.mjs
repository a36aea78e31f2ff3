// Elements with a transition enter and leave as their classes say, and leave nothing behind.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { content, event, openLive, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const STYLE = `<style>
  .in { animation: fade 1000s }
  .out { animation: leave 1000s forwards }
  .slow { transition: opacity 1000s; opacity: 0 }
  .start { transition: opacity 1000s }
  @starting-style { .start { opacity: 0 } }
  .endless { animation: fade 1s infinite }
  @keyframes fade { from { opacity: 0 } }
  @keyframes leave { to { opacity: 0 } }
</style>`;

const row = (name, out = "out") =>
  `<li data-tealight-enter="in" data-tealight-leave="${out}"><button name="b">${name}</button></li>`;

const ROW = ["li", { "data-tealight-enter": "in", "data-tealight-leave": "out" }, ["button", { name: "b" }]];

/** A page with a list. Slot 0 is the list, slot 1 a text after it, and slot 2 hears all clicks. */
const listOf = (...names) => ({
  html: `${STYLE}<ul>${names.map((name) => row(name)).join("")}</ul><p>0</p>`,
  templates: {
    0: { map: "3#list e1:click L1:1 S2", tree: [["style", "s"], ["ul"], ["p"]] },
    1: { map: "1#row S0/0*1 e0/0*1:click", tree: [ROW] },
  },
});
const LIST = 1;
const TEXT = 2;

async function openList(test, ...names) {
  const { page, connection } = await openLive(test, browser, listOf(...names));
  let number = 0;
  return {
    page,
    connection,
    patch: (body, extras) => patched(page, () => connection.send([++number, body, ...(extras ? [extras] : [])])),
    render: (view, templates = listOf().templates) =>
      patched(page, () => connection.send({ mount: { session: "s1", patch: ++number, event: 0, templates, view: [0, ...view] } })),
  };
}

const finish = (page) =>
  page.evaluate(async () => {
    for (const animation of document.getAnimations()) animation.finish();
    await new Promise(requestAnimationFrame);
  });

/** Returns each row's text, with its classes. */
const rows = (page) =>
  page.evaluate(() => [...document.querySelectorAll("li")].map((row) => [row.textContent, row.className, row.inert && "inert"].filter(Boolean).join(" ")));

test("a removed row stays until its animation is over, and no patch and no event finds it", async (test) => {
  const { page, connection, patch } = await openList(test, "a", "b", "c", "d");
  await page.evaluate(() => (window.old = [...document.querySelectorAll("li")]));
  await patch([LIST, [{ "-": [1] }]]);
  assert.deepEqual(await rows(page), ["a", "b out inert", "c", "d"]);
  await patch([LIST, [1, [0, "C"]], TEXT, "1"]);
  await patch([LIST, [1, { "+": [["new"]] }, { ">": 2 }]], { t: { 1: { tree: [ROW] } } });
  assert.deepEqual(await rows(page), ["a", "b out inert", "new in", "d", "C"]);
  await page.evaluate(() => old[1].firstChild.click());
  await page.evaluate(() => old[2].firstChild.click());
  assert.deepEqual(await event(connection), [1, 3, [LIST, 2, 1]]);
  assert.deepEqual(await event(connection), [2, 3, [0]]);
  await finish(page);
  assert.deepEqual(await rows(page), ["a", "new", "d", "C"]);
  assert.deepEqual(await page.evaluate(() => old.map((row) => row.isConnected)), [true, false, true, true]);
  await patch([LIST, [{ "-": [[0, 4]] }]]);
  assert.deepEqual(await rows(page), ["a out inert", "new out inert", "d out inert", "C out inert"]);
  await patch([LIST, [{ "+": [["a"], ["b"]] }]]);
  assert.deepEqual(await rows(page), ["a out inert", "new out inert", "d out inert", "C out inert", "a in", "b in"]);
  await finish(page);
  assert.deepEqual(await rows(page), ["a", "b"]);
  assert.equal(connection.unread, 0);
});

test("neither the first paint nor a moved row enters", async (test) => {
  const { page, patch } = await openList(test, "a", "b", "c");
  assert.deepEqual(await rows(page), ["a", "b", "c"]);
  await patch([LIST, [{ ">": 2 }]]);
  assert.deepEqual(await rows(page), ["c", "a", "b"]);
  await patch([LIST, [{ "-": [0] }]]);
  await patch([LIST, [{ ">": 1 }]]);
  assert.deepEqual(await rows(page), ["c out inert", "b", "a"]);
});

test("a row that leaves while it enters plays only the second", async (test) => {
  const { page, patch } = await openList(test, "a");
  await patch([LIST, [1, { "+": [["b"]] }]], { t: { 1: { tree: [ROW] } } });
  assert.deepEqual(await rows(page), ["a", "b in"]);
  await patch([LIST, [{ "-": [1] }]]);
  assert.deepEqual(await rows(page), ["a", "b out inert"]);
  await finish(page);
  assert.deepEqual(await rows(page), ["a"]);
});

test("a full render leaves alone what leaves, and removes with a transition too", async (test) => {
  const { page, patch, render } = await openList(test, "a", "b", "c");
  await patch([LIST, [{ "-": [0] }]]);
  await page.evaluate(() => (window.old = [...document.querySelectorAll("li")]));
  await render([[["c"], ["a"]], "1"], { 0: listOf().templates[0], 1: { ...listOf().templates[1], tree: [ROW] } });
  assert.deepEqual(await rows(page), ["a out inert", "b out inert", "c", "a in"]);
  assert.deepEqual(await page.evaluate(() => old.map((row) => row.isConnected)), [true, true, true]);
  await patch([LIST, [1, [0, "A"]], TEXT, "2"]);
  await finish(page);
  assert.deepEqual(await rows(page), ["c", "A"]);
  // Nothing is kept of an unknown page.
  await render([["x"]], { 0: { map: "1#other L0:1", tree: [["ul"]] }, 1: { ...listOf().templates[1], tree: [ROW] } });
  await finish(page);
  assert.equal(await content(page), '<ul><li data-tealight-enter="in" data-tealight-leave="out"><button name="b">x</button></li></ul>');
});

const BRANCH = {
  html: `${STYLE}<p>0</p><!1><b data-tealight-leave="slow">one</b><i data-tealight-leave="out">two</i>rest<p>after</p>`,
  templates: {
    0: { map: "2.1.1#page S1 b2 S2.1.0", tree: [["style", "s"], ["p"], 1, ["p"]] },
    1: { map: "3#one", tree: [["b", { "data-tealight-leave": "slow" }, "one"], ["i", { "data-tealight-leave": "out" }, "two"], "rest"] },
    2: { map: "1#two S0", tree: [["u", { "data-tealight-enter": "start" }]] },
  },
};

const shown = async (page) => (await content(page)).replace(/.*<.style>/s, "").replaceAll(/ data-[-a-z]+="\w+"/g, "");

test("a branch leaves with each of its elements, and the other one enters", async (test) => {
  const { page, connection } = await openLive(test, browser, BRANCH);
  await patched(page, () => connection.send([1, [1, { "=": [2, "x"] }, "now"], { t: { 2: BRANCH.templates[2] } }]));
  assert.equal(
    await shown(page),
    '<p>0</p><b inert="" form="" class="slow">one</b><i inert="" form="" class="out">two</i><u class="start">x</u><p>now</p>',
  );
  await patched(page, () => connection.send([2, [1, [0, "y"]]]));
  await finish(page);
  assert.equal(await shown(page), '<p>0</p><u class="">y</u><p>now</p>');
  await patched(page, () => connection.send([3, [1, { "=": [1] }, "then"], { t: { 1: BRANCH.templates[1] } }]));
  assert.equal(await shown(page), "<p>0</p><b>one</b><i>two</i>rest<p>then</p>");
});

for (const [name, emulate] of [
  ["a person who prefers less motion", () => (window.matchMedia = () => ({ matches: true }))],
  ["nobody", () => Object.defineProperty(document, "hidden", { value: true })],
]) {
  test(`${name} sees no transition`, async (test) => {
    const { page, patch } = await openList(test, "a", "b");
    await page.evaluate(emulate);
    await page.evaluate(() => {
      new MutationObserver((records) => (window.records = records)).observe(root, { subtree: true, childList: true, attributes: true });
    });
    await patch([LIST, [1, { "+": [["c"]] }, { "-": [0] }]], { t: { 1: { tree: [ROW] } } });
    assert.deepEqual(await rows(page), ["b", "c"]);
    assert.deepEqual(await page.evaluate(() => records.map(({ type }) => type)), ["childList", "childList"]);
  });
}

for (const classes of ["none", "endless"]) {
  test(`an element whose classes start ${classes === "none" ? "nothing" : "something endless"} is gone at once`, async (test) => {
    const view = listOf("a");
    const { page, connection } = await openLive(test, browser, { ...view, html: view.html.replaceAll('"out"', `"${classes}"`) });
    // It is none of the transition's.
    await page.evaluate(() => document.querySelector("button").animate({ opacity: [0, 1] }, 1e6));
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    await patched(page, () => connection.send([1, [LIST, [{ "-": [0] }]]]));
    assert.deepEqual(await rows(page), []);
  });
}

test("only the outermost element plays, and what leaves inside a removed element is gone with it", async (test) => {
  const { page, connection } = await openLive(test, browser, {
    html: `${STYLE}<!1><div data-tealight-leave="out"><ul>${row("a")}${row("b")}</ul></div>`,
    templates: { 0: { map: "1.0.0#page b1", tree: [] }, 1: { map: "1#div L0/0*1:2" }, 2: { map: "1#row S0/0*1" } },
  });
  await patched(page, () => connection.send([1, [0, [0, [{ "-": [0] }]]]]));
  await patched(page, () => connection.send([2, [0, ""]]));
  assert.deepEqual(await rows(page), ["a out inert", "b"]);
  await finish(page);
  await page.waitForFunction(() => !document.querySelector("div div,li"));
});

test("the focus goes to the same control of the next row, or to the one that follows", async (test) => {
  const { page, connection, patch } = await openList(test, "a", "b", "c", "d");
  const focused = () => page.evaluate(() => document.activeElement.textContent);
  await page.focus("li:nth-child(2) button");
  await patch([LIST, [{ "-": [1] }]]);
  assert.equal(await focused(), "c");
  await patch([LIST, [{ "-": [1] }]]);
  assert.equal(await focused(), "d");
  await patch([LIST, [{ "-": [1] }]]);
  assert.equal(await focused(), "a");
  await page.keyboard.press("Enter");
  assert.deepEqual(await event(connection), [1, 3, [LIST, 0, 1]]);
});

test("a field that leaves is no part of its form, and its text goes to the one that follows", async (test) => {
  const field = (name) => ["p", { "data-tealight-leave": "out" }, ["input", { id: "field", name, required: "" }]];
  const { page, connection } = await openLive(test, browser, {
    html: `${STYLE}<form><!1><p data-tealight-leave="out"><input id="field" name="old" required></p></form>`,
    templates: {
      0: { map: "2#page e1:submit.prevent e1:change.form b1/0" },
      1: { map: "1#old" },
      2: { map: "1#new", tree: [field("new")] },
    },
  });
  await page.focus("#field");
  await page.keyboard.type("ab");
  await patched(page, () => connection.send([1, [2, { "=": [2] }], { t: { 2: { map: "1#new", tree: [field("new")] } } }]));
  assert.equal(await page.evaluate(() => document.activeElement.name), "new");
  await page.keyboard.type("cd");
  await page.keyboard.press("Enter");
  const [number, , address, [fields]] = await connection.next();
  assert.deepEqual([number, address, fields], [1, [1], [["new", "cd"]]]);
  assert.deepEqual((await connection.next())[3][0], [["new", "cd"]]);
});

test("a hook lives until its element is gone", async (test) => {
  const view = listOf("a");
  const html = view.html.replace("<li", '<li data-tealight-hook="Row"');
  const { page, connection } = await openLive(test, browser, { ...view, html });
  await page.evaluate(() => {
    window.told = [];
    tealight.hook("Row", { mounted: () => told.push("mounted"), destroyed: () => told.push("destroyed") });
  });
  await patched(page, () => connection.send([1, [LIST, [{ "-": [0] }]]]));
  assert.deepEqual(await page.evaluate(() => told), ["mounted"]);
  await finish(page);
  await page.waitForFunction(() => told.length > 1);
  assert.deepEqual(await page.evaluate(() => told), ["mounted", "destroyed"]);
});

test("classes of the server change while an element enters", async (test) => {
  const tree = [["li", { "data-tealight-enter": "in" }]];
  const { page, connection } = await openLive(test, browser, {
    html: `${STYLE}<ul></ul>`,
    templates: { 0: { map: "2#page L1:1" }, 1: { map: "1#row a0:class" } },
  });
  await patched(page, () => connection.send([1, [[{ "+": [["one two"]] }]], { t: { 1: { map: "1#row a0:class", tree } } }]));
  await patched(page, () => connection.send([2, [[0, [0, "one three"]]]]));
  const classes = () => page.evaluate(() => document.querySelector("li").className);
  assert.equal(await classes(), "in one three");
  await finish(page);
  assert.equal(await classes(), "one three");
});

test("another script moves and removes what leaves", async (test) => {
  const { page, patch } = await openList(test, "a", "b", "c");
  await patch([LIST, [{ "-": [[0, 2]] }]]);
  await page.evaluate(() => {
    const [first, second] = document.querySelectorAll("li");
    document.querySelector("ul").append(first);
    second.remove();
  });
  await patch([LIST, [{ "+": [["x"]] }]], { t: { 1: { tree: [ROW] } } });
  await finish(page);
  assert.deepEqual(await rows(page), ["x", "c"]);
});

test("a modal dialog that leaves blocks nothing, and stays where it was", async (test) => {
  const { page, connection } = await openLive(test, browser, {
    html: `${STYLE}<button>under</button><p></p><!1><dialog open data-tealight-leave="out"><button>in</button></dialog>`,
    templates: {
      0: { map: "4 e1:click b3" },
      1: { map: "1#dialog p0:open" },
    },
  });
  await page.waitForFunction(() => document.querySelector("dialog").matches(":modal"));
  const place = () => page.evaluate(() => {
    const { x, y, width, height } = document.querySelector("dialog").getBoundingClientRect();
    return [x, y, width, height];
  });
  const before = await place();
  await patched(page, () => connection.send([1, [1, ""]]));
  assert.equal(await page.evaluate(() => document.querySelector("dialog").matches(":modal")), false);
  assert.deepEqual(await place(), before);
  await page.click("button");
  assert.deepEqual(await event(connection), [1, 1, [0]]);
  await finish(page);
  assert.equal(await page.locator("dialog").count(), 0);
});
