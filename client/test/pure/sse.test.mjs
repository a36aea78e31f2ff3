import assert from "node:assert/strict";
import test from "node:test";
import { load } from "../load.mjs";

const { overEvents } = await load("connection/sse.ts");

/** The messages that a page receives from a stream of these pieces. */
async function heard(test, pieces) {
  const encoder = new TextEncoder();
  const posts = [];
  globalThis.navigator ??= {};
  globalThis.addEventListener ??= () => {};
  test.mock.method(globalThis, "fetch", async (_, { method, body, headers }) => {
    if (method) return posts.push([headers["tealight-connection"], body]), new Response("");
    return new Response(ReadableStream.from(pieces.map((piece) => encoder.encode(piece))));
  });
  const messages = [];
  const code = await new Promise((closed) => {
    const transport = overEvents(() => new URL("http://localhost/"))({
      onopen: () => transport.send("attach"),
      _heard() {},
      onmessage: ({ data }) => (messages.push(data), transport.send("said")),
      onclose: ({ code }) => closed(code),
      _asked() {},
      _waits() {},
    });
  });
  return { messages, code, posts };
}

const KEY = "event: connection\ndata: k\n\n";

for (const [name, pieces, messages, code] of [
  ["one message in pieces, several in one", [KEY, "data: [1", ",[]]\n\ndata: [2,[]]\n\n: beat\n\n"], ["[1,[]]", "[2,[]]"], 0],
  ["what a person wrote is no event", [`${KEY}data: ["\u2028event: close","\u2029data: 1"]\n\n`], ['["\u2028event: close","\u2029data: 1"]'], 0],
  ["the end, and why", [`${KEY}event: close\ndata: 4001 taken over\n\n`], [], 4001],
]) {
  test(`heard: ${name}`, async (test) => {
    const it = await heard(test, pieces);
    assert.deepEqual(it.messages.slice(0, messages.length), messages);
    assert.equal(it.code, code);
    for (const [key] of it.posts) assert.equal(key, "k");
  });
}
