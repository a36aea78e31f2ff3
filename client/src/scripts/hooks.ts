// Other scripts on the page: told of the elements that are theirs, and heard.

import { contains } from "../dom/nodes.ts";

/** Each is called with the hook's element; `this` is an object of that element's own. */
export interface Hook {
  mounted?(element: Element): void;
  updated?(element: Element): void;
  destroyed?(element: Element): void;
}

/** By name; a script that runs before this one may have put some in. */
const known: { [name: string]: Hook } = (window as { tealight?: { hooks?: {} } }).tealight?.hooks ?? {};

const active = new Map<Node, Hook>();

const observer = new MutationObserver(() => {});

/** Names a hook, and gives it its elements, those on the page and those to come. */
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

/** Call it before a patch, and what it returns after: it tells hooks which elements are gone, changed or new. */
export function watch(root: Element): () => void {
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
