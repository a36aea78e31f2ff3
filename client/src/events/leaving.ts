// Asks before the page of a form with `leave` is left.

import { home } from "../home.ts";

/** Asks with the text of the attribute. The browser has a text of its own when it closes or loads a page. */
export function askOnLeaving(root: Element): void {
  const question = (): string | null | undefined => root.querySelector("form[leave]")?.getAttribute("leave");
  home._mayLeave = () => !question() || confirm(question()!);
  const ask = (event: Event): void => {
    if (question() && !home._isAsked) event.preventDefault();
  };
  // Some browsers keep no page with this listener. A form that nobody has touched may be left.
  root.addEventListener("input", () => addEventListener("beforeunload", ask));
}
