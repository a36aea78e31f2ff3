// A page comes to rest: while nobody acts and no model changes, neither end sends a message.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, context, frames, serve, until } from "./support.mjs";

/** Each example, its path, and what a person does there. `ticks`: a timer changes its model. */
const EXAMPLES = [
  { name: "counter", act: (page) => page.locator("button").first().click() },
  { name: "signup", act: (page) => page.locator("[name=name]").pressSequentially("Ada") },
  { name: "search", act: (page) => page.locator("input").first().pressSequentially("as") },
  { name: "todo", act: (page) => page.locator("input").first().pressSequentially("Tea\n") },
  { name: "keys", act: (page) => page.keyboard.press("n") },
  {
    name: "infinite",
    async act(page) {
      const rows = await page.locator("article").count();
      await page.locator(".end").scrollIntoViewIfNeeded();
      await page.waitForFunction((rows) => document.querySelectorAll("article").length > rows, rows);
    },
  },
  { name: "teas", act: (page) => page.locator("nav a").first().click() },
  { name: "sketch", act: (page) => page.locator("svg").click({ position: { x: 40, y: 40 } }) },
  { name: "chart", ticks: true, act: (page) => page.locator("button").first().click() },
  { name: "dashboard", ticks: true, act: (page) => page.locator("button").first().click() },
  { name: "embed_axum", path: "/app/counter", act: (page) => page.locator("button").first().click() },
  { name: "embed_hyper", path: "/counter", act: (page) => page.locator("button").first().click() },
  { name: "embed_warp", path: "/app/counter", act: (page) => page.locator("button").first().click() },
  { name: "embed_actix", path: "/app/counter", act: (page) => page.locator("button").first().click() },
  { name: "events", act: (page) => page.locator("button").first().click() },
  { name: "forms", act: (page) => page.locator("input").first().pressSequentially("1") },
];

/** The environment's transport, or both. */
const TRANSPORTS = process.env.TRANSPORT ? [process.env.TRANSPORT] : ["ws", "sse"];

/** The animation frames without a message after which a page is at rest: longer than an example's commands take. */
const QUIET = 24;

for (const { name, path = "/", ticks = false, act } of EXAMPLES) {
  for (const transport of TRANSPORTS) {
    test(`${name}, ${transport}: the page comes to rest`, async (test) => {
      const { address } = await serve(test, name);
      const page = await (await context(test)).newPage();
      const all = await frames(page);
      // a timer's patches say something new; all that a page sends counts
      const isRestless = ({ up, down }) => up || !ticks || !isNews(down);
      const counted = () => all.filter(isRestless).length;

      await page.goto(`http://${address}${path}?tealight-transport=${transport}`);
      await becomes(page, "live");
      for (const step of [() => {}, act, stir]) {
        await step(page);
        await rests(page, counted);
        const known = all.length;
        await quiet(page);
        assert.deepEqual(all.slice(known).filter(isRestless), [], "messages at rest");
      }
    });
  }
}

/** Returns true if a message changes something on the page. */
const isNews = (down) => Array.isArray(down) && (down[1]?.length > 0 || !!down[2]?.c);

/** Fires the events that a browser fires without a person. */
const stir = (page) =>
  page.evaluate(() => {
    for (const name of ["pageshow", "resize", "scroll", "online"]) dispatchEvent(new Event(name));
    for (const name of ["visibilitychange", "scroll", "selectionchange"]) document.dispatchEvent(new Event(name));
  });

const quiet = (page) =>
  page.evaluate(async (frames) => {
    for (let frame = 0; frame < frames; frame++) await new Promise(requestAnimationFrame);
  }, QUIET);

/** Waits until no message has been counted for some time. A page that never rests does not get there. */
async function rests(page, counted) {
  let before;
  let frame = 0;
  await until(page, () => {
    const now = counted();
    frame = now === before ? frame + 1 : 0;
    before = now;
    return frame === QUIET;
  });
}
