// Follows links to routes that the model hears: the server patches the page, and the history gets an entry.

import { isStill } from "../dom/nodes.ts";
import { home } from "../home.ts";
import { PREFETCH, ROUTE } from "../wire.ts";
import type { Down } from "../wire.ts";
import { announce } from "./announce.ts";
import type { Fire } from "./events.ts";
import { WAITING_AFTER } from "./pending.ts";

/** The name of the entry's number in the state of the history, and of the visits in the storage of the tab. */
const KEY = "tealight";

/** The name of the scroll position in the state of an entry that is loaded. */
const PLACE = "tealight-place";

/** The most entries that are remembered. */
const MOST = 100;

/** The most entries of which the page's own state is remembered. */
const MOST_KEPT = 20;

/** The most views that are fetched ahead, and the time for which one may be shown, in milliseconds. */
const MOST_AHEAD = 8;
const FRESH = 10_000;

/** The visit of an entry: its scroll position, the last state of its page, and the address at which its session was last. The latest
 * visit is the last one. */
type Visit = [x: number, y: number, session?: string, title?: string, address?: string];

/** The state of an entry that only the page knows: its controls, and the positions of its marked elements. */
type Kept = [states: State[], positions: [x: number, y: number][]];
/** The name of a control, what it holds, and what it held before a person came. */
type State = [name?: string, value?: string | boolean, before?: string | boolean];

/** Looks after the links in `root`, and after the history. `fire` makes an event, and `flush` sends those that are delayed. */
export function routes(root: HTMLElement, fire: Fire, flush: () => unknown): void {
  /** The entries of the history that this tab has visited, by their keys. */
  const visits = new Map<number, Visit>(stored());
  /** The states of the last entries. */
  const kept = new Map<number, Kept>();
  /** The address that the page shows or waits for. */
  let shown = addressOf(location);
  /** Counts the entries of the history, as far as they are this host's. */
  let key: number = history.state?.[KEY] ?? ([...visits.keys()].pop() ?? 0) + 1;
  /** The scroll position of the page that is loaded in place of a step in the history. */
  let place: [x: number, y: number] | undefined;
  /** The steps in the history that the server has not answered. */
  let popped = 0;
  /** The person stays: the next step in the history only undoes one. */
  let isBack = false;
  /** The link that the server has not answered. */
  let wanted: string | undefined;
  /** The views that a person may go to soon, by their addresses. */
  const views = new Map<string, [asked: number, view?: Down]>();

  const enter = (url: string, replaces?: boolean): void => {
    if (!replaces) {
      key++;
      visits.delete(key);
      kept.delete(key);
    }
    history[replaces ? "replaceState" : "pushState"]({ ...(replaces && history.state), [KEY]: key }, "", url);
    home._page = location.href;
    shown = addressOf(location);
  };

  /** Remembers what the present entry shows, at this scroll position. */
  const remember = ([x, y]: Visit = [scrollX, scrollY]): void => {
    if (!home._session) return;
    visits.delete(key);
    visits.set(key, [x, y, home._session, document.title]);
    for (const visit of visits.values()) if (visit[2] === home._session) visit[4] = shown;
    if (visits.size > MOST) visits.delete(visits.keys().next().value!);
  };

  /** Remembers too what only the page knows: what is in its controls, and how far its marked elements are scrolled. */
  const leave = (position?: Visit): void => {
    if (popped) return;
    remember(position);
    kept.delete(key);
    kept.set(key, [controls().map(stateOf), marked().map(({ scrollLeft, scrollTop }) => [scrollLeft, scrollTop])]);
    if (kept.size > MOST_KEPT) kept.delete(kept.keys().next().value!);
  };

  /** Gives a page back what it had when it was left. What the server says goes first. */
  const bringBack = ([states, positions]: Kept): void => {
    controls().forEach((control, at) => {
      const [name, value, before] = states[at] ?? [];
      const [sameName, shown, now] = stateOf(control);
      if (name !== sameName || value === before || shown !== now) return;
      if (typeof value === "boolean") control.checked = value;
      else control.value = value!;
    });
    marked().forEach((element, at) => element.scrollTo(...(positions[at] ?? [0, 0])));
  };

  const controls = (): HTMLInputElement[] => [...root.querySelectorAll<HTMLInputElement>("input:not([type=password],[type=file]),textarea,select")];
  const marked = (): Element[] => [...root.querySelectorAll("[data-keep-scroll]")];

  /** Names the present entry. */
  const mark = (): void => history.replaceState({ ...history.state, [KEY]: key, [PLACE]: undefined }, "");

  /** Tells the server the address, and the session that may still show it. Then calls `arrive`, or `load` if the server does not show it
   * here. */
  const follow = (address: string, arrive: () => void, load: () => void, session?: string, patch?: number): void => {
    const flash = home._flash?.();
    const to = session || flash ? [address, session, flash, patch] : address;
    const timer = setTimeout(() => (root.dataset["tealightWaiting"] = ""), WAITING_AFTER);
    fire([ROUTE], to, new Event(KEY))().push((refused) => {
      clearTimeout(timer);
      delete root.dataset["tealightWaiting"];
      // An event after a link that has led elsewhere is done, but not followed.
      if (refused === undefined) return arrive();
      load();
    });
  };

  /** Returns a function that ends the visit of the address before, when the page shows the new one. It does what a browser does on a page
   * that is loaded: the keyboard begins at the top, and `scroll` shows the place. An element that has the focus since then keeps it. */
  const visit = (scroll: () => void): (() => void) => {
    const before = document.activeElement as HTMLElement | null;
    const { title } = document;
    return () => {
      if (document.activeElement === before) before?.blur();
      // A full render comes after the answer to the event.
      queueMicrotask(() => {
        const hasFocus = document.activeElement !== document.body;
        if (!hasFocus) scroll();
        if (document.title !== title) announce(document.title);
      });
    };
  };

  const click = (event: MouseEvent): void => {
    const link = (event.target as Element).closest?.("a, area") as HTMLAnchorElement | null;
    if (!link || !root.contains(link) || !isOurs(event, link)) return;
    if (addressOf(link) === addressOf(location) && link.hash) return;
    event.preventDefault();
    // The second click of a double click is for nothing that the first one has shown.
    if (event.detail < 2) goTo(link);
  };

  const goTo = (link: HTMLAnchorElement | URL): void => {
    const { href } = link;
    // A second click says nothing new.
    if (wanted === href || home._mayLeave?.() === false) return;
    wanted = href;
    leave();
    const show = visit(toTarget);
    const settle = (then: () => void) => () => {
      if (wanted === href) wanted = undefined;
      // The person has gone back before the answer came.
      if (!popped) then();
    };
    const arrive = (): void => {
      enter(href, href === location.href);
      show();
    };
    // Texts that wait for their delay come before a link.
    flush();
    const address = addressOf(link);
    const load = (): void => loadWith(() => (location.href === href ? location.reload() : (location.href = href)));
    const go = (): void => {
      const view = here(address);
      follow(address, settle(arrive), settle(load), view?.mount!.session, view?.mount!.patch);
      if (view) home._show!(view, load);
    };
    // Events that are on their way through the page are for the view before.
    if (here(address)) setTimeout(go);
    else go();
  };

  /** Returns the view of an address, if it is here and can be shown. */
  const here = (address: string): Down | undefined => {
    const [asked, view] = views.get(address) ?? [];
    return Date.now() - asked! < FRESH && !popped && !home._flash?.() && home._isIdle!() ? view : undefined;
  };

  /** Asks for the view of a link, unless it is here. */
  const prefetch = (link: HTMLAnchorElement): void => {
    const address = addressOf(link);
    const [asked = 0] = views.get(address) ?? [];
    if (link.origin !== location.origin || address === shown || Date.now() - asked < FRESH) return;
    if (root.dataset["tealight"] !== "live" || !home._session) return;
    views.delete(address);
    views.set(address, [Date.now()]);
    if (views.size > MOST_AHEAD) views.delete(views.keys().next().value!);
    fire([PREFETCH], address, new Event(KEY))();
  };

  const point = ({ target }: Event): void => {
    const link = (target as Element).closest?.<HTMLAnchorElement>("a[prefetch]");
    if (link) prefetch(link);
  };

  /** The person goes back or forward. The browser has changed the address already, but not the page. */
  const pop = (): void => {
    const known: number | undefined = history.state?.[KEY];
    const from = home._session;
    const address = addressOf(location);
    if (isBack) return void (isBack = false);
    if (known && address !== shown && home._mayLeave?.() === false) {
      isBack = true;
      return history.go(key - known!);
    }
    flush();
    leave();
    key = known ?? key + 1;
    const here = key;
    const [x, y, session, title, last] = visits.get(key) ?? [];
    if (!known) mark();
    const scroll = (): void => (x! >= 0 ? scrollTo(x!, y!) : toTarget());
    // Two entries of the same URL may have two sessions.
    const isOther = session && session !== from && location.href === home._page;
    // Only the fragment has changed. A new one is the browser's.
    if (address === shown && !isOther) return known ? visit(scroll)() : undefined;
    shown = address;
    popped++;
    const settle = (then: () => void) => () => {
      popped--;
      if (here !== key) return;
      // Until now a connection opens where the session is.
      home._page = location.href;
      then();
    };
    const load = settle(() => {
      // The browser only knows where the page before is scrolled to.
      history.replaceState({ ...history.state, [PLACE]: (place = [x!, y!]) }, "");
      reload();
    });
    const show = visit(scroll);
    const arrive = settle(() => {
      // The title of another session, unless the server says another one.
      if (!home._session && session) document.title = title!;
      // Before what `show` does after a full render.
      queueMicrotask(() => {
        if (home._session === from || home._session !== session) return;
        if (kept.has(here)) bringBack(kept.get(here)!);
        // The session goes on where the page has left it, which may be at another address.
        if (last === address) return;
        popped++;
        follow(address, settle(visit(scroll)), load);
      });
      show();
    });
    follow(address, arrive, load, session === from ? undefined : session);
  };

  // After the page's own handlers.
  addEventListener("click", click);
  addEventListener("popstate", pop);
  addEventListener("scroll", () => popped || remember(), { passive: true });
  addEventListener("pagehide", () => {
    // Another page, or this one anew, is the browser's.
    history.scrollRestoration = place ? "manual" : "auto";
    if (!popped) remember();
    try {
      sessionStorage.setItem(KEY, [...visits].map(toText).join(" "));
    } catch {
      // The browser lets pages store nothing.
    }
  });
  addEventListener("pageshow", () => (history.scrollRestoration = "manual"));
  const [left, top] = history.state?.[PLACE] ?? [];
  if (top >= 0) scrollTo(left, top);
  mark();

  for (const type of ["pointerover", "focusin"]) root.addEventListener(type, point);
  const seen = new IntersectionObserver((entries) => {
    for (const { isIntersecting, target } of entries) if (isIntersecting) prefetch(target as HTMLAnchorElement);
  });
  const look = (): void => root.querySelectorAll("a[prefetch=view]").forEach((link) => seen.observe(link));
  root.addEventListener("tealight:patched", look);
  home._live = () => {
    seen.disconnect();
    look();
  };
  home._ahead = (view) => (view ? views.get(view.ahead!)?.splice(1, 1, view) : views.clear());

  if (document.querySelector("script[data-view-transitions]") && document.startViewTransition) {
    home._animate = async (change) => (isStill() ? change() : document.startViewTransition(change).updateCallbackDone);
  }
  home._follow = (url) => goTo(new URL(url, location.href));
  home._go = (url, replaces) => {
    const show = visit(toTarget);
    home._later.push(() => {
      // The person has left the entry for which this was meant.
      if (popped) return;
      // The patch that has come with this may have moved the window.
      if (!replaces) leave(visits.get(key));
      enter(url, replaces);
      if (!replaces) show();
    });
  };
}

/** Loads a page. The person has said whether the present one may be left. */
function loadWith(load: () => void): void {
  home._isAsked = true;
  load();
}

const reload = (): void => loadWith(() => location.reload());

const addressOf = ({ pathname, search }: { pathname: string; search: string }): string => pathname + search;

function stateOf(control: HTMLInputElement): State {
  const { name, type, id, value, checked, defaultValue = "", defaultChecked } = control;
  const about = name + type + id;
  return /^(checkbox|radio)$/.test(type) ? [about, checked, defaultChecked] : [about, value, defaultValue];
}

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

const toText = ([key, [x, y, ...texts]]: [number, Visit]): string => [key, x, y, ...texts.map((text) => encodeURIComponent(text!))].join();

/** Returns the visits that an earlier page of this tab has left. */
function stored(): [number, Visit][] {
  try {
    return sessionStorage.getItem(KEY)!.split(" ").map((text) => {
      const [key, x, y, ...texts] = text.split(",");
      return [+key!, [+x!, +y!, ...texts.map(decodeURIComponent)] as Visit];
    });
  } catch {
    // There are none, or the browser lets pages store nothing.
    return [];
  }
}
