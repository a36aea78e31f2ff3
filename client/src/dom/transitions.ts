// Enter and leave transitions: an element gets classes, and keeps them for as long as the animations run that these start.

import { isStill, words } from "./nodes.ts";

/** The attributes with the classes. */
export const ENTER = "data-tealight-enter";
export const LEAVE = "data-tealight-leave";

/** The transitions that begin with this patch. */
const begun: [element: Element, classes: string[], end?: () => void][] = [];

/** The most transitions that begin at once: the time that they take to begin is quadratic. */
const MOST = 100;

/** Begins a transition of a node, which calls `end` at its end. Returns true if the node has this transition. */
export function begin(node: any, name: string, end?: () => void): unknown {
  const classes = node.getAttribute?.(name);
  return classes && !isStill() && begun.length < MOST && begun.push([node, words(classes), end]);
}

/** Call this after a patch. Calls `then` after the end of each transition. */
export const play = (then: () => void): void =>
  begun.splice(0).forEach(async ([element, classes, end]) => {
    element.classList.add(...classes);
    // All get their classes before the browser computes a style.
    await 0;
    // The others may run for long, and one without an end for ever.
    const started = element
      .getAnimations({ subtree: true })
      .map(({ pending, effect, finished }) => pending && (effect!.getComputedTiming().endTime as number) < Infinity && finished);
    await Promise.allSettled(started);
    element.classList.remove(...classes);
    end?.();
    then();
  });
