// How messages travel: a connection needs no more than this of whatever carries them.

import { overEvents } from "./sse.ts";

export interface Transport {
  send(message: string): void;
  close(): void;
}

export interface Listener {
  opened(): void;
  received(message: string): void;
  /** Once, and the last call. The code is the websocket's, HTTP's or 0. */
  closed(code: number): void;
  /** Another page waits for what carries this one's messages: a transport that is opened anew takes its turn. */
  asked(): void;
}

export type Open = (listener: Listener) => Transport;

/** A transport that a page may use, by its name. */
export type Way = [name: string, open: Open];

export const overWebSocket =
  (url: URL): Open =>
  (listener) => {
    const socket = new WebSocket(socketAddress(url));
    socket.onopen = listener.opened;
    socket.onmessage = ({ data }) => listener.received(data);
    socket.onclose = ({ code }) => listener.closed(code);
    return socket;
  };

/** The ways that `names` lists, the best first. */
export function waysTo(page: string, place = "", names = "ws"): Way[] {
  const url = new URL(place, page);
  return names.split(",").map((name) => [name, (name === "sse" ? overEvents : overWebSocket)(url)]);
}

/** The same address for a websocket. */
export const socketAddress = (url: URL): string => url.href.replace("http", "ws");
