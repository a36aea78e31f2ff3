// Measures a patch in the page, and morphdom over the HTML of the same page: node bench/patch.mjs
//
// The figures are script time, from the message (for morphdom: the HTML) to the last DOM write. Style, layout and paint
// are the browser's work, and the same for both.

import { browse } from "../../tests/browser/launch.mjs";
import { bundle } from "../test/load.mjs";

const [browser, close] = await browse();
const page = await browser.newPage();
await page.addScriptTag({ content: await bundle(new URL("patch-page.mjs", import.meta.url)) });

const PLAN = [
  [1000, "one cell", 4001, 100],
  [1000, "100 cells", 401, 50],
  [1000, "a row in", 401, 50],
  [1000, "a row out", 401, 50],
  [1000, "two rows swapped", 401, 50],
  [10_000, "one cell", 4001, 100],
  [10_000, "a row in", 401, 50],
];

const us = (time) => `${time < 100 ? time.toFixed(1) : Math.round(time)} µs`;
const lines = [["rows × 5", "change", "adopt", "first", "tealight", "morphdom", "ratio"]];
for (const plan of PLAN) {
  const [rows, change] = plan;
  const { adoption, first, ours, morphed, shown } = await page.evaluate((plan) => tests.measure(...plan), plan);
  if (!shown) throw new Error(`${change}: the page is not right`);
  lines.push([String(rows), change, us(adoption), us(first), us(ours), us(morphed), `${Math.round(morphed / ours)}×`]);
}
const FULL = "a full render";
for (const rows of [1000, 10_000]) {
  const { first, ours, morphed, shown } = await page.evaluate(([rows]) => tests.measureFull(rows, 40), [rows]);
  if (!shown) throw new Error(`${FULL}: the page is not right, or a node was replaced`);
  lines.push([String(rows), FULL, "", us(first), us(ours), us(morphed), `${(morphed / ours).toFixed(1)}×`]);
}
await close();
const widths = lines[0].map((_, column) => Math.max(...lines.map((line) => line[column].length)));
for (const line of lines) console.log(line.map((cell, at) => (at < 2 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]))).join("  "));
