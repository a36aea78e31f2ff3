import { home } from "../home.ts";
import { part } from "../parts.ts";
import type { overEvents } from "./sse.ts";
import type { Open } from "./transport.ts";
import { overWebSocket } from "./websocket.ts";

/** A transport that the page may use, with its name. */
export type Way = [name: string, open: Open];

/** Returns the transports that `names` lists, the best first. `place` is a path, if it is not the page's own. */
export function waysTo(page: string, place = "", names = "ws"): Way[] {
  home._page = page;
  const open = () => new URL(place, home._page);
  return names.split(",").map((name) => [name, (name === "sse" ? part<typeof overEvents>(name)! : overWebSocket)(open)]);
}
