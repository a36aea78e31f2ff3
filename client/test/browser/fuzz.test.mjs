// Compares patches with fresh renders. SEED=n replays one case; CASES=n sets the number of cases.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, casesOf } from "../../../tests/browser/launch.mjs";
import { bundle } from "../load.mjs";

const CASES = casesOf(3000);
const BATCH = 500;

test("patching the HTML of one model gives the DOM of another", async (test) => {
  const [browser, close] = await browse();
  test.after(close);
  const page = await browser.newPage();
  await page.addScriptTag({ content: await bundle(new URL("fuzz-page.mjs", import.meta.url)) });
  const run = async (seed, count) => {
    const failure = await page.evaluate(([seed, count]) => tests.runCases(seed, count), [seed, count]);
    assert.equal(failure, null, `replay with SEED=${failure?.seed}\n${JSON.stringify(failure, null, 1)}`);
  };
  if (process.env.SEED) return run(Number(process.env.SEED), 1);
  for (let seed = 1; seed <= CASES; seed += BATCH) await run(seed, Math.min(BATCH, CASES + 1 - seed));
});
