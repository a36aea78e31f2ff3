// Shows which events wait for the server: on the element and its form, and after a while on the root.

import type { Settled } from "./settled.ts";

const PENDING = "data-tealight-pending";
const WAITING_AFTER = 300;

export type Mark = (element: Element, type: string, settled: Settled) => void;

/** Returns a function that marks an element until its event is settled. */
export function pending(root: HTMLElement): Mark {
  /** Each element as often as it has events. */
  const marked: Element[] = [];

  return (of, type, settled) => {
    for (const element of [of, of.closest("form") ?? of]) {
      const timer = setTimeout(() => (root.dataset["tealightWaiting"] = ""), WAITING_AFTER);
      marked.push(element);
      element.setAttribute(PENDING, type);
      settled.push(() => {
        clearTimeout(timer);
        marked.splice(marked.indexOf(element), 1);
        if (!marked.includes(element)) element.removeAttribute(PENDING);
        if (!marked[0]) delete root.dataset["tealightWaiting"];
      });
    }
  };
}
