// Hooks: other scripts that look after elements of the page.

import { contains } from "../dom/nodes.ts";

/** Each function gets the hook's element; `this` is an object that belongs to that element. */
export interface Hook {
  mounted?(element: Element): void;
  updated?(element: Element): void;
  destroyed?(element: Element): void;
}

/** By name. A script that runs before this one may have put some into `window.tealight.hooks`. */
const known: { [name: string]: Hook } = (window as { tealight?: { hooks?: {} } }).tealight?.hooks ?? {};

/** The mounted elements, each with its own object. */
const active = new Map<Node, Hook>();

const observer = new MutationObserver(() => {});

/** Adds a hook, and mounts it on its elements. */
export function hook(name: string, hook: Hook): void {
  known[name] = hook;
  mountHooks();
}

export function mountHooks(): void {
  if (!Object.keys(known)[0]) return;
  for (const element of document.querySelectorAll<HTMLElement>("[data-tealight-hook]")) {
    const definition = known[element.dataset["tealightHook"]!];
    if (!definition || active.has(element)) continue;
    active.set(element, Object.create(definition));
    tell(element, "mounted");
  }
}

/** Call this before a patch. The function that it returns tells hooks which elements have gone, changed or come. */
export function watchHooks(root: Element): () => void {
  if (active.size) observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
  return () => {
    const changed = new Set(observer.takeRecords().map(({ target }) => target));
    observer.disconnect();
    for (const element of active.keys()) {
      if (!element.isConnected) {
        tell(element, "destroyed");
        active.delete(element);
      } else if ([...changed].some((node) => contains(element, node))) tell(element, "updated");
    }
    mountHooks();
  };
}

function tell(element: Node, what: keyof Hook): void {
  try {
    active.get(element)![what]?.(element as Element);
  } catch (error) {
    console.error(error);
  }
}
