// Sets properties of controls: `value`, `checked`, `selected` and so on.

import { select } from "./focus.ts";
import { contains, EDITED, reselect, setAttribute, textOf } from "./nodes.ts";
import { said } from "./open.ts";
import { patchOpen } from "./states.ts";

export type Property = [element: Element, name: string, value: string | true | null];

/** Returns a copy of a control with this value, which the browser makes fit. */
export function withValue(control: any, value: unknown): any {
  const copy = control.cloneNode();
  copy.value = value;
  return copy;
}

export function setProperties(properties: Property[]): void {
  for (const [element, name, written] of properties) {
    if (name === EDITED) {
      if (textOf(element) !== written) writeText(element, written as string);
      continue;
    }
    const target = element as unknown as { [name: string]: any };
    const value = written ?? (name === "value" ? "" : false);
    if (name === "open") {
      patchOpen(element, !!value);
      continue;
    }
    // Setting any value moves the caret of the person who types there. So an equal value is not set, and neither is the same
    // number or time. Other controls have no `valueAsNumber`, or NaN.
    const isSame =
      target[name] === value ||
      (name === "value" && withValue(element, value).valueAsNumber - target["valueAsNumber"] === 0);
    if (!isSame) {
      const { selectionStart: caret } = element as HTMLInputElement;
      if (name === "muted") said.set(element, !!value);
      target[name] = value;
      if (element === document.activeElement) select(element as HTMLInputElement, caret, caret);
    }
    // A form is reset to these.
    if (element.localName === "textarea") target["defaultValue"] = value;
    else setAttribute(element, name, written);
    if (name === "selected") reselect(element);
  }
}

/** Writes a text that a person edits, and keeps the caret. */
function writeText(element: any, text: string): void {
  const selection = getSelection()!;
  const isHere = contains(element, selection.focusNode!);
  if (isHere) selection.extend(element, 0);
  let caret = `${selection}`.length;
  element.innerText = text;
  if (!isHere) return;
  selection.collapse(element, element.childNodes.length);
  for (const node of element.childNodes) {
    // A line break has no length.
    if (caret >= 0 && caret <= (node.length ?? 0)) selection.collapse(node, caret);
    caret -= node.length ?? 1;
  }
}
