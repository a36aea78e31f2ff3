import type { Fields } from "../wire.ts";

/** Called when the server has applied an event and the page shows the result, or when the server never will apply it.
 * `fields`: it was refused or lost, with these errors of its form. */
export type Settled = ((fields?: Fields) => void)[];
