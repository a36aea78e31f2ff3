import type { Open } from "./transport.ts";

/** Sends each message as a text frame. */
export const overWebSocket =
  (place: () => URL): Open =>
  (listener) =>
    Object.assign(new WebSocket(socketAddress(place())), listener);

/** Returns the websocket's address for an HTTP address. */
export const socketAddress = (url: URL): string => url.href.replace("http", "ws");
