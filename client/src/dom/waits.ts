// Remembers when the handlers of an element may send again.

import type { Handler } from "./handlers.ts";
import type { Wait } from "./template.ts";

/** The state of an element's handlers, by slot. */
export const WAITS = Symbol();

declare global {
  interface Element {
    [WAITS]?: Wait[] | undefined;
  }
}

export const waitOf = ([element, , address]: Handler): Wait => ((element[WAITS] ??= [])[address.at(-1)!] ??= {});
