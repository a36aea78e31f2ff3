// Makes random templates and models, with every layout of docs/protocol.md.

import { branch, compile, element, handler, list, row, slot, template, value } from "./layout.mjs";

/** Mulberry32. It gives the same numbers everywhere, so a seed replays a case. */
export function randomOf(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const TEXTS = ["", "", "a", "b ", " c", "12", "x<y&z>\"'", "\nline", " ", "é🍵", "\r\n", "-", "<!>"];
const MARKUP = ["", "plain", "<b>bold</b>", "x <i>y</i><!--z--> <u>w</u>", "<s></s>"];

export function generator(random) {
  const below = (n) => Math.floor(random() * n);
  const one = (choices) => choices[below(choices.length)];
  const chance = (p) => random() < p;
  const times = (n, make) => Array.from({ length: n }, make);

  // The content of each kind of place that the HTML parser does not move elsewhere.
  const CONTENT = {
    flow: { text: true, elements: (d) => flowElement(d) },
    svg: { text: true, elements: (d) => svgElement(d) },
    tbody: { elements: (d) => element("tr", attributes(), ...content("tr", d - 1)) },
    tr: { elements: (d) => element(one(["td", "th"]), attributes(), ...content("flow", d - 1)) },
    ul: { elements: (d) => element("li", attributes(), ...content("flow", d - 1)) },
    dl: { elements: (d) => element(one(["dt", "dd"]), attributes(), ...content("flow", d - 1)) },
    select: { elements: () => element("option", chance(0.3) ? { title: slot.attribute } : {}, one(["o", value({ text: true })])) },
  };

  function content(place, depth, most = 4) {
    if (depth > 0 && chance(CONTENT[place].text ? 0.05 : 0.4)) return [list(row(...content(place, depth - 1, 3)))];
    return times(below(most + 1), () => item(place, depth));
  }

  function item(place, depth) {
    const { text, elements } = CONTENT[place];
    const roll = below(depth > 0 ? 9 : 4);
    if (roll < 2 && text) return one(["s", "t ", " u", value(valueOptions(place, depth))]);
    if (roll === 2 && text) return value(valueOptions(place, depth));
    if (roll < 5 || depth <= 0) return elements(depth);
    if (roll < 7) return branch(...times(1 + below(3), () => arm(place, depth - 1)));
    if (roll === 7 && !text && place !== "select") return value(valueOptions(place, depth));
    return list(row(...content(place, depth - 1, 3)));
  }

  const arm = (place, depth) => template(item(place, depth), ...content(place, depth, 2));

  const valueOptions = (place, depth) => ({
    text: CONTENT[place].text ?? false,
    markup: place === "flow" && chance(0.2),
    views: depth > 0 && chance(0.6) ? times(1 + below(2), () => arm(place, depth - 1)) : [],
  });

  function attributes() {
    const own = {};
    if (chance(0.2)) own.class = one(["k", "l m", ""]);
    if (chance(0.3)) own.title = slot.attribute;
    if (chance(0.3)) own["on:click"] = chance(0.2) ? handler("stop") : handler();
    if (chance(0.1)) own["on:quiet"] = handler();
    if (chance(0.1)) own["data-n"] = slot.attribute;
    if (chance(0.1)) own["data-tealight-leave"] = "leaving";
    return own;
  }

  function flowElement(depth) {
    const roll = below(14);
    if (roll === 0) return element("input", { type: "text", value: slot.property, ...attributes() });
    if (roll === 1) return element("input", { type: "checkbox", checked: slot.property });
    if (roll === 2) return element("textarea", { ...attributes(), value: slot.property });
    if (roll === 3) return element("pre", attributes(), ...content("flow", depth - 1));
    if (depth < 1) return element(one(["div", "span", "br", "section"]), attributes());
    if (roll === 4) return element("ul", attributes(), ...content("ul", depth - 1));
    if (roll === 5) return element("dl", attributes(), ...content("dl", depth - 1));
    if (roll === 6) return element("table", attributes(), element("tbody", {}, ...content("tbody", depth)));
    if (roll === 7) return element("select", {}, ...content("select", depth));
    if (roll === 8) return element("svg", { viewBox: "0 0 9 9" }, ...content("svg", depth));
    if (roll === 9) return element("details", { open: slot.property }, ...content("flow", depth - 1));
    if (roll === 10) return element("title", {}, one(["static", value({ text: true })]));
    return element(one(["div", "span", "section", "article"]), attributes(), ...content("flow", depth - 1, 5));
  }

  function svgElement(depth) {
    const roll = below(6);
    if (roll === 0) return element("circle", { r: slot.attribute, ...attributes() });
    if (roll === 1) return element("use", { href: chance(0.5) ? "#a" : slot.attribute });
    if (roll === 2) return element("foreignObject", attributes(), ...content("flow", depth - 1));
    if (roll === 3) return element("linearGradient", { gradientUnits: "userSpaceOnUse" });
    return element("g", attributes(), ...content("svg", depth - 1));
  }

  const text = () => (chance(0.8) ? one(TEXTS) : `v${below(1000)}`);
  const region = (template) => ({ template, values: values(template) });

  function valueOf({ kind, item, name }) {
    if (kind === "a") return one([null, true, text(), text()]);
    if (kind === "p") return name === "value" ? one([null, "p", text().replace(/[\r\n]/g, "")]) : one([null, true]);
    if (item.kind === "list") return times(below(5), () => newRow(item.row));
    if (item.kind === "branch") return chance(0.25) ? null : region(one(item.arms));
    const choices = [() => null];
    if (item.text) choices.push(text, text, text);
    if (item.markup) choices.push(() => ({ html: one(MARKUP) }));
    for (const view of item.views ?? []) choices.push(() => region(view), () => region(view));
    return one(choices)();
  }

  let keys = 0;
  const newRow = (row) => ({ key: ++keys, values: values(row) });

  const values = (template) => slotsOf(template).map(valueOf);

  /** Returns another model for the same template, similar to the first or not. */
  function change(template, old) {
    const p = one([0.05, 0.3, 0.8]);
    return slotsOf(template).map((slot, nth) => {
      const value = old[nth];
      if (slot.item?.kind === "list") return changeRows(slot.item.row, value, p);
      if (value?.template && chance(0.8)) return { template: value.template, values: change(value.template, value.values) };
      return chance(p) ? valueOf(slot) : value;
    });
  }

  function changeRows(row, rows, p) {
    let next = rows.map(({ key, values }) => ({ key, values: chance(p) ? change(row, values) : values }));
    if (chance(p)) next = next.filter(() => chance(0.7));
    if (chance(p)) next = one([() => next.reverse(), () => shuffle(next), () => [...next.slice(1), ...next.slice(0, 1)]])();
    if (chance(p)) for (let n = below(3); n--; ) next.splice(below(next.length + 1), 0, newRow(row));
    return chance(0.03) ? [] : next;
  }

  const shuffle = (rows) => rows.map((row) => [random(), row]).sort(([a], [b]) => a - b).map(([, row]) => row);

  return {
    template: () => template(...content("flow", 3, 6)),
    values,
    change,
  };
}

const slotsOf = (template) => compile(template).slots.filter(({ kind }) => kind !== "e");
