import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { event, open as openPage, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const open = async (test, view) => {
  const { server, page } = await openPage(test, browser, view);
  return { server, page, connection: await server.live() };
};

/** Returns what the controls hold. */
const held = (page) =>
  page.evaluate(() =>
    [...root.querySelectorAll("input,select,textarea")].map(({ type, checked, value }) => (type === "checkbox" ? checked : value)),
  );

/** Types a text and presses Enter. */
async function enter(page, text) {
  await page.keyboard.type(text);
  await page.keyboard.press("Enter");
}

/** The fields of the next submit, as texts. */
const fields = async (connection) => {
  const [number, , address, [pairs]] = await connection.next();
  return [number, address, pairs.map((pair) => pair.join("=")).join(" ")];
};

test("a submit with reset empties the form at once, and each entry is sent in order", async (test) => {
  const { page, connection } = await open(test, {
    html:
      '<form><input name="text" required><input name="cups" value="1"><select name="size"><option>s</option><option selected>m</option></select>' +
      '<input type="checkbox" name="gift"><input type="hidden" name="id" value="7"><button>Add</button></form>',
    templates: { 0: { map: "1 e0:submit.reset.prevent" } },
  });
  await page.fill("[name=cups]", "3");
  await page.selectOption("select", "s");
  await page.check("[name=gift]");
  await page.focus("[name=text]");
  await enter(page, "alpha");
  assert.deepEqual(await held(page), ["", "1", "m", false, "7"]);
  await enter(page, "beta");
  await page.keyboard.type("gamma");
  assert.deepEqual(await fields(connection), [1, [0], "text=alpha cups=3 size=s gift=on id=7"]);
  assert.deepEqual(await fields(connection), [2, [0], "text=beta cups=1 size=m id=7"]);
  await patched(page, () => connection.send([1, [], { e: 1 }]));
  await patched(page, () => connection.send([2, [], { e: 2 }]));
  await page.keyboard.press("Enter");
  assert.deepEqual(await fields(connection), [3, [0], "text=gamma cups=1 size=m id=7"]);
});

/** A field whose text the model echoes. */
const ECHO = {
  html: '<form><input name="text" value=""></form><p>0</p>',
  templates: { 0: { map: "2 e0:submit.reset.prevent p0/0:value e0/0:input S1" } },
};

test("an echoed field is empty, and no late echo fills it again", async (test) => {
  const { page, connection } = await open(test, ECHO);
  await page.focus("input");
  await page.keyboard.type("al");
  await event(connection);
  await event(connection);
  await patched(page, () => connection.send([1, [1, "al"], { e: 2 }]));
  await enter(page, "x");
  assert.deepEqual(await held(page), [""]);
  await event(connection);
  assert.deepEqual(await fields(connection), [4, [0], "text=alx"]);
  await patched(page, () => connection.send([2, [1, "alx"], { e: 3 }]));
  assert.deepEqual(await held(page), [""]);
  await enter(page, "b");
  await event(connection);
  assert.deepEqual(await fields(connection), [6, [0], "text=b"]);
  await page.keyboard.type("c");
  await patched(page, () => connection.send([3, [1, ""], { e: 4 }]));
  assert.deepEqual(await held(page), ["c"]);
  await event(connection);
  await patched(page, () => connection.send([4, [1, "c"], { e: 7 }]));
  assert.deepEqual(await held(page), ["c"]);
});

test("an emptied field shows what the server says with the answer", async (test) => {
  const { page, connection } = await open(test, ECHO);
  await page.focus("input");
  await page.keyboard.type("a");
  await event(connection);
  await patched(page, () => connection.send([1, [1, "a"], { e: 1 }]));
  // `update` keeps the text.
  await page.keyboard.press("Enter");
  assert.deepEqual(await held(page), [""]);
  await patched(page, () => connection.send([2, [3, "1"], { e: 2 }]));
  assert.deepEqual(await held(page), ["a"]);
  // A letter that is typed and removed again is no reason to keep the text.
  await page.keyboard.type("x");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Enter");
  assert.deepEqual(await held(page), [""]);
  await patched(page, () => connection.send([3, [1, "next"], { e: 5 }]));
  assert.deepEqual(await held(page), ["next"]);
});

test("a refused entry returns to its field, unless another one is typed there", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><input name="cups"><input type="checkbox" name="gift"><select name="size"><option>s</option><option>m</option></select></form>',
    templates: { 0: { map: "1 e0:submit.reset.prevent" } },
  });
  await page.check("[name=gift]");
  await page.selectOption("select", "m");
  await page.focus("[name=cups]");
  await enter(page, "two");
  assert.deepEqual(await held(page), ["", false, "s"]);
  connection.send({ refused: "payload", event: 1, fields: [["cups", "Enter a whole number."]] });
  await page.waitForFunction(() => document.querySelector("[name=cups]").validationMessage);
  assert.deepEqual(await held(page), ["two", true, "m"]);
  await page.fill("[name=cups]", "");
  await enter(page, "three");
  await page.keyboard.type("4");
  connection.send({ refused: "payload", event: 2, fields: [["cups", "Enter a whole number."]] });
  await page.waitForFunction(() => document.querySelector("[name=cups]").validationMessage);
  assert.deepEqual(await held(page), ["4", true, "m"]);
  // A refusal that names no field gives back the text as well.
  await page.fill("[name=cups]", "");
  await enter(page, "5");
  await patched(page, () => connection.send({ refused: "stale", event: 3 }) ?? connection.send([1, []]));
  assert.equal((await held(page))[0], "5");
});

test("entries that a new session does not know are given back", async (test) => {
  const map = "1 e0:submit.reset.prevent e0/0:input";
  const { page, connection } = await open(test, { html: '<form><input name="text"></form>', templates: { 0: { map } } });
  await page.focus("input");
  await enter(page, "alpha");
  assert.deepEqual(await held(page), [""]);
  for (let made = 0; made < 6; made++) await connection.next();
  const templates = { 0: { map, tree: [["form", ["input", { name: "text" }]]] } };
  await patched(page, () => connection.send({ mount: { session: "s2", patch: 1, event: 0, templates, view: [0] } }));
  assert.deepEqual(await held(page), ["alpha"]);
  assert.deepEqual(await connection.next(), [1, 1, [1], "alpha"]);
});

test("entries are sent once, after a reconnect", async (test) => {
  const { server, page, connection } = await open(test, {
    html: '<form><input name="text"><button name="reset">Add</button></form>',
    templates: { 0: { map: "1 e0:submit.reset.prevent" } },
  });
  await page.focus("input");
  connection.close(1012);
  await page.waitForSelector("[data-tealight=lost]", { state: "attached" });
  await enter(page, "alpha");
  await enter(page, "beta");
  const again = await server.live();
  assert.deepEqual(await fields(again), [1, [0], "text=alpha reset="]);
  assert.deepEqual(await fields(again), [2, [0], "text=beta reset="]);
  assert.equal(again.unread, 0);
});

const PAY = {
  html: '<form><input name="text"><button>Pay</button></form><p>a</p>',
  templates: { 0: { map: "2 e0:submit.prevent a0/1:disabled e1:click" } },
};

test("a submit while another one is under way waits for its answer", async (test) => {
  const { page, connection } = await open(test, PAY);
  await page.focus("input");
  await enter(page, "a");
  await enter(page, "b");
  await enter(page, "c");
  assert.deepEqual(await fields(connection), [1, [0], "text=a"]);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(connection.unread, 0);
  await patched(page, () => connection.send([1, [], { e: 1 }]));
  assert.deepEqual(await fields(connection), [2, [0], "text=ab"]);
  assert.deepEqual(await fields(connection), [3, [0], "text=abc"]);
  await page.keyboard.press("Enter");
  // A later event does not overtake it.
  await page.click("p");
  assert.deepEqual(await fields(connection), [4, [0], "text=abc"]);
  assert.deepEqual(await event(connection), [5, 1, [2]]);
});

test("a submit that waits is not sent because the focus leaves", async (test) => {
  const { page, connection } = await open(test, PAY);
  await page.click("button");
  await event(connection);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 600)));
  await page.click("button");
  await page.evaluate(() => document.activeElement.blur());
  await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(connection.unread, 0);
  await patched(page, () => connection.send([1, [1, true], { e: 1 }]));
  await page.click("p");
  assert.deepEqual(await event(connection), [2, 1, [2]]);
});

test("a submit that waits is not sent if the answer disables its button", async (test) => {
  const { page, connection } = await open(test, PAY);
  await page.click("button");
  await page.click("button");
  await event(connection);
  await patched(page, () => connection.send([1, [1, true], { e: 1 }]));
  await page.click("p");
  assert.deepEqual(await event(connection), [2, 1, [2]]);
});

test("a form without a button queues what is entered after a double click", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><input name="text" value="tea"></form>',
    templates: { 0: { map: "1 e0:submit.prevent" } },
  });
  await page.dblclick("input");
  await enter(page, "a");
  await enter(page, "b");
  assert.deepEqual(await fields(connection), [1, [0], "text=a"]);
  await patched(page, () => connection.send([1, [], { e: 1 }]));
  assert.deepEqual(await fields(connection), [2, [0], "text=ab"]);
});

test("a form is sent, though another script removes its button", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><input name="text" value="tea"><button name="do" value="pay">Pay</button></form>',
    templates: { 0: { map: "1 e0:submit.prevent" } },
  });
  await page.evaluate(() => document.forms[0].addEventListener("submit", ({ submitter }) => submitter.replaceWith("…")));
  await page.click("button");
  const [, , , [pairs, name]] = await connection.next();
  assert.deepEqual([pairs, name], [[["text", "tea"]], "do"]);
});

test("a double click submits once", async (test) => {
  const { page, connection } = await open(test, PAY);
  await page.dblclick("button");
  await event(connection);
  await patched(page, () => connection.send([1, [], { e: 1 }]));
  await page.click("p");
  assert.deepEqual(await event(connection), [2, 1, [2]]);
  await page.click("button");
  assert.deepEqual(await event(connection), [3, 1, [0]]);
});
