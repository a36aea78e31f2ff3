// Identifies elements by their number in the template and the key of their row.

export function elementKeys(root, duplicates) {
  const found = new Map();
  const twice = new Set();
  for (const element of root.querySelectorAll("[data-s]")) {
    const row = element.closest("[data-k]")?.getAttribute("data-k") ?? "";
    // If two rows have the same key, either can keep the element.
    if (row.includes("~") || (duplicates && row)) continue;
    const key = `${element.getAttribute("data-s")} ${row}`;
    if (found.has(key)) twice.add(key);
    found.set(key, element);
  }
  for (const key of twice) found.delete(key);
  return found;
}

/** Returns the texts that are the only child of their element. A `<textarea>`'s text is only its initial value. */
export function soleTexts(elements) {
  const texts = new Map();
  for (const [key, { childNodes, localName }] of elements) {
    if (localName !== "textarea" && childNodes.length === 1 && childNodes[0] instanceof Text) texts.set(key, childNodes[0]);
  }
  return texts;
}
