// When the element that has the focus goes with a patch, one near it gets the focus.

import { takeFocus } from "./dom.ts";

const within = (element: Element): HTMLElement[] => [element, ...element.querySelectorAll("*")] as HTMLElement[];

/** Where text can be selected. */
export function select(control: HTMLInputElement, start: number | null, end: number | null): void {
  if (control.selectionStart != null) control.setSelectionRange(start, end);
}

/** How to find a control again, in another copy of the page. */
export function finder(root: Element, element: Element): () => Element | undefined {
  const { id, name } = element as HTMLInputElement;
  const selector = `[${id ? "id" : "name"}="${CSS.escape(id || name)}"]`;
  const all = (): Element[] => [...root.querySelectorAll(selector)];
  const at = all().indexOf(element);
  return () => all()[at];
}

/** Call it before a patch, and what it returns after. */
export function keepFocus(root: Element): () => void {
  const focused = document.activeElement as HTMLInputElement;
  /** Around the focused element, from inside out: what may go, and where it stands. */
  const levels: [parent: Element, element: Element, at: number][] = [];
  let find: () => Element | undefined;
  if (root.contains(focused)) {
    find = finder(root, focused);
    for (let element: Element = focused, parent; element !== root; element = parent) {
      parent = element.parentElement!;
      levels.push([parent, element, [...parent.children].indexOf(element)]);
    }
  }
  return () => {
    if (document.activeElement !== document.body) return;
    if (!levels[0]) return;
    const twin = find() as HTMLInputElement | undefined;
    if (takeFocus(twin)) return select(twin!, focused.selectionStart, focused.selectionEnd);
    for (const [parent, element, at] of levels) {
      if (!parent.isConnected) continue;
      // Of a row's buttons the neighbour's is the one in the same place.
      const place = within(element).indexOf(focused);
      const all = [...parent.children];
      for (const near of [...all.slice(at), ...all.slice(0, at).reverse()]) {
        const found = within(near);
        if (takeFocus(found[place]) || found.some(takeFocus)) return;
      }
    }
  };
}
