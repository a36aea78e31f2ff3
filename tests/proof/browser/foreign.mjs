// Checks one case while another script changes the page: what is foreign stays, and everything else is the page of a fresh
// render, with the handlers that the server knows.

import { childrenOf } from "../../../client/src/dom/own.ts";
import { adopt } from "../../../client/src/page.ts";
import { decode, decodeBlock } from "../../../client/src/wire.ts";
import { describe, setAdopted } from "./describe.mjs";
import { stranger } from "./stranger.mjs";
import { QUIET, describeAll, difference, dispatch, open } from "./page.mjs";

export async function runForeign(cases) {
  const tried = { cases: 0, steps: 0, changes: 0, early: 0, remounts: 0, fired: 0, stayed: 0 };
  const failures = [];
  for (const one of cases) {
    const { seed, shape } = one;
    const done = [];
    try {
      const failure = await runCase(one, tried, done);
      if (failure) failures.push({ seed, shape, ...failure, done });
    } catch (error) {
      failures.push({ seed, shape, fault: error.stack, done });
    }
    tried.cases++;
  }
  return { failures, tried };
}

async function runCase({ seed, html, steps, handlers }, tried, done) {
  setAdopted(false);
  const wanted = describeAll([html, ...steps.map((step) => step.html)]);
  const element = open(html);
  const block = decodeBlock(element.nextElementSibling.textContent);
  const other = stranger(element, seed, childrenOf, done);
  const { random } = other;
  // The server counts the nodes, unless only a parser could.
  const isEarly = block.nodes >= 0 && random(4) === 0;
  if (isEarly) {
    const before = countOf(element);
    for (let changes = 1 + random(2); changes--; ) other.changeEarly();
    // The page cannot notice what does not change the number of nodes.
    if (countOf(element) === before) return null;
    tried.early++;
  }
  const fired = [];
  const settled = [];
  let remounts = 0;
  const server = { _fire: (address) => () => (fired.push(address), settled), _remount: () => remounts++ };
  const page = adopt(element, block.templates, server, block.nodes);
  setAdopted(true);
  // The browser has changed a control, as a person would.
  const isChanged = ({ value, defaultValue, index, selected, defaultSelected }) =>
    value !== (defaultValue ?? value) || (index && selected !== defaultSelected);
  if ([...element.querySelectorAll("input,textarea,option")].some(isChanged)) return null;
  if (isEarly && !page._isBroken) return { fault: "a change before adoption was not noticed" };
  if (!isEarly && page._isBroken) return { fault: "the number of nodes is wrong" };

  const fault = (at) => {
    if (remounts) return { fault: "asked for a full render", step: at };
    const found = addressFault(element, treeOf(element), other, handlers[at], fired, tried, at);
    for (const done of settled.splice(0)) done();
    return found;
  };

  for (const [index, { frames, mount }] of steps.entries()) {
    for (let changes = random(4); changes--; ) {
      if (!page._isBroken) other.change();
      tried.changes++;
      if (random(2)) continue;
      await null;
      other.rest();
    }
    if (page._isBroken) {
      if (fired.length) return { fault: "an event of an unknown page was sent" };
      tried.remounts++;
      if (!mount) return null;
    } else if (random(2)) {
      await null;
      other.rest();
      const found = fault(index);
      if (found) return found;
    }
    for (const frame of frames) {
      const down = decode(frame);
      if (down.patch) page._apply(down.patch);
      if (down.mount) {
        const isUnknown = page._isBroken;
        page._mount(down.mount);
        other.forget(isUnknown);
      }
    }
    tried.steps++;
    await null;
    other.rest();
    for (const done of settled.splice(0)) done();
    if (remounts) return { fault: "asked for a full render", step: index + 1, frames };
    const got = describe(element, childrenOf, other.textOf);
    if (got !== wanted[index + 1]) return { fault: "another page", step: index + 1, ...difference(got, wanted[index + 1]), frames };
    // Until the page changes, everything stays where the other script has put it.
    const found = (frames.length ? other.fault(tried) : null) ?? fault(index + 1);
    if (found) return { ...found, step: index + 1, frames, page: document.body.innerHTML.slice(0, 3000) };
  }
  return null;
}

const countOf = (node) => [...node.childNodes].reduce((sum, child) => sum + 1 + countOf(child), 0);

/** Returns the own elements in order, and the parent of each own node. */
function treeOf(element) {
  const elements = [];
  const parents = new Map();
  const walk = (parent) => {
    for (const node of childrenOf(parent)) {
      parents.set(node, parent);
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      elements.push(node);
      walk(node);
    }
  };
  walk(element);
  return { elements, parents };
}

/** Checks that each handler has the address that the server knows, also for events on foreign nodes inside. */
function addressFault(element, { elements, parents }, other, handlers, fired, tried, step) {
  const all = handlers.map(([at, type, modifiers, address]) => ({ element: elements[at], type, modifiers, address }));
  if (all.some(({ element }) => !element)) return { fault: "fewer elements than the server has", step };
  for (let tries = 0; tries < Math.min(all.length, 6); tries++) {
    const { element: own, type } = all[(tries * 7919 + step * 31) % all.length];
    const bubbles = !QUIET.includes(type);
    const foreign = bubbles && !/submit|reset/.test(type) && tries % 3 === 2 ? [...own.querySelectorAll("x-f")].find((node) => node.isConnected) : undefined;
    const target = foreign ?? own;
    // Another script has replaced it.
    if (!target.isConnected) continue;
    const want = [];
    let on = true;
    for (let node = target; on && node && node !== element; node = parents.get(node) ?? node.parentNode) {
      for (const { address, modifiers } of all.filter((other) => other.element === node && other.type === type)) {
        want.push(address);
        if (modifiers.includes("stop")) on = false;
      }
      if (!bubbles) on = false;
    }
    fired.length = 0;
    dispatch(target, type, bubbles);
    tried.fired++;
    if (JSON.stringify(fired) !== JSON.stringify(want)) return { fault: `${type} on ${target.localName}`, step, got: [...fired], want, page: `${target.outerHTML}\n${element.outerHTML}` };
  }
  fired.length = 0;
  return null;
}
