import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { event, openLive } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const UNSENT = [4294967295];

const refused = (event, text) => ({ refused: "too-long", event, fields: [["*", text]] });

/** Puts a text into a control, as a person who pastes it. */
const paste = (page, selector, text) =>
  page.evaluate(
    ([selector, text]) => {
      const control = document.querySelector(selector);
      control.focus();
      control.value = text;
      control.dispatchEvent(new Event("input", { bubbles: true }));
    },
    [selector, text],
  );

const messageOf = (page, selector) => page.evaluate((selector) => document.querySelector(selector).validationMessage, selector);

const shows = (page, selector) => page.waitForFunction((selector) => document.querySelector(selector).validationMessage, selector);

test("a form that is too long is not sent, and shows the server's message", async (test) => {
  const { page, connection } = await openLive(test, browser, {
    html: '<form><textarea name="a"></textarea><button>Send</button></form><b>0</b>',
    templates: { 0: { map: "2 e0:submit.prevent e1:click" } },
  });
  const text = "ä".repeat(40_000);
  await page.fill("textarea", text);
  await page.click("button");
  const [number, patch, address, size] = await connection.next();
  assert.deepEqual([number, patch, address], [1, 0, UNSENT]);
  assert.ok(size > 80_000 && size < 80_100);
  connection.send(refused(1, "This is too long."));
  await shows(page, "textarea");
  assert.equal(await messageOf(page, "textarea"), "This is too long.");
  assert.equal(await page.evaluate(() => root.dataset.tealight), "live");
  assert.equal((await page.inputValue("textarea")).length, 40_000);
  // The next event is sent on the same connection, and so is the form when it is shorter.
  await page.click("b");
  assert.deepEqual(await event(connection), [2, 0, [1]]);
  await page.fill("textarea", "short");
  await page.click("button");
  assert.deepEqual(await connection.next(), [3, 0, [0], [[["a", "short"]], ""]]);
});

test("the control with the longest text shows that its form is too long", async (test) => {
  const { page, connection } = await openLive(test, browser, {
    html:
      '<form><input name="title"><input name="title"><textarea name="text"></textarea><input name="of" value="a page">' +
      '<input type="hidden" name="*" value="note"><input type="checkbox" value="yes"><button>Send</button></form>',
    templates: { 0: { map: "1 e0:submit.prevent" } },
    limit: 300,
  });
  for (const control of ["textarea", "[name=title] + [name=title]"]) {
    await page.evaluate(([control, text]) => (document.querySelector(control).value = text), [control, "x".repeat(control.length * 300)]);
    await page.click("button");
    connection.send(refused((await connection.next())[0], "Too long."));
    await shows(page, control);
    const count = () => page.evaluate(() => [...document.querySelectorAll("form *")].filter((one) => one.validationMessage).length);
    assert.equal(await count(), 1);
    await page.fill(control, "short, then long again");
    assert.equal(await count(), 0);
  }
});

test("a text that is too long is not sent, and its control shows the message until the person goes on", async (test) => {
  const { page, connection } = await openLive(test, browser, {
    html: '<input id="other"><textarea id="long"></textarea><form><input name="a"><input id="inside" name="b"></form>',
    templates: { 0: { map: "3 e1:input e2/1*2:input" } },
    limit: 200,
  });
  for (const [control, text] of [["#long", "x".repeat(300)], ["#inside", "€".repeat(70)]]) {
    await paste(page, control, text);
    const [number, patch, address] = await connection.next();
    assert.deepEqual([patch, address], [0, UNSENT]);
    connection.send(refused(number, "Too long."));
    await shows(page, control);
    assert.equal(await messageOf(page, control), "Too long.");
    for (const other of ["#other", "[name=a]"]) assert.equal(await messageOf(page, other), "");
    await paste(page, control, "short");
    assert.equal(await messageOf(page, control), "");
    assert.equal((await connection.next())[3], "short");
  }
});

test("an event that is exactly as long as the limit is sent", async (test) => {
  const { page, connection } = await openLive(test, browser, {
    html: "<input>",
    templates: { 0: { map: "1 e0:input" } },
    limit: 22,
  });
  await paste(page, "input", "x".repeat(10));
  assert.equal(JSON.stringify(await connection.next()).length, 22);
  await paste(page, "input", "x".repeat(11));
  assert.deepEqual(await connection.next(), [2, 0, UNSENT, 23]);
});

test("a call that is too long is rejected", async (test) => {
  const { page, connection } = await openLive(test, browser, {
    html: "<b>0</b>",
    templates: { 0: { map: "1 e0:ask.detail" } },
    limit: 100,
  });
  const answer = page.evaluate(() =>
    tealight.call(document.querySelector("b"), "ask", "x".repeat(200)).catch((error) => error.message),
  );
  assert.deepEqual(await event(connection), [1, 0, UNSENT]);
  connection.send(refused(1, "Too long."));
  assert.equal(await answer, "tealight: too-long");
});
