// Checks that moved rows keep what a person and the browser have changed in them.

import { adopt } from "../../../client/src/page.ts";
import { decode, decodeBlock } from "../../../client/src/wire.ts";
import { open } from "./page.mjs";

/** Returns true if the browser keeps what is scrolled in an element that it moves. Firefox does not. */
function keepsScroll() {
  const scroll = document.createElement("div");
  scroll.style = "height: 50px; overflow: auto";
  scroll.innerHTML = '<p style="height: 500px">';
  document.body.append(scroll);
  scroll.scrollTop = 50;
  document.body.moveBefore(scroll, document.body.firstChild);
  const isKept = scroll.scrollTop === 50;
  scroll.remove();
  return isKept;
}

/** `can` is true if the browser can move elements with their state. */
export function runMoves({ html, steps }, focused, can) {
  if (!can) delete Element.prototype.moveBefore;
  const element = open(html);
  const block = decodeBlock(element.nextElementSibling.textContent);
  const faults = [];
  const page = adopt(element, block.templates, { _fire: () => () => [], _remount: () => faults.push("asked for a full render") });
  const rows = [...element.querySelectorAll("li")];
  const canScroll = can && keepsScroll();
  const parts = rows.map((row) => ({
    row,
    input: row.querySelector("input"),
    scroll: row.querySelector(".scroll"),
    frame: row.querySelector("iframe"),
    film: row.querySelector("video"),
    details: row.querySelector("details"),
  }));
  const canvas = document.createElement("canvas");
  canvas.getContext("2d").fillRect(0, 0, 1, 1);
  for (const [index, { input, scroll, frame, film, details }] of parts.entries()) {
    input.value = `typed in ${index}`;
    input.setSelectionRange(2, 4);
    scroll.scrollTop = 50 + index;
    frame.contentWindow.mark = index;
    film.srcObject = canvas.captureStream();
    // Removing a video pauses it.
    film.play().catch(() => {});
    details.open = true;
  }
  const { input: held } = parts[focused];
  held.focus();
  held.setSelectionRange(1, 3);

  for (const [step, { frames, html }] of steps.entries()) {
    for (const frame of frames) page._apply(decode(frame).patch);
    const fault = (what) => faults.push(`after ${step + 1}: ${what}`);
    const keys = [...element.querySelectorAll("li")].map((row) => row.dataset.k).join(" ");
    const wanted = [...html.matchAll(/data-k="(.*?)"/g)].map(([, key]) => key).join(" ");
    if (keys !== wanted) fault(`rows ${keys}, not ${wanted}`);
    for (const [index, { row, input, scroll, frame, film, details }] of parts.entries()) {
      if (element.querySelector(`[data-k="/${index}"]`) !== row) fault(`row ${index} is another element`);
      if (input.value !== `typed in ${index}`) fault(`row ${index} lost its text`);
      if (!details.open) fault(`row ${index} was closed`);
      if (!can) continue;
      if (canScroll && scroll.scrollTop !== 50 + index) fault(`row ${index} was scrolled`);
      if (frame.contentWindow.mark !== index) fault(`the frame of row ${index} was loaded again`);
      if (film.paused) fault(`the film of row ${index} stopped`);
    }
    if (document.activeElement !== held) fault("the focus was lost");
    if (held.selectionStart !== 1 || held.selectionEnd !== 3) fault("the selection was lost");
    if (faults.length > 5) break;
  }
  return faults;
}
