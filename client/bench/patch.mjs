// What a patch costs in the page, beside morphdom over the same page's HTML: node bench/patch.mjs
//
// Script time alone, from the message (for morphdom: the HTML) to the last DOM write; style, layout and paint
// are the browser's, and the same for both.

import { browse, bundle } from "../test/browser/browser.mjs";

const [browser, close] = await browse();
const page = await browser.newPage();
await page.addScriptTag({ content: await bundle("../../bench/patch-page.mjs") });

const PLAN = [
  [1000, "one cell", 4000, 100],
  [1000, "100 cells", 400, 50],
  [1000, "a row in", 400, 50],
  [1000, "a row out", 400, 50],
  [1000, "two rows swapped", 400, 50],
  [10_000, "one cell", 4000, 100],
  [10_000, "a row in", 400, 50],
];

const us = (time) => `${time < 100 ? time.toFixed(1) : Math.round(time)} µs`;
const lines = [["rows × 5", "change", "tealight", "morphdom", "ratio"]];
for (const plan of PLAN) {
  const [rows, change] = plan;
  const { ours, morphed, shown } = await page.evaluate((plan) => tests.measure(...plan), plan);
  if (!shown) throw new Error(`${change}: the page is not right`);
  lines.push([String(rows), change, us(ours), us(morphed), `${Math.round(morphed / ours)}×`]);
}
await close();
const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
for (const line of lines) console.log(line.map((cell, at) => (at < 2 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("  "));
