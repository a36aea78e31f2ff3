// WebKitGTK's MiniBrowser under Xvfb, by WebDriver. WebDriver has no scripts for new documents, so a proxy adds them.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Builder, Capabilities } from "selenium-webdriver";
import { Command, Name } from "selenium-webdriver/lib/command.js";
import { callOf } from "./codec.mjs";
import { Browser } from "./context.mjs";
import { codePoint } from "./keys.mjs";
import { startProxy } from "./proxy.mjs";

const DRIVER = process.env.WEBKIT_DRIVER ?? "WebKitWebDriver";
/** The times for the start, and for one command, in milliseconds. */
const START = 60_000;
const ANSWER = 180_000;
/** The number of times that the driver is started before a test fails. */
const ATTEMPTS = 3;
/** The time for a document to load, in milliseconds. */
const LOAD = 30_000;
/** The most pixels that a window has around its page. */
const WIDEST_FRAME = 400;
const BUTTONS = { left: 0, middle: 1, right: 2 };

/** The toolbar of MiniBrowser would make its window wider than a phone. */
const NARROW = "* { min-width: 0; padding: 0; border: 0; font-size: 1px }";

/** Reasons why some tests cannot run here. */
export const lacks = {
  dialogs: "WebDriver ends a script during which a dialog opens",
  faults: "a broken line is the same for every browser, and WebDriver ends long scripts",
  frames: "the driver here sees no frame of another site",
  lines: "WebKit's `innerText` has empty lines after a block at its end",
  moveBefore: "WebKitGTK 2.50 has no `moveBefore`: docs/guide/effects.md says what a moved row keeps without it",
  tabs: "WebDriver does not see the tabs that MiniBrowser opens for a link",
};

/** Returns the path of MiniBrowser, which is in a folder of the library's version. */
function program() {
  const libraries = readdirSync("/usr/lib").filter((name) => name.endsWith("-linux-gnu"));
  const found = libraries.flatMap((folder) => ["4.1", "4.0"].map((version) => `/usr/lib/${folder}/webkit2gtk-${version}/MiniBrowser`));
  return process.env.WEBKIT ?? found.find(existsSync);
}

/** Starts a program that ends with this process, however that ends, and does not prolong it. */
function start(name, args, options) {
  const child = spawn("setpriv", ["--pdeathsig", "KILL", name, ...args], options);
  child.unref();
  return child;
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

export async function launch(options = {}) {
  const screen = start("Xvfb", ["-displayfd", "3", "-screen", "0", "1600x8000x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const [number] = await once(screen.stdio[3], "data");
  screen.stdio[3].unref();
  const browser = new Browser((options) => open(`:${String(number).trim()}`, options), options);
  const { close } = browser;
  browser.close = async () => {
    await close.call(browser);
    screen.kill();
  };
  return browser;
}

async function open(display, options) {
  const { colorScheme, reducedMotion, backForwardCache = false } = options;
  const folder = await mkdtemp(join(tmpdir(), "tealight-webkit-"));
  await mkdir(join(folder, "gtk-3.0"));
  await writeFile(join(folder, "gtk-3.0/settings.ini"), `[Settings]\ngtk-enable-animations=${reducedMotion !== "reduce"}\n`);
  await writeFile(join(folder, "gtk-3.0/gtk.css"), NARROW);
  const env = {
    ...process.env,
    DISPLAY: display,
    // Otherwise `navigator.language` may be "C".
    LC_ALL: "en_US.UTF-8",
    LANGUAGE: "en_US",
    LIBGL_ALWAYS_SOFTWARE: "1",
    NO_AT_BRIDGE: "1",
    XDG_CONFIG_HOME: folder,
    ...(colorScheme && { GTK_THEME: colorScheme === "dark" ? "Adwaita:dark" : "Adwaita" }),
  };
  const proxy = await startProxy();
  const capabilities = new Capabilities({
    browserName: "MiniBrowser",
    "webkitgtk:browserOptions": { binary: program(), args: ["--automation", `--enable-page-cache=${backForwardCache}`] },
    pageLoadStrategy: "none",
    timeouts: { script: ANSWER },
    unhandledPromptBehavior: "ignore",
    acceptInsecureCerts: true,
    // It would speak TLS to a proxy for TLS.
    proxy: { proxyType: "manual", httpProxy: proxy.address },
  });
  const [child, driver] = await drive(env, capabilities);
  return new Engine(child, driver, proxy, folder);
}

/** Starts the driver and a browser. Sometimes the browser ends before it has told its driver, which then waits for ever. */
async function drive(env, capabilities) {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const child = start(DRIVER, ["--host=127.0.0.1", `--port=${port}`], { env, stdio: "ignore" });
    try {
      await listens(child, port);
      const session = new Builder().usingServer(`http://127.0.0.1:${port}`).withCapabilities(capabilities).build();
      session.catch(() => {});
      return [child, await within(START, session, () => new Error(`${DRIVER} started no browser within ${START} ms`))];
    } catch (error) {
      child.kill("SIGKILL");
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

/** Waits until the driver accepts sessions. */
async function listens(child, port) {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`${DRIVER} ended with ${child.exitCode}`);
    try {
      const { value } = await (await fetch(`http://127.0.0.1:${port}/status`, { signal: AbortSignal.timeout(1_000) })).json();
      if (value.ready) return;
    } catch {
      // It does not listen yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Returns the result of an action, or fails with the error of `late` after this time. */
async function within(time, action, late) {
  let timer;
  const end = new Promise((_, reject) => (timer = setTimeout(() => reject(late()), time)));
  return Promise.race([action, end]).finally(() => clearTimeout(timer));
}

/** A session of the driver, with its windows. One command at a time, for one window. */
class Engine {
  #folder;
  #child;
  #driver;
  #turn = Promise.resolve();
  #current;
  #windows = new Map();
  #id = 0;
  #spare;
  proxy;

  constructor(child, driver, proxy, folder) {
    this.#folder = folder;
    this.#child = child;
    this.#driver = driver;
    this.proxy = proxy;
    proxy.addScripts(() => this.#script());
    proxy.onRequest((request) => this.#windows.forEach((window) => window.tell("request", request)));
  }

  /** Does one command in a window. */
  send(window, name, parameters = {}) {
    const turn = this.#turn.then(async () => {
      if (this.#current !== window) await this.#execute(Name.SWITCH_TO_WINDOW, { handle: window.handle });
      this.#current = window;
      return this.#execute(name, parameters);
    });
    this.#turn = turn.catch(() => {});
    return turn;
  }

  #execute(name, parameters = {}) {
    const command = new Command(name);
    for (const [key, value] of Object.entries(parameters)) command.setParameter(key, value);
    return within(ANSWER, this.#driver.execute(command), () => {
      this.#child.kill("SIGKILL");
      return new Error(`${DRIVER} did not answer ${name} within ${ANSWER} ms`);
    });
  }

  async window() {
    const { handle, id } = this.#spare ?? (await this.#open());
    this.#spare = undefined;
    return this.#add(handle, id);
  }

  async #open() {
    const [other] = this.#windows.values();
    const id = String(this.#id++);
    if (!other) return { handle: await this.#driver.getWindowHandle(), id };
    return { handle: (await this.send(other, Name.SWITCH_TO_NEW_WINDOW, { type: "window" })).handle, id };
  }

  /** Returns the windows that a page has opened. */
  async opened() {
    const handles = await this.#driver.getAllWindowHandles();
    const known = [...this.#windows.values(), this.#spare].map((window) => window?.handle);
    return handles.filter((handle) => !known.includes(handle)).map((handle) => this.#add(handle, String(this.#id++)));
  }

  #add(handle, id) {
    const window = new Window(this, handle, id);
    this.#windows.set(id, window);
    return window;
  }

  /** Closes a window. The last one would end the session, so the next page gets it. */
  async closeWindow(window) {
    this.#windows.delete(window.id);
    if (this.#windows.size) {
      await this.send(window, Name.CLOSE);
      this.#current = undefined;
    } else {
      await this.send(window, Name.GET, { url: "about:blank" });
      this.#spare = window;
    }
  }

  /** The script of the document that a window loads. A window keeps its name from its first document on. */
  #script() {
    const scripts = [...this.#windows.values()].map(({ id, scripts }) => `${id}: () => {${scripts.map((script) => `try { ${script} } catch (error) { console.error(error); }`).join("\n")}}`);
    if (![...this.#windows.values()].some(({ scripts }) => scripts.length)) return "";
    return `(() => {
      document.currentScript.remove();
      const name = (sessionStorage.harness ??= ${JSON.stringify(this.loading?.id ?? "")});
      ({ ${scripts.join(",\n")} })[name]?.();
    })()`;
  }

  offline = async (isOffline) => this.proxy.offline(isOffline);

  async addCookies(cookies) {
    const [window] = this.#windows.values();
    for (const { url, ...cookie } of cookies) {
      await this.send(window, Name.GET, { url });
      await window.loads();
      await this.send(window, Name.ADD_COOKIE, { cookie: { path: "/", ...cookie } });
    }
  }

  async close() {
    for (const window of this.#windows.values()) window.isClosed = true;
    await this.#execute(Name.QUIT).catch(() => {});
    this.#child.kill("SIGKILL");
    this.proxy.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Tells the harness what happens in a page. Runs in pages. */
function report() {
  const tell = (name, ...values) => (window.harnessTold ??= []).push([name, ...values]);
  window.harnessTell = tell;
  for (const type of ["error", "warn", "log"]) {
    const own = console[type];
    console[type] = function (...values) {
      tell("console", type === "warn" ? "warning" : type, values.map(String).join(" "));
      own.apply(console, values);
    };
  }
  addEventListener("keydown", (event) => (window.harnessKeys ??= []).push(event), true);
  addEventListener("error", ({ error, message }) => tell("pageerror", String(error ?? message)));
  addEventListener("unhandledrejection", ({ reason }) => tell("pageerror", String(reason)));
}

/** Repeats or releases a key that is held, with the modifiers of the last one. Runs in pages. */
function tellKey(type, key) {
  const { code, keyCode } = window.harnessKeys.findLast((event) => event.key === key);
  const { ctrlKey, altKey, shiftKey, metaKey } = window.harnessKeys.at(-1);
  const about = { key, code, keyCode, ctrlKey, altKey, shiftKey, metaKey, repeat: type === "keydown" };
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent(type, { ...about, bubbles: true, cancelable: true, composed: true }));
}

const moveTo = (x, y) => ({ type: "pointerMove", x: Math.round(x), y: Math.round(y), origin: "viewport", duration: 0 });

class Window {
  #engine;
  #calls = new Map();
  #size;
  #turned = [0, 0];
  #pressed = new Set();
  #forgotten = new Set();
  handle;
  id;
  scripts = [`(${report})()`];
  isClosed = false;
  tell = () => {};

  constructor(engine, handle, id) {
    this.#engine = engine;
    this.handle = handle;
    this.id = id;
  }

  #send = (name, parameters) => this.#engine.send(this, name, parameters);
  #act = (type, actions, parameters) => this.#question(this.#send(Name.ACTIONS, { actions: [{ type, id: type, actions, ...parameters }] }));

  listen(tell) {
    this.tell = tell;
  }

  /** Runs an expression for a text, and tells what has happened in the page until now. */
  async run(expression) {
    const script = `const done = arguments[0];
      Promise.resolve((() => ${expression})()).then((text) => done([text, (window.harnessTold ?? []).splice(0)]));`;
    const [text, told] = await this.#question(this.#send(Name.EXECUTE_ASYNC_SCRIPT, { script, args: [] }));
    for (const [name, ...values] of told) this.#hear(name, values);
    return text;
  }

  #hear(name, values) {
    if (name === "console") return this.tell(name, { type: () => values[0], text: () => values[1] });
    if (name === "pageerror") return this.tell(name, new Error(values[0]));
    this.#calls.get(name)?.(...values);
  }

  /** Waits for the result of a command, and tells the questions that the page asks. */
  async #question(result) {
    const ended = await result.then(
      (value) => ({ value }),
      (error) => ({ error }),
    );
    for (;;) {
      const text = await this.#send(Name.GET_ALERT_TEXT).catch(() => undefined);
      if (text === undefined) break;
      const answers = [];
      const answer = (name) => answers.push(this.#send(name)) && answers[0];
      this.tell("dialog", { message: () => text, accept: () => answer(Name.ACCEPT_ALERT), dismiss: () => answer(Name.DISMISS_ALERT) });
      await Promise.all(answers);
      if (!answers.length) break;
    }
    if (ended.error) throw ended.error;
    return ended.value;
  }

  /** Waits until a document is loaded. A document that is left ends its scripts with an error. */
  async loads() {
    const state = `String(location.href !== "about:blank" && document.readyState)`;
    for (const end = Date.now() + LOAD; ; ) {
      const found = await this.run(state).catch((error) => error.message);
      if (found === "complete") return;
      if (Date.now() > end) throw new Error(`WebKit loaded no document within ${LOAD} ms: ${found}`);
    }
  }

  async navigate(url) {
    this.#engine.loading = this;
    await this.#send(Name.GET, { url });
  }

  back = () => this.#send(Name.GO_BACK);

  // The driver does not repeat a key that is held, and forgets a character's key when another one is pressed. The page gets such
  // events from here.

  keyDown(key) {
    const value = codePoint(key);
    if (this.#pressed.has(key)) return this.run(callOf(tellKey, ["keydown", key]));
    if (value < "\ue000") for (const other of this.#pressed) if (codePoint(other) < "\ue000") this.#forgotten.add(other);
    this.#pressed.add(key);
    return this.#act("key", [{ type: "keyDown", value }]);
  }

  keyUp(key) {
    this.#pressed.delete(key);
    if (this.#forgotten.delete(key)) return this.run(callOf(tellKey, ["keyup", key]));
    return this.#act("key", [{ type: "keyUp", value: codePoint(key) }]);
  }

  #mouse = (actions) => this.#act("pointer", actions, { parameters: { pointerType: "mouse" } });
  mouseMove = (x, y) => this.#mouse([moveTo(x, y)]);
  mouseDown = (button) => this.#mouse([{ type: "pointerDown", button: BUTTONS[button] }]);
  mouseUp = (button) => this.#mouse([{ type: "pointerUp", button: BUTTONS[button] }]);
  mouseClick(x, y, name, count) {
    const button = BUTTONS[name];
    const clicks = Array.from({ length: count }, () => [{ type: "pointerDown", button }, { type: "pointerUp", button }]);
    return this.#mouse([moveTo(x, y), ...clicks.flat()]);
  }

  /** Turns the wheel. The driver turns it by the difference to the last time. */
  wheel(x, y, deltaX, deltaY) {
    const [toX, toY] = (this.#turned = [this.#turned[0] + deltaX, this.#turned[1] + deltaY]);
    return this.#act("wheel", [{ type: "scroll", x: Math.round(x), y: Math.round(y), deltaX: toX, deltaY: toY, duration: 0, origin: "viewport" }]);
  }

  addInitScript = async (source) => void this.scripts.push(source);

  async expose(name, call) {
    this.#calls.set(name, call);
    this.scripts.push(`window[${JSON.stringify(name)}] = (...values) => harnessTell(${JSON.stringify(name)}, ...values)`);
  }

  route = async (pattern, handle) => this.#engine.proxy.route(pattern, handle);
  routeSockets = async (pattern, handle) => this.#engine.proxy.routeSockets(pattern, handle);

  /** Resizes the window so that its page has this size. */
  async resize({ width, height }) {
    const inner = async () => JSON.parse(await this.run("JSON.stringify([innerWidth, innerHeight])"));
    const frame = (pixels) => Math.min(Math.max(pixels, 0), WIDEST_FRAME);
    for (let [around, beside] = [36, 0], tries = 0; tries < 20; tries++) {
      await this.#send(Name.SET_WINDOW_RECT, { x: 0, y: 0, width: width + beside, height: height + around });
      let [w, h] = await inner();
      // The page may hear of its new size later.
      for (let waits = 0; (w !== width || h !== height) && waits < 10; waits++) {
        await new Promise((resolve) => setTimeout(resolve, 50));
        [w, h] = await inner();
      }
      if (w === width && h === height) return;
      [around, beside] = [frame(around + height - h), frame(beside + width - w)];
    }
    throw new Error(`WebKit's window has no page of ${width} × ${height}`);
  }

  bringToFront = () => this.run("void window.focus()");
  screenshot = async () => Buffer.from(await this.#send(Name.SCREENSHOT), "base64");

  async close() {
    this.isClosed = true;
    await this.#engine.closeWindow(this);
  }
}
