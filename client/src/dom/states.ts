// Knows which changes of `open` and `muted` a patch has made: the browser fires an event for them too, but later.

import { dialogsOf, said, setOpen } from "./open.ts";

/** Whether an element is open, as the page has told the server since. */
const told = new WeakMap<EventTarget, boolean>();

/** The dialogs that a patch has closed: each fires one event for it. True if the server knows that, false if it has only closed
 * a dialog around. */
const closed = new WeakMap<EventTarget, boolean>();

/** Opens or closes an element as the server says. */
export function patchOpen(element: any, isOpen: boolean): void {
  // The browser closes the others of the group.
  const group = isOpen ? document.querySelectorAll(`details[name="${CSS.escape(element.name)}"]`) : [];
  for (const one of [element, ...group]) {
    said.set(one, one === element && isOpen);
    told.delete(one);
  }
  if (!isOpen && !element.popover) {
    for (const dialog of dialogsOf(element)) {
      const isKnown = closed.get(dialog);
      if (dialog.open || isKnown === false) closed.set(dialog, isKnown || dialog === element);
    }
  }
  setOpen(element, isOpen);
}

/** Call this after a patch: the browser fires `toggle` for a `<details>` that is new and open. */
export function noteNew(root: Element): void {
  for (const details of root.querySelectorAll("details")) if (!said.has(details)) said.set(details, details.open);
}

/** Returns true if the browser's event says only what the server knows. */
export function isKnown({ type, target, isTrusted, newState }: any): boolean | undefined {
  if (type === "close") {
    const isKnown = closed.get(target);
    closed.delete(target);
    return isKnown;
  }
  if (!isTrusted || !/^(toggle|volumechange)$/.test(type)) return false;
  const state = newState ? newState === "open" : target.muted;
  const isKnown = (told.get(target) ?? said.get(target)) === state;
  if (newState) told.set(target, state);
  else said.delete(target);
  return isKnown;
}
