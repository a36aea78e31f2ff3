// Shares each `class` attribute with other scripts: the server sets its own classes, and leaves the others alone.

import { setAttribute, words } from "./nodes.ts";

/** The server's classes of the elements whose `class` another script has changed. */
const given = new WeakMap<Node, string>();

const observer = new MutationObserver(note);

function note(records: MutationRecord[]): void {
  for (const { target, oldValue } of records) if (!given.has(target)) given.set(target, oldValue ?? "");
}

/** Watches the classes of all elements inside. */
export function shareClasses(root: Element): void {
  observer.observe(root, { subtree: true, attributeFilter: ["class"], attributeOldValue: true });
}

export function setClass(element: Element, name: string, value: string | true | null): void {
  note(observer.takeRecords());
  const before = given.get(element);
  const now = value === true ? "" : (value ?? "");
  if (before === undefined) setAttribute(element, name, value);
  else {
    given.set(element, now);
    element.classList.remove(...words(before));
    element.classList.add(...words(now));
  }
  // Forgets the change that was made here.
  observer.takeRecords();
}
