// Where events are heard: as they pass by the elements that want them, or, for those that do not pass, at the
// window, at the document, by clicks elsewhere, and when elements come into view.

/** Tells a target of an event of this name; and those around it, if it bubbles. */
export type Tell = (target: Node, name: string, event: Event, bubbles: boolean) => void;

export interface Ears {
  /** Listens for events of this name. */
  listen(name: string): void;
  /** There may be new elements, or others in another place. */
  look(): void;
}

export function ears(root: Element, tell: Tell): Ears {
  const seen = new WeakMap<Element, number | undefined>();
  let observer: IntersectionObserver | undefined;

  const observe = (entries: IntersectionObserverEntry[]): void => {
    for (const { target, isIntersecting } of entries) {
      const before = seen.get(target);
      const now = isIntersecting ? ((target as HTMLElement).offsetTop ?? 0) : undefined;
      seen.set(target, now);
      // What is still in view, but was moved away by what was put before it, comes into view again.
      if (now === before) continue;
      const name = `viewport-${isIntersecting ? "enter" : "leave"}`;
      tell(target, name, new Event(name), false);
    }
  };

  return {
    listen(name) {
      const [scope, type] = name.split(":");
      const isAway = name === "click-away";
      const hear = (event: Event): void => {
        if (!type && !isAway) return tell(event.target as Node, name, event, event.bubbles);
        for (const element of root.querySelectorAll(`[data-tealight-on~="${name}"]`)) {
          if (!isAway || (element.getClientRects()[0] && !event.composedPath().includes(element))) {
            tell(element, name, event, false);
          }
        }
      };
      if (/^viewport/.test(name)) observer ??= new IntersectionObserver(observe);
      else {
        const place = scope === "window" ? window : type || isAway ? document : root;
        // Capture, since not every event bubbles; not passive, so that the default can be prevented.
        place.addEventListener(isAway ? "click" : (type ?? name), hear, { capture: !type, passive: false });
      }
    },
    look() {
      for (const element of observer ? root.querySelectorAll("[data-tealight-on*=viewport]") : []) {
        observer!.unobserve(element);
        observer!.observe(element);
      }
    },
  };
}
