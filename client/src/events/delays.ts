// Delays events: debounced, throttled, or until the server has answered the one before. To keep their order, all
// delayed events are sent before any later event.

import type { Handler } from "../dom/handlers.ts";
import type { Slot, Wait } from "../dom/template.ts";
import type { Settled } from "./settled.ts";

/** The state of an element's handlers, by slot. */
const WAITS = Symbol();

declare global {
  interface Element {
    [WAITS]?: Wait[];
  }
}

export const waitOf = ([element, , address]: Handler): Wait => ((element[WAITS] ??= [])[address.at(-1)!] ??= {});

/** Sends an event, and returns the callbacks for its result; or undefined, if the server is not involved. */
type Send = () => Settled | undefined;

/** Events that come with each frame, and of which only the last one matters. */
export const CONTINUOUS = /^(pointermove|scroll|resize|timeupdate)$/;

export interface Delays {
  /** Returns true if the event is sent later, unless a newer one replaces it. */
  _hold(slot: Slot, wait: Wait, type: string, send: Send): boolean;
  /** Sends all delayed events; when the focus has left, only those before a submit that waits for an answer. */
  _flush(focusLeft?: unknown): unknown;
}

export function delays(): Delays {
  const held = new Map<Wait, Send>();

  /** Sends the delayed events, in order, up to this one. */
  const release = (last?: Wait, focusLeft?: unknown): Settled | undefined => {
    for (const [wait, send] of held) {
      if (focusLeft && wait._isSubmitted) return;
      held.delete(wait);
      const settled = send();
      if (wait === last) return settled;
    }
  };

  return {
    _hold({ _delay, _time }, wait, type, send) {
      // A submit after another one is not replaced by the next one.
      if (wait._isSubmitted) return !!held.set({ _isSubmitted: true }, send);
      const isDebounced = _delay === "debounce";
      if (!_delay && !CONTINUOUS.test(type)) return false;
      held.delete(wait);
      held.set(wait, send);
      const start = (): void => {
        if (_delay) wait._busy = setTimeout(due, _time);
        if (!isDebounced) {
          const settled = release(wait);
          if (!_delay) wait._busy = settled?.push(due);
        }
      };
      const due = (): void => {
        wait._busy = undefined;
        if (held.has(wait)) isDebounced ? release(wait) : start();
      };
      if (isDebounced) clearTimeout(wait._busy);
      else if (wait._busy) return true;
      start();
      return true;
    },
    _flush: (focusLeft) => release(undefined, focusLeft),
  };
}
