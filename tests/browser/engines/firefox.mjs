// A stock Firefox, by WebDriver BiDi.

import puppeteer from "puppeteer-core";
import { Browser } from "./context.mjs";
import { startProxy } from "./proxy.mjs";

const PROGRAM = process.env.FIREFOX ?? "/usr/bin/firefox-esr";

/** The times for the start, and for one command, in milliseconds. */
const START = 120_000;
const ANSWER = 180_000;

/** Reasons why some tests cannot run here. */
export const lacks = {
  faults: "a broken line is the same for every browser, and WebDriver ends long scripts",
  frames: "the driver here sees no frame of another site",
  lines: "Firefox's `innerText` has an empty line between a line break and a block",
  pageCache: "Firefox loads a page with a socket again",
};

const PREFERENCES = {
  // All servers of the tests are on this machine.
  "network.proxy.allow_hijacking_localhost": true,
  // Each window behaves as if it had the focus.
  "focusmanager.testmode": true,
  // A page needs no processes of other sites: without them a test takes two thirds of the time.
  "dom.ipc.processPrelaunch.enabled": false,
  "dom.ipc.processCount": 1,
  "fission.autostart": false,
};

const OPTIONS = {
  browser: "firefox",
  // It ends with this process, however that ends.
  executablePath: "/usr/bin/setpriv",
  ignoreDefaultArgs: true,
  args: ["--pdeathsig", "KILL", PROGRAM, "--headless"],
  handleSIGTERM: false,
  handleSIGHUP: false,
  acceptInsecureCerts: true,
  timeout: START,
  protocolTimeout: ANSWER,
};

/** The preferences are the browser's, so contexts with others have a browser of their own. */
const preferencesOf = ({ colorScheme, reducedMotion, backForwardCache }) => ({
  ...PREFERENCES,
  ...(colorScheme && { "layout.css.prefers-color-scheme.content-override": colorScheme === "dark" ? 0 : 1 }),
  ...(reducedMotion && { "ui.prefersReducedMotion": reducedMotion === "reduce" ? 1 : 0 }),
  ...(!backForwardCache && { "browser.sessionhistory.max_total_viewers": 0, "fission.bfcacheInParent": false }),
});

export async function launch(options = {}) {
  const started = new Map();
  const start = (preferences) => {
    const key = JSON.stringify(preferences);
    if (!started.has(key)) {
      started.set(key, puppeteer.launch({ ...OPTIONS, extraPrefsFirefox: preferences }));
    }
    return started.get(key);
  };
  await start(preferencesOf(options));
  const browser = new Browser(async (options) => {
    const proxy = options.direct ? undefined : await startProxy();
    const own = await (await start(preferencesOf(options))).createBrowserContext(proxy && { proxyServer: proxy.address });
    return new Engine(own, proxy);
  }, options);
  const { close } = browser;
  browser.close = async () => {
    await close.call(browser);
    for (const started_ of started.values()) await (await started_).close();
  };
  return browser;
}

class Engine {
  #own;
  #proxy;
  #heard = [];
  #pages = new Set();

  constructor(own, proxy) {
    this.#own = own;
    this.#proxy = proxy;
    proxy?.onRequest((request) => this.#heard.forEach((hear) => hear("request", request)));
  }

  async window() {
    // A tab is opened sooner than a window, but hides another tab.
    const others = await this.#own.browser().pages();
    return this.#add(await this.#own.newPage({ type: others.length > 1 ? "window" : "tab" }));
  }

  /** Returns the windows that a page has opened. */
  async opened() {
    const pages = (await this.#own.pages()).filter((page) => !this.#pages.has(page));
    return pages.map((page) => this.#add(page));
  }

  #add(page) {
    this.#pages.add(page);
    return new Window(page, this.#proxy, this.#heard);
  }

  offline = async (isOffline) => this.#proxy.offline(isOffline);
  addCookies = (cookies) => this.#own.setCookie(...cookies.map(({ url, ...cookie }) => ({ domain: new URL(url).hostname, path: "/", ...cookie })));

  async close() {
    await this.#own.close();
    this.#proxy?.close();
  }
}

class Window {
  #page;
  #proxy;
  #heard;
  #calls = new Map();
  tellsDragOver = true;

  constructor(page, proxy, heard) {
    this.#page = page;
    this.#proxy = proxy;
    this.#heard = heard;
  }

  get isClosed() {
    return this.#page.isClosed();
  }

  listen(tell) {
    this.#page.on("console", (message) => tell("console", { type: () => message.type().replace(/^warn$/, "warning"), text: () => message.text() }));
    this.#page.on("pageerror", (error) => tell("pageerror", error));
    this.#page.on("dialog", (dialog) => tell("dialog", dialog));
    this.#heard.push(tell);
  }

  /** Runs an expression for a text. The page's calls come with it: sent alone, they could arrive after it. */
  async run(expression) {
    const [text, calls] = await this.#page.evaluate(`(async () => [await ${expression}, (window.harnessCalls ?? []).splice(0)])()`);
    for (const [name, ...values] of calls) this.#calls.get(name)(...values);
    return text;
  }

  async expose(name, call) {
    this.#calls.set(name, call);
    await this.addInitScript(`window[${JSON.stringify(name)}] = (...values) => void (window.harnessCalls ??= []).push([${JSON.stringify(name)}, ...values])`);
  }

  navigate = (url, waitUntil) =>
    waitUntil === "commit" ? this.#page.evaluate((url) => void (location.href = url), url) : this.#page.goto(url);
  back = () => this.#page.evaluate(() => void setTimeout(() => history.back()));
  keyDown = (key) => this.#page.keyboard.down(key === "Space" ? " " : key);
  keyUp = (key) => this.#page.keyboard.up(key === "Space" ? " " : key);
  mouseMove = (x, y) => this.#page.mouse.move(x, y);
  mouseDown = (button) => this.#page.mouse.down({ button });
  mouseUp = (button) => this.#page.mouse.up({ button });
  mouseClick = (x, y, button, count) => this.#page.mouse.click(x, y, { button, count });
  wheel = (x, y, deltaX, deltaY) => this.#page.mouse.wheel({ deltaX, deltaY });
  addInitScript = (source) => this.#page.evaluateOnNewDocument(source);
  route = async (pattern, handle) => this.#proxy.route(pattern, handle);
  routeSockets = async (pattern, handle) => this.#proxy.routeSockets(pattern, handle);
  resize = (size) => this.#page.setViewport(size);
  bringToFront = () => this.#page.bringToFront();
  screenshot = () => this.#page.screenshot();
  close = () => this.#page.close();
}
