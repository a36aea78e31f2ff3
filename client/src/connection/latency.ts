// For development: a line that is slower than the real one.

let late = 0;

try {
  late = +sessionStorage["tealightLatency"];
} catch {
  // This page may keep nothing.
}

/** Makes all messages of this tab so late, in milliseconds and each way, until it is closed; 0 ends it. Those on their
 * way when it gets shorter are overtaken, and the page attaches anew. */
export function latency(milliseconds: number): void {
  late = milliseconds;
  sessionStorage["tealightLatency"] = late;
}

export function travel(arrive: () => void): void {
  if (late) setTimeout(arrive, late);
  else arrive();
}
