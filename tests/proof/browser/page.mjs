// Checks one case inside the browser: the real client adopts the HTML of a and applies the patch a → b, and the page is
// compared with the HTML of b. The page sends nothing by itself.

import { adopt } from "../../../client/src/page.ts";
import { decode, decodeBlock } from "../../../client/src/wire.ts";
import { describe, setAdopted } from "./describe.mjs";
import { elementKeys, soleTexts } from "./identity.mjs";

export async function runCases(cases) {
  const tried = { cases: 0, pairs: 0, kept: 0, fired: 0, rests: 0 };
  const failures = [];
  for (const one of cases) {
    const { seed, shape, steps } = one;
    try {
      const failure = await runCase(one, tried);
      if (failure) failures.push({ seed, shape, ...failure });
    } catch (error) {
      failures.push({ seed, shape, fault: error.stack });
    }
    tried.cases++;
    tried.pairs += steps.length;
  }
  return { failures, tried };
}

export { runForeign } from "./foreign.mjs";
export { runMoves } from "./moves.mjs";

async function runCase({ seed, html, steps, handlers }, tried) {
  setAdopted(false);
  const wanted = describeAll([html, ...steps.map((step) => step.html)]);
  const element = open(html);
  const fired = [];
  let remounts = 0;
  const settled = [];
  const server = { _fire: (address) => () => (fired.push(address), settled), _remount: () => remounts++ };
  const block = decodeBlock(element.nextElementSibling.textContent);
  const page = adopt(element, block.templates, server, block.nodes);
  setAdopted(true);
  await rest(0);
  if (fired.length) return { fault: "sent events at its start", step: 0, fired };

  const fault = (at) => {
    for (const done of settled.splice(0)) done();
    if (remounts) return { fault: "asked for a full render", step: at };
    const got = describe(element);
    if (got !== wanted[at]) return { fault: "another page", step: at, ...difference(got, wanted[at]) };
    return addressFault(element, handlers[at], fired, tried, at);
  };

  for (const [index, { frames, mount, duplicates }] of steps.entries()) {
    const before = elementKeys(element, duplicates);
    const texts = soleTexts(before);
    // The first use of the server's HTML is as often a patch as an event.
    if (index % 2) {
      const found = fault(index);
      if (found) return found;
    }
    // A full render would tell again what the server has not answered.
    for (const done of settled.splice(0)) done();
    fired.length = 0;
    for (const frame of frames) {
      const down = decode(frame);
      if (down.patch) page._apply(down.patch);
      if (down.mount) page._mount(down.mount);
    }
    // Frames take time, so only some cases wait for them.
    await rest(seed % 10 ? 0 : 2);
    tried.rests++;
    if (fired.length) return { fault: "sent events at rest", step: index + 1, fired, frames };
    const found = fault(index + 1);
    if (found) return { ...found, frames };
    for (const [key, node] of elementKeys(element, duplicates)) {
      const known = before.get(key);
      if (known && known !== node) return { fault: `element ${key} was replaced`, step: index + 1, frames };
      if (known) tried.kept++;
      const text = texts.get(key);
      const now = node.childNodes.length === 1 ? node.firstChild : null;
      if (text && now instanceof Text && text !== now) return { fault: `the text of ${key} was replaced`, step: index + 1, frames };
    }
  }
  return null;
}

/** Waits until the page has done all that a patch can cause by itself: tasks, and this number of animation frames. */
async function rest(frames) {
  for (let frame = 0; frame < frames; frame++) await new Promise(requestAnimationFrame);
  for (let task = 0; task < 2; task++) {
    // In WebKit a message channel needs 4 to 14 ms.
    await new Promise((resolve) => {
      addEventListener("message", resolve, { once: true });
      postMessage(0);
    });
  }
}

/** Loads HTML with the parser of a navigation. */
export function open(html) {
  const root = parse(html);
  document.close();
  return root;
}

/** Describes the page that each HTML gives. Their documents stay open: to close one, the browser also lays it out. */
export const describeAll = (all) => all.map((html) => describe(parse(html)));

function parse(html) {
  document.open();
  document.write(`<!doctype html><meta charset="utf-8"><body>${html}`);
  return document.querySelector("[data-tealight]");
}

export function difference(got, want) {
  const [ours, theirs] = [got.split("\n"), want.split("\n")];
  const at = ours.findIndex((line, index) => line !== theirs[index]);
  const line = at < 0 ? ours.length : at;
  return { got: ours[line], want: theirs[line], gotAll: short(ours), wantAll: short(theirs) };
}

const short = (lines) => lines.slice(0, 200).map((line) => line.slice(0, 300));

export const QUIET = ["focus", "blur", "mouseenter", "mouseleave", "toggle", "load", "error", "play", "pause", "ended", "close", "cancel"];

/**
 * Dispatches an event without its default action: a real click would open the details and check the box. WebKit also follows a
 * link and submits a form for a dispatched `Event`, and the driver's script would end with the document.
 */
export function dispatch(target, type, bubbles) {
  const event = new Event(type, { bubbles, cancelable: true });
  event.preventDefault();
  target.dispatchEvent(event);
}

/** Checks that each handler has the address that the server knows, the innermost first. */
function addressFault(element, handlers, fired, tried, step) {
  const live = [...element.querySelectorAll("*")];
  const all = handlers.map(([at, type, modifiers, address]) => ({ element: live[at], type, modifiers, address }));
  if (all.some(({ element }) => !element)) return { fault: "fewer elements than the server has", step };
  for (let tries = 0; tries < Math.min(all.length, 4); tries++) {
    const { element: target, type } = all[(tries * 7919 + step * 31) % all.length];
    const bubbles = !QUIET.includes(type);
    const want = [];
    let on = true;
    for (let node = target; on && node !== element; node = bubbles ? node.parentNode : element) {
      for (const { address, modifiers } of all.filter((other) => other.element === node && other.type === type)) {
        want.push(address);
        if (modifiers.includes("stop")) on = false;
      }
    }
    fired.length = 0;
    dispatch(target, type, bubbles);
    tried.fired++;
    if (JSON.stringify(fired) !== JSON.stringify(want)) return { fault: `${type} on ${target.localName}`, step, got: fired, want };
  }
  return null;
}
