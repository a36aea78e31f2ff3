// What a person has changed in controls is the person's: an older value does not overwrite it.

import type { Settled } from "./connection.ts";
import { finder } from "./focus.ts";
import { setProperties } from "./write.ts";
import type { Property } from "./write.ts";

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface Edits {
  /** What is sent tells the server what stands in the control, or in all of the form's. */
  report(control: EventTarget, settled: Settled): void;
  /** Sets properties; those of a control that the server does not know as it is, later. */
  write(properties: Property[]): void;
  /** Keeps what was typed over a full render, for a session that knows it (or not): call what it answers then. */
  keep(isNew: boolean): () => void;
}

export function edits(root: Element): Edits {
  /** The controls that were changed, and what tells the server: nothing yet, or all is told. */
  const changed = new Map<Control, Settled | "not yet" | undefined>();
  let deferred: Property[] = [];

  /** The control was changed, of which the element is a part; or a radio button of its group was. */
  const isChanged = (element: Element): boolean => {
    const { name, type, form } = element as Control;
    return [...changed].some(
      ([control, untold]) =>
        untold &&
        (control.contains(element) ||
          (type === "radio" && control.type === type && control.name === name && control.form === form)),
    );
  };

  const write = (properties: Property[]): void => {
    const all = deferred.concat(properties);
    const isLast = ([element, name]: Property, at: number): boolean =>
      !all.some((other, later) => later > at && other[0] === element && other[1] === name);
    deferred = all.filter((property, at) => isChanged(property[0]) && isLast(property, at));
    setProperties(all.filter(([element]) => !isChanged(element)));
  };

  root.addEventListener(
    "input",
    ({ target }) => {
      if ((target as Control).matches("input:not([type=file]),textarea,select")) changed.set(target as Control, "not yet");
    },
    true,
  );
  root.addEventListener("reset", ({ target }) => {
    for (const control of changed.keys()) if (control.form === target) changed.delete(control);
    write([]);
  });

  return {
    report(reported, settled) {
      for (const [control, untold] of changed) {
        if (untold && (control === reported || control.form === reported)) changed.set(control, settled);
      }
      settled.push(() => {
        for (const [control, untold] of changed) if (untold === settled) changed.set(control, undefined);
        write([]);
      });
    },
    write,
    keep(isNew) {
      const kept = [...changed].filter(([, untold]) => isNew || untold).map(([control]) => [control, finder(root, control)] as const);
      changed.clear();
      deferred = [];
      return () => {
        for (const [old, find] of kept) {
          const control = find() as Control | undefined;
          if (control?.type !== old.type) continue;
          restore(control as any, old);
          for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, { bubbles: true }));
        }
      };
    },
  };
}

/** What the person has given the old control, which has left the page. */
function restore(control: any, { type, checked, value, selectedOptions }: any): void {
  if (selectedOptions) {
    const chosen = Array.from(selectedOptions, (option: any) => option.value);
    for (const option of control.options) option.selected = chosen.includes(option.value);
  } else if (/^(checkbox|radio)$/.test(type)) control.checked = checked;
  else control.value = value;
}
