// Shows what waits for the server: the element and its form, and after a while the page.

import { refuse } from "./refused.ts";
import type { Fields } from "./wire.ts";

const PENDING = "data-tealight-pending";
const WAITING = "data-tealight-waiting";
const WAITING_AFTER = 300;

export interface Pending {
  mark(element: Element, type: string, event: number): void;
  /** Whether an event of this type of the element's waits for its answer. */
  has(element: Element, type: string): boolean;
  settle(applied: number, fields?: Fields): void;
}

export function pending(root: Element): Pending {
  let marks: { element: Element; type: string; event: number; at: number }[] = [];
  let timer: number | undefined;

  const look = (): void => {
    timer = undefined;
    const wait = (marks[0]?.at ?? 0) + WAITING_AFTER - Date.now();
    if (!marks[0]) root.removeAttribute(WAITING);
    else if (wait > 0) timer = setTimeout(look, wait);
    else root.setAttribute(WAITING, "");
  };

  return {
    mark(element, type, event) {
      for (const marked of new Set([element, element.closest("form") ?? element])) {
        marks.push({ element: marked, type, event, at: Date.now() });
        marked.setAttribute(PENDING, type);
      }
      timer ??= setTimeout(look, WAITING_AFTER);
    },
    has: (element, type) => marks.some((mark) => mark.element === element && mark.type === type),
    settle(applied, fields) {
      const settled = marks.filter(({ event }) => event <= applied);
      if (!settled[0]) return;
      marks = marks.filter(({ event }) => event > applied);
      for (const { element, type, event } of settled) {
        if (fields && type === "submit" && event === applied) refuse(element as HTMLFormElement, fields);
        if (!marks.some((mark) => mark.element === element)) element.removeAttribute(PENDING);
      }
      if (root.hasAttribute(WAITING)) look();
    },
  };
}
