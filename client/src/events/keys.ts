// Tells which keys a handler is for.

import type { Slot } from "../dom/template.ts";

const HELD = ["ctrl", "alt", "meta"];

const NOT_TYPED_INTO = /^(button|checkbox|color|file|image|radio|range|reset|submit)$/;

/** The keys that were last pressed where nothing is typed. */
const pressed = new Set<string>();

/** Returns true if the event is for a key that is typed into a control, and so is no shortcut. */
function isTyped(event: any): boolean {
  const { type, key, code, ctrlKey, altKey, metaKey } = event;
  if (!/^key/.test(type)) return false;
  const [target] = event.composedPath();
  const isTyped =
    (/^(textarea|select)$/.test(target.localName) ||
      (target.localName === "input" && !NOT_TYPED_INTO.test(target.type)) ||
      target.isContentEditable) &&
    !ctrlKey &&
    !altKey &&
    !metaKey &&
    !/^(Escape|F\d+)$/.test(key);
  if (type === "keydown") pressed[isTyped ? "delete" : "add"](code);
  return isTyped && !(type === "keyup" && pressed.has(code));
}

/** Returns true if the event is for this key, with exactly these modifier keys held. */
const isKey = (keys: string[], event: KeyboardEvent): boolean =>
  keys.every((name) => isHeld(event, name) ?? event.key?.toLowerCase().replace(" ", "space").replace(".", "period") === name) &&
  HELD.every((name) => !isHeld(event, name) || keys.includes(name));

const isHeld = (event: any, name: string): boolean | undefined => event[`${name}Key`];

/** Returns true if the handler is for other keys than the event's. `name` is the name under which it is heard. */
export const isOtherKey = (event: Event, name: string, { _modifiers, _keys }: Slot): unknown =>
  // A browser that fills in a field fires plain events of these names.
  (/^key/.test(event.type) && !("key" in event)) ||
  (/:/.test(name) && isTyped(event) && !_modifiers.includes("anywhere")) || (_keys && !isKey(_keys, event as KeyboardEvent));
