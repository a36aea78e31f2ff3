import { select } from "./focus.ts";
import { setAttribute } from "./nodes.ts";

export type Property = [element: Element, name: string, value: string | true | null];

export function setProperties(properties: Property[]): void {
  for (const [element, name, written] of properties) {
    const target = element as unknown as { [name: string]: unknown };
    const value = written ?? (name === "value" ? "" : false);
    // Setting an equal value would move the caret of the person who types there, and so does another one.
    if (target[name] !== value) {
      const { selectionStart: caret } = element as HTMLInputElement;
      target[name] = value;
      if (element === document.activeElement) select(element as HTMLInputElement, caret, caret);
    }
    // What a form is reset to.
    if (element.localName === "textarea") target["defaultValue"] = value;
    else setAttribute(element, name, written);
    // An option that is not selected any more makes the first one so, whatever the server said of others.
    if (name === "selected") {
      const options = element.closest("select:not([multiple])")?.querySelectorAll<HTMLOptionElement>("[selected]");
      options?.forEach((option) => (option.selected = true));
    }
  }
}
