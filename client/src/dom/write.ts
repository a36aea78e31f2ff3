// Writes values into the slots of a copy, new or old. Properties are collected in `properties`, for the caller to set
// when everything else is written: what a select can have selected depends on all its options.

import { part } from "../parts.ts";
import { markup } from "../wire.ts";
import type { Rows, Value, Values } from "../wire.ts";
import { build, parse } from "./build.ts";
import { setClass } from "./classes.ts";
import { afterContent, find } from "./find.ts";
import type { Content, Copy, List, Row } from "./find.ts";
import { EDITED, isComment, isElement, isMark, isText, setAttribute, setTo } from "./nodes.ts";
import { beside, childrenOf, claim, parentOf, place, remove } from "./own.ts";
import { pairRows } from "./pair.ts";
import type { Property } from "./properties.ts";
import { holderOf, nodeAt, placeRow, takeRows } from "./rows.ts";
import type { Slot, Template, Templates } from "./template.ts";

/** Brings the only copy inside `root` to a full render. Returns it, or a new one if it cannot be kept. */
export function render(copy: Copy, template: Template, values: Values, properties: Property[], root: Element): Copy {
  if (copy._template._print === template._print) {
    try {
      return fill(copy, template, values, properties);
    } catch {
      // Another script has changed the page.
    }
  }
  const made = make(template, values, properties, root);
  for (const node of Array.from(childrenOf(root))) remove(node);
  place(root, made._anchor, null);
  return Object.assign(made, { _anchor: root });
}

/** Makes a new copy, whose roots will be children of `parent`. Its anchor is the fragment that holds the roots: set
 * another anchor when they are on the page. */
function make(template: Template, values: Values, properties: Property[], parent: Element): Copy {
  const copy: Copy = { _template: template, _anchor: build(template, parent), _from: "firstChild", _found: [] };
  return fill(copy, template, values, properties, parent);
}

/** Brings a copy to these values, of its template or of an equal one in a new full render. What is so already is not
 * touched. */
function fill(copy: Copy, template: Template, values: Values, properties: Property[], parent?: Element): Copy {
  let next = 0;
  template._slots.forEach((slot, index) => {
    if (slot._kind === "e") return;
    const found = find(copy, index);
    const value = values[next++]!;
    if (isElement(found) && setTo(found, slot._name) === (value === true ? "" : value)) return;
    write(template, slot, found, value, properties, parent);
  });
  copy._template = template;
  return copy;
}

/** Writes a slot. `parent` is needed while the copy's roots are not on the page. */
export function write(
  { _all }: Template,
  { _kind, _name }: Slot,
  found: any,
  value: Value | Rows,
  properties: Property[],
  parent?: Element,
): void {
  if (!parent) claim(isElement(found) ? found : (found._node ?? found._holder));
  if (_kind === "a") {
    (_name === "class" ? setClass : setAttribute)(found, _name, value as string | true | null);
  } else if (_kind === "p") properties.push([found, _name, value as string | true | null]);
  else if (_kind === "l") {
    const template = _all[_name as any]!;
    if (parent) insertRows(found, template, 0, value as Rows, properties, parent);
    else fillRows(found, template, value as Rows, properties);
  } else put(found, _all, value as Value, properties, parent);
}

function fillRows(list: List, template: Template, rows: Rows, properties: Property[]): void {
  const { _rows: old } = list;
  const pairs = old[0] && old[0]._template._print === template?._print ? pairRows(old, rows) : [];
  const kept = new Set(pairs);
  takeRows(list, [...old.keys()].filter((at) => !kept.has(old[at])), []);
  if (!list._rows[0]) insertRows(list, template, 0, rows, properties);
  else {
    rows.forEach((values, at) => {
      const row = pairs[at];
      if (!row) return insertRows(list, template, at, [values], properties);
      const from = list._rows.indexOf(row, at);
      if (from > at) placeRow(list, at, takeRows(list, [], [from]).get(from)!);
      fill(row, template, values, properties);
    });
  }
  // They are counted as in a new list.
  list._rows.forEach((row, at) => (row._serial = at));
  list._nextSerial = rows.length;
}

export function insertRows(list: List, template: Template, at: number, rows: Rows, properties: Property[], parent?: Element): void {
  const holder = holderOf(list);
  const into = isElement(holder) ? holder : parent!;
  const fragment = document.createDocumentFragment();
  const made = rows.map((values): Row => {
    const copy = make(template, values, properties, into);
    const { _anchor } = copy;
    const row = Object.assign(copy, { _anchor: _anchor.firstChild!, _from: undefined, _serial: list._nextSerial++ });
    fragment.append(_anchor);
    return row;
  });
  place(holder, fragment, nodeAt(list, at));
  list._rows = list._rows.slice(0, at).concat(made, list._rows.slice(at));
}

function put(content: Content, all: Templates, value: Value, properties: Property[], parent?: Element): void {
  const { _holder, _region } = content;
  if (part("controls") && !parent && !isComment(content._node) && _holder?.closest("[contenteditable]")) {
    if (typeof value === "string") {
      properties.push([_holder, EDITED, value]);
      return;
    }
    // The person's lines are elements of the browser.
    _holder.replaceChildren();
    content._node = null;
  }
  const old = content._node;
  if (!old && !value) return;
  const [number, ...values] = Array.isArray(value) ? value : [""];
  const template = all[number as number];
  if (template && _region?._template._print === template._print) {
    setData(old!, number);
    fill(_region, template, values, properties);
    return;
  }
  const around = _holder ?? parentOf(old!);
  const into = isElement(around) ? around : parent!;
  const html = markup(value);
  const parsed = html !== undefined && [...parse(html, into)];
  if (parsed && isMark(old, "*") && shows(old!, parsed)) return;
  if (old) {
    const end = afterContent(content);
    for (let node; (node = beside(old, 1)) !== end; ) remove(node!);
  }
  content._region = undefined;
  if (typeof value === "string") {
    if (isText(old)) setData(old, value);
    else replace(content, new Text(value));
    return;
  }
  const mark = isComment(old) ? old : new Comment();
  if (mark !== old) replace(content, mark);
  setData(mark, parsed ? "*" : number);
  if (parsed) {
    const fragment = document.createDocumentFragment();
    fragment.append(...parsed, new Comment("/*"));
    place(parentOf(mark)!, fragment, beside(mark, 1));
  } else if (value) {
    const made = make(template!, values, properties, into);
    place(parentOf(mark)!, made._anchor, beside(mark, 1));
    content._region = Object.assign(made, { _anchor: mark, _from: "nextSibling" as const });
  }
}

/** Returns true if these nodes are all that is between two marks. */
const shows = (mark: Node, nodes: Node[]): boolean =>
  nodes.every((node) => (mark = beside(mark, 1)!)?.isEqualNode(node)) && isMark(beside(mark, 1), "/*");

/** Writes a text or a mark, unless it is the same: other scripts may watch it. */
function setData(node: Text | Comment, data: unknown): void {
  if (node.data !== `${data}`) node.data = data as string;
}

function replace(content: Content, node: Text | Comment): void {
  const { _holder, _node } = content;
  place(_holder ?? parentOf(_node!)!, node, _node);
  if (_node) remove(_node);
  content._node = node;
}
