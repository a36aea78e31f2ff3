// When a patch removes the element that has the focus, an element near it gets the focus.

import { takeFocus } from "./nodes.ts";
import { isStaying } from "./own.ts";

/** Selects text, if it can be selected in this control. */
export function select(control: HTMLInputElement, start: number | null, end: number | null): void {
  if (control.selectionStart != null) control.setSelectionRange(start, end);
}

/** Returns a function that finds the same control after a full render: if it has been replaced, by its `id`, or by its
 * `name` if the page has as many controls of that name as before. */
export function finder(root: Element, element: Element): () => Element | undefined {
  const { id, name } = element as HTMLInputElement;
  const selector = `[${id ? "id" : "name"}="${CSS.escape(id || name)}"]`;
  const all = (): Element[] => [...root.querySelectorAll(selector)].filter(isStaying);
  const before = all();
  return () => {
    if (isStaying(element)) return element;
    const now = all();
    if (now.length === before.length) return now[before.indexOf(element)];
  };
}

/** The element that a patch has disabled while it had the focus. */
let disabled: HTMLElement | undefined;

/** Call this before a patch, and the function that it returns after the patch. */
export function keepFocus(root: HTMLElement): () => void {
  const focused = document.activeElement as HTMLInputElement;
  /** The focused element and its ancestors up to the root, the outermost first, each with its position. */
  const levels: [element: HTMLElement, at: number][] = [];
  let find: (() => Element | undefined) | undefined;
  if (root.contains(focused)) {
    find = finder(root, focused);
    for (let element: HTMLElement = focused; element !== root; element = element.parentElement!) {
      let at = 0;
      for (let before: any = element; (before = before.previousElementSibling); ) at += +!before.inert;
      levels.unshift([element, at]);
    }
  }
  /** Gives the focus to an element at the position of the innermost level, or near it. If none takes it, tries the level
   * around. */
  const settle = (parent: HTMLElement | undefined, [level, ...inside]: typeof levels): boolean => {
    if (!parent || !level) return false;
    const [element, at] = level;
    const around = [...parent.querySelectorAll<HTMLElement>(":scope>:not([inert])")];
    if (settle(isStaying(element) ? element : (around[at] ?? around.at(-1)), inside)) return true;
    // The keys that the person types into a removed control must not press a button.
    if (/^(input|textarea|select)$/.test(focused.localName)) {
      parent.tabIndex = -1;
      return takeFocus(parent);
    }
    return [...around.slice(at), ...around.slice(0, at).reverse()].some((near) =>
      [near, ...near.querySelectorAll<HTMLElement>("*")].some(takeFocus),
    );
  };

  return () => {
    if (!isStaying(focused)) focused?.blur();
    if (focused?.matches(":disabled")) disabled = focused;
    else if (document.activeElement !== document.body || takeFocus(disabled)) disabled = undefined;
    else if (find && !takeFocus(focused)) {
      const twin = find() as HTMLInputElement | undefined;
      if (takeFocus(twin)) select(twin!, focused.selectionStart, focused.selectionEnd);
      else settle(root, levels);
    }
  };
}
