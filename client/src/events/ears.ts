// Listens for events at the root, where they pass, or in capture.

import { contains } from "../dom/nodes.ts";
import { part } from "../parts.ts";

/** Called for an event of this name. `bubbles`: it is for the target's ancestors too. */
export type Hear = (target: Node, name: string, event: Event, bubbles: boolean) => void;

export interface Ears {
  /** Listens for events of this name. */
  _listen(name: string): void;
  /** Call this after each patch: there may be new elements to watch, or others may have moved. */
  _look(): void;
}

/** Hears events that do not pass through their element, on pages whose templates have handlers for them. */
export interface Far extends Pick<Ears, "_look"> {
  /** Listens for events of this name. Returns nothing if they pass. */
  _listen(name: string): unknown;
}

/** Calls `hear` when an event begins, and `end` when it comes back to the root. */
export function ears(root: Element, hear: Hear, end: (event: Event) => void): Ears {
  let own: Far | undefined;
  const far = (): Far | undefined => (own ??= part<{ _far(root: Element, hear: Hear): Far }>("rare")?._far(root, hear));

  return {
    _listen(name) {
      if (far()?._listen(name)) return;
      const listener = (event: Event): void => hear(event.target as Node, name, event, event.bubbles);
      // In the capture phase, since not every event bubbles. Not passive, so that handlers can prevent the default.
      const options = { capture: true, passive: false };
      // Other scripts may have moved elements out of the root.
      const outside = (listener: (event: Event) => void) => (event: Event) => contains(root, event.target as Node) || listener(event);
      root.addEventListener(name, listener, options);
      root.addEventListener(name, end);
      document.addEventListener(name, outside(listener), options);
      document.addEventListener(name, outside(end));
    },
    _look() {
      far()?._look();
    },
  };
}
