const AGAIN_AFTER = 60_000;

/** Loads the page anew; not again within a minute, since then it does not help. */
export function reloadOnce(): void {
  const now = Date.now();
  if (now - sessionStorage["tealightReloaded"] < AGAIN_AFTER) return;
  sessionStorage["tealightReloaded"] = now;
  location.reload();
}
