// A table of `rows` × 5 cells, changed by this client and by morphdom over the same page's HTML.

import morphdom from "morphdom";
import { adopt } from "../src/page.ts";
import { decode } from "../src/wire.ts";

const COLUMNS = 5;

const template = {
  0: { map: "1 L0/0*1:1", tree: [["table", ["tbody"]]] },
  1: { map: "1 S0/0*5 S0/1*5 S0/2*5 S0/3*5 S0/4*5", tree: [["tr", ["td"], ["td"], ["td"], ["td"], ["td"]]] },
};

const rowOf = (id) => Array.from({ length: COLUMNS }, (_, column) => `${id}.${column}`);

const html = (rows) =>
  `<table><tbody>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</tbody></table>`;

/** What changes, as rows, and as the message that a session sends. */
const changes = {
  "one cell": (rows, turn) => {
    const [at, column] = [(turn * 7919) % rows.length, turn % COLUMNS];
    rows[at] = rows[at].with(column, String(turn));
    return [at, [column, String(turn)]];
  },
  "100 cells": (rows, turn) => {
    const body = [];
    for (let at = 0; at < rows.length; at += rows.length / 100) {
      rows[at] = rows[at].with(turn % COLUMNS, `${turn}.${at}`);
      body.push(at, [turn % COLUMNS, `${turn}.${at}`]);
    }
    return body;
  },
  "a row in": (rows, turn) => {
    rows.unshift(rowOf(`new ${turn}`));
    return [{ "+": [rowOf(`new ${turn}`)] }];
  },
  "a row out": (rows) => {
    rows.splice(rows.length / 2, 1);
    return [{ "-": [Math.floor((rows.length + 1) / 2)] }];
  },
  "two rows swapped": (rows) => {
    const [one, other] = [10, rows.length - 10];
    [rows[one], rows[other]] = [rows[other], rows[one]];
    return [one, { ">": other }, other, { ">": one }];
  },
};

/** Microseconds of script for each, from the message to the DOM's last write. */
export function measure(count, name, turns, batch) {
  const begin = () => Array.from({ length: count }, (_, row) => rowOf(row));
  const messages = [];
  const pages = [];
  const rows = begin();
  for (let turn = 0; turn < turns; turn++) {
    messages.push(JSON.stringify([turn + 1, [changes[name](rows, turn)]]));
    if (turn < MORPHED) pages.push(`<div>${html(rows)}</div>`);
  }

  let failed = 0;
  document.body.innerHTML = `<div>${html(begin())}</div>`;
  const page = adopt(document.body.firstChild, template, { remount: () => failed++ });
  const ours = batches(messages, batch, (message) => page.apply(decode(message).patch));
  const shown = document.body.innerHTML === `<div>${html(rows)}</div>`;

  document.body.innerHTML = `<div>${html(begin())}</div>`;
  const morphed = batches(pages, 1, (html) => morphdom(document.body.firstChild, html));
  return { ours, morphed, shown: shown && !failed };
}

/** It takes so long that a few are enough. */
const MORPHED = 12;

/** The clock is coarse, so batches are timed; the best is the least disturbed. */
function batches(inputs, size, act) {
  const times = [];
  for (let at = 0; at + size <= inputs.length; at += size) {
    const batch = inputs.slice(at, at + size);
    const start = performance.now();
    batch.forEach(act);
    times.push(((performance.now() - start) * 1000) / size);
  }
  return Math.min(...times);
}
