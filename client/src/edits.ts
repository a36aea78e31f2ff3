// What a person has changed in controls is the person's: an older value does not overwrite it.

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

export interface Edits {
  /** Event number `event` tells the server what stands in the control, or in all of the form's. */
  report(control: EventTarget, event: number): void;
  /** A property's write waits while the server does not know the control as it is. True: it does. */
  defers(element: Element, name: string, write: () => void): boolean;
  settle(applied: number): void;
  /** Keeps what was typed over a full render, for a session that knows it (or not): call what it answers then. */
  keep(isNew: boolean): () => void;
}

const isControl = (node: EventTarget | null): node is Control =>
  node instanceof HTMLInputElement || node instanceof HTMLTextAreaElement || node instanceof HTMLSelectElement;

export function edits(root: Element): Edits {
  /** For each control that was changed, the event that tells the server; none yet is infinite. */
  const reports = new Map<Control, number>();
  const touched = new Set<Control>();
  let deferred: { control: Control; element: Element; name: string; write: () => void }[] = [];

  const forget = (control: Control): void => {
    reports.delete(control);
    const due = deferred.filter((write) => write.control === control);
    deferred = deferred.filter((write) => write.control !== control);
    for (const { write } of due) write();
  };

  /** The control that was changed, if this element is it, a part of it, or one radio button of its group. */
  const changed = (element: Element): Control | undefined => {
    const { name, type, form } = element as Control;
    const isOf = (control: Control): boolean =>
      control.contains(element) ||
      (type === "radio" && control.type === type && control.name === name && control.form === form);
    return [...reports.keys()].find(isOf);
  };

  root.addEventListener(
    "input",
    ({ target }) => {
      if (!isControl(target) || target.type === "file") return;
      reports.set(target, Infinity);
      touched.add(target);
    },
    true,
  );
  root.addEventListener("reset", ({ target }) => {
    for (const control of touched) {
      if (control.form !== target) continue;
      touched.delete(control);
      forget(control);
    }
  });

  return {
    report(reported, event) {
      for (const control of reports.keys()) {
        if (control === reported || control.form === reported) reports.set(control, event);
      }
    },
    defers(element, name, write) {
      const control = changed(element);
      if (!control) return false;
      deferred = deferred.filter((write) => write.element !== element || write.name !== name);
      deferred.push({ control, element, name, write });
      return true;
    },
    settle(applied) {
      for (const [control, event] of [...reports]) if (event <= applied) forget(control);
    },
    keep(isNew) {
      const active = document.activeElement;
      const kept = [...(isNew ? touched : reports.keys())].filter((control) => control.isConnected);
      const restores = kept.map((control) => keepOne(root, control, true));
      if (isControl(active) && root.contains(active) && !kept.includes(active)) restores.push(keepOne(root, active, false));
      touched.clear();
      reports.clear();
      deferred = [];
      return () => restores.forEach((restore) => restore?.());
    },
  };
}

/** How to find a control again in another copy of the page. */
function finder({ id, name, form }: Control): string | undefined {
  if (id) return `#${CSS.escape(id)}`;
  const within = form?.id ? `#${CSS.escape(form.id)} ` : "";
  return name ? `${within}[name="${CSS.escape(name)}"]` : undefined;
}

function keepOne(root: Element, control: Control, isEdited: boolean): (() => void) | undefined {
  const selector = finder(control);
  if (!selector) return;
  const at = [...root.querySelectorAll(selector)].indexOf(control);
  const isActive = control === document.activeElement;
  const { value, type } = control;
  const { checked, selectionStart, selectionEnd } = control as HTMLInputElement;
  const chosen = Array.from((control as HTMLSelectElement).selectedOptions ?? [], (option) => option.value);
  return () => {
    const found = root.querySelectorAll<Control>(selector)[at];
    if (!found || found.type !== type) return;
    if (isEdited) {
      if (found instanceof HTMLSelectElement) {
        for (const option of found.options) option.selected = chosen.includes(option.value);
      } else if (/^(checkbox|radio)$/.test(type)) (found as HTMLInputElement).checked = checked;
      else found.value = value;
    }
    if (isActive) {
      found.focus();
      if (selectionStart !== null) (found as HTMLInputElement).setSelectionRange?.(selectionStart, selectionEnd);
    }
    if (isEdited) for (const type of ["input", "change"]) found.dispatchEvent(new Event(type, { bubbles: true }));
  };
}
