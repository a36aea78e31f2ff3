// Shows what is wrong with a form that the server has refused, in the browser's own way, until the person goes on.

import type { Fields } from "../wire.ts";

export function refuse(form: HTMLFormElement, fields: Fields): void {
  // Those at which a browser can show it; others may stand first, or not be seen.
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
