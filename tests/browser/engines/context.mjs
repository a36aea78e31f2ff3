// Playwright's browsers and contexts, over any engine.

import { Page } from "./page.mjs";

const TIMEOUT = 30_000;
const VIEWPORT = { width: 1280, height: 720 };
/** It forbids the scripts of a page, but not the harness's. */
const NO_SCRIPTS = "script-src 'none'";

export class Browser {
  #start;
  #contexts = new Set();
  #options;

  /** `start` opens an engine's context with these options. */
  constructor(start, options) {
    this.#start = start;
    this.#options = options;
  }

  async newContext(options) {
    const all = { viewport: VIEWPORT, ...this.#options, ...options };
    const context = new Context(this, await this.#start(all), all);
    this.#contexts.add(context);
    return context;
  }

  newPage = async (options) => (await this.newContext(options)).newPage();

  async close() {
    for (const context of this.#contexts) await context.close();
  }
}

class Context {
  #engine;
  #options;
  #pages = new Set();
  #opening = Promise.resolve();
  #isClosed = false;
  timeout = TIMEOUT;

  constructor(browser, engine, options) {
    this.browser = () => browser;
    this.#engine = engine;
    this.#options = options;
  }

  #add(window) {
    const page = new Page(window, this);
    this.#pages.add(page);
    return page;
  }

  /** Opens one page after the other: an engine may have a window already, for one of them. */
  newPage() {
    const opened = this.#opening.then(() => this.#open());
    this.#opening = opened.catch(() => {});
    return opened;
  }

  async #open() {
    const window = await this.#engine.window();
    await window.resize(this.#options.viewport);
    const page = this.#add(window);
    if (this.#options.javaScriptEnabled === false) {
      await page.route("**/*", async (route) => {
        if (!route.request().isNavigationRequest()) return route.fallback();
        const response = await route.fetch();
        await route.fulfill({ response, headers: { ...response.headers(), "content-security-policy": NO_SCRIPTS } });
      });
    }
    return page;
  }

  pages = () => [...this.#pages];
  setDefaultTimeout = (timeout) => (this.timeout = timeout);
  setOffline = (isOffline) => this.#engine.offline(isOffline);
  addCookies = (cookies) => this.#engine.addCookies(cookies);
  grantPermissions = async () => {};

  /** Waits for a page that another page opens, the only event that is known here. */
  async waitForEvent(name) {
    for (const end = Date.now() + this.timeout; name === "page" && Date.now() < end; ) {
      const [window] = await this.#engine.opened();
      if (window) return this.#add(window);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error(`no ${name} within ${this.timeout} ms`);
  }

  async close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#engine.close();
  }
}
