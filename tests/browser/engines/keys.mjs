// Names of keys, as Playwright has them, in the code points of WebDriver.

const NAMED = {
  Backspace: "\ue003", Tab: "\ue004", Enter: "\ue007", Escape: "\ue00c", Space: " ", PageUp: "\ue00e", PageDown: "\ue00f",
  End: "\ue010", Home: "\ue011", ArrowLeft: "\ue012", ArrowUp: "\ue013", ArrowRight: "\ue014", ArrowDown: "\ue015",
  Insert: "\ue016", Delete: "\ue017", Shift: "\ue008", Control: "\ue009", Alt: "\ue00a", Meta: "\ue03d",
  ...Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`F${at + 1}`, String.fromCharCode(0xe031 + at)])),
};

/** Returns the code point of a key. */
export function codePoint(key) {
  const named = NAMED[key] ?? (/^(Key|Digit)(.)$/.exec(key)?.[2].toLowerCase() || key);
  if ([...named].length !== 1) throw new Error(`no such key: ${key}`);
  return named;
}

/** Returns the keys of a combination: `Control++` has two. */
export const parts = (combination) => combination.split(/(?<!^|\+)\+/);
