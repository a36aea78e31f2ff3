// Writes values into the slots of a copy, new or old. Properties are collected in `properties`, for the caller to set
// when everything else is written: what a select can have selected depends on all its options.

import { markup } from "../wire.ts";
import type { Rows, Value, Values } from "../wire.ts";
import { build, parse } from "./build.ts";
import { setClass } from "./classes.ts";
import { afterContent, find, slotOf } from "./find.ts";
import type { Content, Copy, List, Row } from "./find.ts";
import { isComment, isElement, isText, setAttribute } from "./nodes.ts";
import { beside, claim, parentOf, place, remove } from "./own.ts";
import { EDITED } from "./properties.ts";
import type { Property } from "./properties.ts";
import { holderOf, nodeAt } from "./rows.ts";
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
  const found = find(copy, index);
  if (!parent) claim(isElement(found) ? found : (found._node ?? found._holder));
  if (_kind === "a") {
    (_name === "class" ? setClass : setAttribute)(found, _name, value as string | true | null);
  } else if (_kind === "p") properties.push([found, _name, value as string | true | null]);
  else if (_kind === "l") insertRows(found, 0, value as Rows, properties, parent);
  else put(copy, found, value as Value, properties, parent);
}

export function insertRows(list: List, at: number, rows: Rows, properties: Property[], parent?: Element): void {
  const holder = holderOf(list);
  const into = isElement(holder) ? holder : parent!;
  const fragment = document.createDocumentFragment();
  const made = rows.map((values): Row => {
    const copy: Copy = make(list._rowTemplate(), values, properties, into);
    const { _anchor } = copy;
    const row = Object.assign(copy, { _anchor: _anchor.firstChild!, _from: undefined, _serial: list._nextSerial++ });
    fragment.append(_anchor);
    return row;
  });
  place(holder, fragment, nodeAt(list, at));
  list._rows = list._rows.slice(0, at).concat(made, list._rows.slice(at));
}

function put(copy: Copy, content: Content, value: Value, properties: Property[], parent?: Element): void {
  const { _holder } = content;
  if (!parent && !isComment(content._node) && _holder?.closest("[contenteditable]")) {
    if (typeof value === "string") {
      properties.push([_holder, EDITED, value]);
      return;
    }
    // The person's lines are elements of the browser.
    _holder.replaceChildren();
    content._node = null;
  }
  const old = content._node;
  const around = _holder ?? parentOf(old!);
  const into = isElement(around) ? around : parent!;
  if (old) {
    const end = afterContent(content);
    for (let node; (node = beside(old, 1)) !== end; ) remove(node!);
  }
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
    const fragment = document.createDocumentFragment();
    fragment.append(...parse(html, into), new Comment("/*"));
    mark.data = "*";
    place(parentOf(mark)!, fragment, beside(mark, 1));
  } else if (Array.isArray(value)) {
    const [number, ...values] = value;
    const made = make(copy._template._all[number]!, values, properties, into);
    mark.data = number as any;
    place(parentOf(mark)!, made._anchor, beside(mark, 1));
    content._region = Object.assign(made as Copy, { _anchor: mark, _from: "nextSibling" as const });
  }
}

function replace(content: Content, node: Text | Comment): void {
  const { _holder, _node } = content;
  place(_holder ?? parentOf(_node!)!, node, _node);
  if (_node) remove(_node);
  content._node = node;
}
