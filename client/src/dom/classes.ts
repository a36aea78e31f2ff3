// Shares each `class` attribute with other scripts: the server sets its own classes, and leaves the others alone.

import { setAttribute, words } from "./nodes.ts";
import { SERVED, change, look } from "./own.ts";

export function setClass(element: Element, name: string, value: string | true | null): void {
  look();
  const before = element[SERVED];
  change(element, () => {
    if (before === undefined) return setAttribute(element, name, value);
    element[SERVED] = value === true ? "" : (value ?? "");
    element.classList.remove(...words(before));
    element.classList.add(...words(element[SERVED]));
  });
}
