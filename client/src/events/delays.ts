// Delays events: debounced, throttled, or until the server has answered the one before. To keep their order, all
// delayed events are sent before any later event.

import type { Slot, Wait } from "../dom/template.ts";
import type { Settled } from "./settled.ts";

/** Sends an event, and returns the callbacks for its result; or undefined, if the server is not involved. */
type Send = () => Settled | undefined;

/** Events that come with each frame, and of which only the last one matters. The macro `html!` knows them too. */
const CONTINUOUS = /^(pointermove|scroll|resize|timeupdate)$/;

export interface Delays {
  /** Returns true if the event is sent later, unless a newer one replaces it. Otherwise all delayed events are sent before it. */
  _hold(event: Event, slot: Slot, wait: Wait, send: Send): unknown;
  /** Call this when a submit is sent. */
  _submitted(slot: Slot, wait: Wait, settled: Settled): void;
  /** Returns true if events of this type come with each frame. */
  _isContinuous(type: string): boolean;
  /** Sends all delayed events; when the focus has left, only those before a submit that waits for an answer. */
  _flush(focusLeft?: unknown): unknown;
}

export function delays(root: Element): Delays {
  const held = new Map<Wait, Send>();
  /** The last click was not the first one of a double click. */
  let isDouble = false;

  /** Sends the delayed events, in order, up to this one. */
  const release = (last?: Wait, focusLeft?: unknown): Settled | undefined => {
    for (const [wait, send] of held) {
      if (focusLeft && wait._isSubmitted) return;
      held.delete(wait);
      const settled = send();
      if (wait === last) return settled;
    }
  };

  const _flush = (focusLeft?: unknown): unknown => release(undefined, focusLeft);
  const _isContinuous = (type: string): boolean => CONTINUOUS.test(type);

  root.addEventListener("focusout", _flush);
  root.addEventListener("click", (event) => (isDouble = (event as MouseEvent).detail > 1), true);
  // Before a transport sends what it has left.
  addEventListener("pagehide", () => _flush(), true);
  return {
    _hold({ type, submitter }: any, { _delay, _time }, wait, send) {
      if (wait._isSubmitted) {
        // A submit by Enter has no button, and no click. Any other one is not replaced by the next one, but the answer may disable
        // its button.
        const sendLate = (): Settled | undefined => (submitter?.matches(":disabled") ? undefined : send());
        return (submitter && isDouble) || held.set({ _isSubmitted: true }, sendLate);
      }
      const isDebounced = _delay === "debounce";
      if (!_delay && !_isContinuous(type)) return _flush();
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
    _submitted({ _modifiers }, wait, settled) {
      wait._isSubmitted = !_modifiers.includes("reset");
      settled.push(() => {
        wait._isSubmitted = false;
        _flush();
      });
    },
    _isContinuous,
    _flush,
  };
}
