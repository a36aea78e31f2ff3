import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse, needs } from "../../../tests/browser/launch.mjs";
import { content, event, open as openPage, patched, serve, shows } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const open = async (test, view) => {
  const { server, page } = await openPage(test, browser, view);
  return { server, page, connection: await server.live() };
};

/** A form's controls shadow its own properties of the same names. */
const NAMES = ["children", "remove", "contains", "elements", "dataset", "focus", "name", "id", "type"];

test("controls can have any name", async (test) => {
  const inputs = NAMES.map((name) => `<input name="${name}">`).join("");
  const { page, connection } = await open(test, {
    html: `<p>0</p><form data-tealight-hook="None">${inputs}<button>Go</button></form><!>`,
    templates: { 0: { map: "2.2 S0 e1:submit.prevent e1:input.form b2" }, 1: { map: "1" } },
  });
  await page.fill("[name=children]", "2");
  assert.deepEqual((await connection.next())[3][0][0], ["children", "2"]);
  await patched(page, () => connection.send([1, ["1"], { e: 1 }]));
  await page.click("button");
  assert.deepEqual(await event(connection), [2, 1, [1]]);
  connection.send({ refused: "payload", event: 2, fields: [["contains", "Wrong."]] });
  await page.waitForFunction(() => document.querySelector("[name=contains]").validationMessage === "Wrong.");
  await page.focus("button");
  const view = [0, "3", [1]];
  const templates = {
    0: { map: "2.2 S0 e1:submit.prevent e1:input.form b2", tree: [["p"], ["form", ["input", { name: "children" }], ["button"]], 1] },
    1: { map: "1", tree: [["form", ["button", { name: "remove" }, "Remove"]]] },
  };
  await patched(page, () => connection.send({ mount: { session: "s1", patch: 2, event: 2, templates, view } }));
  await page.focus("[name=remove]");
  await patched(page, () => connection.send([3, [3, null]]));
  assert.equal(await content(page), '<p>3</p><form><input name="children"><button></button></form>');
  assert.equal(await page.evaluate(() => document.activeElement.localName), "input");
});

test("errors are shown at visible controls, and removed with the form", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><fieldset><input type="hidden" name="id" value="x"><input name="title"><button>Go</button><button type="reset">Reset</button></fieldset></form>',
    templates: { 0: { map: "1 e0:submit.prevent" } },
  });
  const message = () => page.evaluate(() => document.querySelector("[name=title]").validationMessage);
  await page.click("text=Go");
  await event(connection);
  connection.send({ refused: "payload", event: 1, fields: [["id", "This is no number."]] });
  await page.waitForFunction(() => document.querySelector("[name=title]").validationMessage);
  assert.equal(await message(), "This is no number.");
  await page.click("text=Reset");
  assert.equal(await message(), "");
  await page.click("text=Go");
  assert.deepEqual(await event(connection), [2, 0, [0]]);
});

test("a submitter asks for confirmation, a delayed submit follows the typed text, and `once` never loads a page", async (test) => {
  const { server, page, connection } = await open(test, {
    html:
      '<form><input name="a"><button data-confirm="Sure?">Go</button></form>' +
      '<form id="late"><input name="b"></form><form id="once"><button id="one">One</button></form>',
    templates: {
      0: { map: "3 e0:submit.prevent e1:submit.prevent.debounce.50 e1/0:input.debounce.5000 e2:submit.prevent.once" },
    },
  });
  let asked = 0;
  page.on("dialog", (dialog) => (asked++ ? dialog.accept() : dialog.dismiss()));
  await page.click("text=Go");
  await page.click("text=Go");
  assert.deepEqual(await event(connection), [1, 0, [0]]);
  assert.equal(asked, 2);
  await page.locator("[name=b]").pressSequentially("x");
  await page.evaluate(() => document.querySelector("#late").requestSubmit());
  assert.deepEqual(await connection.next(), [2, 0, [2], "x"]);
  assert.deepEqual(await event(connection), [3, 0, [1]]);
  await page.click("#one");
  assert.deepEqual(await event(connection), [4, 0, [3]]);
  await patched(page, () => connection.send([1, [], { e: 4 }]));
  await page.click("#one");
  await page.click("#one");
  assert.equal(server.loads, 1);
});

const LINKED = {
  html: '<div><input><a href="#there">a</a></div>',
  templates: { 0: { map: "1 e0:keydown e0/0:keydown e0/0:keydown.stop.prevent..ctrl.s e0/1:click.link" } },
};

test("handlers of one element do not stop each other, and those of a link load no page", async (test) => {
  const { page, connection } = await open(test, LINKED);
  await page.press("input", "Control+s");
  // Control, then Control+S
  assert.deepEqual(await event(connection), [1, 0, [1]]);
  assert.deepEqual(await event(connection), [2, 0, [0]]);
  assert.deepEqual(await event(connection), [3, 0, [2]]);
  assert.deepEqual(await event(connection), [4, 0, [1]]);
  await page.click("a");
  assert.deepEqual(await event(connection), [5, 0, [3]]);
  assert.doesNotMatch(await page.evaluate(() => location.href), /there/);
});

test("a link opens a new tab on Ctrl+click", needs("tabs"), async (test) => {
  const { page, connection } = await open(test, LINKED);
  const [other] = await Promise.all([page.context().waitForEvent("page"), page.click("a", { modifiers: ["Control"] })]);
  await other.close();
  await page.click("a");
  assert.deepEqual(await event(connection), [1, 0, [3]]);
  assert.doesNotMatch(await page.evaluate(() => location.href), /there/);
});

test("events of other scripts are sent, and one that JSON cannot hold does not affect others", async (test) => {
  const { page, connection } = await open(test, {
    html: "<p></p><ul><li contenteditable>a</li></ul>",
    templates: { 0: { map: "2 e0:piece-move.detail e1/0:input" } },
  });
  await shows(page, "live");
  await page.evaluate(() => {
    const tell = (detail) => document.querySelector("p").dispatchEvent(new CustomEvent("piece-move", { detail }));
    tell({ n: 1 });
    tell({ n: 1n });
    const mutable = { n: 2 };
    tell(mutable);
    mutable.n = 3;
    document.querySelector("p").dispatchEvent(new Event("piece-move"));
  });
  assert.deepEqual(await connection.next(), [1, 0, [0], { n: 1 }]);
  assert.deepEqual(await connection.next(), [2, 0, [0], { n: 2 }]);
  assert.deepEqual(await connection.next(), [3, 0, [0], null]);
  await page.focus("li");
  await page.keyboard.press("End");
  await page.keyboard.type("b");
  assert.deepEqual(await connection.next(), [4, 0, [1], "ab"]);
});

const FIELDS = {
  html: '<input name="free"><input name="held" value="1">',
  templates: { 0: { map: "2 e0:input p1:value e1:input" } },
};

test("a new session receives unsent text, and the server's values win otherwise", async (test) => {
  const { page, connection } = await open(test, FIELDS);
  await page.fill("[name=free]", "mine");
  await page.fill("[name=held]", "2");
  await event(connection);
  await event(connection);
  await patched(page, () => connection.send([1, [1, "2"], { e: 2 }]));
  const templates = { 0: { ...FIELDS.templates[0], tree: [["input", { name: "free" }], ["input", { name: "held" }]] } };
  await patched(page, () => connection.send({ mount: { session: "s1", patch: 2, event: 2, templates, view: [0, "3"] } }));
  const values = () => page.evaluate(() => [...root.querySelectorAll("input")].map(({ value }) => value));
  assert.deepEqual(await values(), ["", "3"]);
  assert.equal(connection.unread, 0);
  await page.fill("[name=free]", "mine");
  await event(connection);
  // A new session has neither value.
  await patched(page, () => connection.send({ mount: { session: "s2", patch: 1, event: 0, templates, view: [0, "1"] } }));
  assert.deepEqual(await values(), ["mine", "3"]);
  assert.deepEqual(await connection.next(), [1, 1, [0], "mine"]);
  assert.deepEqual(await connection.next(), [2, 1, [2], "3"]);
});

test("a new session receives a field's text when the field appears, unless another field may be meant", async (test) => {
  const { page, connection } = await open(test, {
    html: '<input type="checkbox" name="card"><!1><input name="number"><!><ul><li><input name="title"></li></ul>',
    templates: { 0: { map: "1.1.0 e0:change.check b1 L1.1.0:2" }, 1: { map: "1 e0:input" }, 2: { map: "1 e0/0:change" } },
  });
  await page.check("[name=card]");
  await page.fill("[name=number]", "42");
  await page.fill("[name=title]", "theirs");
  const row = ["li", ["input", { name: "title" }]];
  const templates = {
    0: { map: "1.1.0 e0:change.check b1 L1.1.0:2", tree: [["input", { type: "checkbox", name: "card" }], 1, ["ul"]] },
    2: { map: "1 e0/0:change", tree: [row] },
  };
  await patched(page, () =>
    connection.send({ mount: { session: "s2", patch: 1, event: 0, templates, view: [0, null, [[], []]] } }),
  );
  for (let said = []; ; ) {
    said = await connection.next();
    if (said[1] !== 1) continue;
    assert.deepEqual(said, [1, 1, [0], true]);
    break;
  }
  await patched(page, () =>
    connection.send([2, [1, { "=": [1] }], { e: 1, t: { 1: { map: "1 e0:input", tree: [["input", { name: "number" }]] } } }]),
  );
  assert.deepEqual(await connection.next(), [2, 2, [1, 0], "42"]);
  const values = await page.evaluate(() => [...root.querySelectorAll("input")].map(({ value }) => value));
  assert.deepEqual(values, ["on", "42", "", ""]);
});

test("a delayed event refers to the page at the time of the event", async (test) => {
  const { page, connection } = await open(test, {
    html: "<p>0</p><input>",
    templates: { 0: { map: "2 S0 e1:input.debounce.300" } },
  });
  await page.locator("input").pressSequentially("x");
  await patched(page, () => connection.send([1, ["1"]]));
  assert.deepEqual(await connection.next(), [1, 0, [1], "x"]);
});

test("text without a control is not kept for another control", async (test) => {
  const title = ["input", { name: "title" }];
  const { page, connection } = await open(test, {
    html: '<input name="note"><!1><input name="title"><!>',
    templates: { 0: { map: "1.1 b1" }, 1: { map: "1 e0:change" } },
  });
  await page.fill("[name=note]", "mine");
  await page.locator("[name=title]").pressSequentially("theirs");
  const templates = { 0: { map: "1.1 b1", tree: [["input", { name: "note" }], 1] } };
  await patched(page, () => connection.send({ mount: { session: "s2", patch: 1, event: 0, templates, view: [0, null] } }));
  await patched(page, () => connection.send([2, []]));
  await patched(page, () => connection.send([3, [{ "=": [1] }], { t: { 1: { map: "1 e0:change", tree: [title] } } }]));
  const values = await page.evaluate(() => [...root.querySelectorAll("input")].map(({ value }) => value));
  assert.deepEqual(values, ["mine", ""]);
});

test("a call is answered, although a delayed event is sent before it", async (test) => {
  const { page, connection } = await open(test, {
    html: '<input><p></p>',
    templates: { 0: { map: "2 e0:input.debounce.5000 e1:look-up.detail" } },
  });
  await shows(page, "live");
  await page.locator("input").pressSequentially("x");
  await page.evaluate(() => void (window.answer = tealight.call(document.querySelector("p"), "look-up", 7)));
  assert.deepEqual(await connection.next(), [1, 0, [0], "x"]);
  assert.deepEqual(await connection.next(), [2, 0, [1], 7]);
  connection.send([1, [], { e: 2, c: [["reply", 2, "found"]] }]);
  assert.equal(await page.evaluate(() => answer), "found");
});

/** Two controls of each kind: one that a person changes, and one without a name that nobody changes. */
const CONTROLS = `
  <input name="text"><input value="as it was"><input name="number" type="number" value="1"><input type="email">
  <textarea name="long">\nas it was</textarea><textarea>\n\nas it was</textarea>
  <input name="on" type="checkbox"><input type="checkbox"><input name="off" type="checkbox" checked><input type="checkbox" checked>
  <input type="radio" value="1" checked><input name="two" type="radio" value="2">
  <select name="one"><option>a<option>b<option>c</select><select><option>a<option>b</select>
  <select name="first"><option>a<option selected>b</select><select><option>a<option selected>b</select>
  <select name="many" multiple><option>a<option selected>b<option>c</select><select multiple><option>a<option selected>b</select>`;

const CHANGED = {
  names: ["text", "number", "long", "on", "off", "two", "one", "first", "many"],
  pairs: "text=early number=2 long=early, too on=on two=2 one=c first=a many=b many=c",
};

async function change(page) {
  await page.fill("[name=text]", "early");
  await page.fill("[name=number]", "2");
  await page.fill("[name=long]", "early, too");
  await page.check("[name=on]");
  await page.uncheck("[name=off]");
  await page.check("[name=two]");
  await page.selectOption("[name=one]", "c");
  await page.selectOption("[name=first]", "a");
  await page.selectOption("[name=many]", ["b", "c"]);
}

/** Returns the changes that the page reports without further input. */
async function told(connection, count) {
  connection.send({ resume: { event: 0 } });
  const events = [];
  while (events.length < count) events.push((await connection.next())[3]);
  const [pairs] = events.at(-1);
  return { names: events.map(([, name]) => name), pairs: pairs.map((pair) => pair.join("=")).join(" ") };
}

test("changes before the script starts are sent", async (test) => {
  let release;
  const script = new Promise((resolve) => (release = resolve));
  const view = { html: `<form>${CONTROLS}</form>`, templates: { 0: { map: "1 e0:input.form" } } };
  const server = await serve(test, { ...view, script });
  const page = await browser.newPage();
  test.after(() => page.close());
  await page.goto(server.url, { waitUntil: "commit" });
  await page.locator("[name=many]").waitFor();
  await change(page);
  release();
  const connection = await server.attached();
  assert.equal(connection.attach.event, CHANGED.names.length);
  assert.deepEqual(await told(connection, CHANGED.names.length), CHANGED);
});

test("values that the browser restores are sent", async (test) => {
  const view = { html: `<form>${CONTROLS}</form>`, templates: { 0: { map: "1 e0:input.form" } } };
  const { server, page } = await openPage(test, browser, view);
  await server.live();
  await change(page);
  await page.goto("about:blank");
  await page.goBack();
  const again = await server.attached();
  assert.deepEqual(await told(again, CHANGED.names.length), CHANGED);
  await patched(page, () => again.send([1, [], { e: CHANGED.names.length }]));
  assert.equal(again.unread, 0);
});

test("a new session receives rows that only the old one had", async (test) => {
  const map = "1 e0:input.form l0/1:1";
  const { page, connection } = await open(test, {
    html: '<form><input name="title"><p><input name="tags" value=""><input name="tags" value=""></p></form>',
    templates: { 0: { map: map.replace("l0/1", "L0/1") }, 1: { map: "1 p0:value" } },
  });
  await page.fill("[name=title]", "tea");
  await page.fill("[name=tags]:last-child", "green");
  const templates = {
    0: { map: map.replace("l0/1", "L0/1"), tree: [["form", ["input", { name: "title" }], ["p"]]] },
    1: { map: "1 p0:value", tree: [["input", { name: "tags" }]] },
  };
  while ((await connection.next())[0] < 2);
  const session = { session: "s2", patch: 1, event: 0, templates, view: [0, [[""]]] };
  await patched(page, () => connection.send({ mount: session }));
  const rows = "title=tea tags= tags=green";
  const [, , , [pairs]] = await connection.next();
  assert.equal(pairs.map((pair) => pair.join("=")).join(" "), rows);
  await patched(page, () => connection.send([2, [1, [1, { "+": [["green"]] }]], { e: 1 }]));
  assert.equal(await page.evaluate(() => [...new FormData(document.forms[0])].map((pair) => pair.join("=")).join(" ")), rows);
});

test("text that is no Unicode is sent with a replacement", async (test) => {
  const { page, connection } = await open(test, { html: "<input><p></p>", templates: { 0: { map: "2 e0:input e1:told.detail" } } });
  await page.evaluate(() => {
    const field = document.querySelector("input");
    field.value = "a\ud83d \ude42 \\ud800 \ud83d\ude42";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    document.querySelector("p").dispatchEvent(new CustomEvent("told", { detail: { "\udc00": ["\ud800"] } }));
  });
  assert.deepEqual(await connection.next(), [1, 0, [0], "a\ufffd \ufffd \\ud800 \ud83d\ude42"]);
  assert.deepEqual(await connection.next(), [2, 0, [1], { "\ufffd": ["\ufffd"] }]);
});

test("a control that shows what the server said again is not changed", async (test) => {
  const { page, connection } = await open(test, {
    html: '<input id="a" value=""><input id="b" type="checkbox"><select id="c"><option>x</option><option>y</option></select>',
    templates: { 0: { map: "3 p0:value e0:change p1:checked p2/1:selected" } },
  });
  const values = () => page.evaluate(() => [a.value, b.checked, c.value]);
  await page.focus("#a");
  await page.keyboard.type("x");
  await page.check("#b");
  await page.selectOption("#c", "y");
  await event(connection);
  await patched(page, () => connection.send([1, [], { e: 1 }]));
  await page.focus("#a");
  await page.keyboard.press("Backspace");
  await page.keyboard.type("xy");
  await page.keyboard.press("Backspace");
  await page.uncheck("#b");
  await page.selectOption("#c", "x");
  await patched(page, () => connection.send([2, ["new", 2, true, true]]));
  assert.deepEqual(await values(), ["new", true, "y"]);
  assert.equal(connection.unread, 0);
});

test("a half typed number is a change, although the control's value is empty", async (test) => {
  const { page, connection } = await open(test, { html: '<input type="number" value="">', templates: { 0: { map: "1 p0:value" } } });
  await page.focus("input");
  await page.keyboard.type("-");
  await patched(page, () => connection.send([1, ["5"]]));
  await page.keyboard.type("1");
  assert.equal(await page.inputValue("input"), "-1");
});

test("a control that shows again what is under way to the server keeps it", async (test) => {
  const { page, connection } = await open(test, {
    html: '<input id="a" value=""><p>0</p>',
    templates: { 0: { map: "2 p0:value e0:change S1" } },
  });
  await page.focus("#a");
  await page.keyboard.type("x");
  await page.keyboard.press("Enter");
  await event(connection);
  await page.keyboard.type("y");
  await page.keyboard.press("Backspace");
  await patched(page, () => connection.send([1, ["old", 2, "1"]]));
  assert.equal(await page.inputValue("#a"), "x");
  await patched(page, () => connection.send([2, ["x!"], { e: 1 }]));
  assert.equal(await page.inputValue("#a"), "x!");
});

test("a message goes when the server sets the control's value or its aria-invalid", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><input name="n" value="1"><input name="m" aria-invalid="true"><button>Go</button></form>',
    templates: { 0: { map: "1 e0:submit.prevent p0/0:value a0/1:aria-invalid" } },
  });
  await page.fill("[name=n]", "x");
  const messages = () => page.evaluate(() => [...document.querySelectorAll("input")].map((input) => input.validationMessage));
  await page.click("text=Go");
  await event(connection);
  connection.send({ refused: "payload", event: 1, fields: [["n", "No number."], ["m", "Missing."]] });
  await page.waitForFunction(() => document.querySelector("[name=m]").validationMessage);
  await patched(page, () => connection.send([1, [1, "1"]]));
  assert.deepEqual(await messages(), ["", "Missing."]);
  await patched(page, () => connection.send([2, [2, null]]));
  assert.deepEqual(await messages(), ["", ""]);
  await page.click("text=Go");
  assert.deepEqual(await connection.next(), [2, 2, [0], [[["n", "1"], ["m", ""]], ""]]);
});
