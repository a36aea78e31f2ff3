// One root on the page: what stands in its element, and at which patch.

import { handlersOf } from "./dom/handlers.ts";
import type { Handler } from "./dom/handlers.ts";
import { shareClasses } from "./dom/classes.ts";
import { run } from "./events/effects.ts";
import { tellOf } from "./dom/nodes.ts";
import { events } from "./events/events.ts";
import type { Fire } from "./events/events.ts";
import { keepFocus } from "./dom/focus.ts";
import { mountHooks, watch } from "./scripts/hooks.ts";
import { patch } from "./dom/patch.ts";
import type { Copy } from "./dom/find.ts";
import { define } from "./dom/template.ts";
import type { Templates } from "./dom/template.ts";
import type { Command, Definitions, Mount, Patch } from "./wire.ts";
import { make, properties } from "./dom/write.ts";

export interface Page {
  /** The number of the patch that was applied last. */
  patch: number;
  /** The page is not what the server takes it for, and waits for a full render. */
  broken: boolean;
  apply(patch: Patch): void;
  /** In place of what stands there; of another session than before, if it is new. */
  mount(mount: Mount, isNew: boolean): void;
  show(state: "connecting" | "live" | "lost"): void;
}

/** Where the page's own messages go. */
export interface Server {
  fire: Fire;
  /** Asks for a full render, since what comes after the patch that was applied last cannot be. */
  remount(): void;
  /** Answers the call that event `event` made. */
  reply(event: number, value: unknown): void;
}

/** Takes the server's HTML as it stands: no slot of it is written or looked for until something changes. */
export function adopt(element: HTMLElement, definitions: Definitions, server: Server): Page {
  const heard = new Set<string>();
  let templates: Templates;
  let root: Copy;

  const begin = (definitions: Definitions): void => {
    templates = [];
    learn(definitions);
    root = { template: templates[0]!, anchor: element, from: "firstChild", found: [] };
  };

  const learn = (definitions: Definitions): void => {
    for (const { slots } of define(templates, definitions)) {
      for (const { event } of slots) {
        if (!event || heard.has(event)) continue;
        heard.add(event);
        listen(event);
      }
    }
  };

  const find = (target: Node, name: string, bubbles: boolean): Handler[] => {
    return handlersOf(root, target, name, bubbles) ?? (giveUp(), []);
  };

  const giveUp = (): void => {
    page.broken = true;
    server.remount();
  };

  const draw = (patch: number, commands: Command[] = [], change: () => void): void => {
    const refocus = keepFocus(element);
    const tellHooks = watch(element);
    try {
      change();
    } catch (error) {
      // Asking for the same once more would not help.
      if (page.broken) throw error;
      giveUp();
    }
    if (!page.broken) {
      edits.write(properties.splice(0));
      page.patch = patch;
      changed();
      edits.restore();
    }
    refocus();
    tellHooks();
    if (page.broken) return;
    tellOf(element, "tealight:patched");
    for (const command of commands) {
      if (command[0] === "reply") server.reply(command[1], command[2]);
      else run(command, element);
    }
  };

  const { edits, listen, changed } = events(element, find, server);

  const page: Page = {
    patch: 0,
    broken: false,
    apply({ patch: number, body, templates: definitions, commands }) {
      if (page.broken) return;
      draw(number, commands, () => {
        learn(definitions);
        patch(root, body);
      });
    },
    mount({ patch, templates: definitions, view: [, ...values], commands }, isNew) {
      page.broken = true;
      draw(patch, commands, () => {
        edits.keep(isNew);
        begin(definitions);
        root = make(root.template, values, element);
        element.replaceChildren(root.anchor);
        root.anchor = element;
        page.broken = false;
      });
    },
    show(state) {
      element.dataset.tealight = state;
    },
  };

  begin(definitions);
  changed();
  // The one property that the parser does not read from an attribute.
  for (const box of element.querySelectorAll<HTMLInputElement>("[indeterminate]")) box.indeterminate = true;
  shareClasses(element);
  mountHooks();
  return page;
}
