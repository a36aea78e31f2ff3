// What an event tells the server beside its address.

import type { Handler } from "./address.ts";

/** What is dragged, in a format that no other program makes. */
export const DRAGGED = "application/x-tealight";

const KEYS = "ctrlKey altKey shiftKey metaKey";
const SCROLL = "scrollLeft scrollTop scrollWidth scrollHeight clientWidth clientHeight";

/** The properties of these names that say something; what is false, empty or zero goes without saying. */
function pick(from: any, names: string): { [name: string]: unknown } {
  const picked: { [name: string]: unknown } = {};
  for (const name of names.split(" ")) {
    const value = from[name];
    if (value) picked[name] = typeof value === "number" ? Math.round(value * 100) / 100 : value;
  }
  return picked;
}

export function payloadOf({ element, slot: { modifiers } }: Handler, event: any): unknown {
  const { type, target, clientX, clientY } = event;
  const is = (kind: string): boolean => modifiers.includes(kind);
  if (/^key/.test(type)) return pick(event, `key code repeat ${KEYS}`);
  if (is("detail")) return event.detail;
  if (is("form") || type === "submit") return formOf(element as HTMLFormElement, event);
  if (is("check")) return target.checked;
  if (is("select")) return Array.from(target.selectedOptions, (option: any) => option.value);
  if (type === "input" || type === "change") return target.value ?? target.innerText;
  if (type === "paste") return event.clipboardData.getData("text");
  if (type === "drop") return event.dataTransfer.getData(DRAGGED);
  if (type === "toggle") return event.newState ? event.newState === "open" : target.open;
  if (type === "visibilitychange") return !document.hidden;
  if (type === "resize") return pick(window, "innerWidth innerHeight");
  if (type === "wheel") return pick(event, `deltaX deltaY ${KEYS}`);
  if (event instanceof MouseEvent && !/^drag/.test(type)) {
    const { left, top } = element.getBoundingClientRect();
    const inside = pick({ x: clientX - left, y: clientY - top }, "x y");
    return { ...inside, ...pick(event, `clientX clientY button buttons ${KEYS}`) };
  }
  if (/^scroll/.test(type)) return pick(target === document ? document.scrollingElement : target, SCROLL);
  if (target?.currentTime >= 0) return pick(target, "currentTime duration paused muted volume playbackRate");
}

/** The form's fields as they would be posted, but for files; and which control has changed, or sends it. */
function formOf(form: HTMLFormElement, { submitter, target }: any): unknown {
  const pairs = [...new FormData(form, submitter)].filter(([, value]) => typeof value === "string");
  return [pairs, (submitter ?? target).getAttribute("name") ?? ""];
}
