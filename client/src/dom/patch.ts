// Applies the body of a patch.

import { readRows, readSlots, replacement } from "../wire.ts";
import type { RowChanges, SlotChanges } from "../wire.ts";
import { find } from "./find.ts";
import type { Copy, List } from "./find.ts";
import { claim } from "./own.ts";
import type { Property } from "./properties.ts";
import { placeRow, takeRows } from "./rows.ts";
import type { Taken } from "./rows.ts";
import type { Template } from "./template.ts";
import { insertRows, write } from "./write.ts";

/** Patches a copy. Throws if the page is not as the server knows it. Adds to `properties`, as `write` does. */
export function patch(copy: Copy, body: SlotChanges, properties: Property[]): void {
  readSlots(body, (index, change) => {
    const { _template } = copy;
    const slot = _template._slots[index]!;
    const found = find(copy, index);
    if (slot._kind === "l") patchList(found, _template._all[slot._name as any]!, change as RowChanges, properties);
    else if (Array.isArray(change)) patch(found._region, change as SlotChanges, properties);
    else write(_template, slot, found, replacement(change), properties);
  });
}

function patchList(list: List, template: Template, body: RowChanges, properties: Property[]): void {
  let taken: Map<number, Taken> | undefined;
  claim(list._node ?? list._holder);
  readRows(body, {
    _take(removed, moved) {
      taken = takeRows(list, removed, moved);
    },
    _patch: (at, body) => patch(list._rows[at]!, body, properties),
    _insert: (at, rows) => insertRows(list, template, at, rows, properties),
    _move: (at, from) => placeRow(list, at, taken!.get(from)!),
  });
}
