const FIRST = 250;
const MOST = 10_000;

/** Returns the milliseconds to wait before the next attempt. `random` is from 0 to 1. */
export const backoff = (attempt: number, random: number): number => random * Math.min(MOST, FIRST * 1.5 ** attempt);
