// The person sees when an event was not applied.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { open } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const PAGE = {
  html: '<p>0</p><button>buy</button><input><p><b>row</b></p><form><button>send</button></form>',
  templates: { 0: { map: "5 S0 e1:click e2:input e3/0:click e4:submit.prevent" } },
  lost: "Not done.",
};

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

test("events of a session that is gone are told as well", async (test) => {
  const { server, page, connection } = await live(test);
  await page.click("button");
  await connection.next();
  connection.close(1012);
  const next = await server.attached();
  const tree = [["p"], ["button", "buy"], ["input"], ["p", ["b", "row"]], ["form", ["button", "send"]]];
  const templates = { 0: { ...PAGE.templates[0], tree } };
  next.send({ mount: { session: "s2", patch: 1, event: 0, templates, view: [0, "0"] } });
  await page.waitForSelector("[data-tealight-refused]");
  assert.deepEqual((await shown(page)).map(([, text]) => text), ["Not done."]);
});
