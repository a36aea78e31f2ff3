// Runs effects, and the other commands that `update` sends to the page.

import { dispatch, isStill, setAttribute, takeFocus, words } from "../dom/nodes.ts";
import { setOpen } from "../dom/open.ts";
import { home } from "../home.ts";
import { decodeEffects } from "../wire.ts";
import type { Command } from "../wire.ts";
import { announce } from "./announce.ts";

/** 0 for the element itself; a selector; or a selector relative to that element. */
type Target = 0 | string | [way: "closest" | "within", selector: string];

type Effect = (element: any, one: any, other: any) => unknown;

/** Adds or removes the classes, or toggles them if `isThere` is undefined. */
const setClasses: Effect = ({ classList }, classes, isThere) =>
  words(classes).forEach((name) => classList.toggle(name, isThere));

const scroll = (element: Element): void => element.scrollIntoView({ block: "nearest" });

/** Each effect, on one element. */
const known: { [name: string]: Effect } = {
  attribute: setAttribute,
  toggle: (element) => element.toggleAttribute("hidden"),
  class: setClasses,
  value: (element, value) => (element.value = value),
  checked: (element, isChecked) => (element.checked = isChecked),
  // Some browsers would scroll later by themselves, after a `scroll` that follows.
  focus: (element) => takeFocus(element) && (scroll(element), true),
  scroll,
  dispatch,
  open: setOpen,
  transition(element, classes, time) {
    setClasses(element, classes, true);
    setTimeout(() => setClasses(element, classes, false), time);
  },
};

/** The cookie that brings a text to the page which comes next, and its life in seconds. The server reads it, or clears it. */
const FLASH = "tealight-flash=";
const FLASH_LIFE = 60;

/** Leaves a text for the page that comes next. An empty one takes back the last one. */
function flash(text: string): void {
  const secure = location.protocol > "http:" ? ";secure" : "";
  document.cookie = `${FLASH}${encodeURIComponent(text)};path=/;samesite=lax;max-age=${text ? FLASH_LIFE : 0}${secure}`;
}

// The cookie itself is read, because another tab may have used it up.
home._flash = () => document.cookie.split(FLASH)[1]?.split(";")[0];

const pageCommands: { [name: string]: (about: string, flag?: boolean) => void } = {
  announce,
  title: (title) => (document.title = title),
  flash,
  navigate: (url, isLink) => (isLink && home._follow ? home._follow(url) : (location.href = url)),
  go: (url, replaces) => (home._go ? home._go(url, replaces) : (location.href = url)),
};

/** Runs a command. The target `0` is `from`. Calls `then` when it is done: a transition takes time. */
function run([name, about, one, other]: Command, from: Element, then = () => {}): void {
  const isTransition = name === "transition";
  if (name === "then") return run(about, from, () => run(one, from, then));
  if (isTransition && isStill()) return then();
  try {
    const isDone = (element: Element | null): unknown => known[name]!(element, one, other) && name === "focus";
    if (pageCommands[name]) pageCommands[name](about, one);
    // The first element that takes the focus is the last one tried.
    else elementsOf(about, from).some(isDone);
  } catch (error) {
    console.error(error);
  }
  if (isTransition) setTimeout(then, other);
  else then();
}

function elementsOf(target: Target, from: Element): (Element | null)[] {
  if (!target) return [from];
  const [way, selector] = target as [way: string, selector: string];
  if (way === "closest") return [from.closest(selector)].filter(Boolean);
  return [...(way === "within" ? from.querySelectorAll(selector) : document.querySelectorAll(target as string))];
}

/** Runs the effects in the attribute of this name. */
function runAttribute(element: Element, name: string): void {
  for (const effect of decodeEffects(element.getAttribute(name)) ?? []) run(effect, element);
}

export const effects = { _run: run, _runAttribute: runAttribute };

export type Effects = typeof effects;
