// Enter and leave transitions: an element gets classes, and keeps them for as long as the animations run that these start.

import { isStill, setAttribute, words } from "./nodes.ts";
import { know, parentOf } from "./own.ts";
import type { Transitions } from "./own.ts";
import { LEAVE, save } from "./persist.ts";

/** The attribute with the classes of an enter transition. */
const ENTER = "data-tealight-enter";

/** The transitions that begin with this patch. */
const begun: [element: Element, classes: string[], end?: () => void][] = [];

/** The most transitions that begin at once: the time that they take to begin is quadratic. */
const MOST = 100;

/** Begins a transition of a node, which calls `end` at its end. Returns true if the node has this transition. */
function begin(node: any, name: string, end?: () => void): unknown {
  const classes = node.getAttribute?.(name);
  return classes && !isStill() && begun.length < MOST && begun.push([node, words(classes), end]);
}

/** Prepares an element to be foreign: the person cannot use it, its controls are no part of a form around it, and it leaves
 * only once. */
function retire(element: Element): void {
  const parent = parentOf(element)!;
  know(parent, [...parent.childNodes]);
  setAttribute(element, LEAVE, null);
  setAttribute(element, "inert", true);
  for (const control of [element, ...element.querySelectorAll(":enabled,:modal")] as HTMLDialogElement[]) {
    setAttribute(control, "form", true);
    if (!control.matches(":modal")) continue;
    // A modal dialog would block the page. This one only looks like one.
    control.close();
    setAttribute(control, "open", true);
    control.style.cssText += ";position:fixed;inset:0";
  }
}

const play = (then: () => void): void =>
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

export const transitions: Transitions = {
  _enter: (node) => begin(node, ENTER),
  _leave(node, end) {
    if (save(node)) return true;
    const isLeaving = begin(node, LEAVE, end);
    if (isLeaving) retire(node as Element);
    return isLeaving;
  },
  _play: play,
};
