/** In milliseconds. A page that was loaded just now would be the same again. */
const AGAIN_AFTER = 30_000;

/** Loads the page again, as soon as it is old enough. */
export function reload(): void {
  setTimeout(() => location.reload(), AGAIN_AFTER - performance.now());
}
