// Changes a table of `rows` × 5 cells with this client, and with morphdom over the HTML of the same page.

import morphdom from "morphdom";
import { adopt } from "../src/page.ts";
import { decode } from "../src/wire.ts";

const COLUMNS = 5;

const template = {
  0: { map: "1#table L0/0*1:1", tree: [["table", ["tbody"]]] },
  1: { map: "1#row S0/0*5 S0/1*5 S0/2*5 S0/3*5 S0/4*5", tree: [["tr", ["td"], ["td"], ["td"], ["td"], ["td"]]] },
};

const rowOf = (id) => Array.from({ length: COLUMNS }, (_, column) => `${id}.${column}`);

const html = (rows) =>
  `<table><tbody>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join("")}</tr>`).join("")}</tbody></table>`;

/** Each changes `rows` and returns the same change as the body of a patch. */
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

/** Returns microseconds of script: to adopt the table, for its first patch, and for a later one, here and with morphdom. */
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
  let page;
  const adoption = time(() => (page = adopt(document.body.firstChild, template, { _remount: () => failed++ })));
  const apply = (message) => page._apply(decode(message).patch);
  const first = time(() => apply(messages[0]));
  const ours = batches(messages.slice(1), batch, apply);
  const shown = document.body.innerHTML === `<div>${html(rows)}</div>`;

  document.body.innerHTML = `<div>${html(begin())}</div>`;
  const morphed = batches(pages, 1, (html) => morphdom(document.body.firstChild, html));
  return { adoption, first, ours, morphed, shown: shown && !failed };
}

/** The number of pages that morphdom gets: it is slow, and a few are enough. */
const MORPHED = 12;

/** Returns the microseconds that `act` takes. */
function time(act) {
  const start = performance.now();
  act();
  return (performance.now() - start) * 1000;
}

/** The clock is coarse, so batches are timed; the best is the least disturbed. */
function batches(inputs, size, act) {
  const times = [];
  for (let at = 0; at + size <= inputs.length; at += size) {
    const batch = inputs.slice(at, at + size);
    times.push(time(() => batch.forEach(act)) / size);
  }
  return Math.min(...times);
}

/** Returns microseconds of script for a full render of a table of which one cell has changed, here and with morphdom. */
export function measureFull(count, turns) {
  const rows = Array.from({ length: count }, (_, row) => rowOf(row));
  document.body.innerHTML = `<div>${html(rows)}</div>`;
  const page = adopt(document.body.firstChild, template, { _remount() {} });
  const nodes = [...document.body.querySelectorAll("*")];
  const messages = [];
  const pages = [];
  for (let turn = 0; turn < turns; turn++) {
    changes["one cell"](rows, turn);
    const mount = { session: "s", patch: turn + 1, event: 0, templates: template, view: [0, rows] };
    messages.push(JSON.stringify({ mount }));
    if (turn < MORPHED) pages.push(`<div>${html(rows)}</div>`);
  }
  const apply = (message) => page._mount(decode(message).mount);
  const first = time(() => apply(messages[0]));
  const ours = batches(messages.slice(1), 1, apply);
  const now = [...document.body.querySelectorAll("*")];
  const shown = document.body.innerHTML === `<div>${html(rows)}</div>` && nodes.every((node, at) => node === now[at]);
  document.body.innerHTML = `<div>${html(Array.from({ length: count }, (_, row) => rowOf(row)))}</div>`;
  const morphed = batches(pages, 1, (html) => morphdom(document.body.firstChild, html));
  return { adoption: 0, first, ours, morphed, shown };
}
