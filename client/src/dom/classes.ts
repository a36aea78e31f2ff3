// A `class` is shared: the server's part of it is the server's, and the rest stays.

import { setAttribute, words } from "./nodes.ts";

/** What the server had given, where another script has changed it. */
const given = new WeakMap<Node, string>();

const observer = new MutationObserver(note);

function note(records: MutationRecord[]): void {
  for (const { target, oldValue } of records) if (!given.has(target)) given.set(target, oldValue ?? "");
}

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
  observer.takeRecords();
}
