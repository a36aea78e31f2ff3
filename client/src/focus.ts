// When the element that has the focus goes with a patch, one near it gets the focus.

import { isElement } from "./dom.ts";

const FOCUSABLE = "a[href],button,input,select,textarea,summary,[tabindex],[contenteditable]";

const focusables = (node: Node): HTMLElement[] =>
  isElement(node)
    ? [node, ...node.querySelectorAll(FOCUSABLE)].filter((one): one is HTMLElement => one.matches(FOCUSABLE))
    : [];

const take = (element: HTMLElement | null | undefined): boolean => {
  element?.focus();
  return !!element && document.activeElement === element;
};

const topOf = (node: Node): Node => (node.parentNode ? topOf(node.parentNode) : node);

/** `records` say what a patch has done in `root`. */
export function keepFocus(focused: HTMLElement, records: MutationRecord[], root: Element): void {
  if (focused.isConnected || (document.activeElement ?? document.body) !== document.body) return;
  const twin = focused.id && document.getElementById(focused.id);
  if (twin && root.contains(twin) && take(twin)) return;
  const gone = new Map<Node, MutationRecord>();
  for (const record of records) for (const node of record.removedNodes) gone.set(node, record);
  let top = topOf(focused);
  // Of a row's buttons the neighbour's is the one in the same place.
  const place = focusables(top).indexOf(focused);
  let record = gone.get(top);
  while (record && !record.target.isConnected) record = gone.get((top = topOf(record.target)));
  let parent: Node | null = record?.target ?? null;
  let before = record?.previousSibling ?? null;
  while (before && before.parentNode !== parent) before = gone.get(before)?.previousSibling ?? null;
  let after = before ? before.nextSibling : (parent?.firstChild ?? null);
  const takeIn = (node: Node): boolean => {
    const all = focusables(node);
    return take(all[place]) || all.some(take);
  };
  while (parent) {
    for (; after; after = after.nextSibling) if (takeIn(after)) return;
    for (; before; before = before.previousSibling) if (takeIn(before)) return;
    if (parent === root) return;
    ({ nextSibling: after, previousSibling: before, parentNode: parent } = parent as Node);
  }
}
