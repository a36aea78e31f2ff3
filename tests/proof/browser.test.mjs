// Runs the proof in a browser with the real client. SEED=n replays one case; CASES=n sets the number of cases, from seed
// FIRST=n on. STRANGERS=n sets the number of cases in which another script changes the page.

import assert from "node:assert/strict";
import test from "node:test";
import { bundle } from "../../client/test/load.mjs";
import { browse, casesOf, needs } from "../browser/launch.mjs";
import { batches, build } from "./browser/cases.mjs";

const CASES = casesOf(2000);
const STRANGERS = casesOf(600, "STRANGERS");
const BATCH = 50;

await build();
const script = await bundle(new URL("browser/page.mjs", import.meta.url));

for (const [name, run, count] of [
  ["patching the HTML of one model gives the page of another", "runCases", CASES],
  ["changes by another script redirect nothing, and what is foreign stays", "runForeign", STRANGERS],
]) test(name, { timeout: 180_000 + count * 200 }, (test) => prove(test, run, count));

async function prove(test, runner, count) {
  const [browser, close] = await browse();
  test.after(close);
  const which = process.env.SEED ? [process.env.SEED, 1] : [process.env.FIRST ?? 1, count];
  const sum = {};
  const failures = [];
  const cases = batches(BATCH, ...which);
  // Two pages: one runs while the next cases of the other are sent.
  const run = async () => {
    const page = await open(browser);
    for (let next = await cases.next(); !next.done && failures.length < 10; next = await cases.next()) {
      const result = await page.evaluate(([runner, batch]) => tests[runner](batch), [runner, next.value]);
      failures.push(...result.failures);
      for (const name in result.tried) sum[name] = (sum[name] ?? 0) + result.tried[name];
    }
  };
  await Promise.all([run(), run()]);
  test.diagnostic(JSON.stringify(sum));
  const heads = failures.map(({ seed, shape, fault }) => `SEED=${seed} ${shape}: ${fault}`);
  if (failures.length) assert.fail(`${heads.join("\n")}\n${JSON.stringify(failures[0], null, 1)}`);
}

for (const can of [true, false]) {
  const name = can ? "a moved row keeps its state" : "a moved row keeps its elements, its focus and its texts without moveBefore";
  test(name, { timeout: 300_000, ...(can && needs("moveBefore")) }, async (test) => {
    const [browser, close] = await browse();
    test.after(close);
    const page = await open(browser);
    const [one] = (await batches(1, "moves").next()).value;
    if (!can) one.steps.length = 40;
    for (let focused = 0; focused < (can ? 5 : 1); focused++) {
      const faults = await page.evaluate(([one, focused, can]) => tests.runMoves(one, focused, can), [one, focused, can]);
      assert.deepEqual(faults, []);
    }
  });
}

async function open(browser) {
  const page = await browser.newPage();
  await page.addScriptTag({ content: script });
  return page;
}
