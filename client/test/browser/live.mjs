// A test server for one page, with the real script and a real connection: a websocket, or server-sent events if TRANSPORT=sse.

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { WebSocketServer } from "ws";

const isSse = process.env.TRANSPORT === "sse";
const dist = (name) => readFile(new URL(`../../dist/${name}`, import.meta.url));
const SCRIPT = await dist("tealight.js");
const VERSION = `${await dist("version")}`;

/** The time for a message or a connection to come, in milliseconds. */
const WITHIN = 40_000;

/** A queue whose `next` waits for the next item, and fails if none comes in time while the test runs. */
class Queue {
  #items = [];
  #waiting = [];
  #running;

  constructor(running) {
    this.#running = running;
  }

  push(item) {
    if (this.#waiting.length) this.#waiting.shift()(item);
    else this.#items.push(item);
  }

  next() {
    if (this.#items.length) return Promise.resolve(this.#items.shift());
    const late = new Error(`nothing came within ${WITHIN} ms`);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#running.aborted || reject(late), WITHIN).unref();
      this.#waiting.push((item) => (clearTimeout(timer), resolve(item)));
    });
  }

  get length() {
    return this.#items.length;
  }
}

/** Takes a message of the page. A page that has waited for long pings, which no test can foresee. It confirms each full
 * render, and names itself by a number when it attaches. */
const receive = (connection, message) => {
  const { received, pings, send } = connection;
  if (message?.tealight) {
    if (!Number.isInteger(message.page)) throw new Error("the attach does not name the page");
    delete message.page;
  }
  if (message?.ping >= 0) {
    pings.push(message);
    send({ pong: message.ping });
  } else if (message?.seen >= 0 && connection.confirmations) connection.confirmations--;
  else received.push(message);
};

const connectionOf = (running, send, close) => {
  const received = new Queue(running);
  const pings = new Queue(running);
  const connection = {
    received,
    pings,
    /** The full renders that the page has not confirmed. */
    confirmations: 0,
    next: () => received.next(),
    send(message) {
      if (message.mount) connection.confirmations++;
      send(message);
    },
    close,
    get unread() {
      return received.length;
    },
  };
  return connection;
};

/** Answers the requests for streams, and the posts beside them. */
function streams(running, connections) {
  const open = new Map();
  let last = 0;
  return {
    stream(request, response) {
      const key = String(++last);
      const write = (name, data) => response.write(`${name ? `event: ${name}\n` : ""}data: ${data}\n\n`);
      response.writeHead(200, { "content-type": "text/event-stream" });
      write("connection", key);
      response.on("close", () => open.delete(key));
      const send = (message) => void write("", JSON.stringify(message));
      const close = (code = 1005) => {
        write("close", `${code} closed`);
        response.end();
      };
      const connection = connectionOf(running, send, close);
      receive(connection, JSON.parse(request.headers["tealight-attach"]));
      open.set(key, { connection, lastEvent: 0 });
      connections.push(connection);
    },
    async take(request, response) {
      // A page that closes may take back a post that is under way.
      const body = await text(request).catch(() => {});
      const to = open.get(request.headers["tealight-connection"]);
      for (const line of to && body ? body.split("\n") : []) {
        const message = JSON.parse(line);
        // The last post of a page that leaves has all messages again that were under way.
        if (Array.isArray(message)) {
          if (request.headers["tealight-post"] === "0" && message[0] <= to.lastEvent) continue;
          [to.lastEvent] = message;
        }
        receive(to.connection, message);
      }
      response.writeHead(to ? 200 : 410).end();
    },
  };
}

const ALL_PARTS = ["controls", "effects", "rare"];

/** Serves one page of one view, which needs these parts of the script. `part` is called before a part is sent: it may
 * return another text, and if it throws, the answer is an error. `session` can be changed while the page is served. */
export async function serve(
  test,
  { html, templates, session = "s1", csp, script = Promise.resolve(), needs = ALL_PARTS, part = () => {}, nodes, limit, lost },
) {
  const running = new AbortController();
  const connections = new Queue(running.signal);
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
  const { stream, take } = streams(running.signal, connections);
  const respond = async (request, response) => {
    if (request.url === "/tealight.js") {
      await script;
      response.writeHead(200, { "content-type": "text/javascript" });
      return response.end(SCRIPT);
    }
    const [, version, name] = /^\/(\w+)-(\w+)\.js/.exec(request.url) ?? [];
    if (version === VERSION) {
      try {
        const text = (await part(name)) ?? (await dist(`${name}.js`));
        response.writeHead(200, { "content-type": "text/javascript" });
        return response.end(text);
      } catch {
        return response.writeHead(500).end();
      }
    }
    if (request.url !== "/") return response.writeHead(404).end();
    if (request.method === "POST") return take(request, response);
    if (request.headers.accept === "text/event-stream") return stream(request, response);
    server.loads++;
    const block = JSON.stringify({ tealight: 1, session: server.session, templates, nodes, needs }).replaceAll("<", "\\u003c");
    response.writeHead(200, {
      "content-type": "text/html; charset=utf-8",
      ...(csp && { "content-security-policy": csp }),
    });
    response.end(
      `<!doctype html><title>t</title>${[...needs, ...(isSse ? ["sse"] : [])].map((name) => `<script src="/${VERSION}-${name}.js" defer></script>`).join("")}<script src="/tealight.js" defer${isSse ? ' data-transports="sse"' : ""}${limit ? ` data-limit="${limit}"` : ""}${lost ? ` data-lost="${lost}"` : ""}></script><link rel="icon" href="data:,">` +
        `<body><div id="root" data-tealight="connecting">${server.html}</div>` +
        `<script type="application/json">${block}</script></body>`,
    );
  };
  const http = createServer(respond);
  const sockets = new WebSocketServer({ server: http });
  sockets.on("connection", (socket) => {
    const send = (message) => void socket.send(JSON.stringify(message));
    const connection = connectionOf(running.signal, send, (code) => socket.close(code));
    socket.on("message", (text) => receive(connection, JSON.parse(text)));
    connections.push(connection);
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    running.abort();
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

/** Opens a page of this view and connects it. */
export async function openLive(test, browser, view) {
  const { server, page } = await open(test, browser, view);
  const connection = await server.live();
  await shows(page, "live");
  return { server, page, connection };
}

/** Runs `act` and resolves when the page has applied the next patch. */
export async function patched(page, act) {
  const handle = await page.evaluateHandle(() => ({
    it: new Promise((resolve) => root.addEventListener("tealight:patched", resolve, { once: true })),
  }));
  act();
  await handle.evaluate(({ it }, within) => {
    const late = new Promise((_, reject) => setTimeout(reject, within, new Error(`no patch came within ${within} ms`)));
    return Promise.race([it.then(() => true), late]);
  }, WITHIN);
}

/** Returns the page's HTML without marks. */
export const content = (page) => page.evaluate(() => root.innerHTML.replaceAll(/<!--.*?-->/g, ""));

/** Returns the next event that the page sends, without its payload. */
export const event = async (connection) => (await connection.next()).slice(0, 3);
