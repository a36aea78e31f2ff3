// What a person has changed in controls is the person's: an older value does not overwrite it.

import type { Settled } from "./connection.ts";
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

const isControl = (node: EventTarget | null): node is Control =>
  node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement;

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
    ({ target }) => isControl(target) && target.type !== "file" && changed.set(target, "not yet"),
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
      const active = document.activeElement;
      const kept = [...changed].filter(([control, untold]) => control.isConnected && (isNew || untold)).map(([control]) => control);
      const restores = kept.map((control) => keepOne(root, control, true));
      if (isControl(active) && root.contains(active) && !kept.includes(active)) restores.push(keepOne(root, active, false));
      changed.clear();
      deferred = [];
      return () => restores.forEach((restore) => restore?.());
    },
  };
}

/** How to find a control again in another copy of the page. */
function finder({ id, name, form }: Control): string | undefined {
  if (id) return `#${CSS.escape(id)}`;
  const within = form?.id ? `#${CSS.escape(form.id)} ` : "";
  return name ? `${within}[name="${CSS.escape(name)}"]` : undefined;
}

function keepOne(root: Element, control: Control, isEdited: boolean): (() => void) | undefined {
  const selector = finder(control);
  if (!selector) return;
  const at = [...root.querySelectorAll(selector)].indexOf(control);
  const isActive = control === document.activeElement;
  const { value, type } = control;
  const { checked, selectionStart, selectionEnd } = control as HTMLInputElement;
  const chosen = Array.from((control as HTMLSelectElement).selectedOptions ?? [], (option) => option.value);
  return () => {
    const found = root.querySelectorAll<Control>(selector)[at];
    if (!found || found.type !== type) return;
    if (isEdited) {
      if (found instanceof HTMLSelectElement) {
        for (const option of found.options) option.selected = chosen.includes(option.value);
      } else if (/^(checkbox|radio)$/.test(type)) (found as HTMLInputElement).checked = checked;
      else found.value = value;
    }
    if (isActive) {
      found.focus();
      if (selectionStart !== null) (found as HTMLInputElement).setSelectionRange?.(selectionStart, selectionEnd);
    }
    if (isEdited) for (const type of ["input", "change"]) found.dispatchEvent(new Event(type, { bubbles: true }));
  };
}
