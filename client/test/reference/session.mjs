// A simple server for one page: numbers templates, remembers which ones the page has, numbers rows, and makes patches
// between two models.

import { compile, html, map, tree } from "./layout.mjs";
import { planRows } from "./rows.mjs";

export class Session {
  /** True if the maps have prints. */
  #hasPrints;
  #numbers = new Map();
  #told = new Map();
  #news = {};
  #copies = 0;
  #random;
  patch = 0;

  /** `random` (0 to 1) decides wherever the protocol allows several answers. */
  constructor(template, values, random = () => 0, hasPrints = false) {
    this.#random = random;
    this.#hasPrints = hasPrints;
    this.#begin(template, values);
  }

  #begin(template, values, before) {
    this.#numbers.clear();
    this.#told.clear();
    this.numberOf(template);
    this.copy = this.#copyOf(template, values, before);
  }

  numberOf = (template) => {
    if (!this.#numbers.has(template)) this.#numbers.set(template, this.#numbers.size);
    return this.#numbers.get(template);
  };

  /** The page as HTML, and the definitions of its data block. */
  page() {
    this.#tellHeld(this.copy);
    const text = html(this.copy.template, this.copy.values, this.numberOf);
    return { html: text, templates: this.#takeNews() };
  }

  /** The message that makes the page show `values`. */
  change(values) {
    const body = this.#diff(this.copy, values);
    const templates = this.#takeNews();
    return JSON.stringify([++this.patch, body, ...(Object.keys(templates).length ? [{ t: templates }] : [])]);
  }

  /** The message that renders the page in full. A page that shows `before` keeps the elements that are in both, if the
   * maps have prints. */
  mount(values = this.copy.values, before = this.copy) {
    this.#begin(this.copy.template, values, this.#hasPrints ? before : undefined);
    const view = this.#encode({ template: this.copy.template, values });
    return JSON.stringify({
      mount: { session: "s", patch: ++this.patch, event: 0, templates: this.#takeNews(), view },
    });
  }

  /** Returns what the page shows now, for `mount`. */
  shown() {
    const copyOf = (copy) => ({ ...copy, held: Object.fromEntries(Object.entries(copy.held).map(([slot, held]) => [slot, heldOf(held)])) });
    const heldOf = (held) =>
      held?.rows ? { ...held, rows: held.rows.map((row) => ({ ...row, copy: copyOf(row.copy) })) } : held && copyOf(held);
    return copyOf(this.copy);
  }

  /** The page's elements in document order: their identities, properties and handlers' addresses. */
  elements() {
    const elements = [];
    const visit = (copy, address) => {
      const { cells, slots, valued } = compile(copy.template);
      const show = (cell) => {
        const held = copy.held[cell.slot];
        const value = copy.values[valued.indexOf(cell.slot)];
        if (cell.kind === "element") {
          const element = { id: `${copy.id}:${cell.ordinal}`, tag: cell.item.tag, properties: {}, handlers: [] };
          elements.push(element);
          for (const index of Object.values(cell.slots)) {
            const { kind, name, modifiers } = slots[index];
            if (kind === "e") element.handlers.push({ name, modifiers, address: [...address, index] });
            if (kind === "p") element.properties[name] = copy.values[valued.indexOf(index)];
          }
          cell.cells.forEach(show);
        } else if (cell.kind === "list") {
          for (const row of held.rows) visit(row.copy, [...address, cell.slot, row.serial]);
        } else if (held) visit(held, [...address, cell.slot]);
        else for (const [, tag] of (value?.html ?? "").matchAll(/<(\w+)/g)) elements.push({ tag, properties: {}, handlers: [] });
      };
      cells.forEach(show);
    };
    visit(this.copy, []);
    return elements;
  }

  #copyOf(template, values, before) {
    const { slots, valued } = compile(template);
    const old = before?.template === template ? before : undefined;
    const copy = { id: old?.id ?? ++this.#copies, template, values: [...values], held: {} };
    valued.forEach((index, nth) => (copy.held[index] = this.#hold(slots[index], values[nth], old?.held[index])));
    return copy;
  }

  #hold({ row }, value, before) {
    if (row) {
      const old = byContent(before?.rows.map(({ copy }) => copy) ?? [], ({ values }) => values);
      const now = byContent(value, ({ values }) => values);
      const rows = value.map((one, serial) => {
        const content = `${contentOf(one.values)}`;
        const known = now.get(content)?.length === 1 && old.get(content)?.length === 1 ? old.get(content)[0] : undefined;
        return { key: one.key, serial, copy: this.#copyOf(row, one.values, known) };
      });
      return { rows, next: value.length };
    }
    return value?.template ? this.#copyOf(value.template, value.values, before?.rows ? undefined : before) : null;
  }

  #tell(template, part) {
    const told = this.#told.get(template) ?? new Set();
    this.#told.set(template, told);
    if (told.has(part)) return;
    told.add(part);
    // As the server does.
    if (this.#hasPrints) for (const { row } of compile(template).slots) if (row) this.#tell(row, part);
    const news = (this.#news[this.numberOf(template)] ??= {});
    news[part] = part === "map" ? this.#map(template) : tree(template);
  }

  #map(template) {
    const text = map(template, this.numberOf);
    if (!this.#hasPrints) return text;
    return text.replace(/^[^ ]*/, `$&#print${idOf(template)}`);
  }

  /** Tells the maps of all templates that the page shows. */
  #tellHeld(copy) {
    this.#tell(copy.template, "map");
    for (const held of Object.values(copy.held)) {
      if (held?.rows) for (const row of held.rows) this.#tellHeld(row.copy);
      else if (held) this.#tellHeld(held);
    }
  }

  #takeNews() {
    const news = this.#news;
    this.#news = {};
    return news;
  }

  /** A value to be built on the page. */
  #encode(value, row) {
    if (row) return value.map(({ values }) => this.#encodeCopy(row, values));
    if (!value?.template) return value;
    return [this.numberOf(value.template), ...this.#encodeCopy(value.template, value.values)];
  }

  #encodeCopy(template, values) {
    this.#tell(template, "map");
    this.#tell(template, "tree");
    const { slots, valued } = compile(template);
    return values.map((value, nth) => this.#encode(value, slots[valued[nth]].row));
  }

  #diff(copy, values) {
    const { slots, valued } = compile(copy.template);
    const body = [];
    let cursor = 0;
    valued.forEach((index, nth) => {
      const change = this.#change(copy, index, slots[index], copy.values[nth], values[nth]);
      if (change === undefined) return;
      if (cursor !== index || this.#random() < 0.1) body.push(index);
      body.push(change);
      cursor = index + 1;
    });
    copy.values = [...values];
    return body;
  }

  #change(copy, index, { kind, row }, old, value) {
    if (row) return this.#changeRows(copy.held[index], row, value);
    const held = copy.held[index];
    if (held && held.template === value?.template) {
      const body = this.#diff(held, value.values);
      return body.length ? body : undefined;
    }
    if (old === value || (old?.html !== undefined && old.html === value?.html)) return undefined;
    copy.held[index] = this.#hold({}, value);
    const encoded = this.#encode(value);
    const inPlace = /[ap]/.test(kind) || typeof value === "string" || (value === null && this.#random() < 0.5);
    return inPlace ? encoded : { "=": encoded };
  }

  #changeRows(held, row, values) {
    const { removed, stays } = planRows(held.rows, values, this.#random);
    const before = new Map(held.rows.map((row, at) => [row.key, { row, at }]));
    const body = removed.length ? [{ "-": runs(removed) }] : [];
    let cursor = 0;
    const add = (at, change, advance) => {
      if (cursor !== at) body.push(at);
      body.push(change);
      cursor = at + advance;
    };
    held.rows = values.map(({ key, values }, at) => {
      const known = before.get(key);
      if (!known) {
        const encoded = this.#encodeCopy(row, values);
        if (cursor === at && body.at(-1)?.["+"] && this.#random() < 0.9) {
          body.at(-1)["+"].push(encoded);
          cursor++;
        } else add(at, { "+": [encoded] }, 1);
        return { key, serial: held.next++, copy: this.#copyOf(row, values) };
      }
      if (!stays.has(key)) add(at, { ">": known.at }, 1);
      const changes = this.#diff(known.row.copy, values);
      if (changes.length) add(at, changes, 1);
      return known.row;
    });
    return body.length ? body : undefined;
  }
}

/** Returns the texts that a row shows. */
function contentOf(values) {
  if (typeof values === "string") return values ? [values] : [];
  const texts = (Array.isArray(values) ? values : values?.values ?? []).flatMap(contentOf);
  // The parser changes some line feeds.
  return texts.some((text) => /\r/.test(text)) ? [Math.random()] : texts;
}

const templates = new Map();
const idOf = (template) => templates.get(template) ?? (templates.set(template, templates.size), templates.size - 1);

function byContent(all, valuesOf) {
  const groups = new Map();
  for (const one of all) {
    const content = `${contentOf(valuesOf(one))}`;
    groups.set(content, [...(groups.get(content) ?? []), one]);
  }
  return groups;
}

/** Neighbouring numbers as `[first, count]`. */
function runs(numbers) {
  const runs = [];
  for (const number of numbers) {
    const last = runs.at(-1);
    if (last && last[0] + last[1] === number) last[1]++;
    else runs.push([number, 1]);
  }
  return runs.map(([first, count]) => (count === 1 ? first : [first, count]));
}
