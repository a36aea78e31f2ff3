import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { content, event, open, openLive, patched, serve, shows } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

/** A hook, and a list whose rows have hooks. */
const LIST = {
  html: '<p data-tealight-hook="Note" title="0"><b>a</b></p><ul><li data-tealight-hook="Note">1</li><li data-tealight-hook="Note">2</li></ul>',
  templates: { 0: { map: "2 a0:title S0/0*1 L1:1" }, 1: { map: "1 S0" } },
};
const ROW = { 1: { tree: [["li", { "data-tealight-hook": "Note" }]] } };

/** Records the calls of hooks. */
const note = () => {
  window.told = [];
  const noted = (what) =>
    function (element) {
      this.count = (this.count ?? 0) + 1;
      told.push([what, element.textContent, this.count]);
    };
  return { mounted: noted("mounted"), updated: noted("updated"), destroyed: noted("destroyed") };
};

const told = (page) => page.evaluate(() => told.splice(0).map(([what, text, count]) => `${what} ${text} ${count}`));

/** Opens a page and defines this hook after the page has loaded. */
async function hooked(test, view = LIST) {
  const { server, page } = await open(test, browser, view);
  const connection = await server.live();
  await shows(page, "live");
  await page.evaluate(`tealight.hook("Note", (${note})())`);
  return { server, page, connection };
}

test("hooks are called when their elements are mounted, updated, moved and destroyed", async (test) => {
  const { page, connection } = await hooked(test);
  assert.deepEqual(await told(page), ["mounted a 1", "mounted 1 1", "mounted 2 1"]);
  await patched(page, () => connection.send([1, [1, "b"]]));
  assert.deepEqual(await told(page), ["updated b 2"]);
  await patched(page, () => connection.send([2, ["1"]]));
  assert.deepEqual(await told(page), ["updated b 3"]);
  await patched(page, () => connection.send([3, [2, [{ "+": [["0"]] }, 2, ["3"]]], { t: ROW }]));
  assert.deepEqual(await told(page), ["updated 3 2", "mounted 0 1"]);
  await patched(page, () => connection.send([4, [2, [{ ">": 2 }, 2, { ">": 0 }]]]));
  assert.deepEqual(await told(page), []);
  await patched(page, () => connection.send([5, [2, [{ "-": [0] }]]]));
  assert.deepEqual(await told(page), ["destroyed 3 3"]);
  assert.match(await content(page), /<ul><li [^>]*>1<\/li><li [^>]*>0<\/li><\/ul>$/);
});

test("a full render mounts hooks again", async (test) => {
  const { page, connection } = await hooked(test);
  await told(page);
  const templates = {
    0: { map: "1 S0", tree: [["p", { "data-tealight-hook": "Note" }]] },
  };
  await patched(page, () => connection.send({ mount: { session: "s1", patch: 1, event: 0, templates, view: [0, "new"] } }));
  assert.deepEqual(await told(page), ["destroyed a 2", "destroyed 1 2", "destroyed 2 2", "mounted new 1"]);
});

test("a hook can be defined before the page's script runs", async (test) => {
  const server = await serve(test, LIST);
  const page = await browser.newPage();
  test.after(() => page.close());
  await page.addInitScript(`window.tealight = { hooks: { Note: (${note})() } }`);
  await page.goto(server.url);
  await server.attached();
  assert.deepEqual(await told(page), ["mounted a 1", "mounted 1 1", "mounted 2 1"]);
});

test("an error in a hook affects no other hook", async (test) => {
  const { server, page } = await open(test, browser, LIST);
  const connection = await server.live();
  await page.evaluate(() => {
    const fail = () => {
      throw new Error("oh");
    };
    window.told = [];
    tealight.hook("Note", { mounted: fail, updated: fail, destroyed: fail });
  });
  await patched(page, () => connection.send([1, ["1", "b", [{ "-": [0] }]]]));
  assert.match(await content(page), /<b>b<\/b>.*<ul><li [^>]*>2<\/li><\/ul>$/);
});

test("the server's push reaches a hook after the patch", async (test) => {
  const { page, connection } = await hooked(test);
  await page.evaluate(() => {
    const element = document.querySelector("p");
    element.addEventListener("point", ({ detail }) => told.push(["point", element.title, detail.y]));
  });
  await told(page);
  await patched(page, () => connection.send([1, ["new"], { c: [["dispatch", "p", "point", { y: 3 }]] }]));
  assert.deepEqual(await told(page), ["updated a 2", "point new 3"]);
});

const ASK = {
  html: '<p data-tealight-hook="Ask">a</p>',
  templates: { 0: { map: "1 e0:ask.detail e0:tell.detail" } },
};

async function asking(test) {
  const { server, page } = await open(test, browser, ASK);
  const connection = await server.live();
  await shows(page, "live");
  await page.evaluate(() => {
    window.ask = (detail, name = "ask") => {
      const element = document.querySelector("p");
      window.answer = tealight.call(element, name, detail).then(
        (value) => ["resolved", value],
        (error) => ["rejected", error.message],
      );
    };
  });
  return { server, page, connection };
}

test("a hook sends an event with data to the server", async (test) => {
  const { page, connection } = await asking(test);
  await page.evaluate(() =>
    document.querySelector("p").dispatchEvent(new CustomEvent("tell", { detail: { zoom: [1, 2.5] } })),
  );
  assert.deepEqual(await connection.next(), [1, 0, [1], { zoom: [1, 2.5] }]);
});

test("an event's name may have a colon, also before a name of the window", async (test) => {
  const view = { html: "<p></p>", templates: { 0: { map: "1 e0:tea:picked.detail e0:my:resize.detail" } } };
  const { page, connection } = await openLive(test, browser, view);
  await page.evaluate(() => {
    for (const name of ["tea:picked", "my:resize"]) document.querySelector("p").dispatchEvent(new CustomEvent(name, { detail: name }));
  });
  assert.deepEqual(await connection.next(), [1, 0, [0], "tea:picked"]);
  assert.deepEqual(await connection.next(), [2, 0, [1], "my:resize"]);
});

test("a hook's call gets its own reply", async (test) => {
  const { page, connection } = await asking(test);
  await page.evaluate(() => {
    ask("first");
    window.first = window.answer;
    ask("second");
  });
  assert.deepEqual(await connection.next(), [1, 0, [0], "first"]);
  assert.deepEqual(await connection.next(), [2, 0, [0], "second"]);
  connection.send([1, [], { e: 2, c: [["reply", 2, { n: 2 }]] }]);
  assert.deepEqual(await page.evaluate(() => window.answer), ["resolved", { n: 2 }]);
  connection.send([2, [], { c: [["reply", 1, null], ["reply", 1, "again"]] }]);
  assert.deepEqual(await page.evaluate(() => window.first), ["resolved", null]);
});

test("a hook can call the server as soon as it is mounted", async (test) => {
  const server = await serve(test, ASK);
  const page = await browser.newPage();
  test.after(() => page.close());
  const mounted = 'mounted(element) { tealight.call(element, "ask", 7).then((value) => (window.answer = value)); }';
  await page.addInitScript(`window.tealight = { hooks: { Ask: { ${mounted} } } }`);
  await page.goto(server.url);
  const connection = await server.live();
  assert.deepEqual(await connection.next(), [1, 0, [0], 7]);
  connection.send([1, [], { e: 1, c: [["reply", 1, "here"]] }]);
  await page.waitForFunction(() => window.answer === "here");
});

test("a reply reaches a page that was disconnected", async (test) => {
  const { server, page, connection } = await asking(test);
  await page.evaluate(() => ask("first"));
  await connection.next();
  connection.close(1012);
  const second = await server.attached();
  assert.deepEqual(second.attach, { tealight: 1, session: "s1", patch: 0, event: 1 });
  second.send({
    mount: { session: "s1", patch: 3, event: 1, templates: { 0: { map: "0" , tree: [] } }, commands: [["reply", 1, "late"]], view: [0] },
  });
  assert.deepEqual(await page.evaluate(() => window.answer), ["resolved", "late"]);
});

test("a call without a handler is rejected", async (test) => {
  const { page, connection } = await asking(test);
  await page.evaluate(() => ask("x", "unheard"));
  assert.deepEqual(await page.evaluate(() => window.answer), ["rejected", "tealight: no handler"]);
  await page.evaluate(() => ask("x"));
  connection.send({ refused: "payload", event: 1 });
  assert.deepEqual(await page.evaluate(() => window.answer), ["rejected", "tealight: payload"]);
  await page.evaluate(() => ask("y"));
  connection.send({
    mount: { session: "s2", patch: 1, event: 0, templates: { 0: { map: "0", tree: [] } }, view: [0] },
  });
  assert.deepEqual(await page.evaluate(() => window.answer), ["rejected", "tealight: no session"]);
});

test("client-owned content is left alone", async (test) => {
  const { server, page } = await open(test, browser, {
    html: '<div title="0"><p>static</p></div><p>1</p>',
    templates: { 0: { map: "2 a0:title S1" } },
  });
  const connection = await server.live();
  await page.evaluate(() => document.querySelector("[title]").replaceChildren("all ", document.createElement("canvas"), " mine"));
  await patched(page, () => connection.send([1, ["1", "2"]]));
  assert.equal(await content(page), '<div title="1">all <canvas></canvas> mine</div><p>2</p>');
});

test("classes added by another script stay, and the server's own classes are restored", async (test) => {
  const { server, page } = await open(test, browser, {
    html: '<p class="a b">1</p><svg class="a"></svg>',
    templates: { 0: { map: "2 a0:class a1:class" } },
  });
  const connection = await server.live();
  await page.evaluate(() => {
    document.querySelector("p").classList.add("theirs");
    document.querySelector("svg").classList.add("theirs");
    document.querySelector("p").classList.remove("b");
  });
  await patched(page, () => connection.send([1, ["b c", "d"]]));
  assert.equal(await content(page), '<p class="theirs b c">1</p><svg class="theirs d"></svg>');
  await page.evaluate(() => document.querySelector("p").classList.remove("theirs"));
  await patched(page, () => connection.send([2, [null, null]]));
  assert.equal(await content(page), '<p class="">1</p><svg class="theirs"></svg>');
  await patched(page, () => connection.send([3, ["e"]]));
  assert.match(await content(page), /<p class="e">/);
});

test("details opened by the browser stay open", async (test) => {
  const { server, page } = await open(test, browser, {
    html: '<details><summary>a</summary>1</details><dialog>2</dialog><div popover="manual">3</div><ul><li popover="manual">4</li><li>5</li></ul>',
    templates: { 0: { map: "4 S0/0*2 S1 S2 L3:1" }, 1: { map: "1 S0" } },
  });
  const connection = await server.live();
  await page.evaluate(() => {
    document.querySelector("summary").click();
    document.querySelector("dialog").showModal();
    document.querySelector("div[popover]").showPopover();
    document.querySelector("li").showPopover();
  });
  await patched(page, () => connection.send([1, ["b", "c", "d", [{ ">": 1 }, { ">": 0 }]]]));
  const state = await page.evaluate(() => [
    document.querySelector("details").open,
    document.querySelector("dialog").matches(":modal"),
    [...document.querySelectorAll(":popover-open")].map((element) => element.textContent),
  ]);
  assert.deepEqual(state, [true, true, ["d", "4"]]);
});

test("a page acknowledges commands when it has no event to send", async (test) => {
  const { page, connection } = await asking(test);
  const title = (from, count) => Array.from({ length: count }, (_, n) => ["title", String(from + n)]);
  connection.send([1, [], { c: title(0, 15) }]);
  connection.send([2, [], { c: title(15, 1) }]);
  assert.deepEqual(await connection.next(), { seen: 2 });
  assert.equal(await page.title(), "15");
  connection.send([3, [], { c: title(16, 15) }]);
  await page.waitForFunction(() => document.title === "30");
  await page.evaluate(() => ask("x"));
  assert.deepEqual(await event(connection), [1, 3, [0]]);
  connection.send([4, [], { c: title(31, 15) }]);
  connection.send({ pong: 1 });
  await page.waitForFunction(() => document.title === "45");
  assert.equal(connection.unread, 0);
});

test("commands run once, and not with a patch that could not be applied", async (test) => {
  const { server, page } = await open(test, browser, {
    html: "<ul><li>1</li></ul>",
    templates: { 0: { map: "1 L0:1" }, 1: { map: "1 S0" } },
  });
  const connection = await server.live();
  await page.evaluate(() => {
    window.points = [];
    document.body.addEventListener("point", ({ detail }) => points.push(detail));
  });
  const point = (n) => ["dispatch", "body", "point", n];
  await patched(page, () => connection.send([1, [], { c: [point(1)] }]));
  // The list has no row 7.
  connection.send([2, [[7, ["x"]]], { c: [point(2)] }]);
  connection.send([3, [], { c: [point(3)] }]);
  assert.deepEqual(await connection.next(), { remount: 1 });
  const templates = { 0: { map: "1 L0:1", tree: [["ul"]] }, 1: { map: "1 S0", tree: [["li"]] } };
  await patched(page, () =>
    connection.send({
      mount: { session: "s1", patch: 4, event: 0, templates, commands: [point(2), point(3)], view: [0, [["x"]]] },
    }),
  );
  assert.deepEqual(await page.evaluate(() => points), [1, 2, 3]);
});
