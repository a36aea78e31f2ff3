import assert from "node:assert/strict";
import test from "node:test";
import { becomes, open, serve, shows } from "./support.mjs";

const days = (page) => page.locator("article").count();

async function start(test) {
  const server = await serve(test, "infinite");
  const page = await open(test, server.url, { viewport: { width: 800, height: 700 } });
  await becomes(page, "live");
  return page;
}

test("more rows load when the end scrolls into view, and the others stay", async (test) => {
  const page = await start(test);
  assert.equal(await days(page), 30);
  await page.getByRole("button", { name: "Mark day 2", exact: true }).click();
  await shows(page, "[aria-pressed=true]", /★/);
  await page.evaluate(() => (window.second = document.querySelectorAll("article")[1]));
  await page.mouse.move(400, 400);
  await page.mouse.wheel(0, 100_000);
  await shows(page, "header p", /^60 of 365 days/);
  assert.equal(await days(page), 60);
  assert.ok(await page.evaluate(() => second === document.querySelectorAll("article")[1]));
  assert.equal(await page.locator("[aria-pressed=true]").count(), 1);
});

test("the list ends", async (test) => {
  const page = await start(test);
  // WebKit may stop a wheel where the list ended a moment before
  const scroll = () => page.evaluate(() => document.querySelector("main").scrollTo(0, 1e6));
  for (let count = 60; count <= 360; count += 30) {
    await scroll();
    await shows(page, "header p", new RegExp(`^${count} of 365 days`));
  }
  await scroll();
  await shows(page, ".end", /^The voyage ends here\.$/);
  assert.equal(await days(page), 365);
  assert.match(await page.textContent("article:last-of-type"), /^Day 365Wind/);
  await scroll();
  await shows(page, "output", /^100 %$/);
});

test("the keyboard scrolls it, and the page shows how far", async (test) => {
  const page = await start(test);
  await shows(page, "output", /^0 %$/);
  await page.getByRole("feed").focus();
  await page.keyboard.press("PageDown");
  await shows(page, "output", /^[1-9]\d? %$/);
  await page.keyboard.press("End");
  await shows(page, "header p", /^60 of 365 days/);
  await page.keyboard.press("Home");
  await shows(page, "output", /^0 %$/);
});

test("a list that is shorter than the window loads more", async (test) => {
  const server = await serve(test, "infinite");
  const page = await open(test, server.url, { viewport: { width: 800, height: 6_000 } });
  await shows(page, "header p", /^90 of 365 days/);
});
