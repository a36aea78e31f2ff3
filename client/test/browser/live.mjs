// A test server for one page, with the real script and a real socket.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const SCRIPT = await readFile(new URL("../../dist/tealight.js", import.meta.url));

/** A queue whose `next` waits for the next item. */
class Queue {
  #items = [];
  #waiting = [];

  push(item) {
    if (this.#waiting.length) this.#waiting.shift()(item);
    else this.#items.push(item);
  }

  next() {
    return this.#items.length ? Promise.resolve(this.#items.shift()) : new Promise((resolve) => this.#waiting.push(resolve));
  }

  get length() {
    return this.#items.length;
  }
}

/** Serves one page of one view. `session` can be changed while it is served. */
export async function serve(test, { html, templates, session = "s1", csp, script = Promise.resolve() }) {
  const connections = new Queue();
  const server = {
    loads: 0,
    html,
    session,
    /** Returns the next connection. Its `next` returns the page's messages. */
    connection: () => connections.next(),
    async attached() {
      const connection = await connections.next();
      connection.attach = await connection.next();
      return connection;
    },
    async live(event = 0) {
      const connection = await server.attached();
      connection.send({ resume: { event } });
      return connection;
    },
  };
  const respond = async (request, response) => {
    if (request.url === "/tealight.js") {
      await script;
      response.writeHead(200, { "content-type": "text/javascript" });
      return response.end(SCRIPT);
    }
    if (request.url !== "/") return response.writeHead(404).end();
    server.loads++;
    const block = JSON.stringify({ tealight: 1, session: server.session, templates }).replaceAll("<", "\\u003c");
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      ...(csp && { "content-security-policy": csp }),
    });
    response.end(
      `<!doctype html><title>t</title><script src="/tealight.js" defer></script><link rel="icon" href="data:,">` +
        `<body><div id="root" data-tealight="connecting">${server.html}</div>` +
        `<script type="application/json">${block}</script></body>`,
    );
  };
  const http = createServer(respond);
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (socket) => {
    const received = new Queue();
    socket.on("message", (text) => received.push(JSON.parse(text)));
    connections.push({
      next: () => received.next(),
      send: (message) => socket.send(JSON.stringify(message)),
      close: (code) => socket.close(code),
      get unread() {
        return received.length;
      },
    });
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
    http.close();
  });
  server.url = `http://127.0.0.1:${http.address().port}/`;
  return server;
}

/** Waits until the root has this state. */
export const shows = (page, state) => page.waitForSelector(`[data-tealight="${state}"]`, { state: "attached" });

/** Opens a page of this view. Returns it with its server. */
export async function open(test, browser, view) {
  const server = await serve(test, view);
  const page = await browser.newPage();
  test.after(() => page.close());
  await page.goto(server.url);
  return { server, page };
}

/** Runs `act` and resolves when the page has applied the next patch. */
export async function patched(page, act) {
  const handle = await page.evaluateHandle(() => ({
    it: new Promise((resolve) => root.addEventListener("tealight:patched", resolve, { once: true })),
  }));
  act();
  await handle.evaluate(({ it }) => it.then(() => true));
}

/** Returns the page's HTML without marks. */
export const content = (page) => page.evaluate(() => root.innerHTML.replaceAll(/<!--.*?-->/g, ""));

/** Returns the next event that the page sends, without its payload. */
export const event = async (connection) => (await connection.next()).slice(0, 3);
