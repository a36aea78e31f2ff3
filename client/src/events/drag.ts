// Drags marked elements onto others.

import type { FindHandlers } from "../dom/handlers.ts";

/** The format of dragged data. No other program uses it. */
export const DRAGGED = "text/x-tealight";

/** Lets elements with `data-drag` be dropped where a handler hears `drop`. */
export function letDrop(find: FindHandlers): void {
  addEventListener("dragstart", ({ target, dataTransfer }: any) => {
    const dragged = target.closest?.("[data-drag]");
    if (dragged) dataTransfer.setData(DRAGGED, dragged.dataset.drag);
  });
  addEventListener("dragover", (event: any) => {
    if (event.dataTransfer.types.includes(DRAGGED) && find(event.target, "drop", true)[0]) event.preventDefault();
  });
}
