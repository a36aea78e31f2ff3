// Shows what waits for the server: the element and its form, and after a while the page.

import type { Settled } from "./settled.ts";

const PENDING = "data-tealight-pending";
const WAITING_AFTER = 300;

export type Mark = (element: Element, type: string, settled: Settled) => void;

export function pending(root: HTMLElement): Mark {
  const marks: Element[] = [];

  return (of, type, settled) => {
    for (const element of [of, of.closest("form") ?? of]) {
      const timer = setTimeout(() => (root.dataset["tealightWaiting"] = ""), WAITING_AFTER);
      marks.push(element);
      element.setAttribute(PENDING, type);
      settled.push(() => {
        clearTimeout(timer);
        marks.splice(marks.indexOf(element), 1);
        if (!marks.includes(element)) element.removeAttribute(PENDING);
        if (!marks[0]) delete root.dataset["tealightWaiting"];
      });
    }
  };
}
