// How messages travel: a connection needs no more than this of whatever carries them.

export interface Transport {
  send(message: string): void;
  close(): void;
}

export interface Listener {
  opened(): void;
  received(message: string): void;
  /** Once, and the last call. The code is the websocket's, or 0. */
  closed(code: number): void;
}

export type Open = (listener: Listener) => Transport;

export const overWebSocket =
  (url: URL): Open =>
  (listener) => {
    const socket = new WebSocket(url);
    socket.onopen = () => listener.opened();
    socket.onmessage = ({ data }) => listener.received(data);
    socket.onclose = ({ code }) => listener.closed(code);
    return socket;
  };

/** Where the socket is: at the page's own address, unless the page says otherwise. */
export function socketAddress(page: string, socket = ""): URL {
  const url = new URL(socket, page);
  url.protocol = url.protocol.replace("http", "ws");
  url.hash = "";
  return url;
}
