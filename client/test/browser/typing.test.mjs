// A person's text is not lost, reordered or overwritten by anything but a value that `update` sets on purpose.
// SEED=n replays one case; CASES=n sets the number of cases.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse, casesOf } from "../../../tests/browser/launch.mjs";
import { listen } from "../../../tests/browser/messages.mjs";
import { randomOf } from "../reference/generate.mjs";
import { serve, shows } from "./live.mjs";

const CASES = casesOf(12);
const STEPS = 60;

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const same = (text) => text;
const upper = (text) => text.toUpperCase();
const number = (text) => (Number.isFinite(parseFloat(text)) ? String(parseFloat(text)) : "");

/** The fields of the page: what `update` makes of a text, and where the view shows it. `keep`: `update` ignores the text. */
const FIELDS = [
  { tree: ["input", { id: "f0", value: "" }], slots: ["p:value", "e:input"], change: same },
  { tree: ["input", { id: "f1", value: "" }], slots: ["p:value", "e:input"], change: upper },
  { tree: ["input", { id: "f2", value: "fixed" }], slots: ["p:value", "e:input"], keep: "fixed" },
  { tree: ["input", { id: "f3" }], slots: ["e:input"], change: same },
  { tree: ["input", { id: "f4", value: "" }], slots: ["p:value", "e:change"], change: upper, isLate: true },
  { tree: ["textarea", { id: "f5" }], slots: ["p:value", "e:input"], change: same },
  { tree: ["p", { id: "f6", contenteditable: "true" }], slots: ["S", "e:input"], change: same },
  { tree: ["p", { id: "f7", contenteditable: "true" }], slots: ["S", "e:input"], change: upper },
  { tree: ["input", { id: "f8", value: "", inputmode: "decimal" }], slots: ["p:value", "e:input"], change: number, isLoose: true },
  { tree: ["input", { id: "f9", type: "checkbox" }], slots: ["p:checked", "e:change.check"], change: same, isBox: true },
  { tree: ["input", { id: "f10", type: "checkbox" }], slots: ["p:checked", "e:change.check"], keep: false, isBox: true },
];

FIELDS.forEach((field, at) => {
  field.id = field.tree[1].id;
  field.first = FIELDS.slice(0, at).reduce((sum, { slots }) => sum + slots.length, 0);
  field.shown = field.slots.findIndex((slot) => !slot.startsWith("e"));
  field.initial = field.keep ?? (field.isBox ? false : "");
});

const word = (slot, at) => (slot.length === 1 ? slot + at : slot.replace(":", `${at}:`));
const MAP = `${FIELDS.length}#typing ${FIELDS.flatMap(({ slots }, at) => slots.map((slot) => word(slot, at))).join(" ")}`;
const TREE = FIELDS.map(({ tree }) => tree);
const HTML = FIELDS.map(({ tree: [tag, attributes] }) => {
  const text = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join("");
  return `<${tag}${text}>${tag === "input" ? "" : `</${tag}>`}`;
}).join("");

/** The value of a slot for a field's value in the model. */
const written = (field, value) => (field.isBox ? value || null : value);

/** The server: a model, the values that the last patch has shown, and the messages that are on their way to the page. */
class Server {
  model = FIELDS.map(({ initial }) => initial);
  sent = [...this.model];
  patch = 0;
  event = 0;
  /** The page's last event, as its attach said: a full render waits until it is here. */
  expected = 0;
  told = FIELDS.map(() => []);
  queue = [];

  take([event, , address, payload]) {
    if (event <= this.event) return;
    assert.equal(event, this.event + 1, "events are in order, each once");
    this.event = event;
    const at = FIELDS.findIndex(({ first, slots }) => address[0] >= first && address[0] < first + slots.length);
    this.told[at].push(payload);
    if (FIELDS[at].change) this.model[at] = FIELDS[at].change(payload);
    this.flush();
  }

  push(at, value) {
    this.model[at] = value;
    this.flush();
  }

  flush() {
    if (this.expected > this.event) return;
    if (this.expected) return this.queue.push({ message: this.mount(), event: this.event, values: [...this.sent] });
    const body = FIELDS.flatMap((field, at) =>
      field.shown >= 0 && this.model[at] !== this.sent[at] ? [field.first + field.shown, written(field, this.model[at])] : [],
    );
    this.sent = [...this.model];
    const message = body.length ? [++this.patch, body, { e: this.event }] : { event: this.event };
    this.queue.push({ message, event: this.event, values: [...this.sent] });
  }

  /** Returns the answer to an attach. All messages that are on their way are lost. */
  attach({ patch, event }) {
    this.queue = [];
    this.expected = patch !== this.patch && event > this.event ? event : 0;
    if (patch === this.patch || this.expected) return { resume: { event: this.event } };
    return this.mount();
  }

  mount() {
    this.expected = 0;
    this.patch++;
    this.sent = [...this.model];
    const view = [0, ...FIELDS.flatMap((field, at) => (field.shown >= 0 ? [written(field, this.model[at])] : []))];
    return { mount: { session: "s1", patch: this.patch, event: this.event, templates: { 0: { map: MAP, tree: TREE } }, view } };
  }
}

const KEYS = ["a", "b", "1", ".", "2", "Backspace", "ArrowLeft", "ArrowRight"];

async function run(test, seed) {
  const random = randomOf(seed);
  const pick = (items) => items[Math.floor(random() * items.length)];
  const page = await browser.newPage();
  await page.addInitScript(() => {
    // The page attaches again at once, however often it has lost its connection.
    Math.random = () => 0;
    window.up = 0;
    window.down = 0;
    window.noteFrame = (frame) => {
      if (frame.up?.tealight) up = 0;
      if (Array.isArray(frame.up)) up++;
      if (frame.down) down++;
    };
  });
  await listen(page);
  const web = await serve(test, { html: HTML, templates: { 0: { map: MAP } } });
  await page.goto(web.url);
  const server = new Server();
  /** The events that the server has received and not taken yet. */
  const inbox = [];
  let received = 0;
  let connection;
  const receive = async (of) => {
    for (;;) {
      const message = await of.next();
      if (of !== connection) return;
      if (!Array.isArray(message)) continue;
      received++;
      inbox.push(message);
    }
  };
  const attached = async () => {
    connection = await web.attached();
    received = 0;
    inbox.length = 0;
    const answer = server.attach(connection.attach);
    connection.send(answer);
    await shows(page, "live");
    // No message comes on a connection that has ended.
    receive(connection).catch(() => {});
    return answer;
  };
  await attached();

  const read = () =>
    page.evaluate(() => [...root.children].map((field) => (field.type === "checkbox" ? field.checked : (field.value ?? field.innerText.replace(/^\n$/, "")))));
  /** Waits until the server has what the page has sent. */
  const arrived = async () => {
    const up = await page.evaluate(() => window.up);
    while (received < up) await page.evaluate(() => {});
  };

  /** For each field: what a person saw after each key, and the event that told the last one. Infinity: none has. */
  const typed = FIELDS.map(() => []);
  const telling = FIELDS.map(() => 0);
  let last = 0;
  const log = [];
  const note = (text) => log.push(text);

  const noteEvents = async () => {
    await arrived();
    for (const [event, , address] of inbox) {
      if (event <= last) continue;
      last = event;
      const at = FIELDS.findLastIndex(({ first }) => address[0] >= first);
      telling[at] = event;
    }
  };

  const press = async () => {
    const at = Math.floor(random() * FIELDS.length);
    const { id, isBox, isLate } = FIELDS[at];
    await page.evaluate((id) => document.activeElement.id === id || document.getElementById(id).focus(), id);
    await noteEvents();
    if (isBox) await page.keyboard.press("Space");
    else {
      await page.keyboard.press("Control+End");
      for (let keys = 1 + Math.floor(random() * 4); keys--; ) {
        const key = pick(KEYS);
        const before = (await read())[at];
        await page.keyboard.press(key);
        const now = (await read())[at];
        note(`${id} ${key}: ${now}`);
        if (now === before) continue;
        typed[at].push(now);
        if (isLate) telling[at] = Infinity;
        await noteEvents();
      }
      return;
    }
    typed[at].push((await read())[at]);
    note(`${id} ${typed[at].at(-1)}`);
    await noteEvents();
  };

  const deliver = async () => {
    const next = server.queue.shift();
    if (!next) return;
    const before = await read();
    const down = await page.evaluate(() => window.down);
    connection.send(next.message);
    await page.waitForFunction((down) => window.down > down, down);
    const now = await read();
    note(`message ${JSON.stringify(next.message)}`);
    for (const [at, field] of FIELDS.entries()) {
      if (now[at] === before[at]) continue;
      const about = `${field.id} was ${before[at]}, is ${now[at]}`;
      assert.ok(telling[at] <= next.event, `${about}: the server does not know it`);
      assert.equal(now[at], next.values[at], about);
    }
    await noteEvents();
  };

  const reconnect = async () => {
    note("reconnect");
    await noteEvents();
    last = server.event;
    connection.close(1012);
    const answer = await attached();
    note(JSON.stringify(answer));
    await noteEvents();
  };

  const step = async () => {
    const choice = random();
    if (choice < 0.45) await press();
    else if (choice < 0.65) inbox.length && server.take(inbox.shift());
    else if (choice < 0.9) await deliver();
    else if (choice < 0.97) {
      const at = pick([0, 1, 5, 6, 7]);
      note(`push ${FIELDS[at].id}`);
      server.push(at, `P${Math.floor(random() * 100)}`);
    } else await reconnect();
  };

  try {
    for (let count = STEPS; count--; ) await step();
    await page.evaluate(() => document.activeElement.blur());
    await noteEvents();
    while (inbox.length || server.queue.length) {
      while (inbox.length) server.take(inbox.shift());
      await deliver();
    }
    await page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
    const shown = await read();
    for (const [at, field] of FIELDS.entries()) {
      const about = `${field.id} at rest, told ${JSON.stringify(server.told[at])}, typed ${JSON.stringify(typed[at])}`;
      const texts = server.told[at];
      if (!typed[at].length || (!texts.length && typed[at].at(-1) === field.initial)) continue;
      // A text that the server has shown is no change.
      const meaning = field.isLate ? field.change : same;
      assert.equal(meaning(texts.at(-1)), meaning(typed[at].at(-1)), about);
      if (field.isBox || (field.shown >= 0 && field.change && !field.isLoose)) assert.equal(shown[at], server.model[at], about);
      else if (field.isLoose) assert.equal(number(shown[at]), server.model[at], about);
      else assert.equal(shown[at], typed[at].at(-1), about);
      let from = 0;
      for (const text of texts) {
        const found = typed[at].indexOf(text, from);
        assert.ok(found >= 0 || text === typed[at][from - 1] || text === texts[texts.indexOf(text) - 1], `${about}: ${text} in order`);
        if (found >= 0) from = found;
      }
    }
  } catch (error) {
    error.message = `replay with SEED=${seed}\n${log.slice(-40).join("\n")}\n${error.message}`;
    throw error;
  }
  await page.close();
}

const seeds = process.env.SEED ? [Number(process.env.SEED)] : Array.from({ length: CASES }, (_, at) => at + 1);
for (const seed of seeds) test(`what is typed stays, seed ${seed}`, (test) => run(test, seed));
