// Events that do not pass by the elements that want them: at the window, at the document, clicks elsewhere,
// and elements that come into view.

const SOUGHT = "data-tealight-on";

/** Tells an element of an event of this name. */
export type Tell = (element: Element, name: string, event: Event) => void;

export interface Seeker {
  /** Listens for events of this name. False: they pass by the element itself. */
  seek(name: string): boolean;
  /** There may be new elements, or others in another place. */
  look(): void;
}

export function seeker(root: Element, tell: Tell): Seeker {
  const wanting = (name: string): Element[] => [...root.querySelectorAll(`[${SOUGHT}~="${name}"]`)];
  const seen = new WeakMap<Element, number | undefined>();
  let observer: IntersectionObserver | undefined;

  const observe = (): IntersectionObserver =>
    new IntersectionObserver((entries) => {
      for (const { target, isIntersecting } of entries) {
        const before = seen.get(target);
        const now = isIntersecting ? (target as HTMLElement).offsetTop : undefined;
        seen.set(target, now);
        // What is still in view, but was moved away by what was put before it, comes into view again.
        if (now === before) continue;
        const name = isIntersecting ? "viewport-enter" : "viewport-leave";
        tell(target, name, new Event(name));
      }
    });

  return {
    seek(name) {
      const [scope, type] = name.split(":");
      if (type) {
        const place = scope === "window" ? window : document;
        const hear = (event: Event): void => wanting(name).forEach((element) => tell(element, name, event));
        place.addEventListener(type, hear, { passive: false });
      } else if (name === "click-away") {
        const hear = (event: Event): void => {
          for (const element of wanting(name)) {
            const isShown = element.getClientRects().length > 0;
            if (isShown && !event.composedPath().includes(element)) tell(element, name, event);
          }
        };
        document.addEventListener("click", hear, true);
      } else if (name.startsWith("viewport-")) {
        observer ??= observe();
      } else return false;
      return true;
    },
    look() {
      for (const element of observer ? root.querySelectorAll(`[${SOUGHT}*=viewport]`) : []) {
        observer!.unobserve(element);
        observer!.observe(element);
      }
    },
  };
}
