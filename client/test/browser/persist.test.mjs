// Elements that persist by name keep their nodes when a full render of other templates has them at another place.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { content, event, openLive, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const ROW = { 1: { map: "1#row S0", tree: [["li"]] } };

/** What is in the box: a button with a text, a list, and what only the page knows. */
const INNER = [["button"], ["ul"], ["input", { id: "field" }], ["div", { id: "long", style: "height:50px;overflow:auto" }, ["div", { style: "height:900px" }]]];

const INNER_HTML = (text, rows) =>
  `<button>${text}</button><ul>${rows.map((row) => `<li>${row}</li>`).join("")}</ul><input id="field"><div id="long" style="height:50px;overflow:auto"><div style="height:900px"></div></div>`;

/** Two views: the box is at another place and depth, and has another title. */
const ONE = {
  html: `<main><p>1</p><section persist="box" title="one" lang="de">${INNER_HTML("a", ["x"])}</section></main>`,
  templates: {
    0: {
      map: "1#one S0/0*2 e0/1*2/0*4:click S0/1*2/0*4 L0/1*2/1*4:1",
      tree: [["main", ["p"], ["section", { persist: "box", title: "one", lang: "de" }, ...INNER]]],
    },
    ...ROW,
  },
};
const TWO = {
  0: {
    map: "1#two e0/0*2/1*2/0*4:click S0/0*2/1*2/0*4 L0/0*2/1*2/1*4:1 p0/0*2/1*2/2*4:value",
    tree: [["article", ["div", ["b", "2"], ["section", { persist: "box", title: "two" }, ...INNER]], ["hr"]]],
  },
  ...ROW,
};
const TEXT = 1;
const LIST = 2;

const two = (patch, view = ["b", [["y"], ["z"]], null]) => ({
  mount: { session: "s2", patch, event: 0, templates: TWO, needs: ["controls", "rare"], view: [0, ...view] },
});

const remember = (page) =>
  page.evaluate(() => (window.kept = ["section", "button", "ul", "#field", "#long"].map((name) => root.querySelector(name))));

/** Returns true for each node that is still the same. */
const same = (page) =>
  page.evaluate(() => ["section", "button", "ul", "#field", "#long"].map((name, at) => root.querySelector(name) === kept[at]));

test("an element keeps its nodes in another view, at another depth", async (test) => {
  const { page, connection } = await openLive(test, browser, ONE);
  await remember(page);
  await page.evaluate(() => {
    long.scrollTop = 300;
    field.focus();
  });
  await patched(page, () => connection.send(two(1)));
  assert.deepEqual(await same(page), [true, true, true, true, true]);
  assert.equal(
    await content(page),
    `<article><div><b>2</b><section persist="box" title="two">${INNER_HTML("b", ["y", "z"])}</section></div><hr></article>`,
  );
  assert.deepEqual(await page.evaluate(() => [long.scrollTop, document.activeElement.id, document.body.children.length]), [300, "field", 2]);
});

test("a view patches and hears what persists", async (test) => {
  const { page, connection } = await openLive(test, browser, ONE);
  await remember(page);
  await patched(page, () => connection.send(two(1)));
  await page.click("section button");
  assert.deepEqual(await event(connection), [1, 1, [0]]);
  await patched(page, () => connection.send([2, [TEXT, "c", [{ "+": [["w"]] }, 2, ["v"]]], { e: 1 }]));
  assert.match(await content(page), /<button>c<\/button><ul><li>w<\/li><li>y<\/li><li>v<\/li><\/ul>/);
  // A property of the new view is set at the old node.
  await patched(page, () => connection.send([3, [LIST + 1, "text"]]));
  assert.equal(await page.evaluate(() => kept[3].value), "text");
  // And back, where it is at its first place again.
  await patched(page, () =>
    connection.send({ mount: { session: "s3", patch: 4, event: 1, templates: ONE.templates, view: [0, "1", "a", [["x"]]] } }),
  );
  assert.deepEqual(await same(page), [true, true, true, true, true]);
  assert.equal(await content(page), ONE.html);
  await page.click("section button");
  assert.deepEqual((await event(connection)).slice(1), [4, [1]]);
});

test("what persists and is not in the next view is removed, and so is a second one of its name", async (test) => {
  const view = {
    html: '<p><b persist="a">1</b><b persist="a">2</b><i persist="c">3</i></p>',
    templates: { 0: { map: "1#one", tree: [["p", ["b", { persist: "a" }, "1"], ["b", { persist: "a" }, "2"], ["i", { persist: "c" }, "3"]]] } },
  };
  const { page, connection } = await openLive(test, browser, view);
  await page.evaluate(() => (window.kept = [...root.querySelectorAll("b")]));
  const next = { 0: { map: "1#two", tree: [["div", ["i", { persist: "a" }, "0"], ["b", { persist: "a" }, "1"], ["b", { persist: "a" }, "2"]]] } };
  await patched(page, () => connection.send({ mount: { session: "s2", patch: 1, event: 0, templates: next, view: [0] } }));
  // The name and the tag are those of the first one.
  assert.equal(await content(page), '<div><i persist="a">0</i><b persist="a">1</b><b persist="a">2</b></div>');
  assert.deepEqual(
    await page.evaluate(() => [...root.querySelectorAll("b")].map((node) => kept.indexOf(node))),
    [0, -1],
  );
  assert.equal(await page.evaluate(() => document.body.children.length), 2);
});

/** A second of silence. */
const SILENCE = `data:audio/wav;base64,${Buffer.concat([
  Buffer.from("RIFF\x64\x1f\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x40\x1f\0\0\x01\0\x08\0data\x40\x1f\0\0", "latin1"),
  Buffer.alloc(8000, 128),
]).toString("base64")}`;

test("a frame runs on, a sound plays on, and a hook and its content live on", async (test) => {
  const media = [["iframe", { srcdoc: "<p>frame</p>" }], ["audio", { src: SILENCE, loop: "", muted: "" }], ["div", { "data-tealight-hook": "Chart", "data-tealight-owned": "" }]];
  const view = {
    html: `<main><p persist="media" class="one"><iframe srcdoc="&lt;p>frame&lt;/p>"></iframe><audio src="${SILENCE}" loop muted></audio></p><div persist="chart" data-tealight-hook="Chart" data-tealight-owned></div></main>`,
    templates: { 0: { map: "1#one", tree: [["main", ["p", { persist: "media", class: "one" }, ...media.slice(0, 2)], ["div", { persist: "chart", ...media[2][1] }]]] } },
  };
  const { page, connection } = await openLive(test, browser, view);
  const [moves, plays] = await page.evaluate(async () => {
    window.told = [];
    tealight.hook("Chart", {
      mounted(element) {
        element.append("drawn");
        told.push("mounted");
      },
      destroyed: () => told.push("destroyed"),
    });
    const frame = root.querySelector("iframe");
    if (frame.contentDocument.readyState !== "complete" || !frame.contentDocument.querySelector("p")) await new Promise((resolve) => (frame.onload = resolve));
    frame.contentWindow.mark = 7;
    window.sound = root.querySelector("audio");
    sound.parentNode.classList.add("loud");
    const plays = await sound.play().then(() => true, () => false);
    sound.onpause = sound.onemptied = ({ type }) => told.push(type);
    return ["moveBefore" in Element.prototype, plays];
  });
  const next = {
    0: { map: "2#two", tree: [["section", ["div", { persist: "chart", ...media[2][1] }], ["div", ["p", { persist: "media", class: "two" }, ...media.slice(0, 2)]]], ["hr"]] },
  };
  await patched(page, () => connection.send({ mount: { session: "s2", patch: 1, event: 0, templates: next, view: [0] } }));
  const [told, isSame, chart, classes, mark, isPaused] = await page.evaluate(() => [
    told,
    sound === root.querySelector("section>div audio"),
    root.querySelector("section>:first-child").textContent,
    root.querySelector("p").className,
    root.querySelector("iframe").contentWindow.mark,
    sound.paused,
  ]);
  assert.deepEqual([told, isSame, chart, classes], [["mounted"], true, "drawn", "loud two"]);
  if (moves) assert.equal(mark, 7);
  if (moves && plays) assert.equal(isPaused, false);
});

test("of two that persist, one may be in the other", async (test) => {
  const view = {
    html: '<div persist="out"><b persist="in">1</b></div>',
    templates: { 0: { map: "1#one", tree: [["div", { persist: "out" }, ["b", { persist: "in" }, "1"]]] } },
  };
  for (const tree of [
    [["main", ["div", { persist: "out" }, ["b", { persist: "in" }, "1"]]]],
    [["main", ["div", { persist: "out" }, ["b", { persist: "other" }, "3"]], ["b", { persist: "in" }, "1"]]],
    [["main", ["b", { persist: "in" }, "1"], ["div", { persist: "out" }, "2"]]],
    [["main", ["div", { persist: "out" }, "2"], ["b", { persist: "in" }, "1"]]],
    [["main", ["div", { persist: "out" }, ["i", ["b", { persist: "in" }, "1"]]]]],
    [["main", ["b", { persist: "in" }, "1"]]],
  ]) {
    const { page, connection } = await openLive(test, browser, view);
    await page.evaluate(() => (window.kept = ["b", "div"].map((name) => root.querySelector(name))));
    await patched(page, () => connection.send({ mount: { session: "s2", patch: 1, event: 0, templates: { 0: { map: "1#two", tree } }, view: [0] } }));
    const shown = JSON.stringify(tree);
    assert.deepEqual(
      await page.evaluate(() => ["[persist=in]", "div"].map((name, at) => [null, kept[at]].includes(root.querySelector(name)))),
      [true, true],
      shown,
    );
    const [made] = await page.evaluate((tree) => {
      const grow = ([tag, ...inner]) => {
        const element = document.createElement(tag);
        for (const item of inner) {
          if (Array.isArray(item)) element.append(grow(item));
          else if (typeof item === "string") element.append(item);
          else for (const name in item) element.setAttribute(name, item[name]);
        }
        return element;
      };
      return [grow(tree[0]).outerHTML];
    }, tree);
    assert.equal(await content(page), made, shown);
  }
});
