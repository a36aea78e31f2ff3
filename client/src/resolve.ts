// From slots to nodes: a slot's node is found when the slot is first used, and kept.

import { isComment, isElement, isMark, isText, lost, next } from "./dom.ts";
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
  region: Copy | null;
}

export interface List {
  /** The element, if it holds nothing else; if not, there is an end. */
  holder: Element | null;
  end: Node | null;
  /** Of its rows; it may not be known before there is one. */
  template(): Template;
  rows: Row[];
  nextSerial: number;
}

export interface Row extends Copy {
  serial: number;
}

export const slotOf = (copy: Copy, index: number): Slot => copy.template.slots[index]!;

export function elementOf(copy: Copy, index: number): Element {
  const known = copy.found[index] as Element | undefined;
  if (known?.isConnected) return known;
  const node = locate(copy, index);
  return isElement(node) ? (copy.found[index] = node) : lost();
}

export function placeOf(copy: Copy, index: number): Place {
  const known = copy.found[index] as Place | undefined;
  if ((known?.node ?? known?.holder)?.isConnected) return known!;
  if (known?.region) lost();
  return (copy.found[index] = placeAt(copy, slotOf(copy, index), locate(copy, index)));
}

export function listOf(copy: Copy, index: number): List {
  const known = copy.found[index] as List | undefined;
  if (known) return (known.end ?? known.holder)!.isConnected ? known : lost();
  return (copy.found[index] = listAt(copy, slotOf(copy, index), locate(copy, index)));
}

function placeAt(copy: Copy, { kind, sole }: Slot, at: Node): Place {
  const holder = sole ? (at as Element) : null;
  const node = holder ? holder.firstChild : at;
  if (!(isComment(node) || (isText(node) && kind !== "b"))) {
    return holder ? { holder, node: null, region: null } : lost();
  }
  const region = isComment(node) && Number(node.data || NaN) >= 0 ? regionAfter(copy, node) : null;
  return { holder, node, region };
}

function regionAfter({ template }: Copy, mark: Comment): Copy {
  return { template: template.all[Number(mark.data)]!, anchor: mark, from: "nextSibling", found: [] };
}

function listAt({ template: { all } }: Copy, { sole, name }: Slot, at: Node): List {
  const holder = sole ? (at as Element) : null;
  const template = () => all[Number(name)]!;
  const rows: Row[] = [];
  let node = holder ? holder.firstChild : at;
  while (holder ? node : !isMark(node, "/")) {
    const row: Row = { template: template(), anchor: node!, found: [], serial: rows.length };
    rows.push(row);
    node = after(row);
  }
  return { holder, end: node, template, rows, nextSerial: rows.length };
}

/** The node at the slot's path. */
function locate(copy: Copy, index: number): Node {
  let node = first(copy);
  slotOf(copy, index).path.forEach((step, depth) => {
    const fromEnd = step.walk[0]! < 0;
    if (depth) node = fromEnd ? node!.lastChild : node!.firstChild;
    if (step.count >= 0 && node!.parentNode!.childNodes.length !== step.count) lost();
    node = fromEnd ? back(node, step.walk[0]!) : walk(copy, node, step.walk);
  });
  return node!;
}

const first = ({ anchor, from }: Copy): Node | null => (from ? anchor[from] : anchor);

function back(node: Node | null, step: number): Node | null {
  while (++step) node = node!.previousSibling;
  return node;
}

function walk(copy: Copy, node: Node | null, steps: Walk): Node | null {
  for (let i = 0; ; ) {
    for (let count = steps[i++]!; count--; ) node = next(node);
    if (i === steps.length) return node;
    node = afterSlot(copy, steps[i++]!, node!);
  }
}

/** The node after the copy's last root. */
export const after = (copy: Copy): Node | null => walk(copy, first(copy), copy.template.extent);

function afterSlot(copy: Copy, index: number, at: Node): Node | null {
  const slot = slotOf(copy, index);
  if (slot.kind === "l") return next(((copy.found[index] ??= listAt(copy, slot, at)) as List).end);
  return afterPlace((copy.found[index] ??= placeAt(copy, slot, at)) as Place);
}

/** The node after what stands there. */
export function afterPlace({ node, region }: Place): Node | null {
  if (region) return after(region);
  let end: Node | null = node;
  if (isMark(node, "*")) while (!isMark(end, "/*")) end = next(end);
  return next(end);
}
