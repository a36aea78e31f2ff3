// Shows what is wrong with a form that the server has refused, in the browser's own way, until the person goes on.

import type { Fields } from "./wire.ts";

export function refuse(form: HTMLFormElement, fields: Fields): void {
  const controls: any[] = [...form.elements];
  for (const [name, message] of fields) {
    (controls.find((control) => control.name === name) ?? controls[0])?.setCustomValidity(message);
  }
  form.reportValidity();
  form.addEventListener("input", () => controls.forEach((control) => control.setCustomValidity?.("")), { once: true });
}
