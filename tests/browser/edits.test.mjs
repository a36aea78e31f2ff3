import assert from "node:assert/strict";
import test from "node:test";
import { becomes, open, serve, shows } from "./support.mjs";

async function start(test) {
  const server = await serve(test, "edits");
  const page = await open(test, server.url);
  await becomes(page, "live");
  return page;
}

test("a choice that `update` refuses is taken back", async (test) => {
  const page = await start(test);
  const chosen = () =>
    page.evaluate(() => [
      document.querySelector("#box").checked,
      document.querySelector("[type=radio]:checked").value,
      document.querySelector("select").value,
      document.querySelector("details").open,
    ]);
  await page.click("#box");
  await shows(page, "#refused", /^1$/);
  await page.click("[value=paid]");
  await shows(page, "#refused", /^2$/);
  await page.selectOption("select", "Assam");
  await shows(page, "#refused", /^3$/);
  await page.click("summary");
  await shows(page, "#refused", /^4$/);
  assert.deepEqual(await chosen(), [false, "free", "Sencha", true]);
  await page.click("#box");
  await shows(page, "#refused", /^5$/);
  assert.deepEqual(await chosen(), [false, "free", "Sencha", true]);
});

test("a text that is edited in place is as it was typed", async (test) => {
  const page = await start(test);
  await page.evaluate(() => tealight.latency(50));
  await page.click("#note");
  await page.keyboard.type("abcdef");
  await shows(page, "#copy", /^abcdef$/);
  await page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
  assert.equal(await page.textContent("#note"), "abcdef");
  await page.click("#title");
  await page.keyboard.press("End");
  await page.keyboard.type(" time", { delay: 30 });
  await shows(page, "#title", /^TEA TIME$/);
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.type("x");
  await shows(page, "#title", /^TEA TIMXE$/);
  await page.keyboard.type("y");
  await shows(page, "#title", /^TEA TIMXYE$/);
});

test("the value that a custom element's own listener sets is sent", async (test) => {
  const page = await start(test);
  await page.evaluate(() => {
    class Field extends HTMLElement {
      constructor() {
        super();
        const field = document.createElement("input");
        this.attachShadow({ mode: "open", delegatesFocus: true }).append(field);
        this.addEventListener("input", () => (this.value = field.value));
      }
    }
    customElements.define("tea-field", Field);
  });
  await page.click("tea-field");
  await page.keyboard.type("green");
  await shows(page, "#heard", /^green$/);
});

test("a dialog and a popover follow the model, however they were opened", async (test) => {
  const page = await start(test);
  // The browser fires `toggle` as a task of its own, which a click could overtake.
  await page.evaluate(() => document.querySelector("dialog").addEventListener("toggle", ({ newState }) => (window.state = newState)));
  const isOpen = (is) =>
    page.waitForFunction((is) => {
      const [dialog, hint] = ["dialog", "#hint"].map((selector) => document.querySelector(selector));
      return dialog.matches(":modal") === is && hint.matches(":popover-open") === is && window.state === (is ? "open" : "closed");
    }, is);
  for (const button of ["#effect", "#model", "#effect"]) {
    await page.click(button);
    await isOpen(true);
    await page.click("#close");
    await isOpen(false);
    await page.click(button);
    await isOpen(true);
    await page.keyboard.press("Escape");
    await isOpen(false);
  }
});
