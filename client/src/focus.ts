// When the element that has the focus goes with a patch, one near it gets the focus.

import { isElement, takeFocus } from "./dom.ts";

const FOCUSABLE = "a[href],button,input,select,textarea,summary,[tabindex],[contenteditable]";

const focusables = (node: Node): HTMLElement[] =>
  isElement(node) ? ([node, ...node.querySelectorAll("*")] as HTMLElement[]).filter((one) => one.matches(FOCUSABLE)) : [];

const topOf = (node: Node): Node => (node.parentNode ? topOf(node.parentNode) : node);

/** `records` say what a patch has done in `root`. */
export function keepFocus(focused: HTMLElement, records: MutationRecord[], root: Element): void {
  if (focused.isConnected || document.activeElement !== document.body) return;
  const twin = document.getElementById(focused.id);
  if (root.contains(twin) && takeFocus(twin)) return;
  const gone = new Map<Node | null, MutationRecord>();
  for (const record of records) for (const node of record.removedNodes) gone.set(node, record);
  let top = topOf(focused);
  // Of a row's buttons the neighbour's is the one in the same place.
  const place = focusables(top).indexOf(focused);
  const takeIn = (node: Node): boolean => {
    const all = focusables(node);
    return takeFocus(all[place]) || all.some(takeFocus);
  };
  let at: MutationRecord | undefined;
  while ((at = gone.get(top)) && !at.target.isConnected) top = topOf(at.target);
  let parent: Node | null | undefined = at?.target;
  let before = at?.previousSibling ?? null;
  while (before && before.parentNode !== parent) before = gone.get(before)?.previousSibling ?? null;
  let after: Node | null | undefined = before ? before.nextSibling : parent?.firstChild;
  while (parent) {
    for (; after; after = after.nextSibling) if (takeIn(after)) return;
    for (; before; before = before.previousSibling) if (takeIn(before)) return;
    if (parent === root) return;
    ({ nextSibling: after, previousSibling: before, parentNode: parent } = parent as Node);
  }
}
