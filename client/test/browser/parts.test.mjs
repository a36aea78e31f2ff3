// Parts of the script that a page loads only when it needs them.

import assert from "node:assert/strict";
import test, { before, after } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { content, event, open, openLive, patched, shows } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

/** A button, and a branch for more. */
const view = {
  html: "<button>+</button><p>0</p><!>",
  templates: { 0: { map: "2.2.0#view e0:click S1 b2" } },
  needs: [],
};

/** A field in the branch: its text comes from the server. */
const field = { 1: { map: "1 p0:value e0:input", tree: [["input"]] } };
const showField = [2, { "=": [1, "Tea"] }];

/** Returns a function that takes the place of `part`, and the promise of its first call. */
function held(answers) {
  let began;
  const begins = new Promise((resolve) => (began = resolve));
  const names = [];
  const part = (name) => {
    if (!["controls", "effects"].includes(name)) return;
    began();
    names.push(name);
    return (answers[names.length - 1] ?? (() => {}))();
  };
  return { part, begins, names };
}

const value = (page) => page.evaluate(() => document.querySelector("input").value);

test("a page without controls loads no part for them", async (test) => {
  const { part, names } = held([]);
  const { page, connection } = await openLive(test, browser, { ...view, part });
  await page.click("button");
  assert.deepEqual(await event(connection), [1, 0, [0]]);
  assert.deepEqual(names, []);
});

test("a message that needs a part waits for it, and the next ones wait behind it", async (test) => {
  let send;
  const { part, begins, names } = held([() => new Promise((resolve) => (send = resolve))]);
  const { page, connection } = await openLive(test, browser, { ...view, part });
  connection.send([1, showField, { t: field, n: ["controls"] }]);
  connection.send([2, [1, "1"]]);
  await begins;
  // Events go on, from the page as it is.
  await page.click("button");
  assert.deepEqual(await event(connection), [1, 0, [0]]);
  connection.send([3, [1, "2"], { e: 1 }]);
  assert.equal(await content(page), "<button data-tealight-pending=\"click\">+</button><p>0</p>");
  await patched(page, send);
  await page.waitForFunction(() => document.querySelector("p").textContent === "2");
  assert.equal(await value(page), "Tea");
  await page.fill("input", "Teas");
  assert.deepEqual(await connection.next(), [2, 3, [2, 1], "Teas"]);
  assert.deepEqual(names, ["controls"]);
});

test("a command runs when its part is here, before later messages", async (test) => {
  const { part, names } = held([]);
  const { page, connection } = await openLive(test, browser, { ...view, part });
  await patched(page, () => {
    connection.send([1, [1, "1"], { c: [["attribute", "p", "title", "one"]], n: ["effects"] }]);
    connection.send([2, [1, "2"], { c: [["attribute", "p", "lang", "de"]], n: ["effects"] }]);
  });
  await page.waitForSelector('p[title="one"][lang="de"]');
  assert.deepEqual(names, ["effects"]);
});

for (const [what, answer] of [
  ["cannot be fetched", () => Promise.reject()],
  ["comes from another version", () => "0"],
]) {
  test(`a part that ${what} is tried again on a new connection`, async (test) => {
    const { part, names } = held([answer, answer]);
    const { server, page, connection } = await openLive(test, browser, { ...view, part });
    const mount = (patch, event) => ({
      mount: {
        session: "s1",
        patch,
        event,
        templates: { ...view.templates, ...field },
        needs: ["controls"],
        view: [0, "1", [1, "Tea"]],
      },
    });
    connection.send([1, showField, { t: field, n: ["controls"] }]);
    await shows(page, "lost");
    assert.equal(await content(page), "<button>+</button><p>0</p>");
    const second = await server.attached();
    assert.deepEqual([second.attach.patch, second.attach.event], [0, 0]);
    // The event waits for the end of this.
    await page.click("button");
    second.send(mount(2, 0));
    const third = await server.attached();
    assert.deepEqual([third.attach.patch, third.attach.event], [0, 1]);
    third.send(mount(3, 0));
    await shows(page, "live");
    assert.deepEqual(await event(third), [1, 0, [0]]);
    assert.equal(await value(page), "Tea");
    assert.deepEqual(names, ["controls", "controls", "controls"]);
  });

  test(`a page whose first part ${what} is not adopted before it has it`, async (test) => {
    const { part, names } = held([answer, answer]);
    const { server, page } = await open(test, browser, { ...view, needs: ["controls"], part });
    await shows(page, "lost");
    const connection = await server.live();
    await shows(page, "live");
    await page.click("button");
    assert.deepEqual(await event(connection), [1, 0, [0]]);
    assert.deepEqual(names, ["controls", "controls", "controls"]);
  });
}

test("a policy that allows the page's own scripts allows their parts", async (test) => {
  const csp = "script-src 'self'; require-trusted-types-for 'script'; trusted-types tealight";
  const { page, connection } = await openLive(test, browser, { ...view, csp });
  connection.send([1, showField, { t: field, n: ["controls"] }]);
  await page.waitForSelector("input");
  assert.equal(await value(page), "Tea");
});
