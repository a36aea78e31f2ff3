// A proxy between a browser and the servers of a test: it answers routes, adds scripts to documents, and cuts the network.

import { once } from "node:events";
import { createServer, request as requestOf } from "node:http";
import { connect } from "node:net";
import { answerSocket } from "./sockets.mjs";

const HOP = /^(connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;
const SCRIPT = "/tealight-harness.js";

/** Starts a proxy for one window of a browser. */
export async function startProxy() {
  const proxy = new Proxy();
  await proxy.listen();
  return proxy;
}

class Proxy {
  #server = createServer((request, response) => this.#answer(request, response));
  #sockets = new Set();
  #isOffline = false;
  #routes = [];
  #socketRoutes = [];
  #heard = () => {};
  /** Returns the script for the documents, or an empty text. */
  #script = () => "";
  address;

  async listen() {
    this.#server.on("connection", (socket) => this.#keep(socket));
    this.#server.on("connect", (request, socket, head) => this.#connect(request, socket, head));
    this.#server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    this.address = `127.0.0.1:${this.#server.address().port}`;
  }

  /** Calls a function with each request. */
  onRequest = (hear) => (this.#heard = hear);
  addScripts = (script) => (this.#script = script);
  /** The last route is asked first. */
  route = (pattern, handle) => this.#routes.unshift({ fits: fitsOf(pattern), handle });
  routeSockets = (pattern, handle) => this.#socketRoutes.unshift({ fits: fitsOf(pattern), handle });

  offline(isOffline) {
    this.#isOffline = isOffline;
    if (isOffline) for (const socket of this.#sockets) socket.destroy();
  }

  close() {
    this.offline(true);
    this.#server.close();
  }

  #keep(socket) {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    if (this.#isOffline) socket.destroy();
  }

  #connect({ url }, socket, head) {
    if (!this.#socketRoutes.length) return this.#tunnel(socket, url.split(":"), "HTTP/1.1 200 OK\r\n\r\n", "", head);
    // Firefox opens websockets in tunnels.
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    socket.unshift(head);
    this.#server.emit("connection", socket);
  }

  #upgrade(request, socket, head) {
    const { method, rawHeaders, headers } = request;
    const url = new URL(request.url, `http://${headers.host}`);
    const route = this.#socketRoutes.find(({ fits }) => fits(url.href));
    if (route) return answerSocket(url, request, socket, head, route.handle);
    let lines = `${method} ${url.pathname}${url.search} HTTP/1.1\r\n`;
    for (let at = 0; at < rawHeaders.length; at += 2) lines += `${rawHeaders[at]}: ${rawHeaders[at + 1]}\r\n`;
    this.#tunnel(socket, [url.hostname, url.port], "", `${lines}\r\n`, head);
  }

  #tunnel(socket, [host, port], answer, opening, head) {
    const far = connect(Number(port), host, () => {
      socket.write(answer);
      far.write(opening);
      far.write(head);
      socket.pipe(far).pipe(socket);
    });
    this.#keep(far);
    far.on("close", () => socket.destroy());
    socket.on("close", () => far.destroy());
  }

  async #answer(incoming, response) {
    const url = new URL(incoming.url, "http://127.0.0.1");
    if (url.pathname === SCRIPT) {
      return response.writeHead(200, { "content-type": "text/javascript", "cache-control": "no-store" }).end(this.#script());
    }
    const request = new Request(incoming);
    this.#heard(request);
    try {
      for (const { fits, handle } of this.#routes.filter(({ fits }) => fits(incoming.url))) {
        const route = new Route(request);
        await handle(route);
        const { kind, answer } = await route.decided;
        if (kind === "abort") return response.destroy();
        if (kind === "fulfill") return this.#send(request, response, answer);
        if (kind === "continue") break;
      }
      await this.#pass(request, incoming, response);
    } catch {
      response.destroy();
    }
  }

  async #pass(request, incoming, response) {
    const script = request.isNavigationRequest() && this.#script();
    const headers = { ...request.headers() };
    if (script) delete headers["accept-encoding"];
    const far = requestOf(incoming.url, { method: request.method(), headers: plain(headers), agent: false });
    response.on("close", () => far.destroy());
    if (request.body) far.end(await request.body);
    else incoming.pipe(far);
    const [answer] = await once(far, "response");
    answer.on("error", () => response.destroy());
    if (script && /html/.test(answer.headers["content-type"])) return this.#send(request, response, await whole(answer));
    response.writeHead(answer.statusCode, plain(answer.headers));
    response.flushHeaders();
    answer.pipe(response);
    answer.on("aborted", () => response.destroy());
  }

  #send(request, response, { status, headers, body }) {
    let bytes = body;
    if (request.isNavigationRequest() && this.#script()) {
      // After the doctype; without it the page would have other rules.
      const [, doctype, rest] = /^(\s*<!doctype[^>]*>)?([^]*)$/i.exec(String(body));
      bytes = `${doctype ?? ""}<script src="${SCRIPT}"></script>${rest}`;
    }
    const { "content-length": _, "content-encoding": __, ...others } = plain(headers);
    response.writeHead(status, { ...others, "content-length": Buffer.byteLength(bytes) }).end(bytes);
  }
}

const plain = (headers) => Object.fromEntries(Object.entries(headers).filter(([name]) => !HOP.test(name)));

async function whole(answer) {
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  return { status: answer.statusCode, headers: answer.headers, body: Buffer.concat(chunks) };
}

function fitsOf(pattern) {
  if (pattern instanceof RegExp) return (url) => pattern.test(url);
  if (typeof pattern === "function") return (url) => pattern(new URL(url));
  const source = pattern.replaceAll(/[.+^${}()|[\]\\?]/g, "\\$&").replaceAll("**/", "(.*/)?").replaceAll(/(?<!\.)\*+/g, ".*");
  return (url) => RegExp(`^${source}$`).test(url);
}

class Request {
  #incoming;
  body;

  constructor(incoming) {
    this.#incoming = incoming;
  }

  url = () => this.#incoming.url;
  method = () => this.#incoming.method;
  headers = () => this.#incoming.headers;
  isNavigationRequest = () => this.#incoming.headers["sec-fetch-dest"] === "document" || /^text\/html/.test(this.#incoming.headers.accept);

  /** Reads the body once, for `fetch` and what follows. */
  read() {
    return (this.body ??= whole(this.#incoming).then(({ body }) => body));
  }
}

/** Playwright's route. */
class Route {
  #request;
  #decide;
  decided = new Promise((decide) => (this.#decide = decide));

  constructor(request) {
    this.#request = request;
  }

  request = () => this.#request;
  continue = async () => this.#decide({ kind: "continue" });
  fallback = async () => this.#decide({ kind: "fallback" });
  abort = async () => this.#decide({ kind: "abort" });

  async fetch() {
    const headers = plain(this.#request.headers());
    delete headers["accept-encoding"];
    const far = requestOf(this.#request.url(), { method: this.#request.method(), headers, agent: false });
    far.end(await this.#request.read());
    const [answer] = await once(far, "response");
    const { status, headers: answered, body } = await whole(answer);
    return { status: () => status, headers: () => answered, body: async () => body, text: async () => String(body) };
  }

  async fulfill({ response, status = response?.status() ?? 200, headers = response?.headers() ?? {}, body, contentType }) {
    const bytes = body ?? (await response?.body()) ?? "";
    this.#decide({ kind: "fulfill", answer: { status, headers: { ...headers, ...(contentType && { "content-type": contentType }) }, body: bytes } });
  }
}
