// `open={…}` of dialogs, popovers and `<details>`, beside the effects, the person and the browser.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { event, open as openPage, openLive, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

/** Opens a page, connects it, and counts its `toggle` and `close` events. */
async function open(test, view) {
  const { page, connection } = await openLive(test, browser, view);
  await page.evaluate(() => {
    window.fired = { toggle: 0, close: 0 };
    for (const name in fired) addEventListener(name, () => fired[name]++, true);
  });
  return { page, connection, fired: (name, count) => page.waitForFunction(([name, count]) => fired[name] >= count, [name, count]) };
}

/** Returns whether each dialog is open, and whether it is modal. */
const dialogs = (page) =>
  page.evaluate(() => [...document.querySelectorAll("dialog")].map((dialog) => [dialog.open, dialog.matches(":modal")]));

const isShown = (page, selector) => page.evaluate((selector) => document.querySelector(selector).matches(":popover-open"), selector);

const focused = (page) => page.evaluate(() => document.activeElement.id);

const CLOSED = [false, false];
const MODAL = [true, true];
const PLAIN = [true, false];

/** A dialog, and beside it a button that opens it and one that says when all before has been told. */
const DIALOG = {
  html:
    `<button id="show" do:click='[["open","dialog",true]]'>Show</button><button id="after">After</button>` +
    '<dialog><button id="ok">OK</button></dialog><p>0</p>',
  templates: { 0: { map: "4 a0:do:click e1:click p2:open e2:close e2:toggle e2/0:click S3" } },
};
const [AFTER, CLOSE, TOGGLE, OK, TEXT] = [1, 3, 4, 5, 6];

/** Sends a patch that opens or closes the dialog. */
const say = (page, connection, patch, isOpen, e) => patched(page, () => connection.send([patch, [2, isOpen], { e }]));

/** Asserts that nothing has been told before this click. */
async function toldOnly(page, connection, number, patch) {
  await page.click("#after");
  assert.deepEqual(await event(connection), [number, patch, [AFTER]]);
}

/** Returns the two events of a dialog that has been closed: their slots, in order. */
const toldClosed = async (connection) => [await connection.next(), await connection.next()].map(([, , [slot]]) => slot).sort();

test("a modal dialog that the model closes is not modal any more", async (test) => {
  const { page, connection, fired } = await open(test, DIALOG);
  await page.click("#show");
  assert.deepEqual(await connection.next(), [1, 0, [TOGGLE], true]);
  assert.deepEqual(await dialogs(page), [MODAL]);
  await say(page, connection, 1, true, 1);
  assert.deepEqual(await dialogs(page), [MODAL]);
  await say(page, connection, 2, null);
  assert.deepEqual(await dialogs(page), [CLOSED]);
  assert.equal(await focused(page), "show");
  await fired("close", 1);
  await fired("toggle", 2);
  await toldOnly(page, connection, 2, 2);
  // A person's are told.
  await page.click("#show");
  assert.deepEqual(await connection.next(), [3, 2, [TOGGLE], true]);
  await page.keyboard.press("Escape");
  assert.deepEqual(await toldClosed(connection), [CLOSE, TOGGLE]);
});

test("a dialog that the model opens is modal, unless it says that it is not", async (test) => {
  for (const [attribute, state] of [["", MODAL], [' aria-modal="true"', MODAL], [' aria-modal="false"', PLAIN]]) {
    const { page, connection, fired } = await open(test, { ...DIALOG, html: DIALOG.html.replace("<dialog", `<dialog${attribute}`) });
    await say(page, connection, 1, true);
    assert.deepEqual(await dialogs(page), [state]);
    assert.equal(await focused(page), "ok");
    await page.click("#ok");
    assert.deepEqual(await event(connection), [1, 1, [OK]]);
    await say(page, connection, 2, null, 1);
    await say(page, connection, 3, true);
    assert.deepEqual(await dialogs(page), [state]);
    await say(page, connection, 4, null);
    assert.deepEqual(await dialogs(page), [CLOSED]);
    await fired("close", 2);
    await toldOnly(page, connection, 2, 4);
  }
});

test("each time that patches close a dialog is known, also if their events come later", async (test) => {
  const { page, connection, fired } = await open(test, DIALOG);
  await say(page, connection, 1, true);
  for (const [patch, isOpen] of [[2, null], [3, true], [4, null], [5, true]]) connection.send([patch, [2, isOpen], {}]);
  connection.send([6, [2, null, TEXT, "6"], {}]);
  await page.waitForFunction(() => document.querySelector("p").textContent === "6");
  assert.deepEqual(await dialogs(page), [CLOSED]);
  await fired("close", 3);
  await toldOnly(page, connection, 1, 6);
});

test("a dialog that is open in another way than the model would open it stays so", async (test) => {
  const { page, connection } = await open(test, DIALOG);
  await page.evaluate(() => document.querySelector("dialog").show());
  assert.deepEqual(await connection.next(), [1, 0, [TOGGLE], true]);
  await say(page, connection, 1, true, 1);
  assert.deepEqual(await dialogs(page), [PLAIN]);
  await say(page, connection, 2, null);
  assert.deepEqual(await dialogs(page), [CLOSED]);
});

test("a dialog of the first paint is modal if the view opens it, and only then", async (test) => {
  const { page, connection } = await open(test, {
    html: '<button id="before">B</button><dialog open id="x"><button>OK</button></dialog><dialog open aria-modal="false">a</dialog><dialog open>b</dialog>',
    templates: { 0: { map: "4 p1:open e1:toggle p2:open" } },
  });
  assert.deepEqual(await dialogs(page), [MODAL, PLAIN, PLAIN]);
  assert.equal(await page.evaluate(() => document.querySelector("#x").contains(document.activeElement)), true);
  await patched(page, () => connection.send([1, [null, 2, null]]));
  assert.deepEqual(await dialogs(page), [CLOSED, CLOSED, PLAIN]);
});

test("a first paint that another script has changed opens its dialog with the full render", async (test) => {
  const map = "2#page S0 p1:open";
  const { page, connection } = await openLive(test, browser, {
    html: "<p>0</p><dialog open>b</dialog><i>foreign</i>",
    nodes: 4,
    templates: { 0: { map } },
  });
  assert.deepEqual(await connection.next(), { remount: 0 });
  await patched(page, () =>
    connection.send({ mount: { session: "s1", patch: 1, event: 0, templates: { 0: { map, tree: [["p"], ["dialog", "b"]] } }, view: [0, "1", true] } }),
  );
  assert.deepEqual(await dialogs(page), [MODAL]);
});

test("a dialog of a new branch or a new row is modal", async (test) => {
  const { page, connection } = await open(test, {
    html: "<!><ul></ul>",
    templates: { 0: { map: "0.0.1 b0 L0.0.0:2" } },
  });
  const definition = { map: "1 p0:open", tree: [["dialog", "x"]] };
  const item = { map: "1 p0/0:open", tree: [["li", ["dialog", "y"]]] };
  await patched(page, () => connection.send([1, [{ "=": [1, true] }, [{ "+": [[true], [null]] }]], { t: { 1: definition, 2: item } }]));
  assert.deepEqual(await dialogs(page), [MODAL, MODAL, CLOSED]);
  await patched(page, () => connection.send([2, [[null], [{ "-": [0] }, [true]]]]));
  assert.deepEqual(await dialogs(page), [CLOSED, MODAL]);
});

test("a dialog that a person closes opens again if the model refuses", async (test) => {
  for (const way of ["Escape", "script"]) {
    const { page, connection } = await open(test, DIALOG);
    await say(page, connection, 1, true);
    if (way === "Escape") await page.keyboard.press("Escape");
    else await page.evaluate(() => document.querySelector("dialog").close());
    assert.deepEqual(await toldClosed(connection), [CLOSE, TOGGLE]);
    assert.deepEqual(await dialogs(page), [CLOSED]);
    connection.send({ event: 2 });
    await page.waitForSelector("dialog:modal");
    await page.click("#ok");
    assert.deepEqual(await event(connection), [3, 1, [OK]]);
    // The model takes it.
    await page.keyboard.press("Escape");
    assert.deepEqual(await toldClosed(connection), [CLOSE, TOGGLE]);
    await say(page, connection, 2, null, 5);
    await toldOnly(page, connection, 6, 2);
    assert.deepEqual(await dialogs(page), [CLOSED]);
  }
});

test("a dialog that only tells its `cancel` opens again if the model refuses", async (test) => {
  const { page, connection } = await open(test, {
    html: "<dialog open><button>OK</button></dialog>",
    templates: { 0: { map: "1 p0:open e0:cancel" } },
  });
  await page.keyboard.press("Escape");
  assert.deepEqual(await event(connection), [1, 0, [1]]);
  await page.waitForSelector("dialog:not([open])", { state: "attached" });
  connection.send({ event: 1 });
  await page.waitForSelector("dialog:modal");
});

test("`cancel` with `prevent` leaves the decision to the model", async (test) => {
  const { page, connection } = await open(test, {
    html: "<dialog open><button>OK</button></dialog>",
    templates: { 0: { map: "1 p0:open e0:cancel.prevent" } },
  });
  await page.click("button");
  await page.keyboard.press("Escape");
  assert.deepEqual(await event(connection), [1, 0, [1]]);
  assert.deepEqual(await dialogs(page), [MODAL]);
  await patched(page, () => connection.send([1, [null], { e: 1 }]));
  assert.deepEqual(await dialogs(page), [CLOSED]);
});

test("a dialog that an effect opens closes again if the model refuses", async (test) => {
  const { page, connection } = await open(test, DIALOG);
  await page.click("#show");
  assert.deepEqual(await connection.next(), [1, 0, [TOGGLE], true]);
  connection.send({ event: 1 });
  await page.waitForSelector("dialog:not([open])", { state: "attached" });
  assert.deepEqual(await dialogs(page), [CLOSED]);
  await toldOnly(page, connection, 2, 0);
});

test("a form that closes its dialog opens it again if the model keeps it open", async (test) => {
  const { page, connection } = await open(test, {
    html: '<dialog open><form method="dialog"><input name="a"><button id="ok">OK</button></form></dialog>',
    templates: { 0: { map: "1 p0:open e0/0:submit.prevent" } },
  });
  await page.click("#ok");
  assert.deepEqual(await event(connection), [1, 0, [1]]);
  assert.deepEqual(await dialogs(page), [CLOSED]);
  connection.send({ refused: "payload", event: 1, fields: [["a", "must not be empty"]] });
  await page.waitForSelector("dialog:modal");
  assert.deepEqual(await page.evaluate(() => [document.activeElement.name, document.activeElement.validationMessage]), ["a", "must not be empty"]);
  await page.fill("input", "x");
  await page.click("#ok");
  assert.deepEqual(await event(connection), [2, 0, [1]]);
  await patched(page, () => connection.send([1, [null], { e: 2 }]));
  assert.deepEqual(await dialogs(page), [CLOSED]);
});

const NESTED = {
  html: '<dialog id="a"><button id="show">x</button><dialog id="b"><button id="ok">OK</button></dialog></dialog><button id="after">After</button>',
  templates: { 0: { map: "2 p0:open p0/1*2:open e0/1*2:close e1:click" } },
};

test("nested dialogs open and close in their order", async (test) => {
  const { page, connection, fired } = await open(test, NESTED);
  await patched(page, () => connection.send([1, [true, true]]));
  assert.deepEqual(await dialogs(page), [MODAL, MODAL]);
  await page.click("#ok");
  assert.equal(await focused(page), "ok");
  await patched(page, () => connection.send([2, [null, null]]));
  assert.deepEqual(await dialogs(page), [CLOSED, CLOSED]);
  await fired("close", 2);
  await page.click("#after");
  assert.deepEqual((await event(connection))[2], [3]);
});

test("a dialog that closes closes the dialogs inside, and only that is told", async (test) => {
  const { page, connection, fired } = await open(test, NESTED);
  await patched(page, () => connection.send([1, [true, true]]));
  await patched(page, () => connection.send([2, [null]]));
  assert.deepEqual(await dialogs(page), [CLOSED, CLOSED]);
  await fired("close", 2);
  assert.deepEqual(await event(connection), [1, 2, [2]]);
  await patched(page, () => connection.send([3, [1, null], { e: 1 }]));
  // The model knows it now. The next close is told again.
  await page.evaluate(() => document.querySelector("#b").show());
  await page.evaluate(() => document.querySelector("#b").close());
  assert.deepEqual(await event(connection), [2, 3, [2]]);
  await page.click("#after");
  assert.deepEqual(await event(connection), [3, 3, [3]]);
});

for (const canMove of [true, false]) {
  test(`a row that moves ${canMove ? "" : "without `moveBefore` "}keeps its open dialog and popover, and their focus`, async (test) => {
    const row = (n) => `<li><dialog><button>a</button><input id="d${n}"></dialog><div id="p${n}" popover="manual">p</div></li>`;
    const { page, connection } = await open(test, {
      html: `<ul>${[0, 1].map(row).join("")}</ul><dialog id="plain">x</dialog>`,
      templates: { 0: { map: "2 L0:1" }, 1: { map: "1 p0/0:open p0/1:open e0/0:toggle e0/1:toggle e0/0/1:input" } },
    });
    await page.evaluate((canMove) => canMove || delete Element.prototype.moveBefore, canMove);
    await patched(page, () => connection.send([1, [[[true, true]]]]));
    await page.focus("#d0");
    await page.keyboard.type("x");
    assert.deepEqual(await event(connection), [1, 1, [0, 0, 4]]);
    const move = (patch, e) => patched(page, () => connection.send([patch, [[1, { ">": 0 }]], { e }]));
    await move(2, 1);
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("input")].map(({ id }) => id)), ["d1", "d0"]);
    assert.deepEqual(await dialogs(page), [CLOSED, MODAL, CLOSED]);
    assert.equal(await isShown(page, "#p0"), true);
    assert.equal(await focused(page), "d0");
    await page.keyboard.type("y");
    assert.deepEqual(await connection.next(), [2, 2, [0, 0, 4], "xy"]);
    // Without focus inside, too; a dialog that is not modal stays so.
    await page.evaluate(() => {
      document.activeElement.blur();
      plain.show();
    });
    await move(3, 2);
    assert.deepEqual(await dialogs(page), [MODAL, CLOSED, PLAIN]);
    await patched(page, () => connection.send([4, [[[null, null]]]]));
    assert.deepEqual(await dialogs(page), [CLOSED, CLOSED, PLAIN]);
    assert.equal(await isShown(page, "#p0"), false);
    assert.equal(connection.unread, 0);
  });
}

const POPOVER = {
  html: '<button id="after">After</button><section popover open>a</section><p>0</p>',
  templates: { 0: { map: "3 e0:click p1:open e1:toggle S2" } },
};

test("a popover is opened and closed by the model, and a person's change is told", async (test) => {
  const { page, connection, fired } = await open(test, POPOVER);
  assert.equal(await isShown(page, "section"), true);
  assert.equal(await page.evaluate(() => document.querySelector("section").hasAttribute("open")), false);
  await patched(page, () => connection.send([1, [1, null]]));
  assert.equal(await isShown(page, "section"), false);
  await patched(page, () => connection.send([2, [1, true]]));
  assert.equal(await isShown(page, "section"), true);
  await fired("toggle", 1);
  // A click elsewhere closes it.
  await page.click("p");
  assert.deepEqual(await connection.next(), [1, 2, [2], false]);
  assert.equal(await isShown(page, "section"), false);
  // The model refuses.
  connection.send({ event: 1 });
  await page.waitForSelector("section:popover-open");
  await page.click("p");
  assert.deepEqual(await connection.next(), [2, 2, [2], false]);
  await patched(page, () => connection.send([3, [1, null], { e: 2 }]));
  assert.equal(await isShown(page, "section"), false);
  await page.click("#after");
  assert.deepEqual(await event(connection), [3, 3, [0]]);
});

test("popovers that close each other come to rest, if the model keeps both open", async (test) => {
  const { page, connection } = await open(test, {
    html: '<section popover>a</section><aside popover>b</aside><button>Wide</button>',
    templates: { 0: { map: "3 p0:open e0:toggle.toggle p1:open e1:toggle.toggle e2:click" } },
  });
  await patched(page, () => connection.send([1, [0, true, 2, true]]));
  // The browser has closed it. The model refuses, and is not asked again.
  const [number, , slot, isOpen] = await connection.next();
  assert.deepEqual([number, slot, isOpen], [1, [1], false]);
  connection.send({ event: 1 });
  await page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
  assert.deepEqual([await isShown(page, "section"), await isShown(page, "aside")], [false, true]);
  // An event of another one would come first.
  await page.evaluate(() => document.querySelector("aside").hidePopover());
  assert.deepEqual((await connection.next()).slice(2), [[3], false]);
});

test("a popover that is a dialog is not left open by its attribute", async (test) => {
  const { page, connection } = await open(test, { ...POPOVER, html: POPOVER.html.replaceAll("section", "dialog") });
  assert.equal(await isShown(page, "dialog"), true);
  assert.deepEqual(await dialogs(page), [CLOSED]);
  await patched(page, () => connection.send([1, [1, null]]));
  assert.equal(await isShown(page, "dialog"), false);
  assert.equal(await page.evaluate(() => document.querySelector("dialog").getClientRects().length), 0);
});

test("a click beside a dialog with `closedby` closes it, and is told", async (test) => {
  const { page, connection } = await open(test, { ...DIALOG, html: DIALOG.html.replace("<dialog", '<dialog closedby="any"') });
  const can = await page.evaluate(() => "closedBy" in HTMLDialogElement.prototype);
  await say(page, connection, 1, true);
  // An engine that does not know `closedby` closes it by Escape.
  if (can) await page.mouse.click(2, 2);
  else await page.keyboard.press("Escape");
  assert.deepEqual(await toldClosed(connection), [CLOSE, TOGGLE]);
  await say(page, connection, 2, null, 2);
  await page.click("#show");
  assert.deepEqual(await connection.next(), [3, 2, [TOGGLE], true]);
});

test("a full render leaves an open dialog as it is", async (test) => {
  const map = "2#page S0 p1:open p2:open p3:open e1:toggle";
  const { page, connection } = await open(test, {
    html: "<p>0</p><dialog open><button>a</button><input id=b></dialog><section popover=manual>p</section><details><summary>s</summary>d</details>",
    templates: { 0: { map: map.replace("2#", "4#") } },
  });
  await page.focus("#b");
  await page.evaluate(() => {
    document.querySelector("section").showPopover();
    document.querySelector("details").open = true;
  });
  const tree = [["p"], ["dialog", ["button", "a"], ["input", { id: "b" }]], ["section", { popover: "manual" }, "p"], ["details", ["summary", "s"], "d"]];
  const render = (patch, session, ...opens) =>
    patched(page, () =>
      connection.send({ mount: { session, patch, event: 0, templates: { 0: { map: map.replace("2#", "4#"), tree } }, view: [0, String(patch), ...opens] } }),
    );
  await render(5, "s1", true, null, null);
  assert.deepEqual(await dialogs(page), [MODAL]);
  assert.equal(await focused(page), "b");
  assert.equal(await isShown(page, "section"), true);
  assert.equal(await page.evaluate(() => document.querySelector("details").open), true);
  assert.equal(await page.evaluate(() => document.querySelector("p").textContent), "5");
  await render(6, "s2", null, true, true);
  assert.deepEqual(await dialogs(page), [CLOSED]);
  assert.equal(await isShown(page, "section"), true);
  await render(7, "s2", null, null, null);
  assert.equal(await isShown(page, "section"), false);
  assert.equal(await page.evaluate(() => document.querySelector("details").open), false);
});

test("an engine without these methods, and an element that is not on the page, break no patch", async (test) => {
  const { page, connection } = await open(test, {
    html: '<dialog><button>a</button></dialog><section popover="auto">p</section><details><summary>s</summary>d</details><p>0</p>',
    templates: { 0: { map: "4 p0:open p1:open p2:open S3" } },
  });
  await page.evaluate(() => {
    for (const name of ["show", "showModal", "close"]) delete HTMLDialogElement.prototype[name];
    for (const name of ["popover", "togglePopover", "showPopover", "hidePopover"]) delete HTMLElement.prototype[name];
    document.querySelector("dialog").addEventListener("beforetoggle", (event) => event.preventDefault());
  });
  await patched(page, () => connection.send([1, [true, true, true, "1"]]));
  assert.deepEqual(await dialogs(page), [PLAIN]);
  assert.equal(await page.evaluate(() => document.querySelector("details").open), true);
  await patched(page, () => connection.send([2, [null, null, null, "2"]]));
  assert.deepEqual(await dialogs(page), [CLOSED]);
  assert.equal(await page.evaluate(() => document.querySelector("details").open), false);
  assert.equal(await page.evaluate(() => document.querySelector("p").textContent), "2");
});

test("a dialog that another script has removed breaks no patch", async (test) => {
  const { page, connection } = await open(test, {
    html: '<dialog><button>a</button></dialog><section popover="auto">p</section><p>0</p>',
    templates: { 0: { map: "3 p0:open p1:open S2" } },
  });
  await page.evaluate(() => {
    const shelter = document.createElement("b");
    for (const element of document.querySelectorAll("dialog,section")) element.replaceWith("away"), shelter.append(element);
  });
  await patched(page, () => connection.send([1, [true, true, "1"]]));
  await patched(page, () => connection.send([2, [null, null, "2"]]));
  assert.equal(await page.evaluate(() => document.querySelector("p").textContent), "2");
});
