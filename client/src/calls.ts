// Events of other scripts that wait for the server's answer.

import { tellOf } from "./dom.ts";

export interface Call {
  resolve(value: unknown): void;
  reject(why: Error): void;
}

let calling: Call | undefined;

/** Dispatches a custom event for the server; resolves with what `update` replies. */
export const call = (element: Element, name: string, detail?: unknown): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const outer = calling;
    const mine = (calling = { resolve, reject });
    tellOf(element, name, detail);
    if (calling === mine) refuse(mine, "no handler");
    calling = outer;
  });

/** The call that waits for the event which is being made. */
export function takeCall(): Call | undefined {
  const taken = calling;
  calling = undefined;
  return taken;
}

export const refuse = (call: Call | undefined, why: string): void => call?.reject(new Error(`tealight: ${why}`));
