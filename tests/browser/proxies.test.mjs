// Tests the configurations in docs/proxies with real proxies, which `./test` installs. The tests change the ports, and most cut
// idle connections after 3 s.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { WITHIN, becomes, context, serve, shows } from "./support.mjs";

const configuration = (name) => readFile(new URL(`../../docs/proxies/${name}`, import.meta.url), "utf8");

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Runs a proxy until the test ends. */
async function proxy(test, name, write) {
  const folder = await mkdtemp(join(tmpdir(), "tealight-proxy-"));
  const port = await freePort();
  const file = join(folder, "conf");
  await writeFile(file, await write({ folder, port }));
  const args = name === "nginx" ? ["-p", folder, "-e", "stderr", "-c", file] : ["-f", file];
  const child = spawn(name, args, { stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` } });
  const ended = once(child, "exit");
  test.after(async () => {
    child.kill("SIGTERM");
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  return port;
}

const nginx = (test, server, { tls = false, idle = "3s" } = {}) =>
  proxy(test, "nginx", async ({ folder, port }) => {
    const ours = (await configuration("nginx.conf"))
      .replaceAll("127.0.0.1:3000", server.address)
      .replaceAll("75s", idle)
      .replaceAll("/app/", "/");
    const [map, location] = ours.split(/^(?=location)/m);
    let listen = `listen 127.0.0.1:${port};`;
    if (tls) {
      const [key, certificate] = [join(folder, "key.pem"), join(folder, "cert.pem")];
      const request = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"];
      execFileSync("openssl", [...request, "-keyout", key, "-out", certificate], { stdio: "ignore" });
      listen = `listen 127.0.0.1:${port} ssl http2; ssl_certificate ${certificate}; ssl_certificate_key ${key};`;
    }
    const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
    return `daemon off; pid ${folder}/pid; events {}
      http { access_log off; proxy_buffering on;
        ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")}
        ${map} server { ${listen} ${location} } }`;
  });

const haproxy = (test, server) =>
  proxy(test, "haproxy", async ({ port }) =>
    (await configuration("haproxy.cfg"))
      .replaceAll("127.0.0.1:3000", server.address)
      .replaceAll("bind :80", `bind 127.0.0.1:${port}`)
      .replaceAll("75s", "3s"),
  );

async function visit(page, url) {
  for (const latest = Date.now() + WITHIN; ; ) {
    try {
      return await page.goto(url);
    } catch (error) {
      if (Date.now() > latest) throw error;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

const more = (page) => page.click("button:last-of-type");

for (const [name, start] of [
  ["nginx", nginx],
  ["haproxy", haproxy],
]) {
  for (const transport of ["ws", "sse"]) {
    test(`${name} lets ${transport} through; a cut of what is idle loses nothing`, async (test) => {
      const server = await serve(test, "counter");
      const port = await start(test, server);
      const page = await (await context(test)).newPage();
      await visit(page, `http://127.0.0.1:${port}/?tealight-transport=${transport}`);
      await becomes(page, "live");
      await more(page);
      await shows(page, "output", /^1$/);
      // The page connects again soon, so it is pressed at once.
      await page.evaluate(() => {
        const root = document.querySelector("[data-tealight]");
        const press = (_, observer) => {
          if (root.dataset.tealight !== "lost") return;
          observer.disconnect();
          document.querySelector("button:last-of-type").click();
        };
        new MutationObserver(press).observe(root, { attributeFilter: ["data-tealight"] });
      });
      await shows(page, "output", /^2$/);
      await becomes(page, "live");
    });
  }
}

test("over HTTP/2, eight tabs with server-sent events are all live", async (test) => {
  const server = await serve(test, "counter");
  // WebKitGTK does not tell a page that a proxy has reset its stream over HTTP/2. The page then waits until it notices the silence.
  const port = await nginx(test, server, { tls: true, idle: "75s" });
  const window = await context(test, { ignoreHTTPSErrors: true });
  const pages = [];
  for (let n = 0; n < 8; n++) {
    const page = await window.newPage();
    await visit(page, `https://127.0.0.1:${port}/?tealight-transport=sse`);
    await becomes(page, "live");
    pages.push(page);
  }
  await more(pages[0]);
  for (const page of pages) await shows(page, "output", /^1$/);
  const protocol = await pages[0].evaluate(() => performance.getEntriesByType("navigation")[0].nextHopProtocol);
  assert.equal(protocol, "h2");
});
