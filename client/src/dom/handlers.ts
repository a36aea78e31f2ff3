// Finds the handlers that an event reaches.

import type { Address } from "../wire.ts";
import { find } from "./find.ts";
import type { Copy, List, Row } from "./find.ts";
import { contains } from "./nodes.ts";
import type { Slot } from "./template.ts";

/** Returns the handlers of an event's name on the target and, if it bubbles, on its ancestors; the innermost first. */
export type FindHandlers = (target: Node, name: string, bubbles: boolean) => Handler[];

/** In place of an event's name: finds the properties of an element instead of its handlers. */
export const PROPERTY = "=";

export type Handler = [element: Element, slot: Slot, address: Address];

/**
 * Returns the handlers of `type` on `target` and, if the event bubbles, on its ancestors; the innermost comes first.
 * Returns undefined if none was found and a part of the page could not be read.
 */
export function handlersOf(root: Copy, target: Node, type: string, bubbles: boolean): Handler[] | undefined {
  const found: Handler[] = [];
  let isUnreadable: true | undefined;

  const search = (copy: Copy, address: Address): void => {
    copy._template._slots.forEach((slot, index) => {
      const here = [...address, index];
      try {
        const heard = slot._kind === "p" ? PROPERTY : slot._event;
        if (heard) {
          if (heard !== type) return;
          const element: Element = find(copy, index);
          if (bubbles ? contains(element, target) : element === target) {
            found.unshift([element, slot, here]);
          }
        } else if (slot._kind === "l") {
          const row = rowAround(find(copy, index), target);
          if (row) search(row, [...here, row._serial]);
        } else if (slot._kind === "s" || slot._kind === "b") {
          const { _node, _region } = find(copy, index);
          if (_region && contains(_node!.parentNode, target)) search(_region, here);
        }
      } catch {
        isUnreadable = true;
      }
    });
  };

  search(root, []);
  return found[0] || !isUnreadable ? found : undefined;
}

function rowAround({ _holder, _node: end, _rows }: List, target: Node): Row | undefined {
  const parent = _holder ?? end?.parentNode;
  let node: Node | null = target;
  while (node && node.parentNode !== parent) node = node.parentNode;
  for (; node && node !== end; node = node.previousSibling) {
    const row = _rows.find((row) => row._anchor === node);
    if (row) return row;
  }
  return undefined;
}
