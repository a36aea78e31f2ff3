// What a page does by itself: effects, and what the server's `update` says to it.

import { isCalm, words } from "./dom.ts";
import { decodeEffects } from "./wire.ts";
import type { Command } from "./wire.ts";

/** An element, or 0; or a way to go from there. */
type Target = 0 | string | [way: "closest" | "within", selector: string];

/** What they do to one element. */
const effects: { [name: string]: (element: any, one: any, other: any) => unknown } = {
  show: (element) => element.toggleAttribute("hidden", false),
  hide: (element) => element.toggleAttribute("hidden", true),
  toggle: (element) => element.toggleAttribute("hidden"),
  "add-class": ({ classList }, classes) => classList.add(...words(classes)),
  "remove-class": ({ classList }, classes) => classList.remove(...words(classes)),
  "toggle-class": ({ classList }, classes) => words(classes).map((name) => classList.toggle(name)),
  "set-attribute": (element, name, value) => element.setAttribute(name, value),
  "remove-attribute": (element, name) => element.removeAttribute(name),
  "set-value": (element, value) => (element.value = value),
  focus: (element) => element.getRootNode().activeElement === element || element.focus(),
  scroll: (element) => element.scrollIntoView({ block: "nearest", behavior: isCalm() ? "instant" : "smooth" }),
  dispatch: (element, name, detail) => element.dispatchEvent(new CustomEvent(name, { bubbles: true, detail })),
  open(element) {
    if (element.popover) element.showPopover();
    else if (element.showModal) element.showModal();
    else element.open = true;
  },
  close(element) {
    if (element.popover) element.hidePopover();
    else if (element.close) element.close();
    else element.open = false;
  },
  transition({ classList }, classes, time) {
    if (isCalm()) return;
    classList.add(...words(classes));
    setTimeout(() => classList.remove(...words(classes)), time);
  },
};

const pageCommands: { [name: string]: (about: string) => void } = {
  announce,
  title: (title) => (document.title = title),
  navigate: (url) => location.assign(url),
};

/** Does one; `then` is called when it has been done. `from` is where `0` is. */
export function run([name, about, ...more]: Command, from: Element, then?: () => void): void {
  if (name === "then") return run(about, from, () => run(more[0], from, then));
  try {
    if (pageCommands[name]) pageCommands[name](about);
    else
      for (const element of elementsOf(about, from)) {
        effects[name]!(element, more[0], more[1]);
        if (name === "focus" && document.activeElement === element) break;
      }
  } catch (error) {
    console.error(error);
  }
  if (name === "transition" && !isCalm()) setTimeout(() => then?.(), more[1]);
  else then?.();
}

function elementsOf(target: Target, from: Element): Iterable<Element> {
  if (!target) return [from];
  if (typeof target === "string") return document.querySelectorAll(target);
  const [way, selector] = target;
  if (way === "within") return from.querySelectorAll(selector);
  const found = from.closest(selector);
  return found ? [found] : [];
}

let region: HTMLElement | undefined;

/** Screen readers say what is added to a region that they know already. */
function announce(text: string): void {
  if (!region?.isConnected) {
    region = document.createElement("div");
    region.ariaLive = "polite";
    region.style.cssText = "position:fixed;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
    document.body.append(region);
  }
  const line = document.createElement("p");
  line.textContent = text;
  setTimeout(() => region!.append(line), 100);
  setTimeout(() => line.remove(), 10_000);
}

/** The effects in an attribute of this name. */
export const effectsOf = (element: Element, name: string): Command[] => decodeEffects(element.getAttribute(name) ?? "[]");
