// Asks before the page of a form with `leave` is left.

import { home } from "../home.ts";

/** Asks with the text of the attribute. The browser has a text of its own when it closes or loads a page. */
export function askOnLeaving(root: Element): void {
  let isAllowed = false;
  const question = (): string | null | undefined => root.querySelector("form[leave]")?.getAttribute("leave");
  home._mayLeave = () => {
    const text = question();
    return !text || (isAllowed = confirm(text));
  };
  addEventListener("beforeunload", (event) => {
    if (question() && !isAllowed) event.preventDefault();
    isAllowed = false;
  });
}
