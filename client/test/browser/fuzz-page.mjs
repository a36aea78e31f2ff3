// Checks one random case inside the browser: adopting the HTML of a and applying the patch a → b gives the DOM of the HTML
// of b, unchanged elements are the same nodes, and every handler has the address that the server knows.

import { adopt } from "../../src/page.ts";
import { decode } from "../../src/wire.ts";
import { generator, randomOf } from "../reference/generate.mjs";
import { Session } from "../reference/session.mjs";

const STEPS = 4;

/** What leaves stays to the end of the case. */
const STYLE = "<style>.leaving { animation: leave 1000s } @keyframes leave {}</style>";

/** Returns the elements inside, without those that leave. */
const elementsOf = (element) => [...element.querySelectorAll(":not([inert],[inert] *)")];

export function runCases(seed, count) {
  for (let at = seed; at < seed + count; at++) {
    const failure = runCase(at);
    if (failure) return { seed: at, ...failure };
  }
  return null;
}

function runCase(seed) {
  const random = randomOf(seed);
  const { template, values, change } = generator(random);
  const root = template();
  let model = values(root);
  // Without prints, the page cannot know that a template is the same as before.
  const hasPrints = random() < 0.9;
  const session = new Session(root, model, random, hasPrints);
  const mounts = random() < 0.5 ? 0.6 : 0.1;
  const { html, templates } = session.page();
  // The last page's listeners go.
  document.open();
  document.write(`<!doctype html>${STYLE}<body>`);
  document.close();
  const element = document.adoptNode(parsed(html));
  document.body.replaceChildren(element);

  const fired = [];
  let remounts = 0;
  const settled = [];
  const server = { _fire: (address) => () => (fired.push(address), settled), _remount: () => remounts++ };
  const history = [{ html, templates }];
  const page = adopt(element, templates, server);

  const fault = () => {
    for (const done of settled.splice(0)) done();
    if (remounts) return { fault: "asked for a full render" };
    return shapeFault(element, session) ?? addressFault(element, session, fired, random);
  };
  try {
    if (random() < 0.3) {
      const found = fault();
      if (found) return { ...found, step: 0, history };
    }
    for (let step = 1; step <= STEPS; step++) {
      const before = identities(element, session);
      model = change(root, model);
      const isMount = random() < mounts;
      const shown = session.shown();
      if (isMount) {
        // Patches that never reach the page.
        for (; random() < 0.3; model = change(root, model)) session.change(model);
      }
      const message = isMount ? session.mount(model, shown) : session.change(model);
      history.push(message);
      const down = decode(message);
      if (isMount) page._mount(down.mount);
      else page._apply(down.patch);
      const found = fault() ?? (isMount && !hasPrints ? undefined : identityFault(element, session, before));
      if (found) return { ...found, step, history };
    }
  } catch (error) {
    return { fault: error.stack, history };
  }
  return null;
}

const parsed = (html) =>
  new DOMParser().parseFromString(`<!doctype html><body><div>${html}</div>`, "text/html").body.firstChild;

function shapeFault(element, session) {
  const { html } = session.page();
  const described = session.elements();
  const live = elementsOf(element);
  for (const [index, { tag, properties }] of described.entries()) {
    if (live[index]?.localName !== tag) return { fault: `element ${index} is ${live[index]?.localName}, not ${tag}`, got: element.innerHTML, html };
    for (const [name, value] of Object.entries(properties)) {
      const want = value ?? (name === "value" ? "" : false);
      if (live[index][name] !== want) return { fault: `${tag}.${name} is ${live[index][name]}, not ${want}` };
    }
  }
  const got = bare(element, described);
  const want = bare(parsed(html), described);
  return got.isEqualNode(want) ? undefined : { fault: "DOM differs", got: got.innerHTML, want: want.innerHTML };
}

/** Returns a copy without marks and without the attributes of properties, with adjacent texts joined. */
function bare(element, described) {
  const copy = element.cloneNode(true);
  for (const leaving of copy.querySelectorAll("[inert]")) leaving.remove();
  copy.querySelectorAll("*").forEach((element, index) => {
    for (const name of Object.keys(described[index]?.properties ?? {})) element.removeAttribute(name);
    if (element.localName === "textarea") element.textContent = "";
  });
  const comments = document.createTreeWalker(copy, NodeFilter.SHOW_COMMENT);
  const marks = [];
  while (comments.nextNode()) marks.push(comments.currentNode);
  for (const mark of marks) mark.remove();
  copy.normalize();
  return copy;
}

function identities(element, session) {
  const live = elementsOf(element);
  return new Map(session.elements().map(({ id }, index) => [id, live[index]]));
}

function identityFault(element, session, before) {
  for (const [id, node] of identities(element, session)) {
    const known = id && before.get(id);
    if (known && known !== node) return { fault: `element ${id} (${node.localName}) was replaced` };
  }
  return undefined;
}

function addressFault(element, session, fired, random) {
  const described = session.elements();
  const live = elementsOf(element);
  for (let tries = Math.min(live.length, 6); tries--; ) {
    const target = live[Math.floor(random() * live.length)];
    for (const [type, bubbles] of [["click", true], ["quiet", false]]) {
      const want = [];
      for (let node = target, on = true; on && node !== element; node = node.parentElement) {
        for (const { name, modifiers, address } of described[live.indexOf(node)].handlers) {
          if (name !== type) continue;
          want.push(address);
          if (modifiers.includes("stop")) on = false;
        }
        if (!bubbles) on = false;
      }
      fired.length = 0;
      // A real click would also open the details and check the box.
      target.dispatchEvent(new Event(type, { bubbles }));
      if (JSON.stringify(fired) !== JSON.stringify(want)) {
        return { fault: `${type} on ${target.localName} ${live.indexOf(target)}`, got: fired, want };
      }
    }
  }
  return undefined;
}
