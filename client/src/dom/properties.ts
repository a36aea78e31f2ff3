// Sets properties of controls: `value`, `checked`, `selected` and so on.

import { select, writeText } from "./focus.ts";
import { setAttribute, textOf } from "./nodes.ts";
import { patchOpen, said } from "./states.ts";

export type Property = [element: Element, name: string, value: string | true | null];

/** The property of an element whose text a person edits. */
export const EDITED = "text";

/** Returns a copy of a control with this value, which the browser makes fit. */
export function withValue(control: any, value: unknown): any {
  const copy = control.cloneNode();
  copy.value = value;
  return copy;
}

/** Returns the value of an attribute or a property as the server has set it, whatever the person has entered. */
export function setTo(element: any, name: string): string | null {
  if (name === "open") return said.get(element) ? "" : null;
  return name === "value" && element.type === "textarea" ? element.defaultValue : element.getAttribute(name);
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

/** When no option is selected any more, the browser selects the first one, even if the server has selected another. */
export const reselect = (inside: Element): void =>
  inside
    .closest?.("select:not([multiple])")
    ?.querySelectorAll<HTMLOptionElement>("[selected]")
    .forEach((option) => (option.selected = true));
