// Elements that can be told from all others: by their number in the template, and their row's key.

export function elementKeys(root, duplicates) {
  const found = new Map();
  const twice = new Set();
  for (const element of root.querySelectorAll("[data-s]")) {
    const row = element.closest("[data-k]")?.getAttribute("data-k") ?? "";
    // where two rows have one key, either may take the element
    if (row.includes("~") || (duplicates && row)) continue;
    const key = `${element.getAttribute("data-s")} ${row}`;
    if (found.has(key)) twice.add(key);
    found.set(key, element);
  }
  for (const key of twice) found.delete(key);
  return found;
}

/** The texts that are all that their elements hold; that of a `<textarea>` is its first value alone. */
export function soleTexts(elements) {
  const texts = new Map();
  for (const [key, { childNodes, localName }] of elements) {
    if (localName !== "textarea" && childNodes.length === 1 && childNodes[0] instanceof Text) texts.set(key, childNodes[0]);
  }
  return texts;
}
