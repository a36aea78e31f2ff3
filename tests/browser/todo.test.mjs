import assert from "node:assert/strict";
import test from "node:test";
import { becomes, context, holdSockets, open, serve, shows } from "./support.mjs";

const tasks = (page) => page.$$eval("li input[aria-label=Task]", (fields) => fields.map(({ value }) => value));

/** Waits until the list has these tasks in this order. */
async function list(page, ...expected) {
  await page.waitForFunction(
    (expected) => {
      const fields = [...document.querySelectorAll("li input[aria-label=Task]")];
      return JSON.stringify(fields.map(({ value }) => value)) === expected;
    },
    JSON.stringify(expected),
  );
}

const PLANTS = "Water the plants";
const ADA = "Write to Ada";
const BICYCLE = "Mend the bicycle";

async function start(test) {
  const server = await serve(test, "todo");
  const page = await open(test, server.url);
  await becomes(page, "live");
  assert.deepEqual(await tasks(page), [PLANTS, ADA, BICYCLE]);
  return page;
}

test("tasks are added, renamed, checked, shown and deleted", async (test) => {
  const page = await start(test);
  const field = page.getByLabel("What is to be done?");
  await field.fill("Bake bread");
  await field.press("Enter");
  await list(page, PLANTS, ADA, BICYCLE, "Bake bread");
  await page.waitForFunction(() => document.activeElement.name === "task" && !document.activeElement.value);
  await page.getByLabel("Task", { exact: true }).nth(1).fill("Write to Grace");
  await page.keyboard.press("Enter");
  await page.getByLabel("Done: Write to Grace").check();
  await shows(page, "[role=status]", /^3 tasks left$/);
  await page.getByRole("button", { name: "Open" }).click();
  await list(page, PLANTS, BICYCLE, "Bake bread");
  await page.getByRole("button", { name: `Delete: ${PLANTS}` }).click();
  await list(page, BICYCLE, "Bake bread");
  await page.getByRole("button", { name: "Done", exact: true }).click();
  await list(page, "Write to Grace");
  await page.getByLabel("Done: Write to Grace").click();
  await list(page);
  await page.getByRole("button", { name: "All" }).click();
  await list(page, "Write to Grace", BICYCLE, "Bake bread");
});

test("text that is pasted and entered at once is added, and its field is empty", async (test) => {
  const page = await start(test);
  await page.evaluate(() => {
    const field = document.querySelector("[name=task]");
    field.value = "Bake bread";
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    field.form.requestSubmit();
  });
  await list(page, PLANTS, ADA, BICYCLE, "Bake bread");
  await page.waitForFunction(() => !document.querySelector("[name=task]").value);
});

test("a task can be dragged down and up", async (test) => {
  const page = await start(test);
  const row = (task) => page.locator("li").filter({ has: page.getByLabel(`Done: ${task}`) });
  await row(PLANTS).locator(".handle").dragTo(row(BICYCLE));
  await list(page, ADA, BICYCLE, PLANTS);
  await row(PLANTS).locator(".handle").dragTo(row(ADA));
  await list(page, PLANTS, ADA, BICYCLE);
  await page.waitForFunction(() => !document.querySelector(".over"));
});

test("a row is marked while a task is dragged over it", async (test) => {
  const page = await start(test);
  await page.locator(".handle").nth(0).hover();
  await page.mouse.down();
  await page.locator("li").nth(2).hover();
  await page.locator("li").nth(2).hover();
  await page.locator("li:nth-child(3).over").waitFor();
  await page.mouse.up();
  await list(page, ADA, BICYCLE, PLANTS);
  await page.waitForFunction(() => !document.querySelector(".over"));
});

test("a row that is moved by keyboard keeps the focus and the typed text", async (test) => {
  const page = await start(test);
  const focused = () => page.evaluate(() => document.activeElement.value);
  await page.keyboard.press("Tab");
  await page.keyboard.type("Bake bread");
  await page.keyboard.press("Enter");
  await list(page, PLANTS, ADA, BICYCLE, "Bake bread");
  // Tab goes to the button, then to the box and the text of the first row.
  for (let i = 0; i < 3; i++) await page.keyboard.press("Tab");
  assert.equal(await focused(), PLANTS);
  await page.keyboard.press("End");
  await page.keyboard.type("!");
  await page.keyboard.press("Alt+ArrowDown");
  await list(page, ADA, `${PLANTS}!`, BICYCLE, "Bake bread");
  await page.keyboard.press("Alt+ArrowDown");
  await list(page, ADA, BICYCLE, `${PLANTS}!`, "Bake bread");
  assert.equal(await focused(), `${PLANTS}!`);
  await page.keyboard.type("!");
  await page.keyboard.press("Alt+ArrowUp");
  await list(page, ADA, `${PLANTS}!!`, BICYCLE, "Bake bread");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Space");
  await shows(page, "[role=status]", /^3 tasks left$/);
  await page.getByLabel(`Done: ${PLANTS}!!`).waitFor();
});

test("tasks that are entered faster than the server answers arrive one by one, in order", async (test) => {
  const page = await start(test);
  for (const latency of [60, 300]) {
    await page.evaluate((latency) => tealight.latency(latency), latency);
    await page.getByLabel("What is to be done?").focus();
    for (const task of ["alpha", "beta", "gamma"]) {
      await page.keyboard.type(task);
      await page.keyboard.press("Enter");
    }
  }
  await list(page, PLANTS, ADA, BICYCLE, "alpha", "beta", "gamma", "alpha", "beta", "gamma");
  assert.equal(await page.evaluate(() => document.activeElement.name + document.activeElement.value), "task");
});

test("tasks that are entered without a connection are added once it is back", async (test) => {
  const server = await serve(test, "todo");
  const page = await (await context(test)).newPage();
  const release = await holdSockets(page);
  await page.goto(server.url);
  await page.getByLabel("What is to be done?").focus();
  for (const task of ["alpha", "beta"]) {
    await page.keyboard.type(task);
    await page.keyboard.press("Enter");
  }
  release();
  await list(page, PLANTS, ADA, BICYCLE, "alpha", "beta");
});
