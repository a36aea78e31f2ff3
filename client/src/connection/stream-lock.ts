// A browser has six connections to a host over HTTP/1.1, for all its tabs. Streams take turns in four places, so
// that two are left for pages, scripts and posts.

const PLACES = 4;
/** Who has a place keeps it for so long. */
const TURN = 1_000;
const ASK_EVERY = 300;
/** A page that nobody sees asks so often, hence each of the others every sixteen seconds. */
const ASK_SELDOM = 4_000;

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
    const ask = (): void => channel.postMessage((Math.random() * PLACES) | 0);
    const asking = setInterval(ask, document.hidden ? ASK_SELDOM : ASK_EVERY);
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
      if (wanted === mine && Date.now() - since > TURN) asked();
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
