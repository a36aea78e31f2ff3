// Functions on single nodes that the other modules share.

import { reopen, said } from "./open.ts";

/** Throws because the DOM does not fit the patch: another script has changed it. Code that walks the DOM does not
 * check each node: using one that is missing throws too. */
export function lost(): never {
  throw new Error("tealight: page changed");
}

export const isElement = (node: Node | null | undefined): node is Element => node?.nodeType === 1;

export const isText = (node: Node | null | undefined): node is Text => node?.nodeType === 3;

export const isComment = (node: Node | null | undefined): node is Comment => node?.nodeType === 8;

export const isMark = (node: Node | null, data: string): boolean => isComment(node) && node.data === data;

// A form's controls hide its own properties of the same name: `remove`, `contains`, `children`, `elements`,
// `dataset` and so on. This works for any control's name.

export const contains = (outer: Node | null, inner: Node): boolean => Node.prototype.contains.call(outer, inner);

/** Controls that had the focus when they were moved. Without `moveBefore`, WebKit then forgets that they have been changed. */
export const shaken = new Set<any>();

/** Moves a node; keeps its focus, scroll position and media state if the browser can. */
export function move(parent: Node, node: Node, before: Node | null): void {
  const focused: any = document.activeElement;
  // Chromium scrolls to a focused element that it moves.
  const scrolled: [element: Element, left: number, top: number][] = [];
  if (contains(node, focused)) {
    for (let element = parent as Element | null; element; element = element.parentElement) {
      scrolled.push([element, element.scrollLeft, element.scrollTop]);
    }
  }
  try {
    (parent as Element & { moveBefore(node: Node, before: Node | null): void }).moveBefore(node, before);
  } catch {
    const shown = node.parentNode?.querySelectorAll(":is(:modal,:popover-open)");
    parent.insertBefore(node, before);
    if (contains(node, focused)) shaken.add(focused);
    for (const element of shown ?? []) {
      if (contains(node, element)) {
        reopen(element);
        focused.focus();
      }
    }
  }
  for (const [element, left, top] of scrolled) element.scrollTo({ left, top, behavior: "instant" });
}

export function setAttribute(element: Element, name: string, value: string | true | null): void {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Gives the element the focus, without scrolling to it: the person may look at another part of the page. Returns true if it
 * has the focus afterwards. */
export function takeFocus(element: HTMLElement | null | undefined): boolean {
  try {
    element!.focus({ preventScroll: true });
  } catch {
    // The element is absent, or it is a form with a control named `focus`.
  }
  return document.activeElement === element;
}

/** Dispatches a custom event that bubbles. */
export const dispatch = (element: Element, name: string, detail?: unknown): boolean =>
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

/** Returns what a person has typed: the value of a control, or the text of an element that is edited. A `<li>` has a `value`
 * too, which is a number. When all text is deleted, the browser leaves a line break. */
export const textOf = ({ value, innerText }: any): string => (typeof value === "string" ? value : innerText?.replace(/^\n$/, ""));

/** Splits a text at its spaces. */
export const words = (text: string): string[] => text.match(/\S+/g) ?? [];

/** Returns true if nothing is to move: nobody sees the page, or the person prefers less motion. */
export const isStill = (): boolean => document.hidden || matchMedia("(prefers-reduced-motion)").matches;

/** The property of an element whose text a person edits. */
export const EDITED = "text";

/** Returns the value of an attribute or a property as the server has set it, whatever the person has entered. */
export function setTo(element: any, name: string): string | null {
  if (name === "open") return said.get(element) ? "" : null;
  return name === "value" && element.type === "textarea" ? element.defaultValue : element.getAttribute(name);
}

/** When no option is selected any more, the browser selects the first one, even if the server has selected another. */
export const reselect = (inside: Element): void =>
  inside
    .closest?.("select:not([multiple])")
    ?.querySelectorAll<HTMLOptionElement>("[selected]")
    .forEach((option) => (option.selected = true));
