// Starts every root of the page.

import { backoff } from "./connection/backoff.ts";
import { connect } from "./connection/connection.ts";
import type { Connection } from "./connection/connection.ts";
import { latency } from "./connection/latency.ts";
import { waysTo } from "./connection/ways.ts";
import { adopt } from "./page.ts";
import { fetchParts, part, share } from "./parts.ts";
import { reload } from "./reload.ts";
import { call } from "./scripts/call.ts";
import { hook } from "./scripts/hooks.ts";
import type { Hooks } from "./scripts/hooks.ts";
import { decodeBlock } from "./wire.ts";

type Root = HTMLElement & { tealight?: Connection };

/** The transports that the server offers, the longest message that it takes, in bytes, and a text for people. */
const { transports, limit = 65_536, lost } = { ...(document.currentScript as HTMLScriptElement | null)?.dataset };

function start(root: Root, attempt = 0): void {
  if (root.tealight) return;
  const { session, templates, socket, nodes, needs = [] } = decodeBlock(root.nextElementSibling!.textContent!);
  const fetching = fetchParts([...needs, ...(transports?.match("sse") ?? [])]);
  if (fetching) {
    const again = (): void => {
      root.dataset["tealight"] = "lost";
      setTimeout(start, backoff(attempt, Math.random()), root, attempt + 1);
    };
    fetching.then(() => start(root), again);
    return;
  }
  const ways = waysTo(location.href, socket, transports);
  const connection = connect((server) => adopt(root, templates, server, nodes, lost), session, ways, reload, +limit);
  root.tealight = connection;
  for (const type of ["online", "pageshow", "visibilitychange"]) {
    // A page that is left becomes hidden first.
    addEventListener(type, () => document.hidden || connection._wake());
  }
  part<Hooks>("rare")?._mountHooks();
}

/** Starts every root. Parts of the script use these functions of it. */
export function main(functions: unknown): void {
  share(functions);
  (window as any).tealight = { call, hook, latency };
  document.querySelectorAll<Root>("[data-tealight]").forEach((root) => start(root));
}
