import assert from "node:assert/strict";
import test from "node:test";
import { becomes, open, serve, shows } from "./support.mjs";

async function start(test, options) {
  const server = await serve(test, "forms");
  const page = await open(test, server.url, options);
  if (options?.javaScriptEnabled !== false) await becomes(page, "live");
  return page;
}

/** Returns the browser's validation messages by control. */
const wrong = (page) =>
  page.locator("form").evaluate(({ elements }) =>
    [...elements].filter(({ validationMessage }) => validationMessage).map(({ name, validationMessage }) => [name, validationMessage]),
  );

test("a form decodes to a type, and errors are shown at their controls", async (test) => {
  const page = await start(test);
  await page.fill("[name=cups]", "two");
  await page.fill("[name='address[floor]']", "high");
  await page.click("button");
  await page.waitForFunction(() => document.activeElement.name === "cups");
  assert.deepEqual(await wrong(page), [
    ["cups", "Enter a whole number."],
    ["address[floor]", "Enter a whole number."],
  ]);
  // The person can correct the form and submit again.
  await page.fill("[name=cups]", "2");
  assert.deepEqual(await wrong(page), []);
  await page.fill("[name='address[floor]']", "");
  await page.fill("[name='address[city]']", "London");
  await page.selectOption("[name=tea]", "Sencha");
  await page.selectOption("[name=extras]", ["milk", "honey"]);
  await page.check("[name=gift]");
  await page.click("button");
  await shows(
    page,
    "li:last-of-type",
    'Order { tea: "Sencha", cups: 2, address: Address { city: "London", floor: None }, extras: ["milk", "honey"], gift: true }',
  );
});

test("a refusal while typing does not disturb", async (test) => {
  const page = await start(test);
  await page.fill("[name=cups]", "x");
  await page.locator("[name='address[city]']").focus();
  await page.locator("[name='address[city]']").pressSequentially("Delft");
  await page.fill("[name=cups]", "3");
  await page.locator("[name='address[city]']").focus();
  await shows(page, "li:last-of-type", "changed to 3 cups");
  assert.deepEqual(await wrong(page), []);
  assert.equal(await page.inputValue("[name='address[city]']"), "Delft");
});

test("a form over the message limit is not sent: its longest control says why, and the application learns of it", async (test) => {
  const page = await start(test);
  await page.fill("[name=cups]", "2");
  await page.fill("[name='address[floor]']", "1");
  await page.fill("[name='address[city]']", "ä".repeat(2_500));
  await page.click("button");
  await page.waitForFunction(() => document.querySelector("[name='address[city]']").validationMessage);
  assert.deepEqual(await wrong(page), [["address[city]", "This is too long to be sent."]]);
  await shows(page, "li:last-of-type", /^too long: 5[01]\d\d bytes$/);
  // The entries are still there, the connection too, and the form can be corrected.
  assert.equal((await page.inputValue("[name='address[city]']")).length, 2_500);
  assert.equal(await page.getAttribute("[data-tealight]", "data-tealight"), "live");
  await page.fill("[name='address[city]']", "Delft");
  assert.deepEqual(await wrong(page), []);
  await page.click("button");
  await shows(page, "li:last-of-type", /^Order .* city: "Delft"/);
});

test("without JavaScript, decoding errors are shown on a separate page", async (test) => {
  const page = await start(test, { javaScriptEnabled: false });
  await page.fill("[name=cups]", "two");
  await page.click("button");
  await shows(page, "li", /^cups: Enter a whole number\.$/);
  assert.equal(await page.locator("li").count(), 1);
  await page.goBack();
  await page.fill("[name=cups]", "2");
  await page.click("button");
  await shows(page, "li", "cups: 2");
});
