// Measures a table of many rows in a real page: node bench/rows.mjs [rows]
//
// The page loads over HTTP, and the shipped script gets its patches over a websocket. Each line shows the script's time
// from the message or click on, and the tasks longer than 50 ms until the next paint. If the script is short, these tasks
// are the browser's layout.

import { browse } from "../../tests/browser/launch.mjs";
import { serve, shows } from "../test/browser/live.mjs";

const ROWS = Number(process.argv[2] ?? 10_000);

const rowOf = (id) => Array.from({ length: 5 }, (_, column) => `${id}.${column}`);
const all = Array.from({ length: ROWS }, (_, row) => rowOf(row));

/** Returns a view of rows. The elements are, from outside in: all, the rows, a row, a cell. */
function layout(style, [outer, body, row, cell]) {
  const one = (cells) => `<${row}>${cells.map((text) => `<${cell}>${text}</${cell}>`).join("")}</${row}>`;
  const map = { 0: { map: "1 L0/0*1:1" }, 1: { map: "1 e0:click S0/0*5 S0/1*5 S0/2*5 S0/3*5 S0/4*5" } };
  return {
    html: `<style>${style}</style><${outer}><${body}>${all.map(one).join("")}</${body}></${outer}>`.replace(/<style><.style>/, ""),
    maps: { 0: { map: style ? "2 L1/0*1:1" : map[0].map }, 1: map[1] },
    trees: {
      0: { map: style ? "2 L1/0*1:1" : map[0].map, tree: [...(style ? [["style", style]] : []), [outer, [body]]] },
      1: { ...map[1], tree: [[row, ...Array(5).fill([cell])]] },
    },
    row,
  };
}

function observe() {
  window.tasks = [];
  window.spent = [];
  window.painted = Infinity;
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) tasks.push([startTime, Math.round(duration)]);
  }).observe({ type: "longtask", buffered: true });
  new PerformanceObserver((list) => {
    for (const { startTime } of list.getEntries()) painted = Math.min(painted, startTime);
  }).observe({ type: "paint", buffered: true });
  const { set } = Object.getOwnPropertyDescriptor(WebSocket.prototype, "onmessage");
  Object.defineProperty(WebSocket.prototype, "onmessage", {
    set(listener) {
      set.call(this, (event) => {
        const start = performance.now();
        listener(event);
        spent.push(performance.now() - start);
      });
    },
  });
}

async function run(name, { html, maps, trees, row }) {
  const after = [];
  const [browser, close] = await browse();
  const server = await serve({ after: (act) => after.push(act) }, { html, templates: maps });
  const page = await browser.newPage();
  await page.addInitScript(observe);
  await page.goto(server.url);
  const connection = await server.live();
  await shows(page, "live");
  const settle = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done, 500))));
  await settle();
  const rest = await page.evaluate(() => [painted, tasks]);
  const [painted, loading] = rest;
  console.log(`\n${name}: first paint after ${Math.round(painted)} ms`);
  const lines = [["adopted and attached", "", loading.filter(([start]) => start > painted)]];

  let number = 0;
  const watch = async (name, act) => {
    const from = await page.evaluate(() => {
      spent.length = 0;
      return performance.now();
    });
    const script = await act();
    await settle();
    const long = await page.evaluate((from) => tasks.filter(([start]) => start >= from), from);
    lines.push([name, `${script.toFixed(1)} ms`, long]);
  };
  const patch = (name, body) =>
    watch(name, async () => {
      connection.send([++number, [body]]);
      await page.waitForFunction(() => spent.length);
      return page.evaluate(() => spent[0]);
    });
  /** Runs a function of the page over the rows, and measures it. */
  const script = (name, act) => watch(name, () => page.evaluate(`{
    const rows = document.querySelectorAll("${row}");
    const start = performance.now();
    (${act})(rows);
    performance.now() - start;
  }`));

  await patch("the first cell that changes", [ROWS - 1, [1, "first"]]);
  await patch("one cell", [ROWS >> 1, [3, "one"]]);
  await patch("100 cells", Array.from({ length: 100 }, (_, at) => [(at * ROWS) / 100, [1, `${at}`]]).flat());
  await script("one cell, by hand", (rows) => (rows[rows.length >> 1].children[3].firstChild.data = "by hand"));
  await script("a click in the last row", (rows) => rows[rows.length - 1].children[2].click());
  await script("a click in the first row", (rows) => rows[0].children[2].click());
  await watch("a row in at the head", async () => {
    connection.send([++number, [[{ "+": [rowOf("new")] }]], { t: { 1: { tree: trees[1].tree } } }]);
    await page.waitForFunction(() => spent.length);
    return page.evaluate(() => spent[0]);
  });
  await script("a row in at the head, by hand", (rows) => rows[0].before(rows[0].cloneNode(true)));
  await script("and out again, by hand", (rows) => rows[0].remove());
  await patch("a row out", [{ "-": [ROWS >> 1] }]);
  await patch("two rows swapped", [10, { ">": ROWS - 10 }, ROWS - 10, { ">": 10 }]);
  await patch("all rows reversed", Array.from({ length: ROWS - 1 }, (_, at) => ({ ">": ROWS - 1 - at })));
  await watch("a full render", async () => {
    connection.send({ mount: { session: "s1", patch: ++number, event: 2, templates: trees, view: [0, all] } });
    await page.waitForFunction(() => spent.length);
    return page.evaluate(() => spent[0]);
  });
  for (const [name, script, long] of lines) {
    console.log(`${name.padEnd(30)} ${script.padStart(10)}   ${long.map(([, duration]) => `${duration} ms`).join(", ") || "no long task"}`);
  }
  for (const act of after) act();
  await close();
}

const TABLE = ["table", "tbody", "tr", "td"];
const BLOCKS = ["main", "section", "article", "span"];
await run(`${ROWS} rows of a table`, layout("", TABLE));
await run(`${ROWS} rows of a table of fixed widths`, layout("table { table-layout: fixed; width: 600px }", TABLE));
await run(
  `${ROWS} rows that are laid out when they are seen`,
  layout("article { content-visibility: auto; contain-intrinsic-size: 600px 20px } span { display: inline-block; width: 100px }", BLOCKS),
);
