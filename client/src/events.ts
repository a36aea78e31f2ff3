// Hears what a person does, and sends it as the handlers' addresses.

import type { Handler } from "./address.ts";
import type { Address } from "./wire.ts";

/** What an event of a type tells the server beside its address. */
const payloads: { [type: string]: (event: Event) => unknown } = {
  input: valueOf,
  change: valueOf,
};

function valueOf({ target }: Event): unknown {
  return (target as HTMLInputElement).value;
}

export type Fire = (address: Address, payload: unknown) => void;

/** Listens at `element` for events of a type, as they pass it on their way to whatever they happen to. */
export function listen(element: Element, type: string, handlersFor: (event: Event) => Handler[], fire: Fire): void {
  element.addEventListener(
    type,
    (event) => {
      for (const handler of handlersFor(event)) {
        if (preventsDefault(handler)) event.preventDefault();
        fire(handler.address, payloads[type]?.(event));
        if (handler.slot.modifiers.includes("stop")) break;
      }
    },
    // Capture, since not every event bubbles; not passive, so that the default can be prevented.
    { capture: true, passive: false },
  );
}

function preventsDefault({ element, slot }: Handler): boolean {
  return (
    slot.modifiers.includes("prevent") ||
    slot.name === "submit" ||
    (slot.name === "click" && element.matches("a[href]"))
  );
}
