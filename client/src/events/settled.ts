import type { Fields } from "../wire.ts";

/** What is to be done when the server has applied an event, and the page shows what came of it; or never will.
 * `refused`: what is wrong with its form. */
export type Settled = ((refused?: Fields) => void)[];
