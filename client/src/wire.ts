// The protocol, version 1 (docs/protocol.md). No other file of the client knows its keys.

const VERSION = 1;

/** The value of a slot, unless the slot is a list. */
export type Value = string | true | null | Region | Markup;
/** A template's number, then a value for each of its slots. */
export type Region = [template: number, ...values: (Value | Rows)[]];
/** HTML that the application vouches for. */
export type Markup = { html: string };
export type Rows = Values[];
/** One value for each slot that is not a handler, in order. */
export interface Values extends Array<Value | Rows> {}

export type Attributes = { [name: string]: string | true };
/** A text, an empty comment, the end of a list, or an element with its attributes and children. */
export type Tree = string | 1 | 2 | ElementTree;
interface ElementTree extends Array<Attributes | Tree> {
  0: string;
}
export type Definition = { map?: string; tree?: Tree[] };
export type Definitions = { [template: string]: Definition };

/** Cursor arrays: read them with `readSlots` and `readRows`. */
export type SlotChanges = (number | SlotChange)[];
export type SlotChange = string | true | null | SlotChanges | RowChanges | { "=": Value };
export type RowChanges = (number | SlotChanges | RowEdit)[];
type RowEdit = { "-"?: (number | [first: number, count: number])[]; "+"?: Rows; ">"?: number };

export type Block = { session: string; templates: Definitions; socket?: string; nodes?: number; needs?: string[] };
export type Patch = { patch: number; body: SlotChanges; templates: Definitions; commands?: Command[] };
export type Mount = { session: string; patch: number; templates: Definitions; view: Region; commands?: Command[] };

/** An effect, or another command of `update` to the page: its name, then its arguments. */
export type Command = [name: string, ...about: any[]];

/** A message from the server. */
export interface Down {
  /** The last event that the server has applied, if the message says so. */
  event?: number;
  /** The parts of the script without which the message cannot be applied. */
  needs?: string[];
  patch?: Patch;
  mount?: Mount;
  resume?: boolean;
  /** The address of `mount`, which the page may show soon. */
  ahead?: string;
  /** The next full render is of another view: it is where this event, a link, leads. */
  went?: number;
  /** The answer to a ping. */
  pong?: number;
  /** The server ends. The page attaches again after this many milliseconds. */
  back?: number;
  /** The reason why the server did not apply the event. */
  refused?: string;
  /** The errors of the refused event's form. */
  fields?: Fields;
  /** From a debug build: what is wrong with the view. */
  error?: string;
}

/** The errors of a form, by control. */
export type Fields = [name: string, message: string][];

export type Address = number[];

/** Reads the page's data block. A block of another version needs no check here: the server refuses the attach. */
export const decodeBlock = (text: string): Block => JSON.parse(text);

export function decode(text: string): Down {
  const message = JSON.parse(text);
  if (Array.isArray(message)) {
    const [patch, body, extras = {}] = message;
    return { event: extras.e, needs: extras.n, patch: { patch, body, templates: extras.t ?? {}, commands: extras.c } };
  }
  const { event, needs } = message.mount ?? message.resume ?? message;
  return { ...message, event, needs };
}

/** Writes JSON. Lone surrogates, such as one half of an emoji, become U+FFFD: the server cannot read them. They are the
 * only characters that `stringify` writes as `\ud…`. */
const encode = (message: unknown): string =>
  JSON.stringify(message).replace(/\\(ud...|.)/g, (escape, code) => (code[1] ? "\ufffd" : escape));

/** Returns a copy of a value, as the server will read it. Throws if JSON cannot hold the value. */
export const asSent = (value: unknown): unknown => JSON.parse(encode(value ?? null));

export const encodeAttach = (session: string, patch: number, event: number, page?: number): string =>
  encode({ tealight: VERSION, session, patch, event, page });

/** No handler has this address. */
const NOWHERE = [2 ** 32 - 1];

/** The address of the event that a person goes to an address of this host. Its payload is the path and the query. */
export const ROUTE = 2 ** 32 - 2;

/** The address of the event that a person may soon follow a link. Its payload is the path and the query. */
export const PREFETCH = 2 ** 32 - 3;

/** An event that is longer than `limit` bytes is replaced by its length, in bytes, to an address without a handler. */
export function encodeEvent(event: number, patch: number, address: Address, payload?: unknown, limit = Infinity): string {
  const message = encode(payload === undefined ? [event, patch, address] : [event, patch, address, payload]);
  // UTF-8 has at most three bytes for each unit of UTF-16. Only a long message is measured.
  const size = message.length * 3 > limit ? new Blob([message]).size : 0;
  return size > limit ? encode([event, patch, NOWHERE, size]) : message;
}

/** Encodes an event in place of one that the server cannot read. The server counts and refuses it. */
export const encodeUnreadable = (event: number): string => encode([event, 0, NOWHERE]);

export const encodePing = (ping: number): string => encode({ ping });

export const encodeRemount = (remount: number): string => encode({ remount });

/** Tells the server that later messages are for the session that comes now. */
export const encodeWent = (went: number): string => encode({ went });

export const encodeSeen = (seen: number): string => encode({ seen });

/** Reads the text of a `do:` attribute. */
export const decodeEffects = (text: string | null): Command[] | null => JSON.parse(text!);

/** Asks the server to send everything that it has left, and to close the connection. */
export const LEAVE = "null";

/** Calls `change` for each slot that changes. */
export function readSlots(body: SlotChanges, change: (slot: number, change: SlotChange) => void): void {
  let cursor = 0;
  for (const item of body) {
    if (typeof item === "number") cursor = item;
    else change(cursor++, item);
  }
}

/** Returns the slot's new value, for a change that is not a patch of the present one. */
export const replacement = (change: Exclude<SlotChange, SlotChanges>): Value =>
  typeof change === "object" && change ? (change as { "=": Value })["="] : change;

export const markup = (value: Value): string | undefined => (value as Markup | null)?.html;

export interface RowEditor {
  /** Called first, if at all. Takes rows out, which are numbered as before the patch; the moved ones come back. */
  _take(removed: number[], moved: number[]): void;
  _patch(at: number, body: SlotChanges): void;
  _insert(at: number, rows: Rows): void;
  _move(at: number, from: number): void;
}

/** Calls `list` for each row that changes. */
export function readRows(body: RowChanges, list: RowEditor): void {
  const removed: number[] = [];
  const moved: number[] = [];
  for (const item of body as RowEdit[]) {
    if (item[">"]! >= 0) moved.push(item[">"]!);
    for (const run of item["-"] ?? []) {
      const [first, count] = [run, 1].flat() as [number, number];
      for (let row = first; row < first + count; row++) removed.push(row);
    }
  }
  if (removed.length || moved.length) list._take(removed, moved);
  let cursor = 0;
  for (const item of body) {
    if (typeof item === "number") cursor = item;
    else if (Array.isArray(item)) list._patch(cursor++, item);
    else if (item["+"]) {
      list._insert(cursor, item["+"]);
      cursor += item["+"].length;
    } else if (item[">"]! >= 0) list._move(cursor++, item[">"]!);
  }
}
