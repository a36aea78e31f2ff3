// Shows which events wait for the server: on the element and its form, and after a while on the root. Shows which ones the
// server has not applied.

import { announce } from "./announce.ts";
import type { Settled } from "./settled.ts";

const PENDING = "data-tealight-pending";
const WAITING_AFTER = 300;
const REFUSED = "data-tealight-refused";
/** The time in milliseconds for which a text is shown. */
const SHOWN_FOR = 8_000;

/** These say what a person has entered. */
const ENTRY = /^(input|change)$/;

export type Mark = (element: Element, type: string, settled: Settled) => void;

/** Returns a function that marks an element until its event is settled. If it was not applied, and nothing else tells the
 * person, the text `notDone` does. */
export function pending(root: HTMLElement, notDone: string): Mark {
  /** Each element as often as it has events. */
  const marked: Element[] = [];

  const tell = (of: Element, type: string): void => {
    // The control still holds it.
    if (ENTRY.test(type) && of.isConnected) return;
    const at = of.isConnected ? of : root;
    at.setAttribute(REFUSED, notDone);
    announce(notDone);
    setTimeout(() => at.removeAttribute(REFUSED), SHOWN_FOR);
  };

  return (of, type, settled) => {
    settled.push((fields) => {
      // A full render may follow at once.
      if (fields && !fields[0]) setTimeout(tell, 0, of, type);
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
}
