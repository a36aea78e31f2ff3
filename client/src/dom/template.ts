// Templates: what is static in one region of a view, and where its slots are.

import type { Definitions, Seed } from "../wire.ts";

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
  /** The event of a handler, or of an attribute that has effects; or nothing. */
  event: string;
  modifiers: string[];
  /** The key, and those that are held. */
  pressed: string[] | undefined;
  /** Of an event that is not sent at once: "debounce" or "throttle", and how long, in milliseconds. */
  delay: string | undefined;
  time: number;
  /** Of the elements that were heard there. */
  waits?: WeakMap<Element, Wait>;
}

/** Of one handler, on one element. */
export interface Wait {
  /** A timer runs, or, without one, what was sent last is not answered yet. */
  busy?: number | undefined;
  /** It is not heard again, or not before what was sent is answered. */
  isOver?: boolean;
}

export interface Template {
  all: Templates;
  extent: Walk;
  slots: Slot[];
  tree: Seed[] | undefined;
  /** What the tree has grown into, in this namespace; copies are made of it. */
  grown?: DocumentFragment;
  space?: string | null;
}

export type Templates = (Template | undefined)[];

const EFFECTS = /^do:/;

const parseWalk = (text: string): Walk => text.split(".").map(Number);

function parseSlot(word: string): Slot {
  const [, letter, path, target] = /^(.)([^:]*):?(.*)/.exec(word) as unknown as [string, string, string, string];
  const kind = letter.toLowerCase() as Kind;
  // An attribute's name may have dots of its own.
  const hears = kind === "e" ? target : (target.split(EFFECTS)[1] ?? "");
  const [timed, delay, time] = /\.(debounce|throttle)\.(\d+)/.exec(hears) ?? [""];
  const [head, keys] = hears.replace(timed, "").split("..");
  const [event, ...modifiers] = head!.split(".");
  return {
    kind,
    sole: word < "a",
    path: path.split("/").map((step) => {
      const [walk, count] = step.split("*");
      return { walk: parseWalk(walk!), count: +count! };
    }),
    name: kind === "e" ? event! : target,
    event: event!,
    modifiers,
    pressed: keys?.split("."),
    delay,
    time: +time!,
  };
}

export function parseMap(map: string): { extent: Walk; slots: Slot[] } {
  const [extent, ...slots] = map.split(" ");
  return { extent: parseWalk(extent!), slots: slots.map(parseSlot) };
}

/** Adds what is defined to `all`, and returns it; a template that is known gets the part that it lacked. */
export function define(all: Templates, definitions: Definitions): Template[] {
  return Object.entries(definitions).map(([number, { map, tree }]) =>
    Object.assign(
      (all[number as any] ??= { all, extent: [], slots: [] } as any),
      tree && { tree },
      map && parseMap(map),
    ),
  );
}
