/** In milliseconds. A page that was loaded just now would be the same again. */
const AGAIN_AFTER = 30_000;

/** Loads the page again: at once if `now`, or as soon as it is old enough. */
export function reload(now: boolean): void {
  setTimeout(() => location.reload(), now ? 0 : AGAIN_AFTER - performance.now());
}
