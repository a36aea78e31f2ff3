// What the other modules ask of the DOM.

export const HTML = "http://www.w3.org/1999/xhtml";

/** The DOM is not what the patch was made for: another script has changed it. The modules that read it do not ask of
 * each node whether it is there: what is not there throws, too. */
export function lost(): never {
  throw new Error("tealight: lost");
}

export const isElement = (node: Node | null | undefined): node is Element => node?.nodeType === 1;

export const isText = (node: Node | null | undefined): node is Text => node?.nodeType === 3;

export const isComment = (node: Node | null | undefined): node is Comment => node?.nodeType === 8;

export const isMark = (node: Node | null, data: string): boolean => isComment(node) && node.data === data;

/** The next sibling; the parser makes several nodes of a long text, and they count as one. */
export function next(node: Node | null): Node | null {
  do node = node!.nextSibling;
  while (isText(node) && isText(node.previousSibling));
  return node;
}

/** Removes the siblings after `node` and before `end`. */
export function clearBetween(node: Node, end: Node | null): void {
  while (node.nextSibling !== end) remove(node.nextSibling!);
}

// A form has properties of its controls' names, before its own: `remove`, `contains`, `children`, `elements`,
// `dataset` …

export const remove = (node: Node): unknown => node.parentNode!.removeChild(node);

export const contains = (outer: Node | null, inner: Node): boolean => Node.prototype.contains.call(outer, inner);

/** Moves a node with its focus, scroll and media state, where the browser can. */
export function move(parent: Node, node: Node, before: Node | null): void {
  try {
    (parent as Element & { moveBefore(node: Node, before: Node | null): void }).moveBefore(node, before);
  } catch {
    parent.insertBefore(node, before);
  }
}

export function setAttribute(element: Element, name: string, value: string | true | null): void {
  if (value === null) element.removeAttribute(name);
  else element.setAttribute(name, value === true ? "" : value);
}

/** Whether it takes the focus. */
export function takeFocus(element: HTMLElement | null | undefined): boolean {
  try {
    element!.focus();
  } catch {
    // There is none, or it is a form with a control of that name.
  }
  return document.activeElement === element;
}

export const tellOf = (element: Element, name: string, detail?: unknown): boolean =>
  element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));

/** What spaces stand between. */
export const words = (text: string): string[] => text.match(/\S+/g) ?? [];

/** Whether a person wants less motion. */
export const isCalm = (): boolean => matchMedia("(prefers-reduced-motion)").matches;
