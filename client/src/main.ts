// Makes every root of the page live.

import { call } from "./calls.ts";
import { connect } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { hook } from "./hooks.ts";
import { latency } from "./latency.ts";
import { adopt } from "./page.ts";
import { reloadOnce } from "./reload.ts";
import { waysTo } from "./transport.ts";
import { decodeBlock } from "./wire.ts";

type Root = HTMLElement & { tealight?: Connection };

/** What the server offers. */
const { transports } = (document.currentScript as HTMLScriptElement | null)?.dataset ?? {};

function startAll(): void {
  for (const root of document.querySelectorAll<Root>("[data-tealight]")) if (!root.tealight) start(root);
}

function start(root: Root): void {
  const block = decodeBlock(root.nextElementSibling?.textContent ?? "{}");
  if (!block) return;
  const ways = waysTo(location.href, block.socket, transports);
  const connection = (root.tealight = {} as Connection);
  const page = adopt(root, block.templates, connection);
  Object.assign(connection, connect(page, block.session, ways, reloadOnce));
  for (const type of ["online", "pageshow", "visibilitychange"]) {
    // A page that goes is hidden before.
    addEventListener(type, () => (type === "online" || !document.hidden) && connection.wake());
  }
}

Object.assign(window, { tealight: { call, hook, latency } });

if (document.readyState === "loading") addEventListener("DOMContentLoaded", startAll);
else startAll();
