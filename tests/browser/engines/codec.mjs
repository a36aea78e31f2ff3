// Values on their way between this process and a page, as JSON text. JSON alone has no `undefined`, no infinite numbers
// and no regular expressions.

/** Returns the text of a value. Runs in pages too, so it refers to nothing around it. */
export function encode(value) {
  const tagged = (type, value) => ({ "harness:type": type, value });
  return JSON.stringify({ value }, (_, value) => {
    if (value === undefined || typeof value === "function") return tagged("undefined", null);
    if (typeof value === "number" && !Number.isFinite(value)) return tagged("number", String(value));
    if (value instanceof RegExp) return tagged("expression", [value.source, value.flags]);
    if (typeof Node === "function" && value instanceof Node) return value.nodeName;
    return value;
  });
}

/** Returns the value of a text. Runs in pages too. */
export function decode(text) {
  const revive = (value) => {
    if (Array.isArray(value)) return value.map(revive);
    if (value === null || typeof value !== "object") return value;
    const type = value["harness:type"];
    if (type === "undefined") return undefined;
    if (type === "number") return Number(value.value);
    if (type === "expression") return new RegExp(...value.value);
    return Object.fromEntries(Object.entries(value).map(([name, value]) => [name, revive(value)]));
  };
  return revive(JSON.parse(text).value);
}

/** Returns the source of a function for a script, which is a function or the text of an expression. */
export function sourceOf(script) {
  if (typeof script !== "function") return `(() => (${script}\n))`;
  const source = String(script);
  // A method's source is no expression.
  return /^(async\b\s*)?(function\b|\(|[\w$]+\s*=>)/.test(source) ? `(${source})` : `({ ${source} })[${JSON.stringify(script.name)}]`;
}

/** Returns an expression that calls a function in a page. */
export const callOf = (source, values) => `(${source})(...(${decode})(${JSON.stringify(encode(values))}))`;

/** Returns an expression for the text of what a call gives: its value, or its error. */
export const outcomeOf = (call) => `(async () => {
  const encode = ${encode};
  try {
    return encode({ value: await ${call} });
  } catch (error) {
    return encode({ error: String(error?.message ?? error), stack: String(error?.stack) });
  }
})()`;
