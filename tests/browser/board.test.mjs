// Tests components with state: the cards of a board.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, serve, shows } from "./support.mjs";

const PLANTS = "#card-0";
const ADA = "#card-1";

async function start(test) {
  const server = await serve(test, "board");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  await page.goto(server.url);
  await becomes(page, "live");
  return { page, found };
}

/** Waits until a column has these cards in this order. */
const has = (page, column, ...expected) =>
  page.waitForFunction(
    ([column, expected]) => {
      const titles = [...document.querySelectorAll(`[aria-label="${column}"] li p:first-child`)].map((title) => title.textContent);
      return JSON.stringify(titles) === expected;
    },
    [column, JSON.stringify(expected)],
  );

/** Waits until an element that this selector matches has the focus. */
const focuses = (page, selector) => page.waitForFunction((selector) => document.activeElement.matches(selector), selector);

test("a card is edited with the keyboard, and keeps the focus", async (test) => {
  const { page, found } = await start(test);
  await page.locator(`${ADA} .edit`).focus();
  await page.keyboard.press("Enter");
  await focuses(page, `${ADA} input`);
  await page.locator(`${ADA} input`).fill("Write to Grace");
  await page.keyboard.press("Enter");
  await has(page, "To do", "Water the plants", "Write to Grace", "Mend the bicycle");
  await focuses(page, `${ADA} .edit`);
  await page.keyboard.press("Enter");
  await focuses(page, `${ADA} input`);
  await page.locator(`${ADA} input`).fill("never");
  await page.keyboard.press("Escape");
  await shows(page, `${ADA} p`, /^Write to Grace$/);
  assert.deepEqual(found, []);
});

test("a card that moves keeps its state and the focus", async (test) => {
  const { page, found } = await start(test);
  const doing = page.getByRole("button", { name: "Move to Doing" });
  await doing.nth(1).click();
  await has(page, "Doing", "Write to Ada");
  await focuses(page, `${ADA} .edit`);
  await shows(page, `${ADA} time`, /s of work$/);
  await doing.nth(0).click();
  await has(page, "Doing", "Write to Ada", "Water the plants");
  await shows(page, `${PLANTS} time`, /s of work$/);
  await page.click(`${ADA} [aria-label="Move to Done"]`);
  await has(page, "Done", "Write to Ada");
  await shows(page, `${ADA} time`, /s of work$/);
  assert.deepEqual(found, []);
});

test("a removed card comes back, or goes by itself", async (test) => {
  const { page, found } = await start(test);
  await page.click(`${ADA} .edit + button`);
  await focuses(page, `${ADA} button`);
  await shows(page, `${ADA} p`, /is removed\.$/);
  await page.keyboard.press("Enter");
  await shows(page, `${ADA} p`, /^Write to Ada$/);
  await page.click(`${PLANTS} .edit + button`);
  await has(page, "To do", "Write to Ada", "Mend the bicycle");
  await page.getByLabel("New card").fill("Bake bread");
  await page.keyboard.press("Enter");
  await has(page, "To do", "Write to Ada", "Mend the bicycle", "Bake bread");
  assert.deepEqual(found, []);
});
