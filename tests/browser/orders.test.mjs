// Tests pages that show a database: whoever changes it, also another process.

import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { becomes, complaints, context, folder, open, serve, shows } from "./support.mjs";

const STATE = "main > [role=status]";

/** Starts two processes that share a database, in which nobody orders by themselves. */
async function shops(test) {
  const args = ["--db", join(await folder(), "orders.db"), "--no-customers"];
  return [await serve(test, "orders", { args }), await serve(test, "orders", { args })];
}

/** Opens a page of a server in a new window. */
async function visit(test, server, path = "/") {
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  const url = new URL(server.url);
  url.pathname = path;
  await page.goto(String(url));
  await becomes(page, "live");
  return { page, found };
}

test("an order of one process is on the pages of all", async (test) => {
  const [shop, other] = await shops(test);
  const { page, found } = await visit(test, shop);
  const { page: elsewhere } = await visit(test, other);
  await page.getByRole("button", { name: "Place an order" }).click();
  for (const each of [page, elsewhere]) await shows(each, "tbody td:first-child", /^1$/);
  await elsewhere.click("tbody a");
  await shows(elsewhere, STATE, /^new$/);
  await elsewhere.getByRole("button", { name: "Pack" }).click();
  await shows(elsewhere, STATE, /^packed$/);
  await shows(page, "tbody .badge", /^packed$/);
  await shows(page, "nav li:nth-child(3) b", /^1$/);
  assert.equal(await page.locator("rect").count(), 30);
  assert.deepEqual(found, []);
});

test("an order that somebody else changes shows its new state, and offers the next ones", async (test) => {
  const [shop, other] = await shops(test);
  const { page: dashboard } = await visit(test, shop);
  await dashboard.getByRole("button", { name: "Place an order" }).click();
  await shows(dashboard, "tbody td:first-child", /^1$/);
  const [{ page, found }, { page: elsewhere }] = [await visit(test, shop, "/orders/1"), await visit(test, other, "/orders/1")];
  // The keyboard reaches the button.
  await elsewhere.getByRole("button", { name: "Pack" }).focus();
  await elsewhere.keyboard.press("Enter");
  await shows(page, STATE, /^packed$/);
  await page.getByRole("button", { name: "Send" }).click();
  for (const each of [page, elsewhere]) {
    await shows(each, STATE, /^sent$/);
    assert.equal(await each.locator(".actions button").count(), 0);
  }
  assert.deepEqual(found, []);
});

test("a filter is in the address, and holds for orders that come", async (test) => {
  const [shop] = await shops(test);
  const { page, found } = await visit(test, shop, "/");
  await page.locator("nav a", { hasText: "packed" }).click();
  await shows(page, "nav [aria-current]", /^packed/);
  await page.getByRole("button", { name: "Place an order" }).click();
  await shows(page, "nav li:first-child b", /^1$/);
  assert.equal(await page.locator("tbody tr").count(), 0);
  await page.goBack();
  await shows(page, "tbody td:first-child", /^1$/);
  assert.deepEqual(found, []);
});

test("it works without JavaScript, and fits a phone", async (test) => {
  const server = await serve(test, "orders");
  const page = await open(test, server.url, { javaScriptEnabled: false, viewport: { width: 320, height: 640 } });
  assert.ok((await page.locator("tbody tr").count()) > 10);
  // The table scrolls by itself.
  assert.equal(await page.locator("html").evaluate((html) => html.scrollWidth), 320);
});
