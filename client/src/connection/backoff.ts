const FIRST = 250;
const MOST = 10_000;

/** Milliseconds to wait before a new attempt, with full jitter: `random` is from 0 to 1. */
export const backoff = (attempt: number, random: number): number => random * Math.min(MOST, FIRST * 2 ** attempt);
