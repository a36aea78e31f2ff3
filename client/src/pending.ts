// Shows what waits for the server: the element and its form, and after a while the page.

import type { Settled } from "./connection.ts";

const PENDING = "data-tealight-pending";
const WAITING = "data-tealight-waiting";
const WAITING_AFTER = 300;

export interface Pending {
  mark(element: Element, type: string, settled: Settled): void;
  /** Whether an event of this type of the element's waits for its answer. */
  has(element: Element, type: string): boolean;
}

export function pending(root: Element): Pending {
  const marks = new Set<{ element: Element; type?: string }>();
  const has = (element: Element, type?: string): boolean =>
    [...marks].some((mark) => mark.element === element && (!type || mark.type === type));

  return {
    mark(of, type, settled) {
      for (const element of [of, of.closest("form") ?? of]) {
        const mark = { element, type };
        const timer = setTimeout(() => root.setAttribute(WAITING, ""), WAITING_AFTER);
        marks.add(mark);
        element.setAttribute(PENDING, type);
        settled.push(() => {
          clearTimeout(timer);
          marks.delete(mark);
          if (!has(element)) element.removeAttribute(PENDING);
          if (!marks.size) root.removeAttribute(WAITING);
        });
      }
    },
    has,
  };
}
