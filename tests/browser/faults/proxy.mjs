// A proxy that breaks connections in all the ways in which networks do. Each fault is chosen by a seed.

import { createServer, request as ask } from "node:http";
import { connect } from "node:net";

/** Returns a function that returns numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function random(seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Faults of a whole connection, by name. Each gets both sockets and the two directions. */
const CONNECTION = {
  cut: ({ page, server }) => (page.destroy(), server.destroy()),
  reset: ({ page, server }) => (page.resetAndDestroy(), server.resetAndDestroy()),
  closePage: ({ page }) => page.end(),
  closeServer: ({ server }) => server.end(),
  /** The server's end is not told that the page is gone. */
  halfOpenServer: ({ page, up, down }) => ((up.isStalled = down.isStalled = true), page.destroy()),
  /** The page's end is not told that the server is gone. */
  halfOpenPage: ({ server, up, down }) => ((up.isStalled = down.isStalled = true), server.destroy()),
  stallUp: ({ up }) => (up.isStalled = true),
  stallDown: ({ down }) => (down.isStalled = true),
  delay: ({ up, down }) => (up.delay = down.delay = 150),
  chop: ({ up, down }) => (up.isChopped = down.isChopped = true),
  /** The next chunk is cut in two, and only the first part arrives. */
  midFrameUp: ({ up }) => (up.isHalved = true),
  midFrameDown: ({ down }) => (down.isHalved = true),
};

/** Faults of a single post. */
const POST = ["lost", "unanswered", "twice", "late", "bad gateway"];

/** Carries bytes one way. */
function pipe(from, to, random) {
  const way = { isStalled: false, delay: 0, isChopped: false, isHalved: false };
  let last = Promise.resolve();
  from.on("data", (chunk) => {
    if (way.isStalled) return;
    if (way.isHalved && chunk.length > 1) {
      to.write(chunk.subarray(0, 1 + Math.floor(random() * (chunk.length - 1))));
      from.destroy();
      to.destroy();
      return;
    }
    const { delay } = way;
    last = last.then(async () => {
      if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
      if (!way.isChopped) return to.write(chunk);
      for (let at = 0; at < chunk.length; ) {
        const size = 1 + Math.floor(random() * 7);
        to.write(chunk.subarray(at, (at += size)));
        await new Promise(setImmediate);
      }
    });
  });
  const end = () => last.then(() => way.isStalled || to.destroyed || to.end());
  from.on("end", end);
  from.on("close", end);
  from.on("error", () => {});
  return way;
}

/**
 * Starts a proxy in front of a server. Its `break` breaks what is open with a random fault, of those whose names `faults` matches.
 * Posts fail one in `posts`, if that is not 0.
 */
export async function faultProxy(test, address, seed, { posts = 6 } = {}) {
  let [host, port] = address.split(":");
  const next = random(seed);
  const open = new Set();
  const counts = {};
  const pick = (all) => all[Math.floor(next() * all.length)];
  const count = (name) => (counts[name] = (counts[name] ?? 0) + 1);
  const proxy = { isFaulty: false, counts, url: "" };

  /** Carries a request to the server, and its answer to the page unless `isHeard` is false. */
  const carry = (request, body, response, isHeard = true) =>
    new Promise((resolve) => {
      const { method, url, headers } = request;
      const up = ask({ host, port, method, path: url, headers }, (answer) => {
        const chunks = [];
        answer.on("data", (chunk) => chunks.push(chunk));
        answer.on("end", () => {
          if (isHeard && !response.destroyed) response.writeHead(answer.statusCode, answer.headers).end(Buffer.concat(chunks));
          resolve();
        });
        answer.on("error", resolve);
      });
      up.on("error", () => resolve(response.destroy()));
      up.end(body);
    });

  /** Carries what does not end: a stream or a websocket. */
  const tunnel = (request, page, first) => {
    const server = connect({ host, port });
    const headers = request.rawHeaders.flatMap((name, at, all) => (at % 2 ? [] : [[name, all[at + 1]]]));
    // A socket whose stream has ended would get the page's next request, which comes here too.
    const lines = headers.map(([name, value]) => `${name}: ${value === "keep-alive" ? "close" : value}`);
    server.write(`${request.method} ${request.url} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    if (first?.length) server.write(first);
    const line = { page, server, up: pipe(page, server, next), down: pipe(server, page, next) };
    open.add(line);
    page.on("close", () => open.delete(line));
    page.setNoDelay();
    server.setNoDelay();
  };

  const http = createServer(async (request, response) => {
    if (request.headers.accept === "text/event-stream") return tunnel(request, request.socket);
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    if (request.method !== "POST" || !proxy.isFaulty || !posts || next() * posts > 1) return carry(request, body, response);
    const fault = pick(POST);
    count(fault);
    if (fault === "lost") request.socket.destroy();
    else if (fault === "bad gateway") response.writeHead(502).end();
    else if (fault === "unanswered") carry(request, body, response, false).then(() => request.socket.destroy());
    else if (fault === "twice") carry(request, body, response, false).then(() => carry(request, body, response));
    else setTimeout(() => carry(request, body, response), 400);
  });
  http.on("upgrade", (request, socket, head) => tunnel(request, socket, head));
  http.keepAliveTimeout = 60_000;
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  test.after(() => {
    for (const { page, server } of open) (page.destroy(), server.destroy());
    http.closeAllConnections();
    http.close();
  });
  proxy.url = `http://127.0.0.1:${http.address().port}/`;
  /** Leads new connections to the server that has taken the place of the first one. */
  proxy.leadTo = (address) => ([host, port] = address.split(":"));
  proxy.break = (faults = /./) => {
    const names = Object.keys(CONNECTION).filter((name) => faults.test(name));
    for (const line of open) {
      const name = pick(names);
      count(name);
      CONNECTION[name](line);
    }
  };
  return proxy;
}
