// The rows of a list: made, taken away, moved.

import { lost, move, remove } from "./nodes.ts";
import type { List, Row } from "./find.ts";

export const parentOf = ({ holder, node }: List): Node => holder ?? node!.parentNode!;

export const nodeAt = ({ items, node }: List, at: number): Node | null => items[at]?.anchor ?? node;

/** The nodes of a row, and whatever another script has put after them. */
function nodesOf(list: List, at: number): Node[] {
  const nodes: Node[] = [];
  const end = nodeAt(list, at + 1);
  for (let node = nodeAt(list, at); node !== end; ) {
    nodes.push(node!);
    node = node!.nextSibling;
  }
  return nodes;
}

export type Taken = { row: Row; nodes: Node[] };

/** Takes rows out of the list; the moved ones stay where they are in the DOM until they are placed. */
export function takeRows(list: List, removed: number[], moved: number[]): Map<number, Taken> {
  const take = (at: number): Taken => ({ row: list.items[at] ?? lost(), nodes: nodesOf(list, at) });
  const taken = new Map(moved.map((at) => [at, take(at)]));
  for (const { nodes } of removed.map(take)) nodes.forEach(remove);
  const gone = new Set([...removed, ...moved]);
  list.items = list.items.filter((_, at) => !gone.has(at));
  return taken;
}

export function placeRow(list: List, at: number, { row, nodes }: Taken): void {
  const before = nodeAt(list, at);
  for (const node of nodes) move(parentOf(list), node, before);
  list.items.splice(at, 0, row);
}
