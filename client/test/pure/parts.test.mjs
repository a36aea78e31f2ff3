// The committed files: the script, and its parts.

import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import test from "node:test";
import { createContext, runInContext } from "node:vm";

const dist = (name) => readFile(new URL(`../../dist/${name}`, import.meta.url), "utf8");
const sources = await readdir(new URL("../../src/parts/", import.meta.url));
const parts = sources.map((file) => file.replace(".ts", ""));
const version = await dist("version");

class MutationObserver {}

/** Runs the script in a page that needs all parts. Returns what it hands to them. */
async function handedOver() {
  const handed = {};
  const take = (name) => (functions) => ((handed[name] = functions), undefined);
  const block = JSON.stringify({ session: "s", templates: {}, needs: parts });
  const root = { dataset: {}, nextElementSibling: { textContent: block } };
  const document = { querySelectorAll: (selector) => (selector === "[data-tealight]" ? [root] : []) };
  const timers = { setTimeout() {}, clearTimeout() {} };
  const page = { document, MutationObserver, ...timers, [version]: Object.fromEntries(parts.map((name) => [name, take(name)])) };
  page.self = page.window = page;
  runInContext(await dist("tealight.js"), createContext(page));
  return handed;
}

test("each part has a file, of the script's version", async () => {
  assert.deepEqual(parts.toSorted(), ["controls", "effects", "rare", "routes", "sse"]);
  for (const name of ["tealight", ...parts]) assert.ok((await dist(`${name}.js`)).includes(`"${version}"`), name);
});

test("each part finds in the script everything that it takes from there", async () => {
  const handed = await handedOver();
  for (const name of parts) {
    const page = {};
    runInContext(await dist(`${name}.js`), createContext({ self: page, MutationObserver }));
    const taken = [];
    const functions = new Proxy(handed[name], { get: (all, key) => (taken.push(key), all[key]) });
    assert.ok(page[version][name](functions), name);
    assert.deepEqual(taken.filter((key) => handed[name][key] === undefined), [], name);
    if (name !== "sse") assert.ok(taken.length > 0, name);
  }
});

test("the script has nothing of its parts", async () => {
  const script = await dist("tealight.js");
  for (const [part, sign] of [["controls", "compositionend"], ["effects", "scrollIntoView"], ["rare", "IntersectionObserver"], ["routes", "popstate"], ["sse", "text/event-stream"]]) {
    assert.ok((await dist(`${part}.js`)).includes(sign), part);
    assert.ok(!script.includes(sign), part);
  }
});
