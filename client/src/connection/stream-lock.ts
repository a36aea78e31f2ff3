// Over HTTP/1.1 a browser opens six connections to a host, for all its tabs. Streams take turns at four locks, which
// leaves two connections for pages, scripts and posts.

import type { Listener } from "./transport.ts";

const LOCKS = 4;
/** The least time for which a page keeps a lock. All times are in milliseconds. */
const TURN = 1_000;
const ASK_EVERY = 300;
/** The interval at which a hidden page asks for one of the four locks, at random: every sixteen seconds for each lock. */
const ASK_SELDOM = 4_000;

/** Waits for a lock, and keeps it until the signal aborts. The listener is asked when another page waits for it. */
export const streamLock = (signal: AbortSignal, listener: Listener): Promise<void> =>
  new Promise((taken) => {
    const locks = navigator.locks as LockManager | undefined;
    const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    // HTTP/2 and HTTP/3 need only one connection.
    if (!locks || /^h[23]/.test(page?.nextHopProtocol!)) return taken();
    listener._waits(true);
    const channel = new BroadcastChannel("tealight");
    let mine: number | undefined;
    let since: number;
    let isOver: true | undefined;
    const ask = (): void => channel.postMessage((Math.random() * LOCKS) | 0);
    const asking = setInterval(ask, document.hidden ? ASK_SELDOM : ASK_EVERY);
    const rest = (): void => {
      clearInterval(asking);
      isOver = true;
    };
    const kept = new Promise<void>((left) => {
      signal.onabort = () => {
        rest();
        channel.close();
        left();
      };
    });
    channel.onmessage = ({ data: wanted }) => {
      if (wanted === mine && Date.now() - since > TURN) listener._asked();
    };
    for (let name = LOCKS; name--; ) {
      const hold = (): Promise<void> | undefined => {
        // This page has another lock, or no longer needs one: the next page gets this one.
        if (isOver) return;
        rest();
        mine = name;
        since = Date.now();
        listener._waits();
        taken();
        return kept;
      };
      locks.request(`tealight${name}`, hold).catch(() => {});
    }
  });
