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
  const page = adopt(root, block.templates, {
    fire: (address, payload) => connection.fire(address, payload),
    remount: (number) => connection.remount(number),
    reply: (event, value) => connection.reply(event, value),
  });
  const connection = (root.tealight = connect(page, block.session, ways, reloadOnce));
  const wake = (): void => connection.wake();
  addEventListener("online", wake);
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
}

Object.assign(window, { tealight: { call, hook, latency } });

if (document.readyState === "loading") addEventListener("DOMContentLoaded", startAll);
else startAll();
