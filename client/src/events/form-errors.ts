import { contains } from "../dom/nodes.ts";
import type { Fields } from "../wire.ts";

/** Instead of a name: the control with the longest text. */
const LONGEST = "*";

/** The server has judged the control anew when one of these attributes changes. A textarea's value is its content. */
const JUDGED = ["value", "checked", "selected", "aria-invalid"];

/** Shows the errors of a refused form, or of a single control, with the browser's own messages, until the person types
 * again, or the server sets the control's value or its `aria-invalid`. */
export function showFormErrors(form: any, fields: Fields): void {
  // Only controls at which a browser can show a message. The form's own list has others too, which may come first.
  const all = [...document.querySelectorAll<HTMLInputElement>("*")];
  const controls = all.filter((control) => (control === form || control.form === form) && control.willValidate);
  for (const [name, message] of fields) {
    const [first] = controls;
    const longer = (one: any, other: any): any => (name === LONGEST && one.value?.length < other.value?.length ? other : one);
    (controls.find((control) => control.name === name) ?? controls.reduce(longer, first))?.setCustomValidity(message);
  }
  form.reportValidity?.();
  const observer = new MutationObserver((records) => {
    for (const { target } of records) controls.find((control) => contains(control, target))?.setCustomValidity("");
  });
  for (const control of controls) observer.observe(control, { subtree: true, childList: true, attributeFilter: JUDGED });
  const clear = (): void => {
    observer.disconnect();
    controls.forEach((control) => control.setCustomValidity(""));
  };
  // A control may be outside its form.
  for (const element of [form, ...controls]) {
    for (const type of ["input", "reset"]) element.addEventListener(type, clear, { once: true });
  }
}
