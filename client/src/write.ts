// Writes values into the slots of a copy, new or old.

import { build, parse } from "./build.ts";
import { setClass } from "./classes.ts";
import { clearBetween, isComment, isText, setAttribute } from "./dom.ts";
import { select } from "./focus.ts";
import { insertRows } from "./list.ts";
import { afterPlace, find, slotOf } from "./resolve.ts";
import type { Copy, Place } from "./resolve.ts";
import type { Template } from "./template.ts";
import { markup } from "./wire.ts";
import type { Rows, Value, Values } from "./wire.ts";

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

export type Property = [element: Element, name: string, value: string | true | null];

/** What was written of properties. It is set last: what is selected depends on all options. */
export const properties: Property[] = [];

export function setProperties(properties: Property[]): void {
  for (const [element, name, written] of properties) {
    const target = element as unknown as { [name: string]: unknown };
    const value = written ?? (name === "value" ? "" : false);
    // Setting an equal value would move the caret of the person who types there, and so does another one.
    if (target[name] !== value) {
      const { selectionStart: caret } = element as HTMLInputElement;
      target[name] = value;
      if (element === document.activeElement) select(element as HTMLInputElement, caret, caret);
    }
    // What a form is reset to.
    if (element.localName === "textarea") target["defaultValue"] = value;
    else setAttribute(element, name, written);
    // An option that is not selected any more makes the first one so, whatever the server said of others.
    if (name === "selected") {
      const options = element.closest("select:not([multiple])")?.querySelectorAll<HTMLOptionElement>("[selected]");
      options?.forEach((option) => (option.selected = true));
    }
  }
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
