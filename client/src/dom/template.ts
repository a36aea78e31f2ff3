// Templates: the static part of one region of a view, and where its slots are.

import type { Definitions, Tree } from "../wire.ts";

/** A value, a branch, a list, an attribute, a property, or a handler. */
export type SlotKind = "s" | "b" | "l" | "a" | "p" | "e";

/** The number of nodes to pass, then the slot to pass, then nodes again, and so on. A negative number counts from the
 * end. */
export type Walk = number[];

/** One level of a path. `count` is the number of children that the parent must have, or NaN for any number. */
export type Step = [walk: Walk, count: number];

export interface Slot {
  _kind: SlotKind;
  /** True if the slot is the only content of the element at its path. */
  _isSole: boolean;
  _path: Step[];
  /** The name of the attribute, property or event; for a list, the number of its rows' template. */
  _name: string;
  /** The event's name, for a handler and for an attribute with effects; else empty. */
  _event: string;
  _modifiers: string[];
  /** The key that must be pressed, and the modifier keys that must be held. */
  _keys: string[] | undefined;
  /** "debounce" or "throttle", and for how many milliseconds; or undefined. */
  _delay: string | undefined;
  _time: number;
}

/** When one handler on one element may send again. */
export interface Wait {
  /** Set while a timer runs, or while the server has not answered the last event. */
  _busy?: number | undefined;
  /** The handler ignores all further events. */
  _isOver?: boolean;
  /** The server has not answered the last submit. */
  _isSubmitted?: boolean;
  /** The last event, if it says what a control holds. */
  _last?: {} | undefined;
}

export interface Template {
  /** All templates of the view. */
  _all: Templates;
  /** The same for equal templates of all sessions, and different for others. */
  _print: string | {};
  /** Counts the nodes of all roots. */
  _extent: Walk;
  _slots: Slot[];
  _tree: Tree[] | undefined;
  /** The nodes built from the tree, in this namespace, to be cloned. */
  _built?: DocumentFragment;
  _namespace?: string | null;
}

/** Templates by number. */
export type Templates = (Template | undefined)[];

const EFFECTS = /^do:/;

const parseWalk = (text: string): Walk => text.split(".").map(Number);

function parseSlot(word: string): Slot {
  const [, letter, path, target] = /^(.)([^:]*):?(.*)/.exec(word) as unknown as [string, string, string, string];
  const kind = letter.toLowerCase() as SlotKind;
  // Only event names are split at their dots: an attribute's name may contain some.
  const hears = kind === "e" ? target : (target.split(EFFECTS)[1] ?? "");
  const [timed, delay, time] = /\.(debounce|throttle)\.(\d+)/.exec(hears) ?? [""];
  const [head, keys] = hears.replace(timed, "").split("..");
  const [event, ...modifiers] = head!.split(".");
  return {
    _kind: kind,
    _isSole: word < "a",
    _path: path.split("/").map((step) => {
      const [walk, count] = step.split("*");
      return [parseWalk(walk!), +count!];
    }),
    _name: kind === "e" ? event! : target,
    _event: event!,
    _modifiers: modifiers,
    _keys: keys?.split("."),
    _delay: delay,
    _time: +time!,
  };
}

export function parseMap(map: string): Pick<Template, "_extent" | "_print" | "_slots"> {
  const [head, ...slots] = map.split(" ");
  const [extent, print = {}] = head!.split("#");
  return { _extent: parseWalk(extent!), _print: print, _slots: slots.map(parseSlot) };
}

/** Adds definitions to `all`, and returns the templates that they define. A known template gets the part it lacked. */
export function define(all: Templates, definitions: Definitions): Template[] {
  return Object.entries(definitions).map(([number, { map, tree }]) =>
    Object.assign(
      (all[number as any] ??= { _all: all, _extent: [], _slots: [] } as any),
      tree && { _tree: tree },
      map && parseMap(map),
    ),
  );
}
