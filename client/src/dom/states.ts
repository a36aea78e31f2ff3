// Knows which changes of `open` and `muted` a patch has made: the browser fires an event for them too, but later.

/** Whether an element is open, or a sound muted, as the server has said. */
export const said = new WeakMap<EventTarget, boolean>();

/** The same of a `<details>`, as the page has told the server since. */
const told = new WeakMap<EventTarget, boolean>();

/** Call this before a patch sets a property. */
export function note(element: any, property: string, value: unknown): void {
  if (property !== "open" && (property !== "muted" || element.muted === value)) return;
  // The browser closes the others of the group.
  const group = value ? document.querySelectorAll(`details[name="${CSS.escape(element.name)}"]`) : [];
  for (const one of [element, ...group]) {
    said.set(one, one === element && (value as boolean));
    told.delete(one);
  }
}

/** Call this after a patch: the browser fires `toggle` for a `<details>` that is new and open. */
export function noteNew(root: Element): void {
  for (const details of root.querySelectorAll("details")) if (!said.has(details)) said.set(details, details.open);
}

/** Returns true if the browser's event says only what the server knows. */
export function isKnown({ type, target, isTrusted }: any): boolean {
  const isVolume = type === "volumechange";
  if (!isTrusted || (!isVolume && (type !== "toggle" || target.localName !== "details"))) return false;
  const { muted, open } = target;
  const isKnown = (told.get(target) ?? said.get(target)) === (isVolume ? muted : open);
  if (isVolume) said.delete(target);
  else told.set(target, open);
  return isKnown;
}
