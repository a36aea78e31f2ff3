// Remembers when the handlers of an element may send again.

import type { Handler } from "../dom/handlers.ts";
import type { Wait } from "../dom/template.ts";

/** The state of an element's handlers, by slot. */
const WAITS = Symbol();

declare global {
  interface Element {
    [WAITS]?: Wait[];
  }
}

export const waitOf = ([element, , address]: Handler): Wait => ((element[WAITS] ??= [])[address.at(-1)!] ??= {});
