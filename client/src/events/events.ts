// Turns a person's actions into events: runs their effects, and sends them to the server.

import type { FindHandlers, Handler } from "../dom/handlers.ts";
import type { Wait } from "../dom/template.ts";
import { waitOf } from "../dom/waits.ts";
import { part } from "../parts.ts";
import type { CallEvent } from "../scripts/call.ts";
import type { Address } from "../wire.ts";
import type { Controls, controls as controlsOf } from "./controls.ts";
import { ears } from "./ears.ts";
import type { Hear } from "./ears.ts";
import type { Effects } from "./effects.ts";
import { payloadOf } from "./payload.ts";
import { pending } from "./pending.ts";
import type { Settled } from "./settled.ts";

/** Makes an event of the page as it is now. Call the function that it returns to send the event. */
export type Fire = (address: Address, payload: unknown, event: CallEvent) => () => Settled;

export interface Events {
  /** Looks after the controls, as soon as that part of the script is here. */
  _controls(): Controls | undefined;
  /** Listens for events of this name. */
  _listen(name: string): void;
  /** Call this after each patch. */
  _look(): void;
  /** Call this before a patch: its own events wait. Call the function that it returns when the page is whole again: they
   * are handled then, unless their elements are gone. */
  _pause(): () => void;
  /** Restores the person's edits. The page is whole, so the events that this makes do not wait. */
  _restore(): void;
  /** Sends all delayed events. */
  _flush(): unknown;
}

export function events(root: HTMLElement, find: FindHandlers, fire: Fire, notDone: string): Events {
  const { _mark, _tell } = pending(root, notDone);
  let own: Controls | undefined;
  const controls = (): Controls | undefined => (own ??= part<typeof controlsOf>("controls")?.(root, find, (...one) => take(...one), _tell));

  let hasToggles = false;
  /** The events that a patch has fired so far, while it is applied. */
  let paused: Parameters<Hear>[] | undefined;
  /** The events that are on their way through the page, with their handlers. */
  const reached = new Set<[Event, Handler, Wait]>();

  /** Takes an event that has run its course: other scripts may have set what it reports. If one of them has stopped it, no
   * listener says when it ends. */
  const end = (event?: Event): void => {
    for (const one of reached) {
      if (one[0] !== event && one[0].eventPhase) continue;
      reached.delete(one);
      take(...one);
    }
  };

  const hear: Hear = (...heard) => {
    if (paused) {
      paused.push(heard);
      return;
    }
    end();
    const [target, name, event, bubbles] = heard;
    if (controls()?._ignores(event)) return;
    const handlers = find(target, name, bubbles);
    const [isNative, isTheirs] = controls()?._submission(event) ?? [];
    let confirmed: Element | undefined;
    let stopped: Element | undefined;
    const captured = handlers.filter(([, { _modifiers }]) => _modifiers.includes("capture"));
    for (const handler of new Set([...captured.reverse(), ...handlers])) {
      const [element, slot] = handler;
      const { _modifiers } = slot;
      const isLink = _modifiers.includes("link");
      if (stopped && stopped !== element) break;
      if (_modifiers.includes("self") && event.target !== element) continue;
      // The browser opens the link in another tab or window.
      if (isLink && ["ctrlKey", "altKey", "metaKey", "shiftKey"].some((key) => (event as any)[key])) continue;
      if (controls()?._isOtherKey(event, name, slot)) continue;
      if (!isNative && (isLink || _modifiers.includes("prevent"))) event.preventDefault();
      const wait = waitOf(handler);
      if (wait._isOver) continue;
      if (confirmed !== (confirmed = element) && !isConfirmed(element, event)) {
        event.preventDefault();
        break;
      }
      if (!isTheirs) reached.add([event, handler, wait]);
      if (_modifiers.includes("stop")) stopped = element;
    }
    // The data of a paste or a drop can only be read while the event is on its way.
    if (bubbles && event.eventPhase && !(event as any).dataTransfer && !(event as any).clipboardData) setTimeout(end);
    else end(event);
  };

  const take = (event: Event, handler: Handler, wait: Wait): void => {
    const [element, slot, address] = handler;
    const { type } = event;
    wait._isOver = slot._modifiers.includes("once");
    const onRefused = controls()?._retry(event, handler);
    const fired = slot._kind === "e" && fire(address, payloadOf(handler, event, controls()?._readers), event);
    const send = (): Settled | undefined => {
      if (!fired) {
        part<Effects>("effects")!._runAttribute(element, slot._name);
        return;
      }
      const settled = fired();
      if (!controls()?._isContinuous(type)) _mark(element, type, settled);
      // The person may try again.
      settled.push((fields) => (wait._isOver &&= !fields));
      controls()?._sent(event, handler, wait, settled, onRefused);
      return settled;
    };
    if (!controls()?._hold(event, slot, wait, send)) send();
  };

  const { _listen, _look } = ears(root, hear, end);

  return {
    _controls: controls,
    _flush: () => controls()?._flush(),
    _listen(name) {
      if (name === "drop") controls()?._letDrop();
      hasToggles ||= name === "toggle";
      _listen(name);
    },
    _look() {
      if (hasToggles) controls()?._noteNew(root);
      _look();
    },
    _restore() {
      const all = paused;
      paused = undefined;
      controls()?._restore();
      paused = all;
    },
    _pause() {
      end();
      const focused = document.activeElement;
      paused = [];
      return () => {
        const all = paused!;
        paused = undefined;
        for (const heard of all) {
          const [target, name] = heard;
          const isBack = /^(focus|blur)/.test(name) && document.activeElement === focused;
          if (target.isConnected && !isBack) hear(...heard);
        }
        controls()?._retell();
      };
    },
  };
}

/** Asks the person, for a click or a submit, if the element or the submit button has a question. */
function isConfirmed(element: Element, { type, submitter }: any): boolean {
  const question = element.getAttribute("data-confirm") ?? submitter?.getAttribute("data-confirm");
  return !question || !/^(click|submit)$/.test(type) || confirm(question);
}
