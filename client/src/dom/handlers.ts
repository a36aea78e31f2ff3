// From DOM nodes to the handlers that the server knows: which of them hear an event?

import { contains } from "./nodes.ts";
import { find } from "./find.ts";
import type { Copy, List, Row } from "./find.ts";
import type { Slot } from "./template.ts";
import type { Address } from "../wire.ts";

export interface Handler {
  element: Element;
  slot: Slot;
  address: Address;
}

/**
 * The handlers of `type` on `target` and, if the event bubbles, around it; the innermost comes first.
 * None at all if there is none and a part of the page could not be read.
 */
export function handlersOf(root: Copy, target: Node, type: string, bubbles: boolean): Handler[] | undefined {
  const found: Handler[] = [];
  let unreadable: true | undefined;

  const search = (copy: Copy, address: Address): void => {
    copy.template.slots.forEach((slot, index) => {
      const here = [...address, index];
      try {
        if (slot.event) {
          if (slot.event !== type) return;
          const element: Element = find(copy, index);
          if (bubbles ? contains(element, target) : element === target) found.unshift({ element, slot, address: here });
        } else if (slot.kind === "l") {
          const row = rowAround(find(copy, index), target);
          if (row) search(row, [...here, row.serial]);
        } else if (slot.kind === "s" || slot.kind === "b") {
          const { node, region } = find(copy, index);
          if (region && contains(node!.parentNode, target)) search(region, here);
        }
      } catch {
        unreadable = true;
      }
    });
  };

  search(root, []);
  return found[0] || !unreadable ? found : undefined;
}

function rowAround({ holder, node: end, items }: List, target: Node): Row | undefined {
  const parent = holder ?? end?.parentNode;
  let node: Node | null = target;
  while (node && node.parentNode !== parent) node = node.parentNode;
  for (; node && node !== end; node = node.previousSibling) {
    const row = items.find((row) => row.anchor === node);
    if (row) return row;
  }
  return undefined;
}
