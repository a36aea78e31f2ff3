import { overEvents } from "./sse.ts";
import type { Open } from "./transport.ts";
import { overWebSocket } from "./websocket.ts";

/** A transport that a page may use, by its name. */
export type Way = [name: string, open: Open];

/** The ways that `names` lists, the best first. */
export function waysTo(page: string, place = "", names = "ws"): Way[] {
  const url = new URL(place, page);
  return names.split(",").map((name) => [name, (name === "sse" ? overEvents : overWebSocket)(url)]);
}
