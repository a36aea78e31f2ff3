import type { Fields } from "../wire.ts";

/** Called when the server has applied an event and the page shows the result, or when the server never will apply it.
 * `fields` are the errors of a refused form. */
export type Settled = ((fields?: Fields) => void)[];
