// Pairs the rows of a list with those of a full render. They have no keys there, so their texts tell.

import type { Rows } from "../wire.ts";
import { find } from "./find.ts";
import type { Copy, Row } from "./find.ts";
import { isElement, setTo } from "./nodes.ts";

/** The texts of a row that are compared alone. */
const COLUMNS = 9;

let isOther: boolean;

/** Call this before a full render. `isNew`: it is of another session, whose rows may show other items in the same places. */
export const pairFor = (isNew: boolean): unknown => (isOther = isNew);

/**
 * Returns, for each of `rows`, the row on the page that shows the same item. First, rows pair that have all their texts
 * in common. In the same session, those pair then that have the same first text, second text and so on, if no other row on the
 * page has it, and last those after a row that pairs.
 */
export function pairRows(old: Row[], rows: Rows): (Row | undefined)[] {
  const pairs: (Row | undefined)[] = [];
  const free = new Map(old.map((row) => [row, textsIn(row)]));
  const texts = rows.map((values) => values.flat(9).filter((value: any) => value && value.big));
  const take = (at: number, row: Row | undefined): void => {
    if (!pairs[at] && free.delete(row!)) pairs[at] = row;
  };
  for (let column = -1; free.size && column < (isOther ? 0 : COLUMNS); column++) {
    const known = new Map<unknown, Row | undefined>();
    const keyOf = (texts: unknown[]): unknown => (column < 0 ? `${texts}` : (texts[column] ?? {}));
    for (const [row, texts] of free) known.set(keyOf(texts), known.has(keyOf(texts)) ? undefined : row);
    texts.forEach((texts, at) => take(at, known.get(keyOf(texts))));
  }
  if (free.size && !isOther) rows.forEach((_, at) => take(at, old[old.indexOf(pairs[at - 1]!) + 1]));
  return pairs;
}

/** Returns all texts and attributes in the slots of a copy that are not empty. */
const textsIn = (copy: Copy): string[] =>
  copy._template._slots.flatMap(({ _kind, _name }, index): string[] => {
    if (_kind === "e") return [];
    const found = find(copy, index);
    if (found._rows) return found._rows.flatMap(textsIn);
    if (found._region) return textsIn(found._region);
    return (isElement(found) ? setTo(found, _name) : found._node?.wholeText) || [];
  });
