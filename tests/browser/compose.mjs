// Composes texts as an input method does.

/** Returns functions that compose a text in the focused element of the page, and that commit one. */
export async function composer(page) {
  if (page.context().newCDPSession) {
    const input = await page.context().newCDPSession(page);
    return {
      compose: (text) => input.send("Input.imeSetComposition", { text, selectionStart: text.length, selectionEnd: text.length }),
      commit: (text) => input.send("Input.insertText", { text }),
    };
  }
  let before = "";
  const compose = async (text) => {
    await page.evaluate(step, [before, text, false]);
    before = text;
  };
  const commit = async (text) => {
    await page.evaluate(step, [before, text, true]);
    before = "";
  };
  return { compose, commit };
}

/** Replaces the text that is composed, with the events of an input method in the order of the engine: only Chromium's driver can
 * compose. Runs in pages. */
function step([before, text, isLast]) {
  const element = document.activeElement;
  const about = { bubbles: true, data: text };
  const press = (type, isComposing) =>
    element.dispatchEvent(new KeyboardEvent(type, { bubbles: true, key: "Process", keyCode: 229, isComposing }));
  const compose = (type) => element.dispatchEvent(new CompositionEvent(type, about));
  const input = (isComposing) =>
    element.dispatchEvent(new InputEvent("input", { ...about, inputType: "insertCompositionText", isComposing }));

  press("keydown", !!before);
  if (!before) compose("compositionstart");
  compose("compositionupdate");
  if ("value" in element) {
    const to = element.selectionStart;
    element.setRangeText(text, to - before.length, to, "end");
  } else {
    const selection = getSelection();
    if (selection.focusNode.nodeType !== Node.TEXT_NODE) {
      const node = new Text();
      selection.getRangeAt(0).insertNode(node);
      selection.collapse(node, 0);
    }
    const { focusNode, focusOffset: to } = selection;
    focusNode.replaceData(to - before.length, before.length, text);
    selection.collapse(focusNode, to - before.length + text.length);
  }
  const isGecko = CSS.supports("-moz-appearance", "none");
  if (isLast && isGecko) compose("compositionend");
  input(!(isLast && isGecko));
  if (isLast && !isGecko) compose("compositionend");
  press("keyup", !isLast);
}
