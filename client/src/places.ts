// A browser has six connections to a host over HTTP/1.1, for all its tabs. Streams take turns in four places, so
// that two are left for pages, scripts and posts.

const PLACES = ["1", "2", "3", "4"];
/** Who has a place keeps it for so long. */
const TURN = 1_000;
/** The same of a page that can be seen, when one asks that cannot. */
const LONG_TURN = 10_000;
const ASK_EVERY = 300;

/** Waits for a place, which is kept until the signal aborts. `asked`: another page waits for it. */
export const place = (url: URL, signal: AbortSignal, asked: () => void): Promise<void> =>
  new Promise((taken) => {
    const locks = navigator.locks as LockManager | undefined;
    if (!locks || hasOneConnection(url)) return taken();
    const waiting = new AbortController();
    const channel = new BroadcastChannel("tealight");
    let mine: string | undefined;
    let since = 0;
    channel.onmessage = ({ data: [wanted, hidden] }) => {
      const turn = hidden && !document.hidden ? LONG_TURN : TURN;
      if (wanted === mine && Date.now() - since > turn) asked();
    };
    const asking = setInterval(
      () => channel.postMessage([PLACES[(Math.random() * PLACES.length) | 0], document.hidden]),
      ASK_EVERY,
    );
    const rest = (): void => {
      clearInterval(asking);
      waiting.abort();
    };
    signal.addEventListener("abort", () => {
      rest();
      channel.close();
    });
    for (const name of PLACES) {
      const sit = (): Promise<void> | undefined => {
        if (waiting.signal.aborted) return;
        rest();
        mine = name;
        since = Date.now();
        taken();
        return new Promise((left) => signal.addEventListener("abort", () => left()));
      };
      locks.request(`tealight ${name}`, { signal: waiting.signal }, sit).catch(() => {});
    }
  });

/** Over HTTP/2 and 3 there is one connection for all. */
function hasOneConnection({ origin }: URL): boolean {
  const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return origin === location.origin && /^h[23]/.test(page?.nextHopProtocol ?? "");
}
