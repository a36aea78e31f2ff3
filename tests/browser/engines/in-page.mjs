// Finds elements in a page, and does to them what needs no real pointer or key.

/** Returns the operations on the elements that `steps` lead to. Runs in pages, so it refers to nothing around it. */
export function agent() {
  const ROLES = {
    article: "article", button: "button, summary, input:is([type=button], [type=submit], [type=reset])", checkbox: "input[type=checkbox]",
    combobox: "select:not([multiple], [size])", dialog: "dialog", form: "form", heading: "h1, h2, h3, h4, h5, h6", link: "a[href]",
    list: "ul, ol", listbox: "select:is([multiple], [size])", listitem: "li", navigation: "nav", option: "option", radio: "input[type=radio]",
    row: "tr", status: "output", table: "table", textbox: "textarea, input:is(:not([type]), [type=text], [type=email], [type=tel], [type=url])",
  };
  const normal = (text) => text.trim().replaceAll(/\s+/g, " ");
  const textOf = (element) => (element.localName === "input" && /^(button|submit|reset)$/.test(element.type) ? element.value : element.textContent);

  /** Returns true if a text is the wanted one: an expression, or a part of any case unless it has to be exact. */
  const fits = (text, wanted, exact) => {
    if (wanted instanceof RegExp) return wanted.test(text);
    return exact ? normal(text) === normal(wanted) : normal(text).toLowerCase().includes(normal(wanted).toLowerCase());
  };

  const byIds = (ids) => ids.split(/\s+/).flatMap((id) => document.getElementById(id) ?? []);
  const labels = (element) => [
    ...(element.ariaLabel ? [element.ariaLabel] : []),
    ...byIds(element.getAttribute("aria-labelledby") ?? "").map(textOf),
    ...[...(element.labels ?? [])].map(textOf),
  ];
  const nameOf = (element) => labels(element)[0] ?? (normal(textOf(element)) || element.getAttribute("title") || element.getAttribute("alt") || "");

  const all = (roots) => [...new Set(roots.flatMap((root) => [...root.querySelectorAll("*")]))];
  const STEPS = {
    css: (roots, css) => [...new Set(roots.flatMap((root) => [...root.querySelectorAll(css)]))],
    text(roots, [wanted, exact]) {
      const found = all(roots).filter((element) => !/^(script|style|title)$/.test(element.localName) && fits(textOf(element), wanted, exact));
      return found.filter((element) => !found.some((other) => element !== other && element.contains(other)));
    },
    label: (roots, [wanted, exact]) => all(roots).filter((element) => labels(element).some((label) => fits(label, wanted, exact))),
    role: (roots, [role, name, exact]) =>
      all(roots).filter((element) => {
        if (!(element.hasAttribute("role") ? element.getAttribute("role") === role : ROLES[role] && element.matches(ROLES[role]))) return false;
        return isVisible(element) && (name === undefined || fits(nameOf(element), name, exact));
      }),
    filter: (elements, [text, has]) =>
      elements.filter((element) => (text === undefined || fits(textOf(element), text)) && (!has || find(has, [element]).length > 0)),
    nth: (elements, at) => elements.slice(at, at + 1 || undefined),
  };

  const find = (steps, roots = [document]) => steps.reduce((found, [kind, value]) => STEPS[kind](found, value), roots);

  const isVisible = (element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && getComputedStyle(element).visibility === "visible";
  };

  /** Returns the element, or a reason to try again. */
  const one = ({ steps, isFirst }) => {
    const found = find(steps);
    if (!found.length) throw { again: "no element" };
    if (found.length > 1 && !isFirst) throw new Error(`${found.length} elements match`);
    return found[0];
  };

  const ready = (target) => {
    const element = one(target);
    if (!isVisible(element)) throw { again: "the element is not visible" };
    if (element.matches(":disabled")) throw { again: "the element is disabled" };
    return element;
  };

  const frame = () => new Promise(requestAnimationFrame);

  const box = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x, y, width, height };
  };

  const bringIntoView = (element, inside) => {
    const { x, y } = inside ?? element.getBoundingClientRect();
    const isInView = x >= 0 && y >= 0 && x < innerWidth && y < innerHeight;
    if (!isInView) element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
  };

  const change = (element) => {
    for (const type of ["input", "change"]) element.dispatchEvent(new Event(type, { bubbles: true, composed: true }));
  };

  return {
    count: ({ steps }) => find(steps).length,
    all: ({ steps }) => find(steps),
    box: (target) => box(one(target)),
    element: (target) => one(target),
    /** Waits until the element is attached, detached, visible or hidden. */
    is({ steps }, state) {
      const found = find(steps);
      const isSo = { attached: found[0], detached: !found[0], visible: found[0] && isVisible(found[0]), hidden: !found[0] || !isVisible(found[0]) }[state];
      if (!isSo) throw { again: `not ${state}` };
    },
    /** Returns a point of the element where a pointer reaches it, when it has come to rest. */
    async point(target, position) {
      const element = ready(target);
      const at = () => {
        const { x, y, width, height } = element.getBoundingClientRect();
        return position ? { x: x + position.x, y: y + position.y } : { x: x + width / 2, y: y + height / 2 };
      };
      bringIntoView(element, at());
      const before = box(element);
      await frame();
      await frame();
      if (JSON.stringify(before) !== JSON.stringify(box(element))) throw { again: "the element moves" };
      const point = at();
      let hit = document.elementFromPoint(point.x, point.y);
      while (hit?.shadowRoot?.elementFromPoint(point.x, point.y) && hit !== hit.shadowRoot.elementFromPoint(point.x, point.y)) {
        hit = hit.shadowRoot.elementFromPoint(point.x, point.y);
      }
      const label = hit?.closest?.("label");
      if (!hit || !(element.contains(hit) || hit.getRootNode().host === element || (label && label.control === element) || label?.contains(element))) {
        throw { again: `another element is over it: ${hit?.outerHTML.slice(0, 100)}` };
      }
      return point;
    },
    scroll(target) {
      const element = one(target);
      const { top, bottom } = element.getBoundingClientRect();
      if (top < 0 || bottom > innerHeight) element.scrollIntoView({ block: "center", inline: "center", behavior: "instant" });
    },
    focus: (target) => one(target).focus(),
    /** Gives the element the focus for typing: at the start of its text, unless it has the focus already. */
    enter(target) {
      const element = one(target);
      if (document.activeElement === element) return;
      element.focus();
      // WebKit selects the text.
      if (element.matches("textarea, input:not([type]), input[type=text]")) element.setSelectionRange(0, 0);
    },
    /** Selects a control's text, so that typing replaces it. */
    fill(target, text) {
      const element = ready(target);
      bringIntoView(element);
      if (element.matches("input:is([type=color], [type=date], [type=datetime-local], [type=month], [type=range], [type=time], [type=week])")) {
        element.focus();
        element.value = text;
        return change(element);
      }
      element.focus();
      if (element.isContentEditable) getSelection().selectAllChildren(element);
      else element.select();
      if (text) document.execCommand("insertText", false, text);
      else document.execCommand("delete");
    },
    select(target, values) {
      const element = ready(target);
      for (const option of element.options) {
        option.selected = values.some((value) => option.value === value || option.label === value);
      }
      change(element);
    },
  };
}
