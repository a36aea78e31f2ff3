// Templates: what is static in one region of a view, and where its slots are.

import type { Wait } from "./delay.ts";
import type { Definitions, Seed } from "./wire.ts";

/** A value, a branch, a list, an attribute, a property, or a handler of an event. */
export type Kind = "s" | "b" | "l" | "a" | "p" | "e";

/** Nodes to go on, then a slot to go over, then nodes again; or, if negative, a count from the end. */
export type Walk = number[];

export interface Step {
  walk: Walk;
  /** How many children the parent must have; NaN where that is not fixed. */
  count: number;
}

export interface Slot {
  kind: Kind;
  /** It is all that the element at its path holds. */
  sole: boolean;
  path: Step[];
  /** Of the attribute, the property or the event; of a list, its rows' template. */
  name: string;
  /** The event of a handler, or of an attribute that has effects. */
  event: string | undefined;
  modifiers: string[];
  /** Of an event that is not sent at once; in milliseconds. */
  delay: [kind: string, time: number] | undefined;
  /** Of the elements that were heard there. */
  waits?: WeakMap<Element, Wait>;
}

export interface Template {
  all: Templates;
  extent: Walk;
  slots: Slot[];
  tree: Seed[] | undefined;
  /** What the tree has grown into, by namespace; copies are made of it. */
  grown: Map<string | null, DocumentFragment>;
}

export type Templates = (Template | undefined)[];

const EFFECTS = "do:";

const parseWalk = (text: string): Walk => text.split(".").map(Number);

function parseSlot(word: string): Slot {
  const colon = word.indexOf(":");
  const path = word.slice(1, colon < 0 ? undefined : colon);
  const kind = word[0]!.toLowerCase() as Kind;
  const target = colon < 0 ? "" : word.slice(colon + 1);
  // An attribute's name may have dots of its own.
  const hears = kind === "e" ? target : kind === "a" && target.startsWith(EFFECTS) ? target.slice(EFFECTS.length) : "";
  const [event, ...modifiers] = hears.split(".");
  const timed = modifiers.findIndex((modifier) => modifier === "debounce" || modifier === "throttle");
  const [delayed, time] = timed < 0 ? [] : modifiers.splice(timed, 2);
  return {
    kind,
    sole: word < "a",
    path: path.split("/").map((step) => {
      const [walk, count] = step.split("*");
      return { walk: parseWalk(walk!), count: Number(count) };
    }),
    name: kind === "e" ? event! : target,
    event: event || undefined,
    modifiers,
    delay: delayed ? [delayed, Number(time)] : undefined,
  };
}

export function parseMap(map: string): { extent: Walk; slots: Slot[] } {
  const [extent, ...slots] = map.split(" ");
  return { extent: parseWalk(extent!), slots: slots.map(parseSlot) };
}

/** Adds what is defined to `all`, and returns it; a template that is known gets the part that it lacked. */
export function define(all: Templates, definitions: Definitions): Template[] {
  return Object.entries(definitions).map(([number, { map, tree }]) => {
    const template = (all[Number(number)] ??= { all, extent: [], slots: [], tree, grown: new Map() });
    template.tree ??= tree;
    return map === undefined ? template : Object.assign(template, parseMap(map));
  });
}
