// Looks after everything on the page that a person fills in, chooses or opens.

import type { FindHandlers, Handler } from "../dom/handlers.ts";
import { PROPERTY } from "../dom/handlers.ts";
import { reopen, said } from "../dom/open.ts";
import { isKnown, noteNew } from "../dom/states.ts";
import type { Slot, Wait } from "../dom/template.ts";
import { delays } from "./delays.ts";
import type { Delays } from "./delays.ts";
import { letDrop } from "./drag.ts";
import { edits } from "./edits.ts";
import type { Edits, OnRefused, Resend } from "./edits.ts";
import { entered } from "./entered.ts";
import { showFormErrors } from "./form-errors.ts";
import { isOtherKey } from "./keys.ts";
import { askOnLeaving } from "./leaving.ts";
import type { Readers } from "./payload.ts";
import type { Settled } from "./settled.ts";

export interface Controls extends Pick<Edits, "_retry" | "_write" | "_keep" | "_drop" | "_restore" | "_retell">, Omit<Delays, "_submitted"> {
  /** Returns true if the event must not be sent: it says what the server knows, or an input method is at work. */
  _ignores(event: Event): boolean;
  /** Returns true if the handler in this slot is for other keys than the event's. */
  _isOtherKey(event: Event, name: string, slot: Slot): unknown;
  _readers: Readers;
  /** Call this when an event of the handler is sent. `onRefused` is from `_retry`. */
  _sent(event: Event, handler: Handler, wait: Wait, settled: Settled, onRefused?: OnRefused): void;
  /** Returns whether the browser submits the form, or closes its dialog, as well; and whether that replaces the handlers: the
   * button has a method or an address of its own. */
  _submission(event: Event): [isNative: boolean, isTheirs: boolean];
  /** Call this if the page listens for `drop`. */
  _letDrop(): void;
  /** Call this after a patch, if the page listens for `toggle`. */
  _noteNew(root: Element): void;
}

/** `resend` takes an event anew; `tell` tells the person, at this element, that an event was not applied. */
export function controls(root: HTMLElement, find: FindHandlers, resend: Resend, tell: (element: Element) => void): Controls {
  const { _submitted, ...delayed } = delays(root);
  const { _empty, _isComposing, _report, ...others } = edits(root, find, resend, tell);

  askOnLeaving(root);
  // The only property that has no attribute for the parser to read.
  for (const box of root.querySelectorAll<HTMLInputElement>("[indeterminate]")) box.indeterminate = true;
  for (const details of root.querySelectorAll("details[open]")) said.set(details, true);
  // The HTML cannot open a dialog as a modal one, nor a popover.
  queueMicrotask(() => {
    for (const part of root.querySelectorAll("[open]:not(details)")) {
      if (!find(part, PROPERTY, false)[0]) continue;
      said.set(part, true);
      reopen(part);
    }
  });

  return {
    ...others,
    ...delayed,
    _isOtherKey: isOtherKey,
    _readers: entered,
    _ignores: (event) => isKnown(event) || _isComposing(event),
    _sent(event, [element, slot], wait, settled, onRefused) {
      const { _modifiers } = slot;
      const isSubmit = event.type === "submit";
      const isForm = isSubmit || _modifiers.includes("form");
      if (_modifiers.includes("reset")) _empty(element as HTMLFormElement, settled);
      else _report(event, element, isForm, settled, onRefused);
      // A form that is not submitted yet may be wrong.
      if (isSubmit || !isForm) settled.push((fields) => fields?.[0] && showFormErrors(event.target, fields));
      if (isSubmit) _submitted(slot, wait, settled);
    },
    _submission: submission,
    _letDrop: () => letDrop(find),
    _noteNew: noteNew,
  };
}

function submission({ type, target, submitter }: any): [isNative: boolean, isTheirs: boolean] {
  if (type !== "submit") return [false, false];
  const method = submitter?.getAttribute("formmethod");
  const isTheirs = /^(get|dialog)$/i.test(method) || submitter?.hasAttribute("formaction");
  return [isTheirs || /^dialog$/i.test(method ?? target.getAttribute("method")), isTheirs];
}
