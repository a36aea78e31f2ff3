// The law in Chromium, with the real client. SEED=n replays one case; CASES=n sets how many there are, from
// the seed FIRST=n on.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, bundle } from "./browser/browser.mjs";
import { batches, build } from "./browser/cases.mjs";

const CASES = Number(process.env.CASES ?? 2000);
const BATCH = 50;

await build();

test("patching the HTML of one model gives the page of another", { timeout: 300_000 }, async (test) => {
  const [browser, close] = await browse();
  test.after(close);
  const page = await browser.newPage();
  await page.addScriptTag({ content: await bundle("page.mjs") });
  const [first, count] = process.env.SEED ? [Number(process.env.SEED), 1] : [Number(process.env.FIRST ?? 1), CASES];
  const sum = {};
  const failures = [];
  for await (const batch of batches(first, count, BATCH)) {
    const result = await page.evaluate((batch) => tests.runCases(batch), batch);
    failures.push(...result.failures);
    for (const name in result.tried) sum[name] = (sum[name] ?? 0) + result.tried[name];
    if (failures.length > 10) break;
  }
  test.diagnostic(JSON.stringify(sum));
  const heads = failures.map(({ seed, shape, fault }) => `SEED=${seed} ${shape}: ${fault}`);
  if (failures.length) assert.fail(`${heads.join("\n")}\n${JSON.stringify(failures[0], null, 1)}`);
});
