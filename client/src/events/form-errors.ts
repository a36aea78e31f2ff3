import type { Fields } from "../wire.ts";

/** Shows the errors of a refused form with the browser's own messages, until the person types again. */
export function showFormErrors(form: HTMLFormElement, fields: Fields): void {
  // Only controls at which a browser can show a message. The form's own list has others too, which may come first.
  const all = [...document.querySelectorAll<HTMLInputElement>("*")];
  const controls = all.filter((control) => control.form === form && control.willValidate);
  for (const [name, message] of fields) {
    (controls.find((control) => control.name === name) ?? controls[0])?.setCustomValidity(message);
  }
  form.reportValidity();
  for (const type of ["input", "reset"]) {
    form.addEventListener(type, () => controls.forEach((control) => control.setCustomValidity("")), { once: true });
  }
}
