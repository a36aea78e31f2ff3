import { adopt } from "../../src/page.ts";
import { decode } from "../../src/wire.ts";

/** Microseconds of script from a message to the DOM write, in a table of `rows` rows and 5 columns. */
export function oneCell(rows, patches) {
  const row = (at) => `<tr>${[0, 1, 2, 3, 4].map((column) => `<td>${at}.${column}</td>`).join("")}</tr>`;
  document.body.innerHTML = `<div><table><tbody>${Array.from({ length: rows }, (_, at) => row(at)).join("")}</tbody></table></div>`;
  const templates = { 0: { map: "1 L0/0*1:1" }, 1: { map: "1 S0/0*5 S0/1*5 S0/2*5 S0/3*5 S0/4*5" } };
  const time = (act) => {
    const start = performance.now();
    act();
    return (performance.now() - start) * 1000;
  };
  let page;
  let failed = 0;
  const adoption = time(() => (page = adopt(document.body.firstChild, templates, { remount: () => failed++ })));
  const messages = Array.from({ length: patches }, (_, n) => {
    return `[${n + 1},[[${(n * 7919) % rows},[${n % 5},"${n}"]]]]`;
  });
  const apply = (message) => page.apply(decode(message).patch);
  const first = time(() => apply(messages[0]));
  // The clock is coarse, so a batch is timed; the best batch is the least disturbed.
  const batches = [];
  for (let at = 1; at + 100 <= patches; at += 100) {
    const batch = messages.slice(at, at + 100);
    batches.push(time(() => batch.forEach(apply)) / 100);
  }
  batches.sort((a, b) => a - b);
  const last = patches - 1;
  const cell = document.querySelector("tbody").rows[(last * 7919) % rows].cells[last % 5].textContent;
  return { adoption, first, best: batches[0], median: batches[batches.length >> 1], failed, shown: cell === String(last) };
}
