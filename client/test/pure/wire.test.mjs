import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import test from "node:test";
import { golden, load } from "../load.mjs";

const wire = await load("wire.ts");
const { parseMap } = await load("dom/template.ts");

for (const { name, message, maps, means } of JSON.parse(await readFile(golden("down"), "utf8"))) {
  test(`down: ${name}`, () => {
    // The client does not read these members.
    const { refused, speaks, pong, ...meaning } = means;
    assert.deepEqual(meaningOf(wire.decode(message), maps), meaning);
  });
}

for (const { name, message, means } of JSON.parse(await readFile(golden("up"), "utf8"))) {
  test(`up: ${name}`, () => assert.equal(encode(means), message));
}

test("an event over the limit says only its length", () => {
  for (const [payload, limit, message] of [
    ["tea", 14, "[1,2,[4294967295],15]"],
    ["tea", 15, '[1,2,[3],"tea"]'],
    ["茶", 15, '[1,2,[3],"茶"]'],
    ["茶", 14, "[1,2,[4294967295],15]"],
  ]) assert.equal(wire.encodeEvent(1, 2, [3], payload, limit), message);
  assert.equal(wire.encodeUnreadable(7), "[7,0,[4294967295]]");
});

test("the data block", () => {
  assert.deepEqual(wire.decodeBlock('{"tealight":1,"session":"k3","templates":{"0":{"map":"1 S0"}}}'), {
    tealight: 1,
    session: "k3",
    templates: { 0: { map: "1 S0" } },
  });
});

function encode({ attach, event, patch, address, payload, ping, remount, seen, went }) {
  if (attach) return wire.encodeAttach(attach.session, attach.patch, attach.event, attach.page);
  if (ping) return wire.encodePing(ping);
  if (remount) return wire.encodeRemount(remount);
  if (seen) return wire.encodeSeen(seen);
  if (went) return wire.encodeWent(went);
  return wire.encodeEvent(event, patch, address, payload);
}

function meaningOf({ event, needs, patch, mount, resume, ahead, went, fields, back }, maps) {
  const meaning = { ...(event !== undefined && { applied: event }), ...(fields && { fields }), ...(needs && { needs }) };
  if (resume) return { ...meaning, resume: true };
  if (back) return { ...meaning, back };
  if (went) return { ...meaning, went };
  if (ahead) meaning.ahead = ahead;
  if (mount) {
    const { session, patch, templates, view } = mount;
    if (mount.commands) meaning.commands = mount.commands;
    return { ...meaning, mount: { session, patch, templates, values: view.slice(1) } };
  }
  if (!patch) return meaning;
  const { templates, commands } = patch;
  if (commands) meaning.commands = commands;
  if (Object.keys(templates).length) meaning.templates = templates;
  const slots = Object.fromEntries(Object.entries(maps).map(([number, map]) => [number, parseMap(map)._slots]));
  return { patch: patch.patch, ...meaning, changes: changesOf(patch.body, slots[0], slots) };
}

function changesOf(body, slots, all) {
  const changes = [];
  wire.readSlots(body, (slot, change) => {
    const { _kind: kind, _name: name } = slots[slot];
    if (kind === "l") changes.push({ slot, rows: rowsOf(change, all[name], all) });
    else if (Array.isArray(change)) changes.push({ slot, region: change });
    else changes.push({ slot, set: wire.replacement(change) });
  });
  return changes;
}

function rowsOf(body, slots, all) {
  const rows = [];
  wire.readRows(body, {
    _take: (remove, moving) => rows.push({ ...(remove.length && { remove }), ...(moving.length && { moving }) }),
    _patch: (row, body) => rows.push({ row, patch: changesOf(body, slots, all) }),
    _insert: (row, insert) => rows.push({ row, insert }),
    _move: (row, from) => rows.push({ row, from }),
  });
  return rows;
}
