// What an event tells the server beside its address.

import type { Handler } from "../dom/handlers.ts";
import { asSent } from "../wire.ts";

/** What is dragged, in a format that no other program makes. */
export const DRAGGED = "text/x-tealight";

/** The form's fields as they would be posted, but for files; and which control has changed, or sends it. The form is
 * another one if the event says so. */
const form = ({ submitter, target, detail }: any, form: any): unknown => [
  [...new FormData(detail?.elements ? detail : form, submitter)].filter(([, value]) => typeof value === "string"),
  (submitter ?? target).getAttribute("name") ?? "",
];

/** The value of a list's item is a number. */
const text = ({ target: { value, innerText } }: any): unknown => (typeof value === "string" ? value : innerText);

/** By a modifier or the event's type. */
const told: { [kind: string]: (event: any, element: any) => unknown } = {
  form,
  submit: form,
  input: text,
  change: text,
  // As it is now; what JSON cannot hold throws here.
  detail: (event) => asSent(event.detail),
  check: (event) => event.target.checked,
  select: (event) => Array.from(event.target.selectedOptions, (option: any) => option.value),
  paste: (event) => event.clipboardData.getData("text"),
  drop: (event) => event.dataTransfer.getData(DRAGGED),
  toggle: (event) => event.newState === "open",
  visibilitychange: () => !document.hidden,
  resize: () => ({ innerWidth, innerHeight }),
};

/** Of keys, pointers and wheels; of what is scrolled, and of media. `accessKey` is not one of them. */
const NAMES = /^(key|code|repeat|\w+[alt]Key|client[XY]|buttons?|delta[XY]|scroll(Left|Top|Width|Height)|client(Width|Height)|currentTime|duration|paused|muted|volume|playbackRate)$/;

/** The properties of these names that say something; what is false, empty or zero goes without saying. */
function pick(from: any, names: RegExp): { [name: string]: unknown } {
  const picked: { [name: string]: unknown } = {};
  for (const name in from) {
    const value = names.test(name) && from[name];
    if (value) picked[name] = value.toFixed ? +value.toFixed(2) : value;
  }
  return picked;
}

export function payloadOf({ element, slot: { modifiers } }: Handler, event: any): unknown {
  const { type, target } = event;
  const kind = [...modifiers, type].find((kind) => told[kind]);
  if (kind) return told[kind]!(event, element);
  if ("ctrlKey" in event) {
    const { left, top } = element.getBoundingClientRect();
    return { ...pick(event, NAMES), ...pick({ x: event.clientX - left, y: event.clientY - top }, /./) };
  }
  if (/^scroll/.test(type) || target?.currentTime >= 0) return pick(target.scrollingElement ?? target, NAMES);
}
