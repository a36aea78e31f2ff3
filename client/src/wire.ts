// The wire, version 1 (docs/protocol.md): the only file of the client that knows the protocol's keys.

const VERSION = 1;

/** What a slot may hold. */
export type Value = string | true | null | Region | Markup;
/** A template's number, then a value for each of its slots. */
export type Region = [template: number, ...values: (Value | Rows)[]];
/** HTML that the application vouches for. */
export type Markup = { html: string };
export type Rows = Values[];
/** One for each slot that is not a handler, in order. */
export interface Values extends Array<Value | Rows> {}

export type Attributes = { [name: string]: string | true };
/** A text, an empty comment, the end of a list, or an element with its attributes and children. */
export type Seed = string | 1 | 2 | ElementSeed;
interface ElementSeed extends Array<Attributes | Seed> {
  0: string;
}
export type Definition = { map?: string; tree?: Seed[] };
export type Definitions = { [template: string]: Definition };

/** Cursor arrays: read them with `readSlots` and `readRows`. */
export type SlotChanges = (number | SlotChange)[];
export type SlotChange = string | true | null | SlotChanges | RowChanges | { "=": Value };
export type RowChanges = (number | SlotChanges | RowEdit)[];
type RowEdit = { "-"?: (number | [first: number, count: number])[]; "+"?: Rows; ">"?: number };

export type Block = { session: string; templates: Definitions; socket?: string };
export type Patch = { patch: number; body: SlotChanges; templates: Definitions; commands?: Command[] };
export type Mount = { session: string; patch: number; templates: Definitions; view: Region; commands?: Command[] };

/** An effect, or what else `update` says to the page: its name, then what it is about. */
export type Command = [name: string, ...about: any[]];

/** A message of the server, which is at most one of these. */
export interface Down {
  /** The last event that the server has applied, where the message says so. */
  event?: number;
  patch?: Patch;
  mount?: Mount;
  resume?: boolean;
  /** Why the event, if one is named, was not applied. */
  refused?: string;
  /** What is wrong with the form of `event`, which was refused. */
  fields?: Fields;
  /** In development: what is wrong with the view. */
  error?: string;
}

export type Fields = [name: string, message: string][];

export type Address = number[];

/** The data block of a page. If it is of another version, so is the page, and the server says so. */
export const decodeBlock = (text: string): Block => JSON.parse(text);

export function decode(text: string): Down {
  const message = JSON.parse(text);
  if (Array.isArray(message)) {
    const [patch, body, extras = {}] = message;
    return { event: extras.e, patch: { patch, body, templates: extras.t ?? {}, commands: extras.c } };
  }
  return { ...message, event: (message.mount ?? message.resume ?? message).event };
}

export const encode = (message: unknown): string => JSON.stringify(message);

/** A value as it is now, and as the server will have it. Throws if no message can hold it. */
export const asSent = (value: unknown): unknown => JSON.parse(encode(value ?? null));

export const encodeAttach = (session: string, patch: number, event: number): unknown =>
  ({ tealight: VERSION, session, patch, event });

export const encodeEvent = (event: number, patch: number, address: Address, payload?: unknown): unknown =>
  payload === undefined ? [event, patch, address] : [event, patch, address, payload];

export const encodePing = (ping: number): unknown => ({ ping });

export const encodeRemount = (remount: number): unknown => ({ remount });

export const encodeSeen = (seen: number): unknown => ({ seen });

/** The text of a `do:` attribute. */
export const decodeEffects = (text: string | null): Command[] | null => JSON.parse(text!);

/** Makes of an event that the server cannot take one that it refuses, and counts: nothing stands at its address. */
export const spoil = (message: any): void => message?.splice(1, 3, 0, [2 ** 32 - 1]);

/** Asks the server for the end of the connection, after all that it has to say. */
export const LEAVE = null;

/** Calls `change` for each slot that changes. */
export function readSlots(body: SlotChanges, change: (slot: number, change: SlotChange) => void): void {
  let cursor = 0;
  for (const item of body) {
    if (typeof item === "number") cursor = item;
    else change(cursor++, item);
  }
}

/** What takes the slot's place, where the change is not to be applied to what stands there. */
export const replacement = (change: Exclude<SlotChange, SlotChanges>): Value =>
  typeof change === "object" && change ? (change as { "=": Value })["="] : change;

export const markup = (value: Value): string | undefined => (value as Markup | null)?.html;

export interface RowEditor {
  /** First, if at all: rows, as numbered before the patch, that are taken away or will be moved. */
  take(removed: number[], moved: number[]): void;
  patch(at: number, body: SlotChanges): void;
  insert(at: number, rows: Rows): void;
  move(at: number, from: number): void;
}

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
  if (removed.length || moved.length) list.take(removed, moved);
  let cursor = 0;
  for (const item of body) {
    if (typeof item === "number") cursor = item;
    else if (Array.isArray(item)) list.patch(cursor++, item);
    else if (item["+"]) {
      list.insert(cursor, item["+"]);
      cursor += item["+"].length;
    } else if (item[">"]! >= 0) list.move(cursor++, item[">"]!);
  }
}
