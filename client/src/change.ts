// What a patch does to the page beside what it says: who is to hear of it?

import { keepFocus } from "./focus.ts";
import { hasHooks, updateHooks } from "./hooks.ts";

const EVERYTHING = { subtree: true, childList: true, attributes: true, characterData: true };

const observer = new MutationObserver(() => {});

/** Call it before a patch, and what it returns after. */
export function observe(root: Element): () => void {
  const focused = document.activeElement as HTMLElement | null;
  const isInside = root.contains(focused);
  if (!isInside && !hasHooks()) return () => {};
  observer.observe(root, EVERYTHING);
  return () => {
    const records = observer.takeRecords();
    observer.disconnect();
    if (isInside) keepFocus(focused!, records, root);
    updateHooks(records);
  };
}
