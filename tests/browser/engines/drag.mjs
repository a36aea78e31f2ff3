// Completes the drags of drivers. They start a drag, but Firefox's then tells no `drop` and no `dragend`, and WebKit's none of the
// events after `dragstart`. The missing ones are dispatched here, with the data of the real start.

import { callOf } from "./codec.mjs";

/** Drags of one window, by its mouse. */
export class Drags {
  #window;
  /** True while the mouse is pressed on an element that can be dragged. */
  isPossible = false;

  constructor(window) {
    this.#window = window;
  }

  #step = (name, x, y) => this.#window.run(callOf(step, [name, x, y, this.#window.tellsDragOver ?? false]));

  /** Call this before the mouse is pressed. */
  async begin(x, y) {
    this.isPossible = await this.#step("begin", x, y);
  }

  /** Call this after each move. */
  async move(x, y) {
    if (this.isPossible) await this.#step("move", x, y);
  }

  /** Call this after the mouse is released. */
  async end(x, y) {
    if (this.isPossible) await this.#step("end", x, y);
    this.isPossible = false;
  }
}

/** Runs in pages. Returns true if a drag is possible. */
function step(name, x, y, tellsDragOver) {
  const at = document.elementFromPoint(x, y) ?? document.documentElement;
  if (name === "begin") {
    if (!at.closest("[draggable=true], a[href], img")) return false;
    const started = (window.harnessDrag = { end: new AbortController() });
    const { signal } = started.end;
    const start = ({ target, dataTransfer, defaultPrevented }) => {
      if (defaultPrevented) return;
      started.source = target;
      started.data = new DataTransfer();
      for (const type of dataTransfer.types) started.data.setData(type, dataTransfer.getData(type));
    };
    addEventListener("dragstart", start, { signal });
    const note = ({ target, defaultPrevented }) => ([started.over, started.isTaken] = [target, defaultPrevented]);
    if (tellsDragOver) addEventListener("dragover", note, { signal });
    return true;
  }
  const { harnessDrag: drag } = window;
  if (!drag?.data) return true;
  const tell = (type, target) => {
    const cancelable = !/leave|end/.test(type);
    const event = new DragEvent(type, { bubbles: true, composed: true, cancelable, dataTransfer: drag.data, clientX: x, clientY: y });
    return !target.dispatchEvent(event);
  };
  if (name === "move" && !tellsDragOver) {
    const { over } = drag;
    drag.over = at;
    if (at !== over) {
      tell("dragenter", at);
      if (over) tell("dragleave", over);
    }
    drag.isTaken = tell("dragover", at);
  }
  if (name === "end") {
    drag.end.abort();
    if (drag.over) tell(drag.isTaken ? "drop" : "dragleave", drag.over);
    tell("dragend", drag.source);
    window.harnessDrag = undefined;
  }
  return true;
}
