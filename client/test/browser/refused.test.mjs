// The person sees when an event was not applied.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { event, open } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const PAGE = {
  html: '<p>0</p><button>buy</button><input><p><b>row</b></p><form><button>send</button></form>',
  templates: { 0: { map: "5#page S0 e1:click e2:input e3/0:click e4:submit.prevent" } },
  lost: "Not done.",
};

const TREE = { 0: { ...PAGE.templates[0], tree: [["p"], ["button", "buy"], ["input"], ["p", ["b", "row"]], ["form", ["button", "send"]]] } };

/** Returns the texts that the page shows, by the elements that they are at. */
const shown = (page) =>
  page.evaluate(() => [...document.querySelectorAll("[data-tealight-refused]")].map((at) => [at.localName, at.dataset.tealightRefused]));

async function live(test) {
  const { server, page } = await open(test, browser, PAGE);
  return { server, page, connection: await server.live() };
}

const refuse = async (connection) => {
  const [event] = await connection.next();
  connection.send({ refused: "stale", event });
};

test("a click that counts once and was not applied can be tried again", async (test) => {
  const { server, page } = await open(test, browser, { ...PAGE, templates: { 0: { map: PAGE.templates[0].map.replace("e1:click", "e1:click.once") } } });
  const connection = await server.live();
  await page.click("button");
  await refuse(connection);
  await page.waitForSelector("button[data-tealight-refused]");
  await page.click("button");
  assert.deepEqual(await event(connection), [2, 0, [1]]);
  connection.send({ event: 2 });
  await page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
  await page.click("button");
  await page.click("b");
  assert.deepEqual(await event(connection), [3, 0, [3]]);
});

test("a click that was not applied says so at its element, and to screen readers", async (test) => {
  const { page, connection } = await live(test);
  await page.click("button");
  await refuse(connection);
  await page.waitForSelector("button[data-tealight-refused]");
  assert.deepEqual(await shown(page), [["button", "Not done."]]);
  await page.waitForFunction(() => document.querySelector("[aria-live]")?.textContent === "Not done.");
});

test("a click is told at the root if its element is gone", async (test) => {
  const { page, connection } = await live(test);
  await page.click("b");
  const [event] = await connection.next();
  await page.evaluate(() => document.querySelector("b").remove());
  connection.send({ refused: "stale", event });
  await page.waitForSelector("#root[data-tealight-refused]");
  assert.deepEqual(await shown(page), [["div", "Not done."]]);
});

test("a submit that was not applied says so at its form", async (test) => {
  const { page, connection } = await live(test);
  await page.click("form button");
  await refuse(connection);
  await page.waitForSelector("form[data-tealight-refused]");
});

test("what was entered is still there, and needs no text", async (test) => {
  const { page, connection } = await live(test);
  await page.type("input", "a");
  await refuse(connection);
  await page.click("button");
  await refuse(connection);
  await page.waitForSelector("button[data-tealight-refused]");
  assert.deepEqual(await shown(page), [["button", "Not done."]]);
  assert.equal(await page.inputValue("input"), "a");
});

/** The order in which the server refuses an event and sends the patch with the handler of now. */
const ORDERS = { before: ["refused", "patch"], after: ["patch", "refused"] };

for (const [order, steps] of Object.entries(ORDERS)) {
  test(`a text that is refused ${order} the patch is told to the handler of now, once`, async (test) => {
    const { page, connection } = await live(test);
    await page.type("input", "a");
    assert.deepEqual(await connection.next(), [1, 0, [2], "a"]);
    for (const step of steps) connection.send(step === "patch" ? [1, []] : { refused: "stale", event: 1 });
    assert.deepEqual(await connection.next(), [2, 1, [2], "a"]);
    connection.send({ event: 2 });
    connection.send([2, ["1"]]);
    await page.waitForFunction(() => document.querySelector("p").textContent === "1");
    // Nothing more is sent, and nothing is told.
    await page.click("button");
    assert.deepEqual(await event(connection), [3, 2, [1]]);
    assert.deepEqual(await shown(page), []);
  });
}

test("a text that is refused twice is not told a third time, and the person hears", async (test) => {
  const { page, connection } = await live(test);
  await page.type("input", "a");
  await refuse(connection);
  connection.send([1, []]);
  assert.deepEqual(await connection.next(), [2, 1, [2], "a"]);
  connection.send([2, []]);
  connection.send({ refused: "stale", event: 2 });
  await page.waitForSelector("input[data-tealight-refused]");
  connection.send([3, ["1"]]);
  await page.waitForFunction(() => document.querySelector("p").textContent === "1");
  await page.click("button");
  assert.deepEqual(await event(connection), [3, 3, [1]]);
});

test("a text that was refused is not told again after a newer one", async (test) => {
  const { page, connection } = await live(test);
  await page.type("input", "ab");
  assert.deepEqual(await connection.next(), [1, 0, [2], "a"]);
  assert.deepEqual(await connection.next(), [2, 0, [2], "ab"]);
  connection.send({ refused: "stale", event: 1 });
  connection.send([1, ["1"], { e: 2 }]);
  await page.waitForFunction(() => document.querySelector("p").textContent === "1");
  await page.click("button");
  assert.deepEqual(await event(connection), [3, 1, [1]]);
});

test("a click that was refused is not told again", async (test) => {
  const { page, connection } = await live(test);
  await page.click("button");
  await refuse(connection);
  connection.send([1, ["1"]]);
  await page.waitForFunction(() => document.querySelector("p").textContent === "1");
  await page.type("input", "a");
  assert.deepEqual(await connection.next(), [2, 1, [2], "a"]);
});

const CONTROLS = {
  html: '<p>0</p><form><input value="" name="n"><input type="checkbox"></form><select><option>a</option><option>b</option></select>',
  templates: { 0: { map: "3 S0 p1/0:value e1/0:input.debounce.60000 e1/1:change.check e1:change.form e2:change.select" } },
  lost: "Not done.",
};

test("checks, choices, forms and delayed texts are told again with what they hold now", async (test) => {
  const { server, page } = await open(test, browser, CONTROLS);
  const connection = await server.live();
  await page.waitForSelector('[data-tealight="live"]');
  await page.type("[name]", "a");
  await page.click("[type=checkbox]");
  await page.selectOption("select", "b");
  const sent = [];
  for (let count = 0; count < 5; count++) sent.push(await connection.next());
  for (const [event] of sent) connection.send({ refused: "stale", event });
  // The server knows nothing of the text, so its own value waits.
  connection.send([1, ["1", "served"]]);
  const again = [];
  for (let count = 0; count < 4; count++) again.push(await connection.next());
  const told = ([, , address, payload]) => JSON.stringify([address, payload]);
  // The form has been told twice. What it holds now is told once.
  assert.deepEqual(again.map(told).sort(), sent.filter(([number]) => number !== 2).map(told).sort());
  assert.deepEqual(again.map(([, patch]) => patch), [1, 1, 1, 1]);
  assert.equal(await page.inputValue("[name]"), "a");
  connection.send({ event: again.at(-1)[0] });
  await page.waitForFunction(() => document.querySelector("[name]").value === "served");
});

test("a text that is refused when its page comes back is told after the full render", async (test) => {
  const { server, page, connection } = await live(test);
  await page.type("input", "a");
  await connection.next();
  connection.close(1012);
  const next = await server.attached();
  next.send({ resume: { event: 0 } });
  assert.deepEqual(await next.next(), [1, 0, [2], "a"]);
  next.send({ refused: "stale", event: 1 });
  next.send({ mount: { session: "s1", patch: 2, event: 1, templates: TREE, view: [0, "0"] } });
  assert.deepEqual(await next.next(), [2, 2, [2], "a"]);
  assert.deepEqual(await shown(page), []);
});

test("events of a session that is gone are told as well", async (test) => {
  const { server, page, connection } = await live(test);
  await page.click("button");
  await connection.next();
  connection.close(1012);
  const next = await server.attached();
  next.send({ mount: { session: "s2", patch: 1, event: 0, templates: TREE, view: [0, "0"] } });
  await page.waitForSelector("[data-tealight-refused]");
  assert.deepEqual((await shown(page)).map(([, text]) => text), ["Not done."]);
});
