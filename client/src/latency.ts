// For development: a line that is slower than the real one.

const KEY = "tealight:latency";

let late = 0;
let underway = 0;
/** When the last message that is on its way arrives: none overtakes another. */
let due = 0;

try {
  late = Number(sessionStorage.getItem(KEY));
} catch {
  // This page may keep nothing.
}

/** Makes all messages of this tab so late, in milliseconds and each way, until it is closed; 0 ends it. */
export function latency(milliseconds: number): void {
  late = milliseconds;
  sessionStorage.setItem(KEY, String(late));
}

export function travel(arrive: () => void): void {
  if (!late && !underway) return arrive();
  const now = Date.now();
  due = Math.max(underway++ && due, now + late);
  setTimeout(() => {
    underway--;
    arrive();
  }, due - now);
}
