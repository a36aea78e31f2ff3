// A browser has six connections to a host over HTTP/1.1, for all its tabs. Streams take turns in four places, so
// that two are left for pages, scripts and posts.

const PLACES = 4;
/** Who has a place keeps it for so long; and for so long if a person sees the page. */
const TURN = 1_000;
const LONG_TURN = 10_000;
const ASK_EVERY = 300;

/** Waits for a place, which is kept until the signal aborts. `asked`: another page waits for it. */
export const place = (signal: AbortSignal, asked: () => void): Promise<void> =>
  new Promise((taken) => {
    const locks = navigator.locks as LockManager | undefined;
    const [page] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
    // Over HTTP/2 and 3 there is one connection for all.
    if (!locks || /^h[23]/.test(page?.nextHopProtocol!)) return taken();
    const waiting = new AbortController();
    const channel = new BroadcastChannel("tealight");
    let mine: number | undefined;
    let since: number;
    const asking = setInterval(() => channel.postMessage((Math.random() * PLACES) | 0), ASK_EVERY);
    const rest = (): void => {
      clearInterval(asking);
      waiting.abort();
    };
    const kept = new Promise<void>((left) => {
      signal.onabort = () => {
        rest();
        channel.close();
        left();
      };
    });
    channel.onmessage = ({ data: wanted }) => {
      if (wanted === mine && Date.now() - since > (document.hidden ? TURN : LONG_TURN)) asked();
    };
    for (let name = 0; name < PLACES; name++) {
      const sit = (): Promise<void> | undefined => {
        if (waiting.signal.aborted) return;
        rest();
        mine = name;
        since = Date.now();
        taken();
        return kept;
      };
      locks.request(`tealight${name}`, { signal: waiting.signal }, sit).catch(() => {});
    }
  });
