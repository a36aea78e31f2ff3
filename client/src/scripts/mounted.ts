// Mounts hooks on their elements, and tells them what happens to these.

import { contains } from "../dom/nodes.ts";
import { known } from "./hooks.ts";
import type { Hook, Hooks } from "./hooks.ts";

/** The mounted elements, each with its own object. */
const active = new Map<Node, Hook>();

const observer = new MutationObserver(() => {});

function mountHooks(): void {
  if (!Object.keys(known)[0]) return;
  for (const element of document.querySelectorAll<HTMLElement>("[data-tealight-hook]")) {
    const definition = known[element.dataset["tealightHook"]!];
    if (!definition || active.has(element)) continue;
    active.set(element, Object.create(definition));
    tell(element, "mounted");
  }
}

function watchHooks(root: Element): () => void {
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

export const hooks: Hooks = { _mountHooks: mountHooks, _watchHooks: watchHooks };
