const KEY = "tealight:reloaded";
const AGAIN_AFTER = 60_000;

/** Loads the page anew; not again within a minute, since then it does not help. */
export function reloadOnce(): void {
  const now = Date.now();
  if (now - Number(sessionStorage.getItem(KEY)) < AGAIN_AFTER) return;
  sessionStorage.setItem(KEY, String(now));
  location.reload();
}
