// Protects the person's changes in controls: an older value from the server does not overwrite them.

import { finder } from "../dom/focus.ts";
import { PROPERTY } from "../dom/handlers.ts";
import type { FindHandlers, Handler } from "../dom/handlers.ts";
import { dispatch, shaken, textOf } from "../dom/nodes.ts";
import { setProperties } from "../dom/properties.ts";
import type { Property } from "../dom/properties.ts";
import { said } from "../dom/open.ts";
import { patchOpen } from "../dom/states.ts";
import type { Wait } from "../dom/template.ts";
import { waitOf } from "../dom/waits.ts";
import type { Settled } from "./settled.ts";

/** Events that say what a person has entered, chosen or opened. */
const REPORTS = /^(input|change|toggle|volumechange|close|cancel)$/;

/** Events that say what a control holds. */
const ENTRY = /^(input|change)$/;

/** In milliseconds. */
const PATCH_WITHIN = 1_000;

const TOGGLE = /^(checkbox|radio)$/;

type Control = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Called when an event was refused. It calls `giveUp` if the event is not sent anew. */
export type OnRefused = (giveUp: () => void) => void;

export interface Edits {
  /** Call this when an event is made. If it says what a person has entered and is refused, what the control holds then is
   * sent once more, to the handler of now, as soon as the page shows that one. If it cannot be sent, the person is told. */
  _retry(event: Event, handler: Handler): OnRefused | undefined;
  /** Call this when the event is sent. `element` has the handler; `isForm`: the event has the values of all controls of this
   * form. */
  _report(event: Event, element: Element, isForm: boolean, settled: Settled, onRefused?: OnRefused): void;
  /** Empties a form, after its submit has been sent. The page shows the server's values again when the submit is settled,
   * or what the form held, if it was refused. */
  _empty(form: HTMLFormElement, settled: Settled): void;
  /** Returns true if an input method is at work, so that the event must not be sent: the text is sent once, when it is
   * composed. */
  _isComposing(event: Event): boolean;
  /** Sets properties; those of a control whose value the server does not know yet are set later. */
  _write(properties: Property[]): void;
  /** Call this before a full render, to keep what the person has typed. `isNew`: the render is of a new session, which
   * knows nothing of it. */
  _keep(isNew: boolean): void;
  /** Call this before a full render of another view: nothing that the person has entered is meant for it. */
  _drop(): void;
  /** Call this after each patch: gives what was kept to its controls, as soon as they are on the page again. */
  _restore(): void;
  /** Call this after the events that a patch has fired: tells what a moved control holds, if the browser does not. */
  _retell(): void;
}

/** Makes an event anew, for this handler. */
export type Resend = (event: Event, handler: Handler, wait: Wait) => void;

export function edits(root: Element, find: FindHandlers, resend: Resend, notDone: (element: Element) => void): Edits {
  /** The controls that the person has changed. True: no event has told the server. `Settled`: an event is under way.
   * Undefined: the server knows the value. */
  const changed = new Map<Control, Settled | true | undefined>();
  let kept: [old: any, untold: unknown, isNew: boolean, find: () => Element | undefined, form: FormData | null][] = [];
  let deferred: Property[] = [];
  /** The state of a control that the server has been told, unless it has set another one since; and the event, which is
   * empty when it is settled. */
  const told = new WeakMap<Element, [state: unknown, settled: Settled]>();
  /** The control in which an input method composes a text. */
  let composing: unknown;
  /** Its text has changed, and has not been sent. */
  let composed: Element | undefined;
  /** The last key that went to the input method. */
  let composingKey: string | false;
  /** The number of patches so far. */
  let patches = 0;
  /** Events to be sent anew, when the next patch has come. */
  const refused: (() => void)[] = [];
  /** The event that is made now was refused before. */
  let isAgain = false;
  /** No patch has come since `_keep`: what the forms had then is what the person sees. */
  let isWhole: boolean;

  /** Returns true if the server does not know the value of the control, of which the element is a part. */
  const isChanged = (element: Element): boolean =>
    [...changed].some(([control, untold]) => untold && control.isConnected && isPart(control, element));

  /** Shows what the view says of something that a person has chosen or opened: if `update` has refused it, no patch comes.
   * A text stays as it was typed. */
  const show = (element: any): void => {
    for (const part of [element, ...root.querySelectorAll<any>("input,option")]) {
      if (!isPart(element, part) || isChanged(part)) continue;
      for (const [, { _name }] of find(part, PROPERTY, false)) {
        const isSet = _name === "open" ? said.get(part) : part.hasAttribute(_name);
        if (_name !== "value") setProperties([[part, _name, isSet || null]]);
      }
    }
  };

  /** Notes that an event is under way that tells the server the state of the control. */
  const note = (control: Control, settled: Settled): void => {
    changed.set(control, settled);
    told.set(control, [stateOf(control), settled]);
  };

  /** When the event is settled, the server knows the controls that it was about; unless it was refused, and is sent anew. */
  const settle = (settled: Settled, onRefused?: OnRefused): void => {
    settled.push((fields) => {
      const retry = fields && !fields[0] ? onRefused : undefined;
      const untold: Control[] = [];
      for (const [control, state] of changed) {
        const isSettled = state === settled;
        // An element that was opened or closed again meanwhile waits for its own event.
        if (!control.isConnected || (isSettled && !isControl(control))) changed.delete(control);
        else if (isSettled) {
          changed.set(control, retry && true);
          untold.push(control);
        }
      }
      forget();
      write([]);
      retry?.(() => {
        for (const control of untold) if (changed.get(control) === true) changed.set(control, undefined);
        write([]);
      });
    });
  };

  /** Once no event is under way, a control that is still missing will not come. */
  const forget = (): void => {
    if (![...changed.values()].some(Array.isArray)) kept = [];
  };

  const write = (properties: Property[]): void => {
    const all = deferred
      .filter(([element, name]) => !properties.some((other) => other[0] === element && other[1] === name))
      .concat(properties);
    deferred = all.filter(([element]) => element === composing || isChanged(element));
    const due = all.filter((property) => !deferred.includes(property));
    for (const [element] of due) told.delete(element.closest("select") ?? element);
    setProperties(due);
  };

  root.addEventListener(
    "input",
    ({ target }) => {
      const control = target as HTMLInputElement;
      if (isControl(control) && !control.files) changed.set(control, true);
      // No `change` comes for a control that is as it was.
      for (const [control, untold] of changed) {
        const [state, settled] = told.get(control) ?? [defaultOf(control)];
        if (untold === true && control !== composing && stateOf(control) === state) {
          changed.set(control, settled?.[0] && settled);
        }
      }
      write([]);
    },
    true,
  );
  const isComposingKey = ({ isComposing, keyCode }: any): boolean => isComposing || keyCode === 229;

  /** Sends what has been composed. */
  const finish = (): void => {
    if (composing) return;
    const control = composed;
    composed = undefined;
    if (control) dispatch(control, "input");
    write([]);
  };

  root.addEventListener("compositionstart", ({ target }) => (composing = target), true);
  root.addEventListener(
    "compositionend",
    () => {
      composing = undefined;
      // Firefox has another `input` event, which sends the text.
      setTimeout(finish);
    },
    true,
  );
  addEventListener("keydown", (event) => (composingKey = isComposingKey(event) && event.code), true);
  root.addEventListener("reset", ({ target }) => {
    for (const control of changed.keys()) if (control.form === target) changed.delete(control);
    write([]);
  });

  /** Makes the control's handlers send its value. */
  const tell = (control: Control, form?: unknown): void => {
    dispatch(control, "input", form);
    dispatch(control, "change", form);
  };

  /** Finds controls that were changed without an `input` event. */
  const look = (): void => {
    for (const control of root.querySelectorAll<any>("input,textarea,select")) {
      const isAsServed = control.value === control.defaultValue && control.checked === control.defaultChecked;
      if (!isAsServed && stateOf(control) !== defaultOf(control) && !changed.has(control)) tell(control);
    }
  };
  // The person may have changed controls before this script ran. The browser restores old values later still.
  queueMicrotask(look);
  addEventListener("pageshow", look);

  return {
    _retry(event, handler) {
      const [element, { _event, _modifiers }] = handler;
      const wait = waitOf(handler);
      const token = (wait._last = {});
      const made = patches;
      const isSecond = isAgain;
      if (!ENTRY.test(event.type)) return;
      return (giveUp) => {
        const act = (): void => {
          const target = event.target as Element;
          // A newer event says more, and so does a text that is not composed yet.
          if (wait._last !== token || target === composing) return;
          const isSame = ([at, slot]: Handler): boolean => at === element && `${slot._modifiers}` === `${_modifiers}`;
          const now = !isSecond && find(target, _event, event.bubbles).find(isSame);
          isAgain = true;
          if (now) resend(event, now, waitOf(now));
          else {
            wait._last = undefined;
            giveUp();
            // Otherwise the root has told it.
            if (element.isConnected) notDone(element);
          }
          isAgain = false;
        };
        // Its handler has changed, so a patch has come, or will come soon.
        refused.push(act);
        setTimeout(act, isSecond || patches > made ? 0 : PATCH_WITHIN);
      };
    },
    _report({ type, target }: any, element, isForm, settled, onRefused) {
      const isToggle = TOGGLE.test(target.type);
      const isOwn = REPORTS.test(type) || (isToggle && type === "click" && element === target);
      if (!isForm && !isOwn) return;
      // A `click` comes before the `input`, and others have none.
      if (isOwn) changed.set(target, true);
      for (const [control, untold] of changed) {
        if (untold && (isForm ? control.form === element : control === target)) {
          note(control, settled);
        }
      }
      settle(settled, onRefused);
      settled.push((refused) => {
        const dialog = type === "submit" && target.closest("dialog");
        // The form has closed it.
        if (said.get(dialog) && !dialog.open) patchOpen(dialog, true);
        if (isOwn && !refused?.[0]) show(target);
      });
    },
    _empty(form, settled) {
      const controls: any[] = [...changed.keys()].filter((control) => control.form === form);
      const held = controls.map(({ type, value, checked }) => ({ type, value, checked }));
      // A control may be named `reset`.
      HTMLFormElement.prototype.reset.call(form);
      for (const control of controls) {
        // The view's value may be an echo of the text.
        if (isText(control) && find(control, PROPERTY, false)[0]) control.value = "";
        note(control, settled);
      }
      settled.push((refused) => {
        controls.forEach((control, at) => {
          // The person has entered something else.
          if (changed.get(control) !== settled) return;
          changed.delete(control);
          write([]);
          if (refused) {
            copyValue(held[at], control);
            changed.set(control, true);
          } else if (isText(control)) write([[control, "value", control.defaultValue]]);
        });
      });
      settle(settled);
    },
    _isComposing(event) {
      const { type, target } = event;
      if (/^key/.test(type) && (isComposingKey(event) || (type === "keyup" && (event as KeyboardEvent).code === composingKey))) {
        return true;
      }
      const isInput = type === "input";
      if (isInput && target === composing) {
        composed = target as Element;
        return true;
      }
      if (isInput && target === composed) composed = undefined;
      else if (composed) finish();
      return false;
    },
    _write: write,
    _keep(isNew) {
      for (const [control, untold] of changed) {
        kept.push([control, untold, isNew, finder(root, control), control.form && new FormData(control.form)]);
        if (isNew) changed.set(control, true);
      }
      deferred = [];
      isWhole = true;
    },
    _drop() {
      for (const control of root.querySelectorAll<any>("input:not([type=file]),textarea,select")) {
        // It may be on the other view too.
        if (control.closest("[persist]")) continue;
        if (control.options) for (const option of control.options) option.selected = option.defaultSelected;
        else [control.value, control.checked] = [control.defaultValue, control.defaultChecked];
        told.delete(control);
      }
      changed.clear();
      kept = deferred = [];
      refused.length = 0;
    },
    _restore() {
      patches++;
      for (const act of refused.splice(0)) setTimeout(act);
      kept = kept.filter(([old, untold, isNew, find, form]) => {
        const control = find() as Control | undefined;
        if (!control || control.type !== old.type) return true;
        const isUntold = isNew || untold === true;
        changed.set(control!, isUntold ? undefined : (untold as Settled));
        if (!isUntold && !untold) return;
        if (control !== old) copyValue(old, control);
        // The event that is under way counts.
        if (!isUntold) return;
        // Whatever it shows, the server of the new session does not know it.
        told.set(control!, [{}, []]);
        tell(control!, isWhole && form);
      });
      isWhole = false;
      forget();
    },
    _retell() {
      for (const control of shaken) if (changed.get(control) === true) dispatch(control, "change");
      shaken.clear();
    },
  };
}

/** Returns true if a change of the first also changes the second: it is inside, or a radio button of the same group. */
const isPart = (one: any, other: any): boolean =>
  one.contains(other) ||
  (one.type === "radio" && other.type === "radio" && one.name === other.name && one.form === other.form);

/** Returns true if a person can change the element's value or text. */
const isControl = ({ value, isContentEditable }: any): boolean => value != null || isContentEditable;

const isText = ({ type }: any): boolean => !/^(checkbox|radio|select)/.test(type);

/** Returns the value of the control, or whether it is checked, or which of its options are selected. */
const stateOf = (control: any): unknown =>
  control.options
    ? Array.from(control.options, (option: any) => option.selected).join()
    : TOGGLE.test(control.type)
      ? control.checked
      : // A half typed number has no value.
        control.validity?.badInput
        ? NaN
        : textOf(control);

/** Returns the state that the HTML gives to the control, as the browser corrects it. */
function defaultOf(control: any): unknown {
  // A text that is edited in place has none.
  if (control.isContentEditable) return;
  const copy = control.cloneNode(true);
  const form = document.createElement("form");
  // In Firefox the form of that name would be its form.
  copy.removeAttribute("form");
  form.append(copy);
  // A control may be named `reset`.
  HTMLFormElement.prototype.reset.call(form);
  return stateOf(copy);
}

/** Copies what the person has entered from a control that has left the page. */
function copyValue(old: any, control: any): void {
  if (old.selectedOptions) {
    const values = Array.from(old.selectedOptions, (option: any) => option.value);
    for (const option of control.options) option.selected = values.includes(option.value);
  } else if (TOGGLE.test(old.type)) control.checked = old.checked;
  else if (typeof old.value === "string") control.value = old.value;
  else control.replaceChildren(...old.childNodes);
}
