import assert from "node:assert/strict";
import test from "node:test";
import { load } from "../load.mjs";

const { connect, home } = await load("connection/connection.ts", "home.ts");
const { backoff } = await load("connection/backoff.ts");
const { waysTo } = await load("connection/ways.ts");
const { socketAddress } = await load("connection/websocket.ts");

const LONG = 60_000;

/** A connection whose clock, randomness and transports the test controls. */
function connection(test, { patch = 0, broken = false, names = ["ws"] } = {}) {
  test.mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: 1 });
  test.mock.method(Math, "random", () => 1);
  const transports = [];
  const page = {
    _patch: patch,
    _isBroken: broken,
    states: [],
    did: [],
    _apply: ({ patch }) => page.did.push(`patch ${(page._patch = patch)}`),
    _mount: ({ patch }) => page.did.push(`mount ${(page._patch = patch)}`),
    _show: (state) => page.states.push(state),
    _flush: () => {},
  };
  const overFake = (name) => (listener) => {
    const transport = {
      opened: listener.onopen,
      closed: (code) => listener.onclose({ code }),
      asked: listener._asked,
      waits: listener._waits,
      name,
      sent: [],
      isClosed: false,
      /** The server answers pings at once, and the test does not see them. */
      isThere: true,
      send(text) {
        const message = JSON.parse(text);
        if (message?.ping >= 0 && transport.isThere) transport.receive({ pong: message.ping });
        else transport.sent.push(message);
      },
      close: () => (transport.isClosed = true),
      receive: (message) => listener.onmessage({ data: JSON.stringify(message) }),
    };
    transports.push(transport);
    return transport;
  };
  const ways = names.map((name) => [name, overFake(name)]);
  let server;
  const open = (given) => ((server = given), page);
  const reloads = [];
  const connected = connect(open, "k3", ways, (now) => reloads.push(now));
  return {
    page,
    transports,
    transport: connected.transport,
    reloads,
    wake: connected._wake,
    remount: server._remount,
    fire: (address, payload, event = {}) => server._fire(address, payload, event)(),
    prepare: (address, payload) => server._fire(address, payload, {}),
    get last() {
      return transports.at(-1);
    },
    tick: (ms) => test.mock.timers.tick(ms),
    /** Ticks in steps: a timer that is set during a tick counts from its end. */
    pass(ms) {
      for (; ms > 0; ms -= 500) test.mock.timers.tick(500);
    },
    live(event = 0) {
      this.last.opened();
      this.last.receive({ resume: { event } });
      return this.last;
    },
  };
}

const attach = (session, patch, event) => ({ tealight: 1, session, patch, event, page: performance.timeOrigin | 0 });

test("attaches, and is live when the server has answered", (test) => {
  const { page, last } = connection(test);
  assert.deepEqual(last.sent, []);
  last.opened();
  assert.deepEqual(last.sent, [attach("k3", 0, 0)]);
  assert.deepEqual(page.states, []);
  last.receive({ resume: { event: 0 } });
  last.receive([1, ["x"]]);
  assert.deepEqual(page.states, ["live"]);
  assert.deepEqual(page.did, ["patch 1"]);
});

test("events made before the connection is open are sent with the patch of their time", (test) => {
  const { page, last, fire } = connection(test);
  fire([3]);
  page._patch = 1;
  fire([0, 7, 1], "text");
  last.opened();
  assert.deepEqual(last.sent, [attach("k3", 1, 2)]);
  last.receive({ resume: { event: 0 } });
  assert.deepEqual(last.sent.slice(1), [[1, 0, [3]], [2, 1, [0, 7, 1], "text"]]);
});

test("after a lost connection only unacknowledged events are sent again", (test) => {
  const it = connection(test);
  const first = it.live();
  for (const slot of [1, 2, 3, 4]) it.fire([slot]);
  first.receive({ event: 1 });
  first.receive([1, ["x"], { e: 2 }]);
  first.closed(1006);
  it.fire([5]);
  it.tick(250);
  it.live(3);
  assert.deepEqual(it.last.sent, [attach("k3", 1, 5), [4, 0, [4]], [5, 1, [5]]]);
  assert.deepEqual(it.page.states, ["live", "lost", "live"]);
});

test("a refused event is not sent again", (test) => {
  const it = connection(test);
  it.live();
  it.fire([1]);
  it.last.receive({ refused: "stale", event: 1 });
  it.last.closed(1012);
  it.tick(250);
  it.live(1);
  assert.deepEqual(it.last.sent, [attach("k3", 0, 1)]);
});

test("waits longer after each failure, up to ten seconds", (test) => {
  const it = connection(test);
  for (const wait of [250, 375, 563, 844, 1266, 1899, 2848, 4272, 6408, 9611, 10_000, 10_000]) {
    const opened = it.transports.length;
    it.last.closed(1006);
    it.tick(wait - 1);
    assert.equal(it.transports.length, opened);
    it.tick(1);
    assert.equal(it.transports.length, opened + 1);
  }
});

test("the wait is short again after a steady connection, but not after a brief one", (test) => {
  const it = connection(test);
  it.last.closed(1006);
  it.tick(250);
  it.live().closed(1011);
  it.tick(374);
  assert.equal(it.transports.length, 2);
  it.tick(1);
  it.live();
  it.tick(LONG);
  it.last.closed(1012);
  it.tick(250);
  assert.equal(it.transports.length, 4);
});

test("a server that ends says when the page comes back, once", (test) => {
  const it = connection(test);
  it.live();
  it.last.receive({ back: 730 });
  it.last.closed(1012);
  it.tick(729);
  assert.equal(it.transports.length, 1);
  it.tick(1);
  assert.equal(it.transports.length, 2);
  // the next server is not there yet
  it.last.closed(1006);
  it.tick(250);
  assert.equal(it.transports.length, 3);
  it.live();
  it.last.closed(1006);
  it.tick(375);
  assert.equal(it.transports.length, 4);
});

test("the jitter is full", () => {
  assert.equal(backoff(0, 0), 0);
  assert.equal(backoff(2, 0.5), 281.25);
  assert.equal(backoff(1000, 1), 10_000);
});

test("connects at once when the tab wakes", (test) => {
  const it = connection(test);
  it.live().closed(1006);
  it.wake();
  assert.equal(it.transports.length, 2);
  it.live();
  it.tick(LONG);
  assert.equal(it.transports.length, 2);
});

test("asks whether the server is there when the tab wakes", (test) => {
  const it = connection(test);
  const first = it.live();
  it.pass(LONG);
  first.isThere = false;
  it.wake();
  assert.deepEqual(first.sent.slice(1), [{ ping: 0 }]);
  first.receive({ pong: 0 });
  it.pass(24_000);
  assert.equal(first.isClosed, false);
  it.wake();
  it.pass(5000);
  assert.equal(first.isClosed, true);
  assert.deepEqual(it.page.states, ["live", "lost"]);
  it.pass(250);
  assert.equal(it.transports.length, 2);
});

test("asks whether the server is there when an event is not answered", (test) => {
  const it = connection(test);
  it.live();
  it.last.isThere = false;
  it.fire([1]);
  it.pass(5000);
  assert.deepEqual(it.last.sent.slice(2), [{ ping: 1 }]);
  it.last.receive({ event: 1 });
  it.last.isThere = true;
  it.pass(LONG);
  assert.equal(it.last.isClosed, false);
});

test("a line that hears nothing is noticed within 35 seconds", (test) => {
  const it = connection(test);
  const first = it.live();
  first.isThere = false;
  it.pass(24_000);
  assert.deepEqual(first.sent.slice(1), []);
  it.pass(11_000);
  assert.deepEqual(first.sent.slice(1), [{ ping: 0 }]);
  assert.equal(first.isClosed, true);
});

test("a line that sends nothing up is noticed within ten seconds of an event, whatever comes down", (test) => {
  const it = connection(test);
  const first = it.live();
  first.isThere = false;
  it.fire([1]);
  for (let patch = 1; patch <= 10; patch++) {
    assert.equal(first.isClosed, false);
    it.pass(1000);
    first.receive([patch, ["x"]]);
  }
  assert.equal(first.isClosed, true);
});

test("a page that waits for other tabs does not take its server for lost", (test) => {
  const it = connection(test);
  const first = it.last;
  first.opened();
  first.waits(true);
  it.pass(60_000);
  assert.equal(first.isClosed, false);
  first.waits();
  it.pass(9_000);
  assert.equal(first.isClosed, false);
  it.pass(2_000);
  assert.equal(first.isClosed, true, "now it waits for the server");
});

test("an answer to one event does not count for the next", (test) => {
  const it = connection(test);
  const first = it.live();
  first.isThere = false;
  it.fire([1]);
  it.fire([2]);
  it.pass(4000);
  first.receive({ event: 1 });
  it.pass(10_000);
  assert.equal(first.isClosed, true);
});

test("a server with an older state of the session is believed, and the person told", (test) => {
  const it = connection(test);
  const first = it.live();
  const told = [];
  for (const slot of [1, 2, 3]) it.fire([slot]).push((fields) => told.push([slot, fields]));
  first.receive({ event: 2 });
  first.closed(1006);
  it.tick(250);
  it.live(1);
  assert.deepEqual(told, [[1, undefined], [2, undefined], [3, []]]);
  assert.deepEqual(it.last.sent.slice(1), [{ remount: 0 }]);
  it.fire([4]);
  assert.deepEqual(it.last.sent.slice(2), [[2, 0, [4]]]);
});

test("five thousand events wait, and the person hears of any more", (test) => {
  const it = connection(test);
  const told = [];
  for (let slot = 0; slot < 5001; slot++) it.fire([slot]).push((fields) => told.push([slot, fields]));
  it.tick(1);
  assert.deepEqual(told, [[5000, []]]);
  it.live();
  assert.equal(it.last.sent.length, 5001);
});

test("a call beyond those that wait fails", async (test) => {
  const it = connection(test);
  for (let slot = 0; slot < 5000; slot++) it.fire([slot]);
  const answered = new Promise((answer) => it.fire([1], "x", { _answer: answer }));
  await assert.rejects(answered, /too many events wait/);
});

test("a million characters wait, and the person hears of any more", (test) => {
  const it = connection(test);
  const told = [];
  const text = "x".repeat(100_000);
  for (let slot = 0; slot < 12; slot++) it.fire([slot], text).push((fields) => told.push([slot, fields]));
  it.tick(1);
  assert.deepEqual(told, [[11, []]]);
  it.live();
  assert.equal(it.last.sent.length, 12);
});

/** The address without a handler. */
const NOWHERE = [2 ** 32 - 1];

test("an event that has waited for more than five minutes is not done, and the person hears", (test) => {
  const it = connection(test);
  it.live();
  const told = [];
  const fire = (slot) => it.fire([slot]).push((fields) => told.push([slot, fields]));
  // The server has applied the first one, and its answer was lost.
  fire(1);
  fire(2);
  it.last.closed(1006);
  it.pass(300_000);
  fire(3);
  it.pass(1_000);
  it.wake();
  it.live(1);
  assert.deepEqual(it.last.sent, [attach("k3", 0, 3), [2, 0, NOWHERE], [3, 0, [3]]]);
  it.last.receive({ refused: "no-handler", event: 2 });
  it.last.receive({ event: 3 });
  assert.deepEqual(told, [[1, undefined], [2, []], [3, undefined]]);
});

test("a page that has slept for an hour asks whether its server is there, and hears what was not done", (test) => {
  const it = connection(test);
  const before = it.live();
  const told = [];
  it.fire([1]).push((fields) => told.push(fields));
  before.isThere = false;
  // No timer runs while it sleeps.
  test.mock.timers.setTime(3_600_000);
  it.wake();
  it.pass(10_000);
  assert.equal(before.isClosed, true);
  it.pass(500);
  it.last.opened();
  assert.deepEqual(it.last.sent, [attach("k3", 0, 1)]);
  it.last.receive({ mount: { session: "s2", patch: 1, event: 0, templates: {}, view: [0] } });
  assert.deepEqual(told, [[]]);
  assert.deepEqual(it.page.states, ["live", "lost", "live"]);
});

test("a page that has changed its network goes on over a new line, and ignores the old one", (test) => {
  const it = connection(test);
  const old = it.live();
  it.fire([1]);
  old.isThere = false;
  it.wake();
  it.pass(10_500);
  const line = it.live();
  assert.deepEqual(line.sent, [attach("k3", 0, 1), [1, 0, [1]]]);
  // The old line wakes up.
  old.receive({ event: 1 });
  old.receive([1, ["x"]]);
  old.closed(4001);
  assert.deepEqual(it.page.did, []);
  line.receive([1, ["y"], { e: 1 }]);
  assert.deepEqual(it.page.did, ["patch 1"]);
  it.pass(LONG);
  assert.equal(it.transports.length, 2);
});

test("gives up an attempt that is not answered", (test) => {
  const it = connection(test);
  it.last.opened();
  it.tick(10_000);
  it.tick(250);
  assert.equal(it.transports[0].isClosed, true);
  assert.equal(it.transports.length, 2);
});

test("ignores a transport that was given up", (test) => {
  const it = connection(test);
  const first = it.live();
  first.closed(1006);
  it.wake();
  first.receive([1, ["x"]]);
  first.closed(1006);
  it.live();
  assert.deepEqual(it.page.did, []);
  assert.deepEqual(it.page.states, ["live", "lost", "live"]);
});

test("a page that another page took over asks for a session of its own", (test) => {
  const it = connection(test, { patch: 4 });
  it.live().closed(4001);
  it.tick(250);
  it.last.opened();
  assert.deepEqual(it.last.sent, [attach("", 4, 0)]);
});

test("an outdated page does not connect again", (test) => {
  const it = connection(test);
  it.last.closed(4406);
  it.tick(LONG);
  assert.deepEqual(it.reloads, [false]);
  assert.equal(it.transports.length, 1);
});

test("a page of a person who has logged out loads itself again at once", (test) => {
  const it = connection(test);
  it.live().closed(4403);
  it.tick(LONG);
  assert.deepEqual(it.reloads, [true]);
  assert.equal(it.transports.length, 1);
});

for (const code of [413, 1009, 4400]) {
  test(`what was refused with ${code} is not repeated, and takes nothing with it`, (test) => {
    const it = connection(test);
    it.live();
    it.fire([1]);
    it.last.receive({ event: 1 });
    it.fire([2]);
    it.fire([3], "too much");
    it.fire([4], "said after it");
    it.last.closed(code);
    it.tick(250);
    it.live(2);
    it.fire([5]);
    assert.deepEqual(it.last.sent, [
      attach("k3", 0, 4),
      [3, 0, [2 ** 32 - 1]],
      [4, 0, [4], "said after it"],
      [5, 0, [5]],
    ]);
    it.last.closed(1006);
    it.tick(500);
    it.live(3);
    assert.deepEqual(it.last.sent.slice(1), [[4, 0, [4], "said after it"], [5, 0, [5]]]);
  });
}

test("an event that is sent later refers to the page at the time of the event", (test) => {
  const { page, last, prepare } = connection(test, { patch: 3 });
  const send = prepare([1], "typed");
  page._patch = 4;
  last.opened();
  last.receive({ resume: { event: 0 } });
  send();
  assert.deepEqual(last.sent.slice(1), [[1, 3, [1], "typed"]]);
});

const mount = (session, event) => ({ mount: { session, patch: 9, event, templates: {}, view: [0] } });

test("a new session counts events from the start", (test) => {
  const it = connection(test);
  it.fire([1]);
  it.last.opened();
  it.last.receive(mount("k4", 0));
  it.fire([2]);
  assert.deepEqual(it.last.sent.slice(1), [{ seen: 9 }, [1, 9, [2]]]);
  assert.deepEqual(it.page.did, ["mount 9"]);
  it.last.closed(1006);
  it.tick(250);
  it.last.opened();
  assert.deepEqual(it.last.sent, [attach("k4", 9, 1)]);
});

test("a delayed event belongs to the session in which it was made", (test) => {
  const it = connection(test, { patch: 57 });
  it.live();
  const send = it.prepare([3], "typed");
  it.last.receive(mount("k4", 0));
  send();
  assert.deepEqual(it.last.sent.slice(1), [{ seen: 9 }, [1, 0, [3], "typed"]]);
});

test("applied events are settled before a full render is shown", (test) => {
  const it = connection(test);
  it.live();
  it.fire([1]).push(() => it.page.did.push("settled"));
  it.last.receive(mount("k3", 1));
  assert.deepEqual(it.page.did, ["settled", "mount 9"]);
});

test("a full render of the same session loses no event", (test) => {
  const it = connection(test);
  it.fire([1]);
  it.fire([2]);
  it.last.opened();
  it.last.receive(mount("k3", 1));
  assert.deepEqual(it.last.sent.slice(1), [[2, 0, [2]], { seen: 9 }]);
  it.last.receive(mount("k3", 1));
  assert.deepEqual(it.last.sent.slice(3), [{ seen: 9 }]);
});

test("a page that waits for a full render asks again on a new connection", (test) => {
  const it = connection(test, { patch: 3, broken: true });
  it.remount();
  it.live();
  it.tick(0);
  assert.deepEqual(it.last.sent.slice(1), [{ remount: 3 }]);
});

test("each full render that a page asks for within a minute makes the next one wait longer", (test) => {
  const it = connection(test, { broken: true });
  it.live();
  const asked = () => it.last.sent.filter((message) => "remount" in message).length;
  test.mock.method(console, "warn", () => {});
  for (const [wait, sum] of [[0, 1], [375, 2], [563, 3], [844, 4]]) {
    if (wait) it.remount();
    it.tick(Math.max(wait - 1, 0));
    if (wait) assert.equal(asked(), sum - 1);
    it.tick(1);
    assert.equal(asked(), sum);
  }
  assert.equal(console.warn.mock.callCount(), 1);
  it.tick(60_000);
  it.remount();
  it.tick(0);
  assert.equal(asked(), 5);
});

const BOTH = { names: ["ws", "sse"] };

test("takes the next way at once when one is blocked, and waits only when all are", (test) => {
  const it = connection(test, BOTH);
  it.last.closed(1006);
  it.tick(0);
  assert.equal(it.last.name, "sse");
  it.last.closed(0);
  it.tick(249);
  assert.equal(it.transports.length, 2);
  it.tick(1);
  assert.equal(it.last.name, "ws");
});

test("takes the next way when one is silent", (test) => {
  const it = connection(test, BOTH);
  it.last.opened();
  it.tick(4000);
  assert.equal(it.transports[0].isClosed, true);
  it.tick(0);
  assert.equal(it.last.name, "sse");
  it.live();
  assert.deepEqual(it.page.states, ["lost", "live"]);
});

test("takes the next way when one breaks again and again", (test) => {
  const it = connection(test, BOTH);
  for (let n = 0; n < 3; n++) {
    assert.equal(it.last.name, "ws");
    it.live().closed(1006);
    it.tick(LONG);
  }
  assert.equal(it.last.name, "sse");
});

/** Live over the second way. */
function second(test) {
  const it = connection(test, BOTH);
  it.last.closed(1006);
  it.tick(0);
  return [it, it.live()];
}

test("returns to the better way after it has received everything on the old one", (test) => {
  const [it, old] = second(test);
  it.pass(60_000);
  it.fire([1]);
  assert.equal(it.last.name, "ws");
  assert.deepEqual(old.sent.length, 2);
  it.last.opened();
  assert.deepEqual(old.sent.slice(2), [null]);
  it.fire([2]);
  old.receive([1, ["x"], { e: 1 }]);
  old.closed(1000);
  assert.deepEqual(it.last.sent, [attach("k3", 1, 2)]);
  it.last.receive({ resume: { event: 1 } });
  assert.deepEqual(it.last.sent.slice(1), [[2, 0, [2]]]);
  assert.deepEqual(it.page.states, ["lost", "live", "live"]);
  it.pass(LONG);
  assert.equal(it.transports.length, 3);
});

test("keeps its way while the better one is blocked, and tries that again later", (test) => {
  const [it, old] = second(test);
  it.pass(60_000);
  it.last.closed(1006);
  it.pass(59_500);
  assert.equal(it.transports.length, 3);
  it.pass(500);
  assert.equal(it.transports.length, 4);
  it.pass(4000);
  assert.equal(it.last.isClosed, true);
  it.fire([1]);
  assert.deepEqual(old.sent.slice(1), [[1, 0, [1]]]);
  assert.deepEqual(it.page.states, ["lost", "live"]);
});

test("a stream that another page asks for is drained, and its page stays live while it waits", (test) => {
  const it = connection(test);
  const old = it.live();
  old.asked();
  old.asked();
  const next = it.last;
  next.opened();
  it.fire([1]);
  old.receive([1, ["x"]]);
  assert.deepEqual([old.sent.slice(1), next.sent, it.transports.length], [[null], [], 2]);
  old.closed(1000);
  next.asked();
  assert.deepEqual(next.sent, [attach("k3", 1, 1)]);
  it.tick(8_000);
  next.receive({ resume: { event: 0 } });
  assert.deepEqual(next.sent.slice(1), [[1, 0, [1]]]);
  assert.deepEqual([it.page.states, it.transports.length], [["live", "live"], 2]);
});

test("a page whose streams take turns still returns to the better way", (test) => {
  const [it] = second(test);
  for (let turns = 0; turns < 40 && it.last.name === "sse"; turns++) {
    const old = it.last;
    old.asked();
    old.closed(1000);
    it.live();
    it.tick(2_000);
  }
  assert.equal(it.last.name, "ws");
});

test("changes to a chosen way, and keeps it", (test) => {
  const it = connection(test, BOTH);
  const old = it.live();
  assert.equal(it.transport(), "ws");
  it.transport("sse");
  it.last.opened();
  old.closed(1000);
  assert.deepEqual(it.last.sent, [attach("k3", 0, 0)]);
  it.last.receive({ resume: { event: 0 } });
  assert.equal(it.transport("pigeon"), "sse");
  it.tick(LONG);
  assert.equal(it.transports.length, 2);
});

test("messages on the old way do not prolong a change", (test) => {
  const it = connection(test, BOTH);
  const old = it.live();
  it.transport("sse");
  it.last.opened();
  it.fire([1]);
  it.tick(3000);
  old.receive(mount("k3", 0));
  assert.deepEqual(old.sent.slice(1), [null]);
  it.tick(2000);
  assert.equal(old.isClosed, true);
  assert.deepEqual(it.page.states, ["live"]);
  it.last.receive({ resume: { event: 0 } });
  assert.deepEqual(it.last.sent, [attach("k3", 9, 1), [1, 0, [1]]]);
});

test("changes although the old way is silent", (test) => {
  const it = connection(test, BOTH);
  const old = it.live();
  it.transport("sse");
  it.last.opened();
  it.tick(5000);
  assert.equal(old.isClosed, true);
  assert.deepEqual(it.last.sent, [attach("k3", 0, 0)]);
});

test("a way that is chosen while the page attaches is taken afterwards, and no message is lost", (test) => {
  const it = connection(test, BOTH);
  const [old] = it.transports;
  old.opened();
  it.transport("sse");
  assert.equal(old.isClosed, false);
  old.receive({ resume: { event: 0 } });
  old.receive([1, ["x"]]);
  it.tick(4000);
  it.last.opened();
  old.closed(1000);
  assert.deepEqual([it.last.name, it.last.sent], ["sse", [attach("k3", 1, 0)]]);
});

test("a way that is chosen while the page is lost is tried at once", (test) => {
  const it = connection(test, BOTH);
  it.last.closed(1006);
  it.tick(0);
  it.last.closed(1006);
  it.transport("sse");
  assert.deepEqual([it.transports.length, it.last.name], [3, "sse"]);
});

for (const [names, ways] of [
  [undefined, ["ws"]],
  ["ws,sse", ["ws", "sse"]],
]) {
  test(`the ways of ${names}`, (test) => {
    test.after(() => delete globalThis.self);
    globalThis.self = { test: { sse: () => () => {} } };
    assert.deepEqual(waysTo("http://localhost/", "", names).map(([name]) => name), ways);
  });
}

for (const [page, address] of [
  ["http://localhost:3000/shop?a=1", "ws://localhost:3000/shop?a=1"],
  ["https://example.org/", "wss://example.org/"],
]) {
  test(`the socket of ${page}`, () => assert.equal(socketAddress(new URL(page)), address));
}

const VIEW = { session: "k4", patch: 1, event: 0, templates: {}, view: [0] };
const ROUTE = 2 ** 32 - 2;
const PREFETCH = 2 ** 32 - 3;

/** A live page that shows a view which was sent ahead, and has told the server so with its event 2. */
function ahead(test) {
  const it = connection(test);
  it.live();
  it.fire([1]);
  it.last.receive([1, ["x"], { e: 1 }]);
  const fetched = [];
  home._ahead = (view) => fetched.push(view);
  it.last.receive({ ahead: "/desk", mount: VIEW });
  assert.equal(home._isIdle(), true);
  it.settled = it.fire([ROUTE], ["/desk", "k4", null, 1]);
  it.loads = 0;
  home._show(fetched[0], () => it.loads++);
  it.last.sent.splice(0);
  it.page.did.splice(0);
  return it;
}

test("a view that was sent ahead is shown at once, and events are for its session", (test) => {
  const it = ahead(test);
  assert.equal(home._session, "k4");
  assert.equal(home._isIdle(), false);
  it.fire([5]);
  assert.deepEqual(it.last.sent, [[1, 1, [5]]]);
  // The server has not followed yet.
  it.last.receive([2, ["y"]]);
  it.last.receive({ event: 2 });
  assert.deepEqual(it.page.did, []);
  it.last.receive({ went: 2 });
  it.last.receive({ resume: { event: 0 } });
  it.last.receive([2, ["z"], { e: 1 }]);
  assert.deepEqual(it.page.did, ["patch 2"]);
  assert.equal(home._isIdle(), true);
  assert.equal(it.loads, 0);
  // The server does not wait for an answer.
  assert.deepEqual(it.last.sent, [[1, 1, [5]]]);
});

test("a link to a view that was sent ahead may lead to another session: the page says which events are for that", (test) => {
  const it = ahead(test);
  const told = [];
  it.fire([5]).push((fields) => told.push(fields));
  it.last.receive({ went: 2 });
  it.fire([6]).push((fields) => told.push(fields));
  assert.deepEqual(it.last.sent, [[1, 1, [5]], [2, 1, [6]]]);
  it.last.receive({ mount: { ...VIEW, session: "k5" } });
  assert.deepEqual(told, [[], []]);
  assert.deepEqual(it.last.sent.slice(2), [{ went: 2 }, { seen: 1 }]);
  it.fire([7]);
  assert.deepEqual(it.last.sent.slice(4), [[1, 1, [7]]]);
});

test("a page loads the address of a view that was sent ahead, if the server refuses it", (test) => {
  const it = ahead(test);
  it.last.receive({ refused: "elsewhere", event: 2 });
  assert.equal(it.loads, 1);
});

/** As `ahead`, in a page that shows the way as a transition. Call `it.change()` when that is ready to change the page. */
function animated(test) {
  const changes = [];
  home._animate = (change) => new Promise((done) => changes.push(() => done(change())));
  test.after(() => delete home._animate);
  const it = ahead(test);
  it.change = async () => {
    changes.shift()();
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  };
  return it;
}

test("a server that answers before the view is shown has not got the page's answer yet", async (test) => {
  const it = animated(test);
  it.last.receive({ went: 2 });
  assert.equal(home._isIdle(), false);
  await it.change();
  // It may still be another session.
  assert.deepEqual(it.last.sent, [{ seen: 1 }]);
  it.last.receive({ mount: { ...VIEW, session: "k5" } });
  assert.deepEqual(it.last.sent.slice(1), [{ went: 2 }, { seen: 1 }]);
  assert.equal(home._session, "k5");
});

test("a view that the server refuses before it is shown is never shown", async (test) => {
  const it = animated(test);
  it.last.receive({ refused: "elsewhere", event: 2 });
  await it.change();
  assert.deepEqual([it.loads, it.page.did], [1, []]);
});

test("a page is not idle until it knows which session its link has led to", (test) => {
  const it = ahead(test);
  assert.equal(home._isIdle(), false);
  it.last.receive({ went: 2 });
  assert.equal(home._isIdle(), false);
  it.last.receive({ resume: { event: 0 } });
  assert.equal(home._isIdle(), true);
});

test("another page that takes the session that was left takes nothing from the view that is shown", (test) => {
  const it = ahead(test);
  it.fire([5]);
  it.last.closed(4001);
  it.tick(250);
  it.live(0);
  assert.deepEqual(it.last.sent, [attach("k4", 1, 1), [1, 1, [5]]]);
});

test("what a person does makes the page forget the views that were sent ahead", (test) => {
  const it = connection(test);
  it.live();
  const heard = [];
  home._ahead = (view) => heard.push(view);
  it.fire([1]);
  it.fire([ROUTE], "/desk");
  it.fire([PREFETCH], "/desk");
  assert.deepEqual(heard, [undefined, undefined]);
});

test("a page that loses its line at a view that was sent ahead attaches there", (test) => {
  const it = ahead(test);
  it.fire([5]);
  it.last.closed(1006);
  it.tick(250);
  it.live(0);
  assert.deepEqual(it.last.sent, [attach("k4", 1, 1), [1, 1, [5]]]);
  it.last.receive([2, ["z"], { e: 1 }]);
  assert.deepEqual(it.page.did, ["patch 2"]);
});
