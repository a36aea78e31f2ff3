// Reads what a person has entered, for the payload of an event.

import { textOf } from "../dom/nodes.ts";
import { DRAGGED } from "./drag.ts";
import type { Readers } from "./payload.ts";

/** Reads the form's fields as they would be posted, without files, and the name of the control that changed or that
 * submits. An event may carry the fields, as its `detail`. Another script may have removed the button from the form. */
const form = ({ submitter, target, detail }: any, form: any): unknown => [
  [...(detail instanceof FormData ? detail : new FormData(form, submitter?.form === form ? submitter : null))].filter(([, value]) => typeof value === "string"),
  (submitter ?? target).getAttribute("name") ?? "",
];

const text = ({ target }: any): string => textOf(target);

export const entered: Readers = {
  form,
  submit: form,
  input: text,
  change: text,
  check: (event) => event.target.checked,
  select: (event) => Array.from(event.target.selectedOptions, (option: any) => option.value),
  drop: (event) => event.dataTransfer.getData(DRAGGED),
  paste: (event) => event.clipboardData.getData("text"),
  toggle: (event) => event.newState === "open",
};
