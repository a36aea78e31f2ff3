// docs/protocol.md as a program: turns a template into HTML, a map and a tree.
//
// A template is `template(...items)`, and an item is a static text, `element(tag, attributes, ...items)`,
// `value(...)`, `branch(...)` or `list(row)`. An attribute is static (`class: "row"`) or `slot.attribute`,
// `slot.property`, or a handler: `"on:click": handler("prevent")`.
//
// Values of a copy, one for each slot that is not a handler: a text, `null`, `true`, `{html}`, a region
// `{template, values}`, or a list's rows `[{key, values}]`.

export const template = (...items) => ({ items });
export const element = (tag, attributes, ...items) => ({ kind: "element", tag, attributes, items });
export const value = (options = {}) => ({ kind: "value", ...options });
export const branch = (...arms) => ({ kind: "branch", arms });
export const list = (row) => ({ kind: "list", row });
export const slot = { attribute: { kind: "a" }, property: { kind: "p" } };
export const handler = (...modifiers) => ({ kind: "e", modifiers });

const VOID = /^(area|base|br|col|embed|hr|img|input|link|meta|source|track|wbr)$/;
const kindOf = (item) => (typeof item === "string" ? "text" : item.kind);
const varies = ({ kind }) => kind === "value" || kind === "branch" || kind === "list";

/** The content between two tags, with its marks: texts, separators, elements, values, branches, lists. */
function layOut(items, { isRoot, isRow }) {
  const merged = [];
  for (const item of items) {
    if (item === "") continue;
    if (typeof item === "string" && typeof merged.at(-1) === "string") merged.push(merged.pop() + item);
    else merged.push(item);
  }
  if (!isRoot && merged.length === 1 && /value|list/.test(kindOf(merged[0]))) return [{ ...cell(merged[0]), sole: true }];
  const cells = [];
  if (isRow && !/element|branch/.test(merged.length ? kindOf(merged[0]) : "")) cells.push({ kind: "separator" });
  merged.forEach((item, index) => {
    const before = index ? kindOf(merged[index - 1]) : "";
    if (/text|value|branch/.test(before) && /text|value/.test(kindOf(item))) cells.push({ kind: "separator" });
    cells.push(cell(item));
  });
  return cells;
}

const cell = (item) => ({ kind: kindOf(item), item });

/** The template's slots in order, and its extent. `isRow` belongs to the template's use: a list's row. */
export function compile(template) {
  if (template.compiled) return template.compiled;
  const compiled = (template.compiled = { slots: [], cells: [], extent: "", elements: 0 });

  const visit = (items, path, options, holderPath) => {
    const cells = layOut(items, options);
    const fixed = !cells.some(varies);
    const lastVarying = cells.findLastIndex(varies);
    const walkTo = (end) => {
      const walk = [0];
      for (const cell of cells.slice(0, end)) {
        if (varies(cell)) walk.push(cell.slot, 0);
        else walk[walk.length - 1]++;
      }
      return walk.join(".");
    };
    cells.forEach((cell, index) => {
      const { kind, item } = cell;
      let step = walkTo(index);
      if (path && fixed) step += `*${cells.length}`;
      else if (path && kind === "element" && step.includes(".") && index > lastVarying) step = String(index - cells.length);
      const here = path ? `${path}/${step}` : step;
      if (kind === "element") {
        cell.ordinal = compiled.elements++;
        cell.slots = {};
        for (const [name, attribute] of Object.entries(item.attributes ?? {})) {
          if (!attribute.kind) continue;
          const { kind, modifiers = [] } = attribute;
          const target = name.replace(/^on:/, "");
          const word = `${kind}${here}:${[target, ...modifiers].join(".")}`;
          cell.slots[name] = compiled.slots.push({ kind, word, name: target, modifiers }) - 1;
        }
        cell.cells = visit(item.items, here, {}, here);
      } else if (varies(cell)) {
        const letter = { value: "s", branch: "b", list: "l" }[kind];
        const word = cell.sole ? letter.toUpperCase() + holderPath : letter + here;
        cell.slot = compiled.slots.push({ kind: word[0], word, item, row: item.row }) - 1;
      }
    });
    if (options.isRoot) compiled.extent = walkTo(cells.length);
    return cells;
  };
  compiled.cells = visit(template.items, "", { isRoot: true, isRow: template.isRow }, "");
  compiled.valued = compiled.slots.flatMap((slot, index) => (slot.kind === "e" ? [] : [index]));
  return compiled;
}

/** A row's layout differs from that of an arm, so a template is one or the other. */
export const row = (...items) => ({ items, isRow: true });

export function map(template, numberOf) {
  const { extent, slots } = compile(template);
  return [extent, ...slots.map(({ word, row }) => (row ? `${word}:${numberOf(row)}` : word))].join(" ");
}

export function tree(template) {
  const grow = (cells) =>
    cells.flatMap(({ kind, item, sole, cells }) => {
      if (kind === "text") return [item];
      if (kind === "element") {
        const fixed = Object.entries(item.attributes ?? {}).filter(([, attribute]) => !attribute.kind);
        return [[item.tag, ...(fixed.length ? [Object.fromEntries(fixed)] : []), ...grow(cells)]];
      }
      if (sole) return [];
      return kind === "list" ? [2] : [1];
    });
  return grow(compile(template).cells);
}

const escapeText = (text) => text.replace(/[&<>\r]/g, (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" })[c]);
const escapeAttribute = (text) => text.replace(/[&"\r]/g, (c) => ({ "&": "&amp;", '"': "&quot;", "\r": "&#13;" })[c]);

/** The HTML of a copy with its marks. */
export function html(template, values, numberOf) {
  const { cells, valued } = compile(template);
  const valueAt = (slot) => values[valued.indexOf(slot)];
  const region = (held) =>
    held ? `<!${numberOf(held.template)}>${html(held.template, held.values, numberOf)}` : "<!>";

  const show = ({ kind, item, sole, slot, slots, cells }, parent) => {
    if (kind === "text") return escapeText(item);
    if (kind === "separator") return "<!>";
    if (kind === "branch") return region(valueAt(slot));
    if (kind === "list") {
      const rows = valueAt(slot).map(({ values }) => html(item.row, values, numberOf));
      return rows.join("") + (sole ? "" : "<!/>");
    }
    if (kind === "value") {
      const value = valueAt(slot);
      if (value === null && parent === "title") return "";
      if (value === null || value.template) return region(value);
      if (value.html !== undefined) return `<!*>${value.html}<!/*>`;
      return value === "" && !sole ? "<!>" : escapeText(value);
    }
    let start = `<${item.tag}`;
    let text = "";
    for (const [name, attribute] of Object.entries(item.attributes ?? {})) {
      if (attribute.kind === "e") continue;
      const value = attribute.kind ? valueAt(slots[name]) : attribute;
      if (item.tag === "textarea" && name === "value") text = escapeText(value ?? "");
      else if (value === true || value === "") start += ` ${name}`;
      else if (value !== null) start += ` ${name}="${escapeAttribute(value)}"`;
    }
    if (VOID.test(item.tag)) return `${start}>`;
    const content = text + cells.map((cell) => show(cell, item.tag)).join("");
    // The parser drops a newline that these elements begin with.
    const newline = /^(pre|textarea|listing)$/.test(item.tag) && content.startsWith("\n") ? "\n" : "";
    return `${start}>${newline}${content}</${item.tag}>`;
  };
  return cells.map((cell) => show(cell, null)).join("");
}
