import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { golden, load } from "../load.mjs";
import { layout } from "../reference/golden.mjs";

const { define, parseMap } = await load("dom/template.ts");

const step = (walk, count = NaN) => [walk, count];
const slot = (letter, path, name = "", ...modifiers) => {
  const kind = letter.toLowerCase();
  const event = kind === "e" ? name : "";
  return {
    _kind: kind,
    _isSole: kind !== letter,
    _path: path,
    _name: name,
    _event: event,
    _modifiers: modifiers,
    _keys: undefined,
    _delay: undefined,
    _time: NaN,
  };
};

for (const [map, extent, ...slots] of [
  ["0", [0]],
  ["4 S1 e3:click", [4], slot("S", [step([1])]), slot("e", [step([3])], "click")],
  ["0.0.2.1.0 s0 l0.0.2:17", [0, 0, 2, 1, 0], slot("s", [step([0])]), slot("l", [step([0, 0, 2])], "17")],
  ["1 L0/1*2:3", [1], slot("L", [step([0]), step([1], 2)], "3")],
  ["1 b0/1 S0/-1/0*1", [1], slot("b", [step([0]), step([1])]), slot("S", [step([0]), step([-1]), step([0], 1)])],
  ["1 a0:xlink:href p0:value", [1], slot("a", [step([0])], "xlink:href"), slot("p", [step([0])], "value")],
  ["1 a0:data-a.b", [1], slot("a", [step([0])], "data-a.b")],
  ["1 e0/12*13:my-event.prevent.stop", [1], slot("e", [step([0]), step([12], 13)], "my-event", "prevent", "stop")],
  [
    "1 e0:window:keydown.stop.debounce.300..ctrl.5",
    [1],
    { ...slot("e", [step([0])], "window:keydown", "stop"), _keys: ["ctrl", "5"], _delay: "debounce", _time: 300 },
  ],
  [
    "1 a0:do:keydown.debounce.300..s",
    [1],
    { ...slot("a", [step([0])], "do:keydown.debounce.300..s"), _keys: ["s"], _event: "keydown", _delay: "debounce", _time: 300 },
  ],
]) {
  test(`map: ${map}`, () => assert.deepEqual(parseMap(map), { _extent: extent, _print: {}, _slots: slots }));
}

test("a definition adds what was missing", () => {
  const all = [];
  define(all, { 2: { map: "1 S0" } });
  assert.equal(all[2]._tree, undefined);
  define(all, { 2: { tree: [["li"]] } });
  assert.deepEqual([all[2]._extent, all[2]._slots.length, all[2]._tree], [[1], 1, [["li"]]]);
});

test("a template's print follows its extent, and templates without one are all different", () => {
  assert.deepEqual(parseMap("0.0.1#aB3-_9 s0"), { ...parseMap("0.0.1 s0"), _print: "aB3-_9" });
  assert.notEqual(parseMap("1")._print, parseMap("1")._print);
});

test("docs/golden/layout.json is the reference's output", async () => {
  assert.equal(await readFile(golden("layout"), "utf8"), layout());
});
