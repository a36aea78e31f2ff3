import assert from "node:assert/strict";
import test from "node:test";
import { browse, bundle } from "./browser.mjs";

test("one cell of 1000×5 costs at most 20 µs from message to DOM write", async (test) => {
  const [browser, close] = await browse();
  test.after(close);
  const page = await browser.newPage();
  await page.addScriptTag({ content: await bundle("speed-page.mjs") });
  for (const rows of [1000, 10_000]) {
    const { adoption, first, best, median, failed, shown } = await page.evaluate((rows) => tests.oneCell(rows, 4001), rows);
    const figures = { adoption, "first patch": first, "best hundred": best, median };
    const told = Object.entries(figures).map(([name, us]) => `${name} ${us.toFixed(1)} µs`);
    test.diagnostic(`${rows} rows: ${told.join(", ")}`);
    assert.deepEqual({ failed, shown }, { failed: 0, shown: true });
    assert.ok(best <= 20, `${best} µs`);
  }
});
