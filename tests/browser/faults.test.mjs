// Nothing is lost, applied twice or out of order, whatever happens to the line. `SEED=n` runs one seed, `FAULTS=n` that many.

import assert from "node:assert/strict";
import test, { describe } from "node:test";
import { needs } from "./launch.mjs";
import { becomes, context, serve, shows, TRANSPORT } from "./support.mjs";
import { faultProxy, random } from "./faults/proxy.mjs";

const EVENTS = 2_000;
const first = Number(process.env.SEED ?? 1);
const seeds = process.env.SEED ? 1 : Number(process.env.FAULTS ?? 10);

/** The faults that a page notices only after some seconds: one in a run. */
const SLOW = /stall|halfOpenPage/;
const QUICK = /^(?!stall|halfOpenPage)/;

/** The pace of the person and of the faults. Nothing is expected at a certain time. */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Makes numbered events in bursts, as fast as the page can. */
const burst = (page, from, count) =>
  page.evaluate(
    async ([from, count]) => {
      for (let number = from; number < from + count; number++) {
        document.querySelector("ul").dispatchEvent(new CustomEvent("number", { detail: number, bubbles: true }));
        if (number % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
    [from, count],
  );

async function run(test, seed) {
  const server = await serve(test, "faults");
  const proxy = await faultProxy(test, server.address, seed);
  const page = await (await context(test)).newPage();
  await page.goto(`${proxy.url}?tealight-transport=${TRANSPORT}`);
  await becomes(page, "live");
  await page.evaluate(() => (document.querySelector("#click").isMarked = true));
  proxy.isFaulty = true;
  const next = random(seed + 1_000_000);
  let made = 0;
  let hasStalled = false;
  while (made < EVENTS) {
    const count = Math.min(EVENTS - made, 1 + Math.floor(next() * 200));
    const events = burst(page, made + 1, count);
    await sleep(next() * 60);
    const isSlow = !hasStalled && next() < 0.1;
    hasStalled ||= isSlow;
    proxy.break(isSlow ? SLOW : QUICK);
    await events;
    made += count;
    await sleep(next() * 300);
  }
  proxy.isFaulty = false;
  await page.click("#click");
  // A line that stalls is given up after ten seconds.
  await page.locator("#sum").filter({ hasText: new RegExp(`^${EVENTS}$`) }).waitFor({ state: "attached", timeout: 90_000 });
  await shows(page, "#clicks", /^1$/);
  const state = await page.evaluate(() => ({
    wrong: document.querySelector("#wrong").textContent,
    refused: document.querySelector("#refused").textContent,
    rows: [...document.querySelectorAll("li")].map((row) => row.textContent),
    isSame: document.querySelector("#click").isMarked,
  }));
  const rows = Array.from({ length: 8 }, (_, at) => `${EVENTS - 7 + at}`);
  assert.deepEqual(state, { wrong: "", refused: "0", rows, isSame: true });
  test.diagnostic(JSON.stringify(proxy.counts));
}

// Each page waits for most of its time.
describe(`${EVENTS} events through faults`, { concurrency: 4, ...needs("faults") }, () => {
  for (let seed = first; seed < first + seeds; seed++) test(`seed ${seed}`, (test) => run(test, seed));
});
