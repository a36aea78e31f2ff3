// Finds the nodes of slots. A slot's node is looked for when the slot is first used, and then kept.

import { isComment, isElement, isMark, isText, lost } from "./nodes.ts";
import { beside, childrenOf } from "./own.ts";
import type { Slot, Template, Walk } from "./template.ts";

/** A copy of a template on the page. */
export interface Copy {
  _template: Template;
  /** The first root; or, with `_from`, the node beside it, so that the first root may be replaced. */
  _anchor: Node;
  _from?: "firstChild" | "nextSibling" | undefined;
  /** The results of `find`, by slot. */
  _found: (Element | Content | List | undefined)[];
}

/** The nodes that show a value or a branch. */
export interface Content {
  /** The element, if it holds nothing else. */
  _holder: Element | null;
  /** The text or the mark. Only a holder may have none. */
  _node: Text | Comment | null;
  _region?: Copy | undefined;
}

export interface List {
  /** The element, if it holds nothing else; otherwise the list has an end. */
  _holder: Element | null;
  /** The end mark. */
  _node: Node | null;
  _rows: Row[];
  _nextSerial: number;
}

export interface Row extends Copy {
  _serial: number;
}

const slotOf = (copy: Copy, index: number): Slot => copy._template._slots[index]!;

/** Returns the `Content` of a value or branch, the `List` of a list, and the element for the other kinds of slot. */
export const find = (copy: Copy, index: number): any => (copy._found[index] ??= read(copy, index, locate(copy, index)));

/** Reads the content of a slot, from its first node. */
function read(copy: Copy, index: number, at: Node | null): Element | Content | List {
  const { _kind, _isSole, _name } = slotOf(copy, index);
  const { _all } = copy._template;
  if (!"sbl".includes(_kind)) return isElement(at) ? at : lost();
  const holder = _isSole ? (at as Element) : null;
  let node = _isSole ? (childrenOf(at!)[0] ?? null) : at;
  if (_kind === "l") {
    const rows: Row[] = [];
    while (holder ? node : !isMark(node, "/")) {
      const row: Row = { _template: _all[_name as any]!, _anchor: node!, _found: [], _serial: rows.length };
      rows.push(row);
      node = after(row);
    }
    return { _holder: holder, _node: node, _rows: rows, _nextSerial: rows.length };
  }
  if (isComment(node)) {
    const template = _all[node.data as any];
    return {
      _holder: holder,
      _node: node,
      _region: template && { _template: template, _anchor: node, _from: "nextSibling", _found: [] },
    };
  }
  if (isText(node) && _kind === "s") return { _holder: holder, _node: node };
  return holder ? { _holder: holder, _node: null } : lost();
}

/** Returns the node at the slot's path. */
function locate(copy: Copy, index: number): Node | null {
  let node = first(copy);
  slotOf(copy, index)._path.forEach(([walk, count], depth) => {
    const all = depth ? childrenOf(node!) : [node];
    if (count >= 0 && all.length !== count) lost();
    node = walk[0]! < 0 ? all[all.length + walk[0]!]! : go(copy, all[0]!, walk);
  });
  return node;
}

const first = ({ _anchor, _from }: Copy): Node | null =>
  !_from ? _anchor : _from === "firstChild" ? childrenOf(_anchor)[0]! : beside(_anchor, 1);

/** Returns the next own sibling. Adjacent texts count as one node, since the parser splits a long text. */
function next(node: Node | null): Node | null {
  let before;
  do node = beside((before = node!), 1);
  while (isText(node) && isText(before));
  return node;
}

/** Returns the node at the end of the walk. */
function go(copy: Copy, node: Node | null, walk: Walk): Node | null {
  walk.forEach((step, at) => {
    if (at % 2) node = afterContent((copy._found[step] ??= read(copy, step, node)) as Content);
    else while (step--) node = next(node);
  });
  return node;
}

/** Returns the node after the copy's last root. */
export const after = (copy: Copy): Node | null => go(copy, first(copy), copy._template._extent);

/** Returns the node after a slot's content, or after a list. */
export function afterContent({ _node, _region }: Content): Node | null {
  if (_region) return after(_region);
  let end: Node | null = _node;
  if (isMark(_node, "*")) while (!isMark(end, "/*")) end = next(end);
  return next(end);
}
