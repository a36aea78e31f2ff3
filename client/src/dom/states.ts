// Knows which changes of `open` and `muted` a patch has made: the browser fires an event for them too, but later.

import { isElement } from "./nodes.ts";

/** Whether a `<details>` is open, or a sound muted, as the server knows. */
const known = new WeakMap<Node, boolean>();

/** Call this before a patch changes a property. */
export function note(element: Element, property: string, value: unknown): void {
  const isOpen = property === "open" && element.localName === "details";
  if (isOpen || property === "muted") known.set(element, value as boolean);
  const name = isOpen && value ? element.getAttribute("name") : null;
  if (!name) return;
  // The browser closes the others.
  for (const other of document.querySelectorAll(`details[name="${CSS.escape(name)}"]`)) {
    if (other !== element) known.set(other, false);
  }
}

/** Call this after a patch: the browser fires `toggle` for a `<details>` that is new and open. */
export function noteNew(root: Element): void {
  for (const details of root.querySelectorAll("details")) if (!known.has(details)) known.set(details, details.open);
}

/** Returns true if the browser's event says only what the server knows. */
export function isKnown({ type, target, isTrusted }: Event): boolean {
  if (!isTrusted || !isElement(target as Node)) return false;
  const { localName, open, muted } = target as any;
  if (type === "volumechange") {
    const isKnown = known.get(target as Node) === muted;
    known.delete(target as Node);
    return isKnown;
  }
  if (type !== "toggle" || localName !== "details") return false;
  const isKnown = known.get(target as Node) === open;
  known.set(target as Node, open);
  return isKnown;
}
