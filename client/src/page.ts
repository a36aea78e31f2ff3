// One root of the page: its nodes, and the number of the last applied patch.

import type { Copy } from "./dom/find.ts";
import { keepFocus } from "./dom/focus.ts";
import { handlersOf } from "./dom/handlers.ts";
import type { Handler } from "./dom/handlers.ts";
import { dispatch } from "./dom/nodes.ts";
import { countNodes, look, reclaim, settle, watchRoot } from "./dom/own.ts";
import { pairFor } from "./dom/pair.ts";
import { patch } from "./dom/patch.ts";
import type { Property } from "./dom/properties.ts";
import { define } from "./dom/template.ts";
import type { Templates } from "./dom/template.ts";
import { render } from "./dom/write.ts";
import type { Effects } from "./events/effects.ts";
import { events } from "./events/events.ts";
import type { Fire } from "./events/events.ts";
import type { routes } from "./events/routes.ts";
import { part } from "./parts.ts";
import type { Rare } from "./rare.ts";
import type { Command, Definitions, Mount, Patch } from "./wire.ts";

export interface Page {
  /** The number of the last applied patch. */
  _patch: number;
  /** A patch could not be applied: the page waits for a full render. */
  _isBroken: boolean;
  _apply(patch: Patch): void;
  /** Sends all delayed events. Call this before a full render: no later event may name an older patch. */
  _flush(): unknown;
  /** Brings the root to a full render. `isNew`: the render is of another session than before. `isElsewhere`: a link has led there. */
  _mount(mount: Mount, isNew: boolean, isElsewhere?: boolean): void;
  _show(state: "connecting" | "live" | "lost"): void;
}

/** The page's requests to the server. */
export interface Server {
  _fire: Fire;
  /** Asks for a full render, since the next patch cannot be applied. */
  _remount(): void;
  /** Answers the call that made event `event`. */
  _reply(event: number, value: unknown): void;
}

/** Takes over the server's HTML, which has this number of nodes. No slot is looked for before something changes. The person
 * sees `notDone` at an event that the server has not applied. */
export function adopt(element: HTMLElement, definitions: Definitions, server: Server, nodes?: number, notDone = ""): Page {
  /** The names of the events that are listened for. */
  const heard = new Set<string>();
  let templates: Templates = [];

  const learn = (definitions: Definitions): void => {
    for (const { _slots } of define(templates, definitions)) {
      for (const { _event } of _slots) {
        if (!_event || heard.has(_event)) continue;
        heard.add(_event);
        _listen(_event);
      }
    }
  };

  const find = (target: Node, name: string, bubbles: boolean): Handler[] => {
    try {
      return handlersOf(root, target, name, bubbles);
    } catch {
      giveUp();
      return [];
    }
  };

  const giveUp = (): void => {
    // One full render is enough.
    if (page._isBroken) return;
    page._isBroken = true;
    server._remount();
  };

  const draw = (patch: number, commands: Command[] = [], change: (properties: Property[]) => void): void => {
    const properties: Property[] = [];
    const refocus = keepFocus(element);
    const rare = part<Rare>("rare");
    const tellHooks = rare?._watchHooks(element);
    const controls = _controls();
    const resume = _pause();
    try {
      look();
      change(properties);
      settle();
    } catch (error) {
      // A full render failed. Another one would fail too.
      if (page._isBroken) {
        resume();
        throw error;
      }
      giveUp();
    }
    rare?._play(tellHooks!);
    if (!page._isBroken) {
      controls?._write(properties);
      page._patch = patch;
      _look();
      _restore();
    }
    refocus();
    resume();
    tellHooks?.();
    if (page._isBroken) return;
    dispatch(element, "tealight:patched");
    for (const command of commands) {
      if (command[0] === "reply") server._reply(command[1], command[2]);
      else part<Effects>("effects")!._run(command, element);
    }
  };

  const { _controls, _flush, _listen, _look, _pause, _restore } = events(element, find, server._fire, notDone);

  const page: Page = {
    _patch: 0,
    _isBroken: false,
    _apply({ patch: number, body, templates: definitions, commands }) {
      if (page._isBroken) return;
      draw(number, commands, (properties) => {
        learn(definitions);
        patch(root, body, properties);
      });
    },
    _flush,
    _mount({ patch, templates: definitions, view: [, ...values], commands }, isNew, isElsewhere) {
      page._isBroken = true;
      draw(patch, commands, (properties) => {
        if (isElsewhere) _controls()?._drop();
        else _controls()?._keep(isNew);
        templates = [];
        learn(definitions);
        reclaim();
        pairFor(isNew);
        const replace = part<Rare>("rare")?._persist(element);
        root = render(root, templates[0]!, values, properties, element);
        replace?.(root, properties);
        page._isBroken = false;
      });
    },
    _show(state) {
      element.dataset.tealight = state;
    },
  };

  learn(definitions);
  let root: Copy = { _template: templates[0]!, _anchor: element, _from: "firstChild", _found: [] };
  if (nodes! >= 0 && countNodes(element) !== nodes) {
    // Another script has changed the page: nothing on it is known. The page asks for a full render when it is live.
    page._isBroken = true;
    root._template = { ...root._template, _print: {}, _slots: [] };
  }
  _look();
  _controls();
  part<typeof routes>("routes")?.(element, server._fire, _flush);
  watchRoot(element);
  return page;
}
