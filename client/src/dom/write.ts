// Writes values into the slots of a copy, new or old. Properties are collected in `properties`, for the caller to set
// when everything else is written: what a select can have selected depends on all its options.

import { markup } from "../wire.ts";
import type { Rows, Value, Values } from "../wire.ts";
import { build, parse } from "./build.ts";
import { setClass } from "./classes.ts";
import { afterContent, find, slotOf } from "./find.ts";
import type { Content, Copy, List, Row } from "./find.ts";
import { clearBetween, isComment, isElement, isText, setAttribute } from "./nodes.ts";
import { EDITED } from "./properties.ts";
import type { Property } from "./properties.ts";
import { nodeAt, parentOf } from "./rows.ts";
import type { Template } from "./template.ts";

/** Makes a new copy, whose roots will be children of `parent`. Its anchor is the fragment that holds the roots: set
 * another anchor when they are on the page. */
export function make(
  template: Template,
  values: Values,
  properties: Property[],
  parent: Element,
): Copy & { _anchor: DocumentFragment } {
  const copy = { _template: template, _anchor: build(template, parent), _from: "firstChild" as const, _found: [] };
  let next = 0;
  template._slots.forEach(({ _kind }, index) => {
    if (_kind !== "e") write(copy, index, values[next++]!, properties, parent);
  });
  return copy;
}

/** Writes a slot. `parent` is needed while the copy's roots are not on the page. */
export function write(copy: Copy, index: number, value: Value | Rows, properties: Property[], parent?: Element): void {
  const { _kind, _name } = slotOf(copy, index);
  if (_kind === "a") {
    (_name === "class" ? setClass : setAttribute)(find(copy, index), _name, value as string | true | null);
  } else if (_kind === "p") properties.push([find(copy, index), _name, value as string | true | null]);
  else if (_kind === "l") insertRows(find(copy, index), 0, value as Rows, properties, parent);
  else put(copy, index, value as Value, properties, parent);
}

export function insertRows(list: List, at: number, rows: Rows, properties: Property[], parent?: Element): void {
  const holder = parentOf(list);
  const into = isElement(holder) ? holder : parent!;
  const fragment = document.createDocumentFragment();
  const made = rows.map((values): Row => {
    const copy: Copy = make(list._rowTemplate(), values, properties, into);
    const { _anchor } = copy;
    const row = Object.assign(copy, { _anchor: _anchor.firstChild!, _from: undefined, _serial: list._nextSerial++ });
    fragment.append(_anchor);
    return row;
  });
  holder.insertBefore(fragment, nodeAt(list, at));
  list._rows = list._rows.slice(0, at).concat(made, list._rows.slice(at));
}

function put(copy: Copy, index: number, value: Value, properties: Property[], parent?: Element): void {
  const content: Content = find(copy, index);
  const { _holder, _node: old } = content;
  if (typeof value === "string" && !parent && !isComment(old) && _holder?.closest("[contenteditable]")) {
    properties.push([_holder, EDITED, value]);
    return;
  }
  const into = _holder ?? old!.parentElement ?? parent!;
  if (old) clearBetween(old, afterContent(content));
  content._region = undefined;
  if (typeof value === "string") {
    if (isText(old)) old.data = value;
    else replace(content, new Text(value));
    return;
  }
  const mark = isComment(old) ? old : new Comment();
  if (mark !== old) replace(content, mark);
  const html = markup(value);
  mark.data = "";
  if (html !== undefined) {
    mark.data = "*";
    mark.after(...parse(html, into), new Comment("/*"));
  } else if (Array.isArray(value)) {
    const [number, ...values] = value;
    const made = make(copy._template._all[number]!, values, properties, into);
    mark.data = number as any;
    mark.after(made._anchor);
    content._region = Object.assign(made as Copy, { _anchor: mark, _from: "nextSibling" as const });
  }
}

function replace(content: Content, node: Text | Comment): void {
  if (content._holder) content._holder.replaceChildren(node);
  else content._node!.replaceWith(node);
  content._node = node;
}
