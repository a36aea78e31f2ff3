// Knows which changes of `open` and `muted` a patch has made: the browser fires an event for them too, but later.

import { dialogsOf, said, setOpen } from "./open.ts";

/** Whether an element is open, as the page has told the server since. */
const told = new WeakMap<EventTarget, boolean>();

/** The times that patches have closed a dialog whose events have not come yet. True if the server knows that, false if it has
 * only closed a dialog around. */
const closed = new WeakMap<EventTarget, boolean[]>();

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
      const times = closed.get(dialog) ?? [];
      if (dialog.open) closed.set(dialog, [...times, dialog === element]);
      else if (dialog === element) times.fill(true);
    }
  }
  const shown = document.querySelectorAll(":is(:popover-open)");
  setOpen(element, isOpen);
  for (const other of shown) {
    if (other === element || other.matches(":popover-open")) continue;
    // The browser has closed it for this one. The server hears that, but it does not open again, which would close this one.
    said.set(other, false);
    told.set(other, true);
  }
}

/** Call this after a patch: the browser fires `toggle` for a `<details>` that is new and open. */
export function noteNew(root: Element): void {
  for (const details of root.querySelectorAll("details")) if (!said.has(details)) said.set(details, details.open);
}

/** Returns true if the browser's event says only what the server knows. */
export function isKnown({ type, target, isTrusted, newState }: any): boolean | undefined {
  if (type === "close") return closed.get(target)?.shift();
  if (!isTrusted || !/^(toggle|volumechange)$/.test(type)) return false;
  const state = newState ? newState === "open" : target.muted;
  const isKnown = (told.get(target) ?? said.get(target)) === state;
  if (newState) told.set(target, state);
  else said.delete(target);
  return isKnown;
}
