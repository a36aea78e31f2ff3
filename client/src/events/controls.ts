// Looks after everything on the page that a person fills in, chooses or opens.

import type { FindHandlers } from "../dom/handlers.ts";
import { PROPERTY } from "../dom/handlers.ts";
import { reopen, said } from "../dom/open.ts";
import { isKnown, noteNew } from "../dom/states.ts";
import type { Slot } from "../dom/template.ts";
import { edits } from "./edits.ts";
import type { Edits } from "./edits.ts";
import { entered } from "./entered.ts";
import { showFormErrors } from "./form-errors.ts";
import { isOtherKey } from "./keys.ts";
import type { Readers } from "./payload.ts";
import type { Settled } from "./settled.ts";

export interface Controls extends Pick<Edits, "_write" | "_keep" | "_restore" | "_retell"> {
  /** Returns true if the event must not be sent: it says what the server knows, or an input method is at work. */
  _ignores(event: Event): boolean;
  /** Returns true if the handler in this slot is for other keys than the event's. */
  _isOtherKey(event: Event, name: string, slot: Slot): unknown;
  _readers: Readers;
  /** Call this when an event of the handler in this slot is sent. */
  _sent(event: Event, element: Element, slot: Slot, settled: Settled): void;
  /** Call this after a patch, if the page listens for `toggle`. */
  _noteNew(root: Element): void;
}

export function controls(root: HTMLElement, find: FindHandlers): Controls {
  const { _empty, _isComposing, _report, ...others } = edits(root, find);

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
    _isOtherKey: isOtherKey,
    _readers: entered,
    _ignores: (event) => isKnown(event) || _isComposing(event),
    _sent(event, element, { _modifiers }, settled) {
      const isSubmit = event.type === "submit";
      const isForm = isSubmit || _modifiers.includes("form");
      if (_modifiers.includes("reset")) _empty(element as HTMLFormElement, settled);
      else _report(event, element, isForm, settled);
      // A form that is not submitted yet may be wrong.
      if (isSubmit || !isForm) settled.push((fields) => fields?.[0] && showFormErrors(event.target, fields));
    },
    _noteNew: noteNew,
  };
}
