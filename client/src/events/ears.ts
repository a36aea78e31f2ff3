// Listens for events: at the root, where they pass, or in capture; at the window and the document; for clicks
// elsewhere; and for elements that come into view.

import { contains } from "../dom/nodes.ts";

/** Called for an event of this name. `bubbles`: it is for the target's ancestors too. */
export type Hear = (target: Node, name: string, event: Event, bubbles: boolean) => void;

export interface Ears {
  /** Listens for events of this name. */
  _listen(name: string): void;
  /** Call this after each patch: there may be new elements to watch, or others may have moved. */
  _look(): void;
}

/** Calls `hear` when an event begins, and `end` when it comes back to the root. */
export function ears(root: Element, hear: Hear, end: (event: Event) => void): Ears {
  const seen = new WeakMap<Element, number | undefined>();
  let observer: IntersectionObserver | undefined;

  const observe = (entries: IntersectionObserverEntry[]): void => {
    for (const { target, isIntersecting } of entries) {
      const before = seen.get(target);
      const now = isIntersecting ? ((target as HTMLElement).offsetTop ?? 0) : undefined;
      seen.set(target, now);
      // An element that stays in view, but was pushed to another position by new content, enters again.
      if (now === before) continue;
      const name = `viewport-${isIntersecting ? "enter" : "leave"}`;
      hear(target, name, new Event(name), false);
    }
  };

  return {
    _listen(name) {
      const [scope, type] = name.split(":");
      const isAway = name === "click-away";
      const listener = (event: Event): void => {
        if (!type && !isAway) return hear(event.target as Node, name, event, event.bubbles);
        for (const element of root.querySelectorAll(`[data-tealight-on~="${name}"]`)) {
          if (!isAway || (element.getClientRects()[0] && !event.composedPath().includes(element))) {
            hear(element, name, event, false);
          }
        }
      };
      if (/^viewport/.test(name)) observer ??= new IntersectionObserver(observe);
      else {
        const target = scope === "window" ? window : type || isAway ? document : root;
        // In the capture phase, since not every event bubbles. Not passive, so that handlers can prevent the default.
        const options = { capture: !type, passive: false };
        target.addEventListener(isAway ? "click" : (type ?? name), listener, options);
        root.addEventListener(name, end);
        if (target !== root) return;
        // Other scripts may have moved elements out of the root.
        const outside = (listener: (event: Event) => void) => (event: Event) => contains(root, event.target as Node) || listener(event);
        document.addEventListener(name, outside(listener), options);
        document.addEventListener(name, outside(end));
      }
    },
    _look() {
      if (observer) {
        for (const element of root.querySelectorAll("[data-tealight-on*=viewport]")) {
          observer.unobserve(element);
          observer.observe(element);
        }
      }
    },
  };
}
