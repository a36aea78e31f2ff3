// Starts examples as processes and opens them in a browser.

import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before } from "node:test";
import { promisify } from "node:util";
import { launch } from "./launch.mjs";
import { listen } from "./messages.mjs";

const WORKSPACE = new URL("../..", import.meta.url).pathname;

/** The transport of the pages: the environment's `TRANSPORT`, or `ws`. */
export const TRANSPORT = process.env.TRANSPORT ?? "ws";

/** The strictest content security policy. */
export const STRICT = "script-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";

/** The timeout of every wait, in milliseconds. */
export const WITHIN = 40_000;

/** The browser of this file's tests, with a new profile. */
export let browser;

const programs = new Map();

before(async () => {
  await build();
  // Over event streams the suite is a repetition.
  browser = await launch({ isSmall: TRANSPORT === "sse" });
});

after(async () => {
  await browser?.close();
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** The folders that are removed when all processes of this file's tests have ended. */
const folders = [];

/** Makes a new folder, which is removed at the end. */
export async function folder() {
  const path = await mkdtemp(join(tmpdir(), "tealight-"));
  folders.push(path);
  return path;
}

async function build() {
  const options = { cwd: WORKSPACE, maxBuffer: 64 * 1024 * 1024 };
  // The Rust tests build the whole workspace too, so the artifacts are shared.
  const command = ["build", "--workspace", "--bins", "--examples", "--message-format=json"];
  const { stdout } = await promisify(execFile)("cargo", command, options);
  for (const line of stdout.split("\n").filter(Boolean)) {
    const { executable, target } = JSON.parse(line);
    if (executable) programs.set(target.name, executable);
  }
}

/** Starts an example and waits until it listens. It is killed at the end of the test. */
export async function serve(test, name, { listen = "127.0.0.1:0", args = [], env = {} } = {}) {
  const child = spawn(programs.get(name), ["--listen", listen, ...args], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, ...env },
  });
  const ended = once(child, "exit");
  test.after(() => child.kill("SIGKILL") && ended);
  const line = await firstLine(child);
  const [, url] = /^listening on (http:\/\/127\.0\.0\.1:\d+)$/.exec(line) ?? assert.fail(`it said ${line}`);
  return {
    url: `${url}/?tealight-transport=${TRANSPORT}`,
    address: new URL(url).host,
    /** Sends a signal and returns the exit code, or the signal that killed the process. */
    async end(signal = "SIGKILL") {
      child.kill(signal);
      const [code, by] = await ended;
      return code ?? by;
    },
  };
}

/** Locks a database. Returns a function that unlocks it. */
export async function lock(test, database) {
  const child = spawn(programs.get("lock"), [database], { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(child, "exit");
  test.after(() => child.kill("SIGKILL") && ended);
  assert.match(await firstLine(child), /^locked/);
  return async () => {
    child.stdin.end();
    assert.deepEqual(await ended, [0, null]);
  };
}

async function firstLine({ stdout }) {
  for await (const line of createInterface(stdout)) {
    stdout.resume();
    return line;
  }
  assert.fail("the process ended without output");
}

/** Opens a window that closes at the end of the test. */
export async function context(test, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(WITHIN);
  test.after(() => context.close());
  return context;
}

/** Opens a page in a new window. */
export async function open(test, url, options) {
  const page = await (await context(test, options)).newPage();
  await page.goto(url);
  return page;
}

/** Replaces the page's content security policy. */
export async function enforce(page, policy) {
  // Chromium does not know that a fulfilled response comes from this machine.
  await page.context().grantPermissions(["local-network-access"]);
  await page.route("**/*", async (route) => {
    if (!route.request().isNavigationRequest()) return route.continue();
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": policy } });
  });
}

/** Collects the page's errors. Call it before the page loads. */
export async function complaints(page) {
  const found = [];
  page.on("console", (message) => message.type() === "error" && found.push(message.text()));
  page.on("pageerror", (error) => found.push(String(error)));
  await page.exposeFunction("complain", (text) => found.push(text));
  await page.addInitScript(() =>
    addEventListener("securitypolicyviolation", (event) => complain(`${event.violatedDirective}: ${event.blockedURI}`)),
  );
  return found;
}

/** Holds back the page's connections. Returns a function that releases them. */
export async function holdSockets(page) {
  let release;
  const released = new Promise((resolve) => (release = resolve));
  await page.route("**/*", async (route) => {
    if (route.request().headers().accept !== "text/event-stream") return route.fallback();
    await released;
    await route.continue();
  });
  await page.routeWebSocket(/./, async (socket) => {
    await released;
    socket.connectToServer();
  });
  return release;
}

/** Collects the messages of the page's connections in order. Call it before the page loads. */
export async function frames(page) {
  const frames = [];
  await page.exposeFunction("noteFrame", (frame) => void frames.push(frame));
  await listen(page);
  return frames;
}

/** Waits until the page has this state: `connecting`, `live` or `lost`. */
export const becomes = (page, state) => page.locator(`[data-tealight="${state}"]`).waitFor({ state: "attached" });

/** Waits until an element that `selector` matches has a text that matches `expected`. */
export const shows = (page, selector, expected) =>
  page.locator(selector).filter({ hasText: expected }).waitFor({ state: "attached" });

/** Waits until the page has this address, besides the choice of its transport. */
export const goes = (page, expected) =>
  page.waitForFunction((expected) => {
    return (location.pathname + location.search).replace(/[?&]tealight-transport=\w+/, "") === expected;
  }, expected);

/** Waits until the text changes. Returns the new text. */
export async function changes(page, selector) {
  const now = await page.waitForFunction(
    ([selector, before]) => {
      const now = document.querySelector(selector).textContent;
      return now !== before && now;
    },
    [selector, await page.textContent(selector)],
  );
  return now.jsonValue();
}

/** Waits until a condition in this process is true, and checks it at each frame of the page. */
export async function until(page, isTrue) {
  const latest = Date.now() + WITHIN;
  while (!isTrue()) {
    assert.ok(Date.now() < latest, `in time: ${isTrue}`);
    await page.evaluate(() => new Promise(requestAnimationFrame));
  }
}
