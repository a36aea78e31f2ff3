// Reads the payload of an event.

import type { Handler } from "../dom/handlers.ts";
import { part } from "../parts.ts";
import { asSent } from "../wire.ts";

/** Functions that read the payload, by modifier or by the event's type. */
export interface Readers {
  [name: string]: (event: any, element: any) => unknown;
}

const own: Readers = {
  // A copy, since the script may change its object later. It throws if JSON cannot hold the detail.
  detail: (event) => asSent(event.detail),
};

/** The properties to send of keys, pointers and wheels. `[alt]` leaves out `accessKey`. */
const NAMES = /^(key|code|repeat|\w+[alt]Key|buttons?|(client|delta)[XY])$/;

/** Returns the properties whose names match. False, empty and zero values are left out. */
export function pick(from: any, names: RegExp): { [name: string]: unknown } {
  const picked: { [name: string]: unknown } = {};
  for (const name in from) {
    const value = names.test(name) && from[name];
    if (value) picked[name] = value.toFixed ? +value.toFixed(2) : value;
  }
  return picked;
}

export function payloadOf([element, { _modifiers }]: Handler, event: any, others?: Readers): unknown {
  const readers = { ...own, ...others, ...part<{ _readers: Readers }>("rare")?._readers };
  const name = [..._modifiers, event.type].find((name) => readers[name]);
  if (name) return readers[name]!(event, element);
  if ("ctrlKey" in event) {
    const { left, top } = element.getBoundingClientRect();
    return { ...pick(event, NAMES), ...pick({ x: event.clientX - left, y: event.clientY - top }, /./) };
  }
}
