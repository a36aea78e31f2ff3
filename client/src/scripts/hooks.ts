// Hooks: other scripts that look after elements of the page.

import { part } from "../parts.ts";

/** Each function gets the hook's element; `this` is an object that belongs to that element. */
export interface Hook {
  mounted?(element: Element): void;
  updated?(element: Element): void;
  destroyed?(element: Element): void;
}

/** Looks after the elements with hooks, on pages whose templates have some. */
export interface Hooks {
  /** Mounts hooks on their new elements. */
  _mountHooks(): void;
  /** Call this before a patch. The function that it returns tells hooks which elements have gone, changed or come. */
  _watchHooks(root: Element): () => void;
}

/** By name. A script that runs before this one may have put some into `window.tealight.hooks`. */
export const known: { [name: string]: Hook } = (window as { tealight?: { hooks?: {} } }).tealight?.hooks ?? {};

/** Adds a hook, and mounts it on its elements. */
export function hook(name: string, hook: Hook): void {
  known[name] = hook;
  part<Hooks>("rare")?._mountHooks();
}
