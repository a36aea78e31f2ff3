import type { Open } from "./transport.ts";

/** Sends each message as a text frame. */
export const overWebSocket =
  (url: URL): Open =>
  (listener) =>
    Object.assign(new WebSocket(socketAddress(url)), listener);

/** Returns the websocket's address for an HTTP address. */
export const socketAddress = (url: URL): string => url.href.replace("http", "ws");
