// Makes every root of the page live.

import { call } from "./scripts/call.ts";
import { connect } from "./connection/connection.ts";
import type { Connection } from "./connection/connection.ts";
import { hook } from "./scripts/hooks.ts";
import { latency } from "./connection/latency.ts";
import { adopt } from "./page.ts";
import { reload } from "./reload.ts";
import { waysTo } from "./connection/ways.ts";
import { decodeBlock } from "./wire.ts";

type Root = HTMLElement & { tealight?: Connection };

/** What the server offers. */
const transports = (document.currentScript as HTMLScriptElement | null)?.dataset["transports"];

function startAll(): void {
  document.querySelectorAll<Root>("[data-tealight]").forEach(start);
}

function start(root: Root): void {
  if (root.tealight) return;
  const block = decodeBlock(root.nextElementSibling!.textContent!);
  const ways = waysTo(location.href, block.socket, transports);
  const connection = (root.tealight = {} as Connection);
  const page = adopt(root, block.templates, connection);
  Object.assign(connection, connect(page, block.session, ways, reload));
  for (const type of ["online", "pageshow", "visibilitychange"]) {
    // A page that goes is hidden before.
    addEventListener(type, () => document.hidden || connection.wake());
  }
}

(window as any).tealight = { call, hook, latency };

startAll();
