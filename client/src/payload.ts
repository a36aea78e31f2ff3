// What an event tells the server beside its address.

import type { Handler } from "./address.ts";

/** What is dragged, in a format that no other program makes. */
export const DRAGGED = "application/x-tealight";

const HELD = "ctrlKey altKey shiftKey metaKey";
const KEY = `key code repeat ${HELD}`;
const SCROLL = "scrollLeft scrollTop scrollWidth scrollHeight clientWidth clientHeight";

/** The form's fields as they would be posted, but for files; and which control has changed, or sends it. */
const form = ({ submitter, target }: any, form: any): unknown => [
  [...new FormData(form, submitter)].filter(([, value]) => typeof value === "string"),
  (submitter ?? target).getAttribute("name") ?? "",
];

const text = (event: any): unknown => event.target.value ?? event.target.innerText;

/** By a modifier or the event's type: names of properties, or a function of the event and the handler's element. */
const told: { [kind: string]: string | ((event: any, element: any) => unknown) } = {
  form,
  submit: form,
  input: text,
  change: text,
  detail: (event) => event.detail,
  check: (event) => event.target.checked,
  select: (event) => Array.from(event.target.selectedOptions, (option: any) => option.value),
  paste: (event) => event.clipboardData.getData("text"),
  drop: (event) => event.dataTransfer.getData(DRAGGED),
  toggle: (event) => (event.newState ? event.newState === "open" : event.target.open),
  visibilitychange: () => !document.hidden,
  resize: "innerWidth innerHeight",
  wheel: `deltaX deltaY ${HELD}`,
  keydown: KEY,
  keyup: KEY,
  scroll: SCROLL,
  scrollend: SCROLL,
};

const MEDIA = "currentTime duration paused muted volume playbackRate";

/** The properties of these names that say something; what is false, empty or zero goes without saying. */
function pick(names: string, from: any, also: any): { [name: string]: unknown } {
  const picked: { [name: string]: unknown } = {};
  for (const name of names.split(" ")) {
    const value = from[name] ?? also[name];
    if (value) picked[name] = value.toFixed ? +value.toFixed(2) : value;
  }
  return picked;
}

export function payloadOf({ element, slot: { modifiers } }: Handler, event: any): unknown {
  const { type, target } = event;
  const of = told[[...modifiers, type].find((kind) => told[kind])!] ?? (target?.currentTime >= 0 && MEDIA);
  if (typeof of === "string") return pick(of, event, target.scrollingElement ?? target);
  if (of) return of(event, element);
  if (event instanceof MouseEvent) {
    const { left, top } = element.getBoundingClientRect();
    const place = { x: event.clientX - left, y: event.clientY - top };
    return pick(`x y clientX clientY button buttons ${HELD}`, place, event);
  }
}
