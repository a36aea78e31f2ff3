// Events that wait: debounced, throttled, or until the server has answered the one before. What waits is
// sent before anything that happens later, so that the order is kept.

import type { Handler } from "../dom/handlers.ts";
import type { Wait } from "../dom/template.ts";
import type { Settled } from "./settled.ts";

export function waitOf({ element, slot }: Handler): Wait {
  const waits = (slot.waits ??= new WeakMap());
  if (!waits.has(element)) waits.set(element, {});
  return waits.get(element)!;
}

/** What is due now, if anything is; when it is settled, if it goes to the server. */
type Send = () => Settled | undefined;

/** These come as fast as the screen; what matters is the last one. */
export const CONTINUOUS = /^(pointermove|scroll|resize|timeupdate)$/;

export interface Delays {
  /** True: it is sent later, if no later one takes its place. */
  hold(handler: Handler, type: string, send: Send): boolean;
  /** Sends all that waits. */
  flush(): unknown;
}

export function delays(): Delays {
  const held = new Map<Wait, Send>();

  /** Sends what waits, up to this: what came before is not overtaken. */
  const release = (last?: Wait): Settled | undefined => {
    for (const [wait, send] of held) {
      held.delete(wait);
      const settled = send();
      if (wait === last) return settled;
    }
  };

  return {
    hold(handler, type, send) {
      const { delay, time } = handler.slot;
      const isLast = delay === "debounce";
      if (!delay && !CONTINUOUS.test(type)) return false;
      const wait = waitOf(handler);
      held.delete(wait);
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
        if (held.has(wait)) isLast ? release(wait) : start();
      };
      if (isLast) clearTimeout(wait.busy);
      else if (wait.busy) return true;
      start();
      return true;
    },
    flush: () => release(),
  };
}
