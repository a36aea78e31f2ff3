// Applies the body of a patch.

import { readRows, readSlots, replacement } from "../wire.ts";
import type { RowChanges, SlotChanges } from "../wire.ts";
import { find, slotOf } from "./find.ts";
import type { Copy, List } from "./find.ts";
import { claim } from "./own.ts";
import type { Property } from "./properties.ts";
import { placeRow, takeRows } from "./rows.ts";
import type { Taken } from "./rows.ts";
import { insertRows, write } from "./write.ts";

/** Patches a copy. Throws if the page is not as the server knows it. Adds to `properties`, as `write` does. */
export function patch(copy: Copy, body: SlotChanges, properties: Property[]): void {
  readSlots(body, (index, change) => {
    const { _kind } = slotOf(copy, index);
    if (_kind === "l") patchList(find(copy, index), change as RowChanges, properties);
    else if (Array.isArray(change)) patch(find(copy, index)._region, change as SlotChanges, properties);
    else write(copy, index, replacement(change), properties);
  });
}

function patchList(list: List, body: RowChanges, properties: Property[]): void {
  let taken: Map<number, Taken> | undefined;
  claim(list._node ?? list._holder);
  readRows(body, {
    _take(removed, moved) {
      taken = takeRows(list, removed, moved);
    },
    _patch: (at, body) => patch(list._rows[at]!, body, properties),
    _insert: (at, rows) => insertRows(list, at, rows, properties),
    _move: (at, from) => placeRow(list, at, taken!.get(from)!),
  });
}
