// Finds the handlers that an event reaches.

import type { Address } from "../wire.ts";
import { find } from "./find.ts";
import type { Copy, List, Row } from "./find.ts";
import { beside, look, parentOf } from "./own.ts";
import { holderOf } from "./rows.ts";
import type { Slot } from "./template.ts";

/** Returns the handlers of an event's name on the target and, if it bubbles, on its ancestors; the innermost first. */
export type FindHandlers = (target: Node, name: string, bubbles: boolean) => Handler[];

/** In place of an event's name: finds the properties of an element instead of its handlers. */
export const PROPERTY = "=";

export type Handler = [element: Element, slot: Slot, address: Address];

/**
 * Returns the handlers of `type` on `target` and, if the event bubbles, on its ancestors; the innermost comes first.
 */
export function handlersOf(root: Copy, target: Node, type: string, bubbles: boolean): Handler[] {
  const found: Handler[] = [];
  /** The target and everything around it, as if no other script had moved it. */
  const path: Node[] = [];
  look();
  for (let node: Node | null = target; node; node = parentOf(node)) path.push(node);
  if (!path.includes(root._anchor)) return found;

  const search = (copy: Copy, address: Address): void => {
    copy._template._slots.forEach((slot, index) => {
      const heard = slot._kind === "p" ? PROPERTY : slot._event;
      if (heard ? heard !== type : slot._kind === "a") return;
      const here = [...address, index];
      const it = find(copy, index);
      if (heard) {
        if (bubbles ? path.includes(it) : it === target) found.unshift([it, slot, here]);
      } else if (it._rows) {
        const row = rowAround(it, path);
        if (row) search(row, [...here, row._serial]);
      } else if (it._region && path.includes(parentOf(it._node)!)) search(it._region, here);
    });
  };

  search(root, []);
  return found;
}

function rowAround(list: List, path: Node[]): Row | undefined {
  const holder = holderOf(list);
  let node = path.find((node) => parentOf(node) === holder);
  for (; node && node !== list._node; node = beside(node, -1)!) {
    const row = list._rows.find((row) => row._anchor === node);
    if (row) return row;
  }
  return undefined;
}
