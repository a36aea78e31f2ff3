// Follows links to routes that the model hears: the server patches the page, and the history gets an entry.

import { home } from "../home.ts";
import { ROUTE } from "../wire.ts";
import type { Fire } from "./events.ts";

/** The name of our key in the state of a history entry, and of the scroll positions in the storage of the tab. */
const KEY = "tealight";

/** The most scroll positions that are remembered. */
const MOST = 100;

type Position = [x: number, y: number];

/** Looks after the links in `root`, and after the history. `fire` sends an event. */
export function routes(root: Element, fire: Fire): void {
  /** The scroll position of each entry of the history, by its key. */
  const positions = new Map<number, Position>(stored());
  /** The address that the page shows or waits for. */
  let shown = addressOf(location);
  let key: number = history.state?.[KEY] ?? newKey();
  /** The steps in the history that the server has not answered. */
  let popped = 0;

  const enter = (url: string, replaces?: boolean): void => {
    if (!replaces) key = newKey();
    history[replaces ? "replaceState" : "pushState"]({ ...(replaces && history.state), [KEY]: key }, "", url);
    home._page = location.href;
    shown = addressOf(location);
  };

  /** Names the present entry. */
  const mark = (): void => history.replaceState({ ...history.state, [KEY]: key }, "");

  /** Tells the server the address. Then calls `arrive`, or `load` if the model does not hear it. */
  const follow = (address: string, arrive: () => void, load: () => void): void => {
    fire([ROUTE], address, new Event(KEY))().push((refused) => (refused ? load() : arrive()));
  };

  /** Returns a function that ends the visit of the address before, when the page shows the new one. It does what a browser does on a page
   * that is loaded: the keyboard begins at the top, and `scroll` shows the place. An element that has the focus since then keeps it. */
  const visit = (scroll: () => void): (() => void) => {
    const before = document.activeElement as HTMLElement | null;
    return () =>
      // A full render comes after the answer to the event.
      queueMicrotask(() => {
        const now = document.activeElement;
        if (now !== before && now !== document.body) return;
        before?.blur();
        scroll();
      });
  };

  const click = (event: MouseEvent): void => {
    const link = (event.target as Element).closest?.("a, area");
    if (!link || !root.contains(link) || !isOurs(event, link as HTMLAnchorElement)) return;
    const { href, hash } = link as HTMLAnchorElement;
    const address = addressOf(link as HTMLAnchorElement);
    if (address === addressOf(location) && hash) return;
    event.preventDefault();
    const show = visit(toTarget);
    const arrive = (): void => {
      // The person has gone back before the answer came.
      if (popped) return;
      enter(href, href === location.href);
      show();
    };
    follow(address, arrive, () => popped || (location.href = href));
  };

  /** The person goes back or forward. The browser has changed the address already. */
  const pop = (): void => {
    const known: number | undefined = history.state?.[KEY];
    key = known ?? newKey();
    const here = key;
    const address = addressOf(location);
    const position = positions.get(key);
    if (!known) mark();
    const show = visit(() => (position ? scrollTo(...position) : toTarget()));
    // Only the fragment has changed. A new one is the browser's.
    if (address === shown) return known ? show() : undefined;
    shown = address;
    home._page = location.href;
    popped++;
    const settle = (then: () => void) => () => {
      popped--;
      if (here === key) then();
    };
    follow(address, settle(show), settle(() => location.reload()));
  };

  // After the page's own handlers.
  addEventListener("click", click);
  addEventListener("popstate", pop);
  const scrolled = (): void => {
    positions.delete(key);
    positions.set(key, [scrollX, scrollY]);
    if (positions.size > MOST) positions.delete(positions.keys().next().value!);
  };
  addEventListener("scroll", scrolled, { passive: true });
  addEventListener("pagehide", () => {
    // Another page, or this one anew, is the browser's.
    history.scrollRestoration = "auto";
    try {
      sessionStorage.setItem(KEY, [...positions].join(" "));
    } catch {
      // The browser lets pages store nothing.
    }
  });
  addEventListener("pageshow", () => (history.scrollRestoration = "manual"));
  mark();

  home._go = (url, replaces) => {
    const show = visit(toTarget);
    // A link that has led here has its entry first.
    queueMicrotask(() => {
      // The person has left the entry for which this was meant.
      if (popped) return;
      enter(url, replaces);
      if (!replaces) show();
    });
  };
}

const addressOf = ({ pathname, search }: { pathname: string; search: string }): string => pathname + search;

const newKey = (): number => Math.random();

/** Returns true if a plain click on this link goes to another address of this host, in this tab. */
function isOurs(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const { button, ctrlKey, metaKey, shiftKey, altKey, defaultPrevented } = event;
  if (button || ctrlKey || metaKey || shiftKey || altKey || defaultPrevented) return false;
  return !!link.href && link.origin === location.origin && !link.hasAttribute("download") && /^(_self)?$/i.test(link.target);
}

/** Scrolls to the element of the address's fragment, or to the top. */
function toTarget(): void {
  const name = location.hash.slice(1);
  const target = document.getElementById(name) ?? document.getElementById(decoded(name));
  if (target) target.scrollIntoView();
  else scrollTo(0, 0);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Returns the positions that an earlier page of this tab has left. */
function stored(): [number, Position][] {
  try {
    return sessionStorage.getItem(KEY)!.split(" ").map((text) => {
      const [key, x, y] = text.split(",").map(Number) as [number, number, number];
      return [key, [x, y]];
    });
  } catch {
    // There are none, or the browser lets pages store nothing.
    return [];
  }
}
