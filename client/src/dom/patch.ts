// Applies the body of a patch: cursor arrays over slots and rows.

import { lost } from "./nodes.ts";
import { placeRow, takeRows } from "./rows.ts";
import type { Taken } from "./rows.ts";
import { find, slotOf } from "./find.ts";
import type { Copy, List } from "./find.ts";
import { readRows, readSlots, replacement } from "../wire.ts";
import type { RowChanges, SlotChanges } from "../wire.ts";
import { insertRows, write } from "./write.ts";

export function patch(copy: Copy, body: SlotChanges): void {
  if (!copy.anchor.isConnected) lost();
  readSlots(body, (index, change) => {
    const { kind } = slotOf(copy, index);
    if (kind === "l") patchList(find(copy, index), change as RowChanges);
    else if (Array.isArray(change)) patch(find(copy, index).region, change as SlotChanges);
    else write(copy, index, replacement(change));
  });
}

function patchList(list: List, body: RowChanges): void {
  let taken: Map<number, Taken> | undefined;
  readRows(body, {
    take(removed, moved) {
      taken = takeRows(list, removed, moved);
    },
    patch: (at, body) => patch(list.items[at]!, body),
    insert: (at, rows) => insertRows(list, at, rows),
    move: (at, from) => placeRow(list, at, taken!.get(from)!),
  });
}
