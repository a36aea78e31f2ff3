// Hears what a person does, and sends it as the handlers' addresses.

import type { Handler } from "../dom/handlers.ts";
import { effectsOf, run } from "./effects.ts";
import type { Settled } from "./settled.ts";
import { CONTINUOUS, delays, waitOf } from "./delays.ts";
import { edits } from "./edits.ts";
import type { Edits } from "./edits.ts";
import { DRAGGED, payloadOf } from "./payload.ts";
import { pending } from "./pending.ts";
import { refuse } from "./form-errors.ts";
import { ears } from "./ears.ts";
import type { Address } from "../wire.ts";

/** An event of the page as it is now: call what is returned to send it. */
export type Fire = (address: Address, payload: unknown) => () => Settled;

/** The handlers of an event's name that a target's events pass, or at the target alone; the innermost first. */
export type Find = (target: Node, name: string, bubbles: boolean) => Handler[];

export interface Events {
  edits: Edits;
  /** Listens for events of this name. */
  listen(name: string): void;
  /** The page has changed. */
  changed(): void;
}

const HELD = ["ctrl", "alt", "meta"];

export function events(root: HTMLElement, find: Find, server: { fire: Fire }): Events {
  const delayed = delays();
  const mark = pending(root);
  const edited = edits(root);

  const hear = (event: Event, handlers: Handler[]): void => {
    let confirmed: Element | undefined;
    let stopped: Element | undefined;
    const caught = handlers.filter(({ slot }) => slot.modifiers.includes("capture"));
    for (const handler of new Set([...caught.reverse(), ...handlers])) {
      const { modifiers, pressed } = handler.slot;
      const isLink = modifiers.includes("link");
      if (stopped && stopped !== handler.element) break;
      if (modifiers.includes("self") && event.target !== handler.element) continue;
      // It opens another tab or window.
      if (isLink && [...HELD, "shift"].some((name) => isHeld(event, name))) continue;
      if (pressed && !isKey(pressed, event as KeyboardEvent)) continue;
      if (isLink || modifiers.includes("prevent")) event.preventDefault();
      if (waitOf(handler).isOver) continue;
      if (confirmed !== (confirmed = handler.element) && !isConfirmed(confirmed, event)) return event.preventDefault();
      take(handler, event);
      if (modifiers.includes("stop")) stopped = handler.element;
    }
  };

  const take = (handler: Handler, event: Event): void => {
    const { element, slot, address } = handler;
    const { type, target } = event;
    const isSubmit = type === "submit";
    const isForm = isSubmit || slot.modifiers.includes("form");
    const wait = waitOf(handler);
    const once = (wait.isOver = slot.modifiers.includes("once"));
    const acts = slot.kind === "a";
    const fire = acts || server.fire(address, payloadOf(handler, event));
    const send = (): Settled | undefined => {
      if (fire === true) {
        for (const effect of effectsOf(element, slot.name)) run(effect, element);
        return;
      }
      const settled = fire();
      if (isForm || /^(input|change)$/.test(type)) edited.report(isForm ? element : target!, settled);
      if (!CONTINUOUS.test(type)) mark(element, type, settled);
      if (isSubmit) {
        // What is under way is not sent twice.
        wait.isOver = true;
        settled.push((fields) => {
          wait.isOver = once;
          if (fields) refuse(element as HTMLFormElement, fields);
        });
      }
      return settled;
    };
    if (delayed.hold(handler, type, send)) return;
    delayed.flush();
    send();
  };

  const { listen, look } = ears(root, (target, name, event, bubbles) => hear(event, find(target, name, bubbles)));

  const letDrop = (): void => {
    addEventListener("dragstart", ({ target, dataTransfer }: any) => {
      const dragged = target.closest?.("[data-drag]");
      if (dragged) dataTransfer.setData(DRAGGED, dragged.dataset.drag);
    });
    addEventListener("dragover", (event: any) => {
      if (event.dataTransfer.types.includes(DRAGGED) && find(event.target, "drop", true)[0]) event.preventDefault();
    });
  };

  root.addEventListener("focusout", delayed.flush);
  addEventListener("pagehide", delayed.flush);
  return {
    edits: edited,
    listen(name) {
      if (name === "drop") letDrop();
      listen(name);
    },
    changed: look,
  };
}

const isHeld = (event: any, name: string): boolean | undefined => event[`${name}Key`];

/** Whether the key, and those that are held, are these. */
const isKey = (keys: string[], event: KeyboardEvent): boolean =>
  !event.isComposing &&
  keys.every((name) => isHeld(event, name) ?? event.key?.toLowerCase().replace(" ", "space").replace(".", "period") === name) &&
  HELD.every((name) => !isHeld(event, name) || keys.includes(name));

/** What asks first, asks for clicks and submits. */
function isConfirmed(element: Element, { type, submitter }: any): boolean {
  const question = element.getAttribute("data-confirm") ?? submitter?.getAttribute("data-confirm");
  return !question || !/^(click|submit)$/.test(type) || confirm(question);
}
