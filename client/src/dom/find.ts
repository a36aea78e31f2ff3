// From slots to nodes: a slot's node is found when the slot is first used, and kept.

import { isComment, isElement, isMark, isText, lost, next } from "./nodes.ts";
import type { Slot, Template, Walk } from "./template.ts";

/** A copy of a template on the page. */
export interface Copy {
  template: Template;
  /** Its first root; or where that is found from, so that it may be another one later. */
  anchor: Node;
  from?: "firstChild" | "nextSibling" | undefined;
  /** What has been found of its slots. */
  found: (Element | Place | List | undefined)[];
}

/** Where a value or a branch stands. */
export interface Place {
  /** The element, if it holds nothing else. */
  holder: Element | null;
  /** The text or the mark; only a holder may have none. */
  node: Text | Comment | null;
  region?: Copy | undefined;
}

export interface List {
  /** The element, if it holds nothing else; if not, there is an end. */
  holder: Element | null;
  /** The end. */
  node: Node | null;
  /** Of its rows; it may not be known before there is one. */
  template(): Template;
  items: Row[];
  nextSerial: number;
}

export interface Row extends Copy {
  serial: number;
}

export const slotOf = (copy: Copy, index: number): Slot => copy.template.slots[index]!;

/** An element, a place or a list, as the slot's kind is. */
export function find(copy: Copy, index: number): any {
  const known: any = copy.found[index];
  const node: Node | undefined = isElement(known) ? known : (known?.node ?? known?.holder);
  if (node?.isConnected) return known;
  if (node !== known && (known.region ?? known.items)) lost();
  return (copy.found[index] = read(copy, index, locate(copy, index)));
}

/** What the slot's node stands for. */
function read(copy: Copy, index: number, at: Node | null): Element | Place | List {
  const { kind, sole, name } = slotOf(copy, index);
  const { all } = copy.template;
  if (!"sbl".includes(kind)) return isElement(at) ? at : lost();
  const holder = sole ? (at as Element) : null;
  let node = sole ? at!.firstChild : at;
  if (kind === "l") {
    const items: Row[] = [];
    while (holder ? node : !isMark(node, "/")) {
      const row: Row = { template: all[name as any]!, anchor: node!, found: [], serial: items.length };
      items.push(row);
      node = after(row);
    }
    return { holder, node, template: () => all[name as any]!, items, nextSerial: items.length };
  }
  if (isComment(node)) {
    const template = all[node.data as any];
    return { holder, node, region: template && { template, anchor: node, from: "nextSibling", found: [] } };
  }
  if (isText(node) && kind === "s") return { holder, node };
  return holder ? { holder, node: null } : lost();
}

/** The node at the slot's path. */
function locate(copy: Copy, index: number): Node | null {
  let node = first(copy);
  slotOf(copy, index).path.forEach(({ walk, count }, depth) => {
    let step = walk[0]!;
    const fromEnd = step < 0;
    if (depth) node = fromEnd ? node!.lastChild : node!.firstChild;
    if (count >= 0 && node!.parentNode!.childNodes.length !== count) lost();
    if (fromEnd) while (++step) node = node!.previousSibling;
    else node = go(copy, node, walk);
  });
  return node;
}

const first = ({ anchor, from }: Copy): Node | null => (from ? anchor[from] : anchor);

function go(copy: Copy, node: Node | null, walk: Walk): Node | null {
  walk.forEach((step, at) => {
    if (at % 2) node = afterPlace((copy.found[step] ??= read(copy, step, node)) as Place);
    else while (step--) node = next(node);
  });
  return node;
}

/** The node after the copy's last root. */
export const after = (copy: Copy): Node | null => go(copy, first(copy), copy.template.extent);

/** The node after what stands there. */
export function afterPlace({ node, region }: Place): Node | null {
  if (region) return after(region);
  let end: Node | null = node;
  if (isMark(node, "*")) while (!isMark(end, "/*")) end = next(end);
  return next(end);
}
