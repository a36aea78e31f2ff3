import type { Open } from "./transport.ts";

export const overWebSocket =
  (url: URL): Open =>
  (listener) => {
    const socket = new WebSocket(socketAddress(url));
    socket.onopen = listener.opened;
    socket.onmessage = ({ data }) => listener.received(data);
    socket.onclose = ({ code }) => listener.closed(code);
    return socket;
  };

/** The same address for a websocket. */
export const socketAddress = (url: URL): string => url.href.replace("http", "ws");
