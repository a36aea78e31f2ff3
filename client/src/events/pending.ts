// Shows which events wait for the server: on the element and its form, and after a while on the root. Shows which ones the
// server has not applied.

import { announce } from "./announce.ts";
import type { Settled } from "./settled.ts";

const PENDING = "data-tealight-pending";
export const WAITING_AFTER = 300;
const REFUSED = "data-tealight-refused";
/** The time in milliseconds for which a text is shown. */
const SHOWN_FOR = 8_000;

/** These say what a person has entered. */
const ENTRY = /^(input|change)$/;

export interface Pending {
  /** Marks an element until its event is settled. If it was not applied, and nothing else tells the person, the page does. */
  _mark(element: Element, type: string, settled: Settled): void;
  /** Tells the person, at this element, that an event was not applied. */
  _tell(element: Element): void;
}

/** `notDone` is the text for the person. */
export function pending(root: HTMLElement, notDone: string): Pending {
  /** Each element as often as it has events. */
  const marked: Element[] = [];

  const _tell = (of: Element): void => {
    const at = of.isConnected ? of : root;
    at.setAttribute(REFUSED, notDone);
    announce(notDone);
    setTimeout(() => at.removeAttribute(REFUSED), SHOWN_FOR);
  };

  const _mark = (of: Element, type: string, settled: Settled): void => {
    settled.push((fields) => {
      // A full render may follow at once. A control still holds what was entered, and tells it again.
      if (fields && !fields[0]) setTimeout(() => (ENTRY.test(type) && of.isConnected) || _tell(of));
    });
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
  return { _mark, _tell };
}
