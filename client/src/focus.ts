// When the element that has the focus goes with a patch, one near it gets the focus.

import { takeFocus } from "./dom.ts";

const within = (element: Element): HTMLElement[] => [element, ...element.querySelectorAll("*")] as HTMLElement[];

/** Where text can be selected. */
export function select(control: HTMLInputElement, start: number | null, end: number | null): void {
  if (control.selectionStart != null) control.setSelectionRange(start, end);
}

/** How to find a control again, in another copy of the page: by its `id`; or by its name, if there are as many of that
 * name as before. */
export function finder(root: Element, element: Element): () => Element | undefined {
  const { id, name } = element as HTMLInputElement;
  const selector = `[${id ? "id" : "name"}="${CSS.escape(id || name)}"]`;
  const all = (): Element[] => [...root.querySelectorAll(selector)];
  const before = all();
  return () => {
    const now = all();
    if (now.length === before.length) return now[before.indexOf(element)];
  };
}

/** Call it before a patch, and what it returns after. */
export function keepFocus(root: Element): () => void {
  const focused = document.activeElement as HTMLInputElement;
  /** Around the focused element, from inside out: what may go, and where it stands. */
  const levels: [parent: Element, element: Element, at: number][] = [];
  let find: (() => Element | undefined) | undefined;
  if (root.contains(focused)) {
    find = finder(root, focused);
    for (let element: Element = focused, parent; element !== root; element = parent) {
      parent = element.parentElement!;
      let at = 0;
      for (let before = element; (before = before.previousElementSibling!); at++);
      levels.push([parent, element, at]);
    }
  }
  return () => {
    if (document.activeElement !== document.body) return;
    if (find && takeFocus(focused)) return;
    const twin = find?.() as HTMLInputElement | undefined;
    if (takeFocus(twin)) return select(twin!, focused.selectionStart, focused.selectionEnd);
    for (const [parent, element, at] of levels) {
      // Of a row's buttons the neighbour's is the one in the same place.
      const place = within(element).indexOf(focused);
      const all = [...parent.querySelectorAll<HTMLElement>(":scope>*")];
      for (const near of [...all.slice(at), ...all.slice(0, at).reverse()]) {
        const found = within(near);
        if (takeFocus(found[place]) || found.some(takeFocus)) return;
      }
    }
  };
}
