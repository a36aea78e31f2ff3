// For development: delays all messages, as a slow line would.

let late = 0;

try {
  late = +sessionStorage["tealightLatency"];
} catch {
  // The browser forbids this page to store anything.
}

/** Delays every message of this tab, each way, by this many milliseconds, until the tab is closed. 0 turns it off.
 * With a shorter delay new messages overtake those under way, and the page attaches again. */
export function latency(milliseconds: number): void {
  late = milliseconds;
  sessionStorage["tealightLatency"] = late;
}

/** Calls `arrive` when the message has arrived. */
export function travel(arrive: () => void): void {
  if (late) setTimeout(arrive, late);
  else arrive();
}
