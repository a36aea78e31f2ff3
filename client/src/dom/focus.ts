// When the element that has the focus goes with a patch, one near it gets the focus.

import { takeFocus } from "./nodes.ts";

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
export function keepFocus(root: HTMLElement): () => void {
  const focused = document.activeElement as HTMLInputElement;
  /** The focused element and those around it, from outside in: what may go, and where it stands. */
  const levels: [element: HTMLElement, at: number][] = [];
  let find: (() => Element | undefined) | undefined;
  if (root.contains(focused)) {
    find = finder(root, focused);
    for (let element: HTMLElement = focused; element !== root; element = element.parentElement!) {
      let at = 0;
      for (let before: Element = element; (before = before.previousElementSibling!); at++);
      levels.unshift([element, at]);
    }
  }
  /** Gives the focus to what stands where an element around it stood, or near it; from inside out. */
  const settle = (parent: HTMLElement | undefined, [level, ...inside]: typeof levels): boolean => {
    if (!parent || !level) return false;
    const [element, at] = level;
    const around = [...parent.querySelectorAll<HTMLElement>(":scope>*")];
    if (settle(element.isConnected ? element : (around[at] ?? around.at(-1)), inside)) return true;
    // What is typed into a control that goes is not to press another one.
    if (/^(input|textarea|select)$/.test(focused.localName)) {
      parent.tabIndex = -1;
      return takeFocus(parent);
    }
    return [...around.slice(at), ...around.slice(0, at).reverse()].some((near) =>
      [near, ...near.querySelectorAll<HTMLElement>("*")].some(takeFocus),
    );
  };

  return () => {
    if (document.activeElement !== document.body) return;
    if (find && takeFocus(focused)) return;
    const twin = find?.() as HTMLInputElement | undefined;
    if (takeFocus(twin)) select(twin!, focused.selectionStart, focused.selectionEnd);
    else settle(root, levels);
  };
}
