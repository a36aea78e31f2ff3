import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { content, event, open, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const STRICT = "script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

const attribute = (effects) => JSON.stringify(effects).replaceAll("&", "&amp;").replaceAll('"', "&quot;");

/** Returns a view with a button that runs these effects, and elements for them to change. */
const button = (html, effects, name = "do:click") => ({
  html: `<button ${name}="${attribute(effects)}">Go</button>${html}`,
  templates: { 0: { map: `9 e0:click a0:${name}` } },
  csp: STRICT,
});

const run = async (test, html, effects) => {
  const { server, page } = await open(test, browser, button(html, effects));
  const connection = await server.live();
  return { server, page, connection };
};

const PLAIN = [
  ["show", "<p hidden>a</p>", ["attribute", "p", "hidden", null], "<p>a</p>"],
  ["hide", "<p>a</p><p>b</p>", ["attribute", "p", "hidden", true], '<p hidden="">a</p><p hidden="">b</p>'],
  ["toggle", "<p>a</p><p hidden>b</p>", ["toggle", "p"], '<p hidden="">a</p><p>b</p>'],
  ["add-class", '<p class="a">a</p>', ["class", "p", "b c", true], '<p class="a b c">a</p>'],
  ["remove-class", '<p class="a b c">a</p>', ["class", "p", "c b", false], '<p class="a">a</p>'],
  ["toggle-class", '<p class="a b">a</p>', ["class", "p", "b c"], '<p class="a c">a</p>'],
  ["attribute", "<p>a</p>", ["attribute", "p", "title", "x"], '<p title="x">a</p>'],
  ["remove-attribute", '<p title="x">a</p>', ["attribute", "p", "title", null], "<p>a</p>"],
  ["in an svg", "<svg><g></g></svg>", ["attribute", "g", "hidden", true], '<svg><g hidden=""></g></svg>'],
  ["to nothing", "<p>a</p>", ["attribute", "#nobody", "hidden", true], "<p>a</p>"],
  ["of no name", "<p>a</p>", ["fly", "p"], "<p>a</p>"],
  ["with a selector that is none", "<p>a</p>", ["attribute", "p[", "hidden", true], "<p>a</p>"],
];

test("an effect checks and unchecks boxes, and tells nobody", async (test) => {
  const { page, connection } = await open(test, browser, {
    html: `<button do:click="${attribute([["checked", ".on", true], ["checked", "#c", false]])}">Go</button>` +
      '<p><input class="on" type="checkbox"><input id="c" type="checkbox" checked><input class="on" type="radio"></p>',
    templates: { 0: { map: "2 a0:do:click e1:change e1:input e1:click" } },
  }).then(async ({ server, page }) => ({ page, connection: await server.live() }));
  await page.click("button");
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("input")].map(({ checked }) => checked)), [true, false, true]);
  await patched(page, () => connection.send([1, [], { c: [["checked", ".on", false]] }]));
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("input")].map(({ checked }) => checked)), [false, false, false]);
  assert.equal(connection.unread, 0);
});

for (const [name, html, effect, expected] of PLAIN) {
  test(`an effect: ${name}`, async (test) => {
    const { page } = await run(test, html, [effect]);
    await page.click("button");
    assert.equal((await content(page)).split("</button>")[1], expected);
  });
}

test("targets: the element itself, around, inside, in the document", async (test) => {
  const effects = [
    ["attribute", 0, "title", "this"],
    ["class", ["closest", "#root"], "closest", true],
    ["class", ["within", "i"], "within", true],
    ["class", "body", "document", true],
  ];
  const { page } = await open(test, browser, {
    html: `<button do:click="${attribute(effects)}"><i>a</i><i>b</i></button><i>c</i>`,
    templates: { 0: { map: "2 a0:do:click" } },
  });
  await page.click("button");
  const found = await page.evaluate(() => [
    document.querySelector("[title=this]").localName,
    root.className,
    [...document.querySelectorAll(".within")].map((element) => element.textContent).join(),
    document.body.className,
  ]);
  assert.deepEqual(found, ["button", "closest", "a,b", "document"]);
});

test("effects move the focus, then scroll", async (test) => {
  const { page } = await run(test, '<input disabled><input id="q"><input><p style="margin-top:9000px">far</p>', [
    ["focus", "input"],
    ["scroll", "p"],
  ]);
  await page.click("button");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  await page.waitForFunction(() => document.querySelector("p").getBoundingClientRect().top < innerHeight);
});

test("an effect moves the focus", async (test) => {
  const { page } = await run(test, '<input disabled><input id="q"><input>', [["focus", "input"]]);
  await page.click("button");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
});

test("an effect scrolls", async (test) => {
  const { page } = await run(test, '<p style="margin-top:9000px">far</p>', [["scroll", "p"]]);
  await page.click("button");
  await page.waitForFunction(() => document.querySelector("p").getBoundingClientRect().top < innerHeight);
});

test("an effect sets a value, and a dispatched event reports it", async (test) => {
  const { page } = await run(test, '<input value="a">', [
    ["value", "input", "b"],
    ["dispatch", "input", "renamed", { by: ["effect"] }],
    ["dispatch", "input", "plain"],
  ]);
  await page.evaluate(() => {
    window.heard = [];
    for (const type of ["renamed", "plain", "input"]) {
      root.addEventListener(type, ({ type, detail, target }) => heard.push([type, detail, target.value]));
    }
  });
  await page.click("button");
  assert.deepEqual(await page.evaluate(() => heard), [["renamed", { by: ["effect"] }, "b"], ["plain", null, "b"]]);
});

test("effects open and close dialogs, popovers and details", async (test) => {
  const html =
    '<dialog>a <button id="done">Done</button></dialog><div popover>b</div><details><summary>c</summary>d</details>';
  const { page } = await open(test, browser, {
    html:
      `<button do:click="${attribute([["open", "details", true], ["open", "[popover]", true], ["open", "dialog", true]])}">Go</button>${html}`.replace(
        'id="done"',
        `id="done" do:click="${attribute([["open", "dialog", false], ["open", "[popover]", false], ["open", "details", false]])}"`,
      ),
    templates: { 0: { map: "4 a0:do:click a1/1*2:do:click" } },
  });
  const state = () =>
    page.evaluate(() => [
      document.querySelector("dialog").matches(":modal"),
      document.querySelector("[popover]").matches(":popover-open"),
      document.querySelector("details").open,
    ]);
  await page.click("button");
  assert.deepEqual(await state(), [true, false, true]);
  await page.click("#done");
  assert.deepEqual(await state(), [false, false, false]);
});

test("a popover opens beside an open one", async (test) => {
  const { page } = await run(test, "<div popover>b</div>", [["open", "[popover]", true]]);
  await page.click("button");
  assert.ok(await page.evaluate(() => document.querySelector("[popover]").matches(":popover-open")));
});

test("an effect after a transition waits for its end", async (test) => {
  const fade = ["then", ["then", ["transition", "p", "fading out", 300], ["attribute", "p", "hidden", true]], ["class", 0, "done", true]];
  const { page } = await run(test, "<p>a</p>", [fade]);
  // The transition may be over before a driver's click is.
  await page.evaluate(() => {
    document.querySelector("button").click();
    window.during = document.querySelector("p").className;
  });
  assert.equal(await page.evaluate(() => window.during), "fading out");
  await page.waitForSelector("button.done");
  assert.match(await content(page), /<p class="" hidden="">a<\/p>/);
});

test("a transition is skipped if the person prefers reduced motion", async (test) => {
  const fade = ["then", ["transition", "p", "fading", 60_000], ["attribute", "p", "hidden", true]];
  const calm = await browser.browser().newContext({ reducedMotion: "reduce" });
  test.after(() => calm.close());
  const { page } = await open(test, calm, button("<p>a</p>", [fade]));
  await page.click("button");
  assert.match(await content(page), /<p hidden="">a<\/p>/);
});

test("effects run before the event is sent", async (test) => {
  const { page, connection } = await run(test, "<p>a</p>", [["attribute", "p", "hidden", true]]);
  await page.evaluate(() => {
    const { send } = WebSocket.prototype;
    const { fetch } = window;
    const note = () => (window.hidden = document.querySelector("p").hidden);
    WebSocket.prototype.send = function (message) {
      note();
      send.call(this, message);
    };
    window.fetch = (...request) => {
      note();
      return fetch(...request);
    };
  });
  await page.click("button");
  assert.deepEqual(await event(connection), [1, 0, [0]]);
  assert.equal(await page.evaluate(() => window.hidden), true);
});

test("effects change with the page, are part of new rows, and respect `stop`", async (test) => {
  const { server, page } = await open(test, browser, {
    html: `<ul do:click="${attribute([["class", 0, "list", true]])}"></ul>`,
    templates: { 0: { map: "1 a0:do:click L0:1" }, 1: { map: "1 a0/0:do:click.stop" } },
  });
  const connection = await server.live();
  const row = JSON.stringify([["class", 0, "row", true]]);
  await patched(page, () =>
    connection.send([1, [1, [{ "+": [[row]] }]], { t: { 1: { tree: [["li", ["button", "Row"]]] } } }]),
  );
  await page.click("li button");
  assert.match(await content(page), /<ul do:click="[^"]+"><li><button [^>]+ class="row">/);
  await patched(page, () => connection.send([2, [JSON.stringify([["class", 0, "other", true]])]]));
  await page.evaluate(() => document.querySelector("ul").click());
  assert.equal(await page.getAttribute("ul", "class"), "other");
});

test("changes by effects stay until the server changes the same attribute", async (test) => {
  const { server, page } = await open(test, browser, {
    html: `<button do:click="${attribute([["class", "p", "mine", true], ["attribute", "p", "hidden", true]])}">Go</button><p class="a b">1</p>`,
    templates: { 0: { map: "2 a0:do:click a1:class a1:hidden S1" } },
  });
  const connection = await server.live();
  await page.click("button");
  await patched(page, () => connection.send([1, [1, "b c", 3, "2"]]));
  assert.match(await content(page), /<p class="mine b c" hidden="">2<\/p>/);
  await patched(page, () => connection.send([2, [1, null, null]]));
  assert.match(await content(page), /<p class="mine">2<\/p>/);
});

test("the server's commands: title, effects, an announcement, another page", async (test) => {
  const { server, page } = await open(test, browser, {
    html: "<p>1</p>",
    templates: { 0: { map: "1 S0" } },
    csp: `${STRICT}; style-src 'self'`,
  });
  const connection = await server.live();
  await patched(page, () =>
    connection.send([1, ["2"], { c: [["title", "Two"], ["attribute", ["within", "p"], "id", "two"], ["announce", "Saved"]] }]),
  );
  assert.equal(await page.title(), "Two");
  assert.equal(await page.textContent("#two"), "2");
  const region = page.locator("[aria-live=polite]");
  await region.filter({ hasText: "Saved" }).waitFor({ state: "attached" });
  const [clip, parent] = await region.evaluate((region) => [getComputedStyle(region).clipPath, region.parentNode.localName]);
  assert.deepEqual([clip, parent], ["inset(50%)", "body"]);
  connection.send([2, [], { c: [["announce", "Saved"], ["announce", "Sent"]] }]);
  await region.filter({ hasText: "SavedSavedSent" }).waitFor({ state: "attached" });
  connection.send([3, [], { c: [["navigate", "/tealight.js"]] }]);
  // Chromium hangs if a page is closed right after it begins to show.
  await page.waitForURL(/tealight.js$/);
});

test("effects respect a binding's modifiers and targets", async (test) => {
  const done = (name) => attribute([["class", "#all", name, true]]);
  const { page } = await open(test, browser, {
    html:
      `<p id="all" data-tealight-on="window:keydown" do:window:keydown..ctrl.k="${done("key")}">a</p>` +
      `<button data-confirm="Sure?" do:click="${done("sure")}">Go</button><input do:input.debounce.100="${done("typed")}">` +
      `<a href="#there" do:click="${done("link")}">link</a>`,
    templates: {
      0: { map: "4 a0:do:window:keydown..ctrl.k e1:click a1:do:click a2:do:input.debounce.100 a3:do:click" },
    },
  });
  const classes = async () => (await page.getAttribute("#all", "class")) ?? "";
  await page.keyboard.press("k");
  assert.equal(await classes(), "");
  await page.keyboard.press("Control+k");
  assert.equal(await classes(), "key");
  let asked = 0;
  page.on("dialog", (dialog) => (asked++ ? dialog.accept() : dialog.dismiss()));
  await page.click("button");
  assert.equal(await classes(), "key");
  await page.click("button");
  assert.equal(await classes(), "key sure");
  assert.equal(asked, 2);
  const atOnce = await page.evaluate(() => {
    const input = document.querySelector("input");
    input.value = "x";
    input.dispatchEvent(new InputEvent("input", { bubbles: true }));
    return document.querySelector("#all").className;
  });
  assert.equal(atOnce, "key sure");
  await page.waitForSelector(".typed");
  await page.click("a");
  await page.waitForSelector(".link");
  await page.waitForURL(/#there$/);
});

test("a declined confirmation does not count for `once`, and an event without a key matches no key filter", async (test) => {
  const done = (name) => attribute([["class", "#all", name, true]]);
  const { page } = await open(test, browser, {
    html:
      `<p id="all">a</p><button data-confirm="Sure?" do:click.once="${done("sure")}">Go</button>` +
      `<input do:keydown..enter="${done("typed")}">`,
    templates: { 0: { map: "3 a1:do:click.once a2:do:keydown..enter" } },
  });
  const classes = () => page.getAttribute("#all", "class");
  let asked = 0;
  page.on("dialog", (dialog) => (asked++ ? dialog.accept() : dialog.dismiss()));
  await page.click("button");
  assert.equal(await classes(), null);
  await page.click("button");
  await page.click("button");
  assert.equal(await classes(), "sure");
  assert.equal(asked, 2);
  // A browser dispatches such events when it fills in a form.
  await page.evaluate(() => document.querySelector("input").dispatchEvent(new Event("keydown", { bubbles: true })));
  assert.equal(await classes(), "sure");
  await page.press("input", "Enter");
  assert.equal(await classes(), "sure typed");
});
