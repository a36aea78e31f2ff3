// Writes values into the slots of a copy, new or old.

import { build, parse } from "./build.ts";
import { setClass } from "./classes.ts";
import { clearBetween, isComment, isElement, isText, setAttribute } from "./nodes.ts";
import { afterPlace, find, slotOf } from "./find.ts";
import type { Copy, List, Place, Row } from "./find.ts";
import type { Property } from "./properties.ts";
import { nodeAt, parentOf } from "./rows.ts";
import type { Template } from "./template.ts";
import { markup } from "../wire.ts";
import type { Rows, Value, Values } from "../wire.ts";

/** A new copy, to stand in `parent`. Its anchor is the fragment that has its roots: anchor it anew when they stand
 * there. */
export function make(template: Template, values: Values, parent: Element): Copy & { anchor: DocumentFragment } {
  const copy = { template, anchor: build(template, parent), from: "firstChild" as const, found: [] };
  let next = 0;
  template.slots.forEach(({ kind }, index) => {
    if (kind !== "e") write(copy, index, values[next++]!, parent);
  });
  return copy;
}

/** `parent` is for a copy whose roots do not stand in it yet. */
export function write(copy: Copy, index: number, value: Value | Rows, parent?: Element): void {
  const { kind, name } = slotOf(copy, index);
  if (kind === "a") {
    (name === "class" ? setClass : setAttribute)(find(copy, index), name, value as string | true | null);
  } else if (kind === "p") properties.push([find(copy, index), name, value as string | true | null]);
  else if (kind === "l") insertRows(find(copy, index), 0, value as Rows, parent);
  else put(copy, index, value as Value, parent);
}

/** What was written of properties. It is set last: what is selected depends on all options. */
export const properties: Property[] = [];

export function insertRows(list: List, at: number, rows: Rows, parent?: Element): void {
  const holder = parentOf(list);
  const into = isElement(holder) ? holder : parent!;
  const fragment = document.createDocumentFragment();
  const made = rows.map((values): Row => {
    const copy: Copy = make(list.template(), values, into);
    const { anchor } = copy;
    const row = Object.assign(copy, { anchor: anchor.firstChild!, from: undefined, serial: list.nextSerial++ });
    fragment.append(anchor);
    return row;
  });
  holder.insertBefore(fragment, nodeAt(list, at));
  list.items = list.items.slice(0, at).concat(made, list.items.slice(at));
}

function put(copy: Copy, index: number, value: Value, parent?: Element): void {
  const place: Place = find(copy, index);
  const { holder, node: old } = place;
  const into = holder ?? old!.parentElement ?? parent!;
  if (old) clearBetween(old, afterPlace(place));
  place.region = undefined;
  if (typeof value === "string") {
    if (isText(old)) old.data = value;
    else replace(place, new Text(value));
    return;
  }
  const mark = isComment(old) ? old : new Comment();
  if (mark !== old) replace(place, mark);
  const html = markup(value);
  mark.data = "";
  if (html !== undefined) {
    mark.data = "*";
    mark.after(...parse(html, into), new Comment("/*"));
  } else if (Array.isArray(value)) {
    const [number, ...values] = value;
    const made = make(copy.template.all[number]!, values, into);
    mark.data = number as any;
    mark.after(made.anchor);
    place.region = Object.assign(made as Copy, { anchor: mark, from: "nextSibling" as const });
  }
}

function replace(place: Place, node: Text | Comment): void {
  if (place.node) place.node.replaceWith(node);
  else place.holder!.replaceChildren(node);
  place.node = node;
}
