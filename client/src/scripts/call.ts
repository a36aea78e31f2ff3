// Events of other scripts that wait for the server's answer.

import { tellOf } from "../dom/nodes.ts";

/** Answers a call: with a value, or with a `refusal`. */
export type Answer = (value: unknown) => void;

let calling: Answer | undefined;

/** Dispatches a custom event for the server; resolves with what `update` replies. */
export const call = (element: Element, name: string, detail?: unknown): Promise<unknown> =>
  new Promise((answer) => {
    const outer = calling;
    calling = answer;
    tellOf(element, name, detail);
    if (calling === answer) answer(refusal("no handler"));
    calling = outer;
  });

/** The call that waits for the event which is being made. */
export function claim(): Answer | undefined {
  const claimed = calling;
  calling = undefined;
  return claimed;
}

/** What a promise that is resolved with it rejects with; until then, it is no rejection that nobody handles. */
export const refusal = (why: string): PromiseLike<never> => ({
  then: (_: unknown, reject: any) => reject(new Error(`tealight: ${why}`)),
});
