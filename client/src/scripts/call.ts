// Lets other scripts ask the server, and wait for its reply.

/** Ends a call: with the server's reply, or with a `refusal`. */
export type Answer = (value: unknown) => void;

/** An event that a call has dispatched has its answer until a handler takes it. */
export interface CallEvent extends Event {
  _answer?: Answer | undefined;
}

/** Dispatches a custom event for the server; resolves with the reply of `update`. */
export const call = (element: Element, name: string, detail?: unknown): Promise<unknown> =>
  new Promise((answer) => {
    const event: CallEvent = new CustomEvent(name, { bubbles: true, detail });
    event._answer = answer;
    element.dispatchEvent(event);
    // A handler takes the event when it has run its course.
    setTimeout(() => event._answer?.(refusal("no handler")));
  });

/** Returns the call's answer; each call has one reply. */
export function takeAnswer(event: CallEvent): Answer | undefined {
  const answer = event._answer;
  event._answer = undefined;
  return answer;
}

/** Returns a promise-like that rejects. Unlike a rejected promise it is not reported as unhandled. */
export const refusal = (why: string): PromiseLike<never> => ({
  then: (_: unknown, reject: any) => reject(new Error(`tealight: ${why}`)),
});
