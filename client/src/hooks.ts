// Other scripts on the page: told of the elements that are theirs, and heard.

import { isElement } from "./dom.ts";

/** Each is called with the hook's element; `this` is an object of that element's own. */
export interface Hook {
  mounted?(element: Element): void;
  updated?(element: Element): void;
  destroyed?(element: Element): void;
}

const HOOK = "[data-tealight-hook]";

/** By name; a script that runs before this one may have put some in. */
const known: { [name: string]: Hook } = (window as { tealight?: { hooks?: {} } }).tealight?.hooks ?? {};

const active = new Map<Element, Hook>();

export const hasHooks = (): boolean => !!Object.keys(known).length;

/** Names a hook, and gives it its elements, those on the page and those to come. */
export function hook(name: string, hook: Hook): void {
  known[name] = hook;
  for (const root of document.querySelectorAll("[data-tealight]")) mountIn(root);
}

/** Mounts what is new at and in an element. */
export function mountIn(element: Element): void {
  for (const found of [element, ...element.querySelectorAll(HOOK)]) {
    const definition = known[(found as HTMLElement).dataset?.["tealightHook"] ?? ""];
    if (!definition || active.has(found)) continue;
    active.set(found, Object.create(definition));
    tell(found, "mounted");
  }
}

/** Tells hooks of a patch: which are gone, what has changed, and which are new. */
export function updateHooks(records: MutationRecord[]): void {
  for (const element of [...active.keys()]) {
    if (element.isConnected) continue;
    tell(element, "destroyed");
    active.delete(element);
  }
  const changed = new Set<Element>();
  const added = new Set<Element>();
  for (const { target, addedNodes } of records) {
    let at = isElement(target) ? target : target.parentElement;
    while ((at = at?.closest(HOOK) ?? null)) {
      changed.add(at);
      at = at.parentElement;
    }
    for (const node of addedNodes) if (isElement(node) && node.isConnected) added.add(node);
  }
  for (const element of changed) tell(element, "updated");
  for (const element of added) mountIn(element);
}

function tell(element: Element, what: keyof Hook): void {
  try {
    active.get(element)?.[what]?.(element);
  } catch (error) {
    console.error(error);
  }
}
