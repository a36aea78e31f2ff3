// Events that wait: debounced, throttled, or until the server has answered the one before. What waits is
// sent before anything that happens later, so that the order is kept.

import type { Handler } from "./address.ts";

interface Wait {
  handler: Handler;
  /** Sends the latest; its number as an event. */
  send: (() => number) | undefined;
  payload: unknown;
  timer: number | undefined;
  /** The number of what was sent last, until it is acknowledged. */
  sent: number;
}

/** These come as fast as the screen; what matters is the last one. */
export const CONTINUOUS = /move$|^(scroll|wheel|resize|timeupdate)$/;

export interface Delays {
  /** True: it is sent later, if no later one takes its place. */
  hold(handler: Handler, type: string, payload: unknown, send: (payload: unknown) => number): boolean;
  /** Sends all that waits. */
  flush(): void;
  settle(applied: number): void;
}

export function delays(): Delays {
  let waits: Wait[] = [];

  const release = (wait: Wait): void => {
    const { send } = wait;
    wait.send = undefined;
    if (send) wait.sent = send();
  };

  const drop = (wait: Wait): void => {
    if (!wait.send && !wait.timer && !wait.sent) waits = waits.filter((other) => other !== wait);
  };

  return {
    hold(handler, type, payload, send) {
      const [kind, time] = handler.slot.delay ?? [];
      if (!kind && !CONTINUOUS.test(type)) return false;
      let wait = waits.find(({ handler: { element, slot } }) => element === handler.element && slot === handler.slot);
      if (!wait) waits.push((wait = { handler, send: undefined, payload, timer: undefined, sent: 0 }));
      const held = wait;
      // Turns of a wheel that nobody has heard of yet are one.
      if (type === "wheel" && held.send) payload = sum(held.payload as Turn, payload as Turn);
      held.payload = payload;
      held.send = () => send(payload);
      const due = (): void => {
        held.timer = undefined;
        if (kind === "throttle" && held.send) held.timer = setTimeout(due, time);
        release(held);
        drop(held);
      };
      if (kind === "debounce") {
        clearTimeout(held.timer);
        held.timer = setTimeout(due, time);
      } else if (kind ? !held.timer : !held.sent) {
        if (kind) held.timer = setTimeout(due, time);
        release(held);
      }
      return true;
    },
    flush() {
      for (const wait of waits) release(wait);
    },
    settle(applied) {
      for (const wait of waits) {
        if (wait.sent > applied) continue;
        wait.sent = 0;
        if (!wait.handler.slot.delay) release(wait);
        drop(wait);
      }
    },
  };
}

type Turn = { deltaX?: number; deltaY?: number };

const sum = (one: Turn, other: Turn): Turn => ({
  ...other,
  deltaX: (one.deltaX ?? 0) + (other.deltaX ?? 0),
  deltaY: (one.deltaY ?? 0) + (other.deltaY ?? 0),
});
