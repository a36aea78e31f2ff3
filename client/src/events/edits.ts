// What a person has changed in controls is the person's: an older value does not overwrite it.

import type { Settled } from "./settled.ts";
import { tellOf } from "../dom/nodes.ts";
import { finder } from "../dom/focus.ts";
import { setProperties } from "../dom/properties.ts";
import type { Property } from "../dom/properties.ts";

const TOGGLE = /^(checkbox|radio)$/;

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface Edits {
  /** What is sent tells the server what stands in the control, or in all of the form's. */
  report(control: EventTarget, settled: Settled): void;
  /** Sets properties; those of a control that the server does not know as it is, later. */
  write(properties: Property[]): void;
  /** Call it before a full render: what was typed is kept, for a session that knows it, or does not. */
  keep(isNew: boolean): void;
  /** Puts back what was kept, as far as its controls are there again. Some come when the server knows of others. */
  restore(): void;
}

export function edits(root: Element): Edits {
  /** The controls that were changed, and what tells the server: nothing yet, or all is told. */
  const changed = new Map<Control, Settled | true | undefined>();
  let kept: [old: any, isUntold: unknown, find: () => Element | undefined][] = [];
  let deferred: Property[] = [];
  /** What was kept was kept just now: forms are told as they were, with what the server does not show yet. */
  let isWhole: boolean;

  /** The control was changed, of which the element is a part; or a radio button of its group was. */
  const isChanged = (element: Element): boolean => {
    const { name, type, form } = element as Control;
    return [...changed].some(
      ([control, untold]) =>
        untold &&
        (control.contains(element) || (type === "radio" && control.name === name && control.form === form)),
    );
  };

  /** What has not found its control when the server has answered all that it was told is gone. */
  const forget = (): void => {
    if (![...changed.values()].some(Array.isArray)) kept = [];
  };

  const write = (properties: Property[]): void => {
    const all = deferred
      .filter(([element, name]) => !properties.some((other) => other[0] === element && other[1] === name))
      .concat(properties);
    deferred = all.filter(([element]) => isChanged(element));
    setProperties(all.filter((property) => !deferred.includes(property)));
  };

  root.addEventListener(
    "input",
    ({ target }) => {
      const control = target as HTMLInputElement;
      if (control.value != null && !control.files) changed.set(control, true);
    },
    true,
  );
  root.addEventListener("reset", ({ target }) => {
    for (const control of changed.keys()) if (control.form === target) changed.delete(control);
    write([]);
  });

  const tell = (control: Control, form?: unknown): void => {
    tellOf(control, "input", form);
    tellOf(control, "change", form);
  };

  const look = (): void => {
    for (const control of root.querySelectorAll<any>("input,textarea,select")) {
      const isTouched = control.options
        ? // The first one need not say that it is chosen.
          [...control.options].some((option) => option.index && option.selected !== option.defaultSelected)
        : TOGGLE.test(control.type)
          ? control.checked !== control.defaultChecked
          : control.value !== control.defaultValue;
      if (isTouched && !changed.has(control)) tell(control);
    }
  };
  // A person changes what is shown before this script runs; and the browser, when all is loaded, what it remembers.
  queueMicrotask(look);
  addEventListener("pageshow", look);

  return {
    report(reported, settled) {
      for (const [control, untold] of changed) {
        if (untold && (control === reported || control.form === reported)) changed.set(control, settled);
      }
      settled.push(() => {
        for (const [control, untold] of changed) {
          if (!control.isConnected) changed.delete(control);
          else if (untold === settled) changed.set(control, undefined);
        }
        forget();
        write([]);
      });
    },
    write,
    keep(isNew) {
      for (const [control, untold] of changed) kept.push([control, untold || isNew, finder(root, control)]);
      changed.clear();
      deferred = [];
      isWhole = true;
    },
    restore() {
      kept = kept.filter(([old, isUntold, find]) => {
        const control = find() as Control | undefined;
        if (control?.type !== old.type) return true;
        changed.set(control!, undefined);
        if (!isUntold) return;
        restore(control, old);
        tell(control!, isWhole && old.form);
      });
      isWhole = false;
      forget();
    },
  };
}

/** What the person has given the old control, which has left the page. */
function restore(control: any, old: any): void {
  if (old.selectedOptions) {
    const values = Array.from(old.selectedOptions, (option: any) => option.value);
    for (const option of control.options) option.selected = values.includes(option.value);
  } else if (TOGGLE.test(old.type)) control.checked = old.checked;
  else control.value = old.value;
}
