// Tells the page's own nodes from those of other scripts, and knows where its own belong. Nothing is kept of a parent
// until another script changes its children, or one of them leaves. From then on its own children are found in a list.

import { part } from "../parts.ts";
import { isText, move } from "./nodes.ts";

/** A parent's own children, in order, if another script has changed them. */
const OWN = Symbol();
/** The parent of each of them; null for a root. */
const HOME = Symbol();
/** Own nodes that another script has replaced, or split, and the nodes that show them now. All of them have the list. */
const SHOWN = Symbol();
/** The classes of an element, or a text, as the server has set them, if another script has changed them. */
export const SERVED = Symbol();
/** Lets elements enter, leave and persist, on pages whose templates have such elements. */
export interface Transitions {
  /** Begins the transition of a new node, if it has one. */
  _enter(node: Node): void;
  /** Begins the transition of a node that leaves, and calls `end` at its end. Returns true if it has one: it stays until then.
   * Saves what persists in the node, or the node itself, which stays in another place. */
  _leave(node: Node, end: () => void): unknown;
  /** Call this after a patch. Calls `then` after the end of each transition. */
  _play(then: () => void): void;
}

const transitions = (): Transitions | undefined => part("rare");

/** The home of elements that leave: the page shows them, and they are foreign. */
const GONE = { [OWN]: [] as Node[] } as Node;

declare global {
  interface Node {
    [OWN]?: Node[];
    [HOME]?: Node | null | undefined;
    [SHOWN]?: Node[] | undefined;
    [SERVED]?: string;
  }
}

/** The parents whose own children are to be put in order. */
const changed = new Set<Node>();

/** Own nodes that another script has moved or removed. */
const strays = new Set<Node>();

const observer = new MutationObserver(note);

const watch = (node: Node): void => observer.observe(node, { subtree: true, childList: true, characterData: true, attributeFilter: ["class"], attributeOldValue: true, characterDataOldValue: true });

/** Watches a root of the page. */
export function watchRoot(root: Element): void {
  root[HOME] = null;
  watch(root);
}

/** Returns the number of nodes inside, without those that belong to another script. */
export const countNodes = (root: Element): number =>
  document.evaluate("count(.//node())-count(.//*[@data-tealight-owned]//node())", root, null, 1).numberValue;

/** Learns what other scripts have changed. */
export const look = (): void => note(observer.takeRecords());

function note(records: MutationRecord[]): void {
  /** The children as they were. */
  const before = new Map<Node, Node[]>();
  for (const { target, type, addedNodes, removedNodes, previousSibling } of [...records].reverse()) {
    if (type !== "childList" || (target as Element).closest?.("[data-tealight-owned],[contenteditable],textarea")) continue;
    const children = before.get(target) ?? [...target.childNodes];
    before.set(target, children);
    children.splice(children.indexOf(previousSibling as any) + 1, addedNodes.length, ...(removedNodes as any));
  }
  // A node is removed from where it belongs before it is inserted elsewhere.
  for (const { target } of records) {
    const children = before.get(target);
    if (children) know(target, children);
  }
  // Only now is known which of them are in another script's element.
  for (const parent of before.keys()) {
    if (isOwn(parent)) continue;
    for (const node of parent[OWN] ?? []) node[HOME] = undefined;
    parent[OWN] = undefined;
  }
  records.forEach(({ target, type, oldValue, addedNodes, removedNodes, previousSibling, nextSibling }) => {
    const children = before.get(target);
    if (type === "attributes") target[SERVED] ??= oldValue ?? "";
    if (!children) return;
    const foreign = [...addedNodes, ...(addedNodes[0] ? [] : [previousSibling!, nextSibling!])].filter(
      (node) => node && !node[HOME] && !children.includes(node),
    );
    const gone = [...removedNodes].filter((node) => {
      if (node[HOME]) {
        strays.add(node);
        watch(node);
      }
      // A node in an own one that is gone may come back with it.
      const top = node.getRootNode();
      return !node.isConnected && (top === node || !top[HOME]);
    });
    // A text that is split held its pieces before.
    const [piece] = foreign;
    const split =
      addedNodes[0] && isText(piece) && records.find((other) => other.target === previousSibling && other.oldValue?.includes(piece.data));
    if (gone[0] && foreign[0]) join(gone[0], gone.concat(foreign));
    else if (split) {
      split.target[SERVED] ??= split.oldValue!;
      join(split.target, foreign);
    }
  });
}

/** Begins the list of a parent's own children. */
export function know(parent: Node, children: Node[]): void {
  if (!parent[OWN]) for (const node of (parent[OWN] = children.filter((node) => !node[HOME]))) node[HOME] = parent;
}

function join(node: Node, nodes: Node[]): void {
  const list = (node[SHOWN] ??= []);
  // The pieces of a text are in order.
  list.splice(list.indexOf(node) + 1, 0, ...nodes);
  for (const other of nodes) other[SHOWN] = list;
}

/** Returns true if the node is on the page, as the server knows it. */
const isOwn = (node: Node | null): boolean =>
  node?.[HOME] === null || (!!node && isOwn(node[HOME] ?? (node.parentNode?.[OWN] ? null : node.parentNode)));

/** Returns the parent in which a node belongs. */
export const parentOf = (node: Node): Node | null => node[HOME] ?? node.parentNode;

/** Returns true if the node is on the page, in nothing that leaves. */
export const isStaying = (node: Node | null): boolean => node === document || (!!node && isStaying(parentOf(node)));

/** Returns the own children of a parent. */
export const childrenOf = (parent: Node): ArrayLike<Node> => parent[OWN] ?? parent.childNodes;

/** Returns the own sibling after a node, or before it if `step` is -1. */
export function beside(node: Node, step: 1 | -1): Node | null {
  const list = parentOf(node)![OWN];
  if (list) return list[list.indexOf(node) + step] ?? null;
  return step > 0 ? node.nextSibling : node.previousSibling;
}

/** Changes `target`. That may run other scripts, such as those of custom elements, which change something else. */
export function change(target: Node, act: () => void): void {
  act();
  note(observer.takeRecords().filter((record) => record.target !== target));
}

/** Inserts a new node, or the nodes of a fragment, or moves an own node. If another script has changed the parent, they
 * are at their place after `settle`. */
export function place(parent: Node, node: Node, before: Node | null): void {
  look();
  const isNew = node.nodeType === 11;
  const nodes = isNew ? [...node.childNodes] : [node];
  // Only the outermost elements enter.
  if (isNew && parent.isConnected) for (const node of nodes) transitions()?._enter(node);
  const list = parent[OWN]?.filter((other) => other !== node);
  if (list) {
    list.splice(before ? list.indexOf(before) : list.length, 0, ...nodes);
    parent[OWN] = list;
    for (const node of nodes) node[HOME] = parent;
    changed.add(parent);
  } else change(parent, () => move(parent, node, before));
}

/** Removes an own node from where it is, or moves it into an element that is no own one. An element with a leave transition
 * stays as a foreign one, and is removed later. */
export function remove(node: Node, into?: Element): void {
  look();
  clear(node);
  const isLeaving = !into && node.isConnected && transitions()?._leave(node, () => remove(node));
  const list = node[HOME]?.[OWN];
  list?.splice(list.indexOf(node), 1);
  strays.delete(node);
  node[HOME] = isLeaving ? GONE : undefined;
  const parent = node.parentNode;
  if (parent && !isLeaving) change(parent, () => (into ? move(into, node, null) : parent.removeChild(node)));
}

/** Call this before a node is written: if another script has replaced it, or an element around it, that returns. */
export function claim(node: Node | null): void {
  for (; node && (node[SHOWN] || !node.isConnected); node = parentOf(node)) clear(node);
}

/** Call this before a full render: own nodes that another script has replaced return. */
export const reclaim = (): void => strays.forEach((node) => node.isConnected || clear(node));

/** Call this after a patch: own nodes that were removed return, and those that were moved among own ones. */
export function settle(): void {
  look();
  for (const node of strays) {
    if (isOwn(node)) changed.add(node[HOME]!);
    else {
      // It belonged to something that the patch has removed.
      strays.delete(node);
      node.parentNode?.removeChild(node);
    }
  }
  changed.forEach(order);
  changed.clear();
  for (const node of strays) if (node.parentNode === node[HOME]) strays.delete(node);
}

/** Puts own children in order. One that is in another script's element, or is shown by its nodes, stays so. */
function order(parent: Node): void {
  let at = parent.firstChild;
  for (const node of parent[OWN]!) {
    while (at && at[HOME] !== parent) at = at.nextSibling;
    if (at === node) at = at.nextSibling;
    else if (node.isConnected ? isOwn(node.parentNode) : !node[SHOWN]?.some((other) => other.isConnected)) move(parent, node, at);
  }
}

/** Removes the nodes that show this one. A split text is whole again. */
function clear(node: Node): void {
  node[SHOWN]?.splice(0).forEach(drop);
  node[SHOWN] = undefined;
  if (isText(node)) {
    node.data = node[SERVED] ?? node.data;
    node[SERVED] = undefined;
  }
  if (node[HOME]) changed.add(node[HOME]);
}

/** Removes another script's node; with a piece of a text, the element around it that holds nothing else. */
function drop(node: Node): void {
  const parent = node.parentNode;
  // Another change of the page begins another list.
  node[SHOWN] = undefined;
  if (node[HOME] || !parent) return;
  parent.removeChild(node);
  if (isText(node) && !parent.firstChild && !isOwn(parent)) drop(parent);
}
