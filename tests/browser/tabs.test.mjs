// Tests many tabs of one origin over HTTP/1.1, where a browser has six connections for all of them.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, serve, shows } from "./support.mjs";

const TABS = 8;
const MORE = "button:last-of-type";

test("eight tabs with server-sent events are all live, and events of each count", async (test) => {
  const server = await serve(test, "counter");
  const window = await context(test);
  const tabs = [];
  for (let n = 0; n < TABS; n++) {
    const tab = await window.newPage();
    const found = await complaints(tab);
    await tab.goto(`http://${server.address}/?tealight-transport=sse`);
    await becomes(tab, "live");
    await tab.evaluate(() => {
      window.states = [];
      const root = document.querySelector("[data-tealight]");
      new MutationObserver(() => states.push(root.dataset.tealight)).observe(root, { attributeFilter: ["data-tealight"] });
    });
    tabs.push({ tab, found });
  }
  const show = (count) => Promise.all(tabs.map(({ tab }) => shows(tab, "output", new RegExp(`^${count}$`))));
  for (const [n, { tab }] of tabs.entries()) {
    await tab.click(MORE);
    await show(n + 1);
  }
  await Promise.all(tabs.map(({ tab }) => tab.click(MORE)));
  await show(2 * TABS);
  for (const { tab, found } of tabs) {
    assert.ok(await tab.evaluate(() => states.every((state) => state === "live")));
    assert.deepEqual(found, []);
  }
});
