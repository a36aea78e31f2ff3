// Websockets that a test answers itself, or lets through to their server.

import { WebSocket, WebSocketServer } from "ws";

const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
/** Codes that only a browser or a network makes. */
const isUnsaid = (code) => code === 1005 || code === 1006;

/** Asks `handle` what becomes of a websocket, and opens it. */
export async function answerSocket(url, request, socket, head, handle) {
  const route = new SocketRoute(url.href.replace("http", "ws"), request.headers);
  await handle(route);
  if (!(await route.isReachable())) return socket.destroy();
  server.handleUpgrade(request, socket, head, (near) => route.open(near));
}

/** Playwright's route of a websocket. */
class SocketRoute {
  #url;
  #headers;
  #far;
  #opened;
  #near = new Promise((resolve) => (this.#opened = resolve));
  #hear = (message) => this.send(message);

  constructor(url, { origin, cookie }) {
    this.#url = url;
    this.#headers = { ...(origin && { origin }), ...(cookie && { cookie }) };
  }

  url = () => this.#url;
  send = (message) => void this.#near.then((near) => near.send(message));
  close = async ({ code } = {}) => (await this.#near).close(code);

  /** Returns the server's end. Its messages go to the page, unless `onMessage` takes them. */
  connectToServer() {
    const far = (this.#far = new WebSocket(this.#url, { headers: this.#headers, perMessageDeflate: false }));
    far.on("error", () => {});
    far.on("message", (message) => this.#hear(String(message)));
    far.on("close", (code) => void this.#near.then((near) => near.close(isUnsaid(code) ? undefined : code)));
    return { onMessage: (hear) => (this.#hear = hear), close: async () => far.close() };
  }

  /** Returns false if the server refuses the websocket. */
  isReachable() {
    const far = this.#far;
    return !far || far.readyState || new Promise((resolve) => far.once("open", () => resolve(true)).once("close", () => resolve(false)));
  }

  open(near) {
    near.on("error", () => {});
    near.on("message", (message) => this.#far?.send(String(message)));
    near.on("close", (code) => this.#far?.close(isUnsaid(code) ? undefined : code));
    this.#opened(near);
  }
}
