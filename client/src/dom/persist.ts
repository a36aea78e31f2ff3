// Keeps elements that persist by name: a full render of other templates may have them at another place.

import { setClass } from "./classes.ts";
import type { Copy } from "./find.ts";
import { contains, setAttribute } from "./nodes.ts";
import { childrenOf, isStaying, parentOf, place, remove } from "./own.ts";
import type { Property } from "./properties.ts";
import { WAITS } from "./waits.ts";

/** Keeps the elements of a root that persist. Call it before a full render, and the function that it returns after that, with
 * the copy in the root, and the properties that are to be set. */
export type Persist = (root: Element) => (copy: Copy, properties: Property[]) => void;

/** The elements that persist, by name, while a full render is applied. */
const names = new Map<string, Element>();

/** Holds them from the removal of the old place: on the page, since a frame that leaves the page loads again. */
let shelter: Element | undefined;

/** The scrolled elements in them. Some browsers cannot move an element with its scroll positions. */
let scrolled: [element: Element, left: number, top: number][];

/** Returns the elements with names. Of two with the same name, the first one counts. */
const named = (root: Element): Element[] => [...root.querySelectorAll("[persist]:not([data-tealight-owned] *)")].filter(isStaying);

/** An element stays only if these attributes stay: they say whose its content is. */
const SAME = ["persist", "data-tealight-hook", "data-tealight-owned"];

/** Returns true if the node can stay in place of the new one. */
const fits = (old: any, made: any): boolean =>
  old.nodeName === made.nodeName && (isElement(made) ? SAME.every((name) => old.getAttribute(name) === made.getAttribute(name)) : old.data === made.data);

/** The attribute with the classes of a leave transition. */
export const LEAVE = "data-tealight-leave";

const isElement = ({ nodeType }: Node): boolean => nodeType === 1;

const nameOf = (element: Element): string => element.getAttribute("persist")!;

export const persist: Persist = (root) => {
  names.clear();
  scrolled = [];
  for (const element of named(root)) if (!names.has(nameOf(element))) names.set(nameOf(element), element);
  shelter?.remove();
  shelter = names.size ? document.body.appendChild(document.createElement("div")) : undefined;
  return (copy, properties) => {
    const twins = new Map<Node, Element>();
    if (shelter?.firstChild) for (const made of named(root)) replace(made, twins);
    for (const property of properties) property[0] = twins.get(property[0]) ?? property[0];
    for (const [element, left, top] of scrolled) element.scrollTo({ left, top, behavior: "instant" });
    names.clear();
    shelter?.remove();
    shelter = undefined;
    // Nodes of slots have been replaced.
    if (twins.size) copy._found = [];
  };
};

/** Call this before a node is removed: what persists in it goes to the shelter. Returns true if the node itself does. */
export function save(node: Node): boolean {
  for (const element of names.values()) {
    if (!contains(node, element) || contains(shelter!, element)) continue;
    for (const inner of [element, ...element.querySelectorAll("*")]) {
      if (inner.scrollLeft || inner.scrollTop) scrolled.push([inner, inner.scrollLeft, inner.scrollTop]);
    }
    remove(element, shelter);
  }
  return !!shelter && node.parentNode === shelter;
}

/** Replaces a new element by the one of its name, if that is in the shelter. */
function replace(made: Element, twins: Map<Node, Element>): void {
  const old = names.get(nameOf(made));
  if (!old || !fits(old, made) || !contains(shelter!, old) || !made.isConnected) return;
  // It may be in another one that persists.
  remove(old, shelter);
  place(parentOf(made)!, old, made);
  // It does not leave.
  const classes = made.getAttribute(LEAVE);
  made.removeAttribute(LEAVE);
  remove(made);
  setAttribute(made, LEAVE, classes);
  become(old, made, twins);
}

/** Brings an element to what the view says of a new one, which is no longer on the page. Its own nodes stay where they can. Adds
 * the elements that stay to `twins`, by the new ones. */
function become(old: Element, made: Element, twins: Map<Node, Element>): void {
  twins.set(made, old);
  old[WAITS] = undefined;
  for (const name of [...old.getAttributeNames(), ...made.getAttributeNames()]) {
    const value = made.getAttribute(name);
    // The person may have opened it.
    if (name === "open" || old.getAttribute(name) === value) continue;
    (name === "class" ? setClass : setAttribute)(old, name, value);
  }
  if (made.hasAttribute("data-tealight-owned")) return;
  let rest: any[] = Array.from(childrenOf(old));
  for (const node of [...made.childNodes] as any[]) {
    const at = rest.findIndex((other, at) => fits(other, node) && (isElement(node) || !at));
    if (at < 0) {
      remove(node);
      place(old, node, rest[0] ?? null);
      continue;
    }
    for (const other of rest.slice(0, at)) remove(other);
    if (isElement(node)) become(rest[at], node, twins);
    rest = rest.slice(at + 1);
  }
  for (const node of rest) remove(node);
}
