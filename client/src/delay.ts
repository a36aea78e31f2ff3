// Events that wait: debounced, throttled, or until the server has answered the one before. What waits is
// sent before anything that happens later, so that the order is kept.

import type { Handler } from "./address.ts";
import type { Settled } from "./connection.ts";

/** Of one handler, on one element. */
export interface Wait {
  /** A timer runs, or, without one, what was sent last is not answered yet. */
  busy?: number | undefined;
  /** It was to be heard only once, and has been. */
  wasHeard?: boolean;
  /** What was sent last is not answered yet. */
  isSent?: unknown;
}

export function waitOf({ element, slot }: Handler): Wait {
  const waits = (slot.waits ??= new WeakMap());
  if (!waits.has(element)) waits.set(element, {});
  return waits.get(element)!;
}

/** What is due now, if anything is; when it is settled, if it goes to the server. */
type Send = () => Settled | undefined;

/** These come as fast as the screen; what matters is the last one. */
export const CONTINUOUS = /move$|^(scroll|resize|timeupdate)$/;

export interface Delays {
  /** True: it is sent later, if no later one takes its place. */
  hold(handler: Handler, type: string, send: Send): boolean;
  /** Sends all that waits. */
  flush(): void;
}

export function delays(): Delays {
  const held = new Map<Wait, Send>();

  const release = (wait: Wait): Settled | undefined => {
    const send = held.get(wait);
    held.delete(wait);
    return send?.();
  };

  return {
    hold(handler, type, send) {
      const { delay, time } = handler.slot;
      const isLast = delay === "debounce";
      if (!delay && !CONTINUOUS.test(type)) return false;
      const wait = waitOf(handler);
      held.set(wait, send);
      const start = (): void => {
        if (delay) wait.busy = setTimeout(due, time);
        if (!isLast) {
          const settled = release(wait);
          if (!delay) wait.busy = settled?.push(due);
        }
      };
      const due = (): void => {
        wait.busy = undefined;
        if (isLast) release(wait);
        else if (held.has(wait)) start();
      };
      if (isLast) clearTimeout(wait.busy);
      else if (wait.busy) return true;
      start();
      return true;
    },
    flush() {
      for (const wait of held.keys()) release(wait);
    },
  };
}
