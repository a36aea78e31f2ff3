import type { Fields } from "../wire.ts";

/** Called when the server has applied an event and the page shows the result, or when the server never will apply it.
 * `fields`: it was refused or lost, with these errors of its form; null if the page has left the view for which it was applied. */
export type Settled = ((fields?: Fields | null) => void)[];
