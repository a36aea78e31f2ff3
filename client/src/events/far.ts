// Hears events that do not pass through their element: at the window and the document, of clicks elsewhere, and when an
// element comes into view.

import type { Far, Hear } from "./ears.ts";

export function far(root: Element, hear: Hear): Far {
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
      if (/^viewport-/.test(name)) return (observer ??= new IntersectionObserver(observe));
      const isAway = name === "click-away";
      const [scope, type = "click"] = name.split(":");
      if (!isAway && !/^(window|document):/.test(name)) return;
      const listener = (event: Event): void => {
        for (const element of root.querySelectorAll(`[data-tealight-on~="${name}"]`)) {
          if (!isAway || (element.getClientRects()[0] && !event.composedPath().includes(element))) {
            hear(element, name, event, false);
          }
        }
      };
      // Not passive, so that handlers can prevent the default.
      (scope === "window" ? window : document).addEventListener(type, listener, { capture: isAway, passive: false });
      return true;
    },
    _look() {
      if (!observer) return;
      for (const element of root.querySelectorAll("[data-tealight-on*=viewport]")) {
        observer.unobserve(element);
        observer.observe(element);
      }
    },
  };
}
