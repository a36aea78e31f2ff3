// What a page does by itself: effects, and what the server's `update` says to it.

import { isCalm, setAttribute, takeFocus, tellOf, words } from "../dom/nodes.ts";
import { decodeEffects } from "../wire.ts";
import type { Command } from "../wire.ts";

/** An element, or 0; or a way to go from there. */
type Target = 0 | string | [way: "closest" | "within", selector: string];

type Effect = (element: any, one: any, other: any) => unknown;

/** All of the classes; toggles them unless it is said whether they are to be there. */
const setClasses: Effect = ({ classList }, classes, isThere) =>
  words(classes).forEach((name) => classList.toggle(name, isThere));

/** What they do to one element. */
const effects: { [name: string]: Effect } = {
  attribute: setAttribute,
  toggle: (element) => element.toggleAttribute("hidden"),
  class: setClasses,
  value: (element, value) => (element.value = value),
  focus: takeFocus,
  scroll: (element) => element.scrollIntoView({ block: "nearest" }),
  dispatch: tellOf,
  open(element, isOpen) {
    if (element.popover) element.togglePopover(isOpen);
    else if (element.showModal) element[isOpen ? "showModal" : "close"]();
    else element.open = isOpen;
  },
  transition(element, classes, time) {
    if (isCalm()) return;
    setClasses(element, classes, true);
    setTimeout(() => setClasses(element, classes, false), time);
  },
};

const pageCommands: { [name: string]: (about: string) => void } = {
  announce,
  title: (title) => (document.title = title),
  navigate: (url) => (location.href = url),
};

/** Does one; `then` is called when it has been done. `from` is where `0` is. */
export function run([name, about, one, other]: Command, from: Element, then = () => {}): void {
  if (name === "then") return run(about, from, () => run(one, from, then));
  try {
    const isDone = (element: Element | null): unknown => effects[name]!(element, one, other) && name === "focus";
    if (pageCommands[name]) pageCommands[name](about);
    // One has the focus, the others have not.
    else elementsOf(about, from).some(isDone);
  } catch (error) {
    console.error(error);
  }
  if (name === "transition" && !isCalm()) setTimeout(then, other);
  else then();
}

function elementsOf(target: Target, from: Element): (Element | null)[] {
  if (!target) return [from];
  const [way, selector] = target as [way: string, selector: string];
  if (way === "closest") return [from.closest(selector)].filter(Boolean);
  return [...(way === "within" ? from.querySelectorAll(selector) : document.querySelectorAll(target as string))];
}

let region: any;

/** Screen readers say what is added to a region that they know already. */
function announce(text: string): void {
  const line = document.createElement("div");
  line.append(text);
  if (!region?.isConnected) {
    region = document.createElement("div");
    region.ariaLive = "polite";
    region.style = "position:fixed;clip-path:inset(50%)";
    document.body.append(region);
  }
  setTimeout(() => region!.append(line), 100);
  setTimeout(() => line.remove(), 10_000);
}

/** The effects in an attribute of this name. */
export const effectsOf = (element: Element, name: string): Command[] => decodeEffects(element.getAttribute(name)) ?? [];
