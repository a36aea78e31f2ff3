// Takes rows out of a list, and puts them back elsewhere.

import type { List, Row } from "./find.ts";
import { lost, reselect } from "./nodes.ts";
import { beside, parentOf, place, remove } from "./own.ts";

export const holderOf = ({ _holder, _node }: List): Node => _holder ?? parentOf(_node!)!;

export const nodeAt = ({ _rows, _node }: List, at: number): Node | null => _rows[at]?._anchor ?? _node;

/** Returns the nodes of a row. */
function nodesOf(list: List, at: number): Node[] {
  const nodes: Node[] = [];
  const end = nodeAt(list, at + 1);
  for (let node = nodeAt(list, at); node !== end; ) {
    nodes.push(node!);
    node = beside(node!, 1);
  }
  return nodes;
}

export type Taken = [row: Row, nodes: Node[]];

/** Takes rows out of the list. The moved ones stay where they are in the DOM until `placeRow` moves them. */
export function takeRows(list: List, removed: number[], moved: number[]): Map<number, Taken> {
  const take = (at: number): Taken => [list._rows[at] ?? lost(), nodesOf(list, at)];
  const taken = new Map(moved.map((at) => [at, take(at)]));
  const nodes: any[] = removed.flatMap((at) => take(at)[1]);
  for (const node of nodes) remove(node);
  if (nodes.some(({ selected }) => selected)) reselect(holderOf(list) as Element);
  const gone = new Set([...removed, ...moved]);
  list._rows = list._rows.filter((_, at) => !gone.has(at));
  return taken;
}

export function placeRow(list: List, at: number, [row, nodes]: Taken): void {
  const before = nodeAt(list, at);
  for (const node of nodes) place(holderOf(list), node, before);
  list._rows.splice(at, 0, row);
}
