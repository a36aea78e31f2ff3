// Makes every root of the page live.

import { connect } from "./connection.ts";
import type { Connection } from "./connection.ts";
import { adopt } from "./page.ts";
import { reloadOnce } from "./reload.ts";
import { overWebSocket, socketAddress } from "./transport.ts";
import { decodeBlock } from "./wire.ts";

type Root = HTMLElement & { tealight?: Connection };

function startAll(): void {
  for (const root of document.querySelectorAll<Root>("[data-tealight]")) if (!root.tealight) start(root);
}

function start(root: Root): void {
  const block = decodeBlock(root.nextElementSibling?.textContent ?? "{}");
  if (!block) return;
  const open = overWebSocket(socketAddress(location.href, block.socket));
  const page = adopt(root, block.templates, {
    fire: (address, payload) => connection.fire(address, payload),
    remount: (number) => connection.remount(number),
  });
  const connection = (root.tealight = connect(page, block.session, open, reloadOnce));
  const wake = (): void => connection.wake();
  addEventListener("online", wake);
  addEventListener("pageshow", ({ persisted }) => persisted && wake());
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && wake());
}

if (document.readyState === "loading") addEventListener("DOMContentLoaded", startAll);
else startAll();
