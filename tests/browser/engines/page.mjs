// Playwright's pages, over a window of any engine. The tests use this part of Playwright's API; other parts are not here.

import { EventEmitter } from "node:events";
import { callOf, decode, outcomeOf, sourceOf } from "./codec.mjs";
import { Drags } from "./drag.mjs";
import { parts } from "./keys.mjs";
import { Locator, locatorOf } from "./locator.mjs";

/** The time for one look at a page, in milliseconds. Between two of them other pages have their turn. */
const LOOK = 100;

/** Calls a function until it throws no reason to try again. Runs in pages. */
async function look(within, call) {
  for (const end = Date.now() + within; ; ) {
    try {
      return { value: await call() };
    } catch (error) {
      if (!error?.again) throw error;
      if (Date.now() > end) return { again: error.again };
    }
    await new Promise((resolve) => setTimeout(resolve, 15));
  }
}

/** An error that a script threw in the page. */
class PageError extends Error {}

export class Page extends EventEmitter {
  #window;
  #context;
  #timeout;
  keyboard;
  mouse;

  /** `window` is an engine's. It emits what happens there as `event` with a name and a value. */
  constructor(window, context) {
    super();
    this.#window = window;
    this.#context = context;
    this.keyboard = new Keyboard(window);
    this.mouse = new Mouse(window);
    window.listen((name, value) => {
      // A question that nobody answers would block the page.
      if (!this.emit(name, value) && name === "dialog") value.dismiss();
    });
  }

  context = () => this.#context;
  setDefaultTimeout = (timeout) => (this.#timeout = timeout);

  /** Calls a function of this source in the page once. */
  async run(source, values = []) {
    const { value, error, stack } = decode(await this.#window.run(outcomeOf(callOf(source, values))));
    if (error === undefined) return value;
    throw Object.assign(new PageError(error), { stack: `${error}\n${stack}` });
  }

  /** Calls a function of this source until it is possible, also while documents change. */
  async persist(what, source, values = [], { timeout = this.#timeout ?? this.#context.timeout } = {}) {
    const looking = `(within, ...values) => (${look})(within, () => (${source})(...values))`;
    for (const end = Date.now() + timeout; ; ) {
      let reason;
      try {
        const { value, again } = await this.run(looking, [LOOK, ...values]);
        if (!again) return value;
        reason = again;
      } catch (error) {
        if (error instanceof PageError || this.#window.isClosed) throw error;
        reason = error.message;
      }
      if (Date.now() > end) throw new Error(`${what}: not within ${timeout} ms: ${reason}`);
    }
  }

  evaluate = (script, value) => this.run(sourceOf(script), [value]);

  async evaluateHandle(script, value) {
    const keep = `async (value) => ((window.harnessKept ??= []).push(await ${sourceOf(script)}(value)) - 1)`;
    const at = await this.run(keep, [value]);
    const evaluate = (script, value) => this.run(`(at, value) => ${sourceOf(script)}(harnessKept[at], value)`, [at, value]);
    return { evaluate, jsonValue: () => evaluate((kept) => kept) };
  }

  /** Waits until a script gives something that is true. */
  async waitForFunction(script, value, options) {
    const source = `async (value) => {
      const found = await ${sourceOf(script)}(value);
      if (!found) throw { again: "not true" };
      return found;
    }`;
    const found = await this.persist(String(script), source, [value], options);
    return { jsonValue: async () => found };
  }

  waitForSelector = (selector, options) => locatorOf(this, selector, true).waitFor(options);
  /** Waits for an event that `fits`. */
  waitForEvent(name, fits = () => true) {
    return new Promise((resolve, reject) => {
      const within = this.#timeout ?? this.#context.timeout;
      const late = setTimeout(() => reject(new Error(`no ${name} within ${within} ms`)), within);
      const hear = (value) => {
        if (!fits(value)) return;
        clearTimeout(late);
        this.off(name, hear);
        resolve(value);
      };
      this.on(name, hear);
    });
  }

  waitForRequest = (wanted) =>
    this.waitForEvent("request", (request) => (wanted instanceof RegExp ? wanted.test(request.url()) : request.url() === wanted));

  waitForURL(wanted) {
    const fits = (wanted) => {
      if (!(wanted instanceof RegExp ? wanted.test(location.href) : location.href === wanted)) throw { again: location.href };
    };
    return this.persist("the address", sourceOf(fits), [wanted]);
  }

  addInitScript = (script, value) => this.#window.addInitScript(callOf(sourceOf(script), [value]));
  addScriptTag = ({ content }) =>
    this.evaluate((content) => document.head.append(Object.assign(document.createElement("script"), { text: content })), content);
  exposeFunction = (name, call) => this.#window.expose(name, call);
  route = (pattern, handle) => this.#window.route(pattern, handle);
  routeWebSocket = (pattern, handle) => this.#window.routeSockets(pattern, handle);
  setViewportSize = (size) => this.#window.resize(size);
  bringToFront = () => this.#window.bringToFront();
  title = () => this.evaluate(() => document.title);
  content = () => this.evaluate(() => document.documentElement.outerHTML);
  screenshot = () => this.#window.screenshot();

  async close() {
    if (!this.#window.isClosed) await this.#window.close();
  }

  async goto(url, { waitUntil = "load" } = {}) {
    await this.#leave(() => this.#window.navigate(url, waitUntil), waitUntil);
    // WebKit's driver does not say that it shows an error page.
    const isError = () => location.protocol.startsWith("http") && !performance.getEntriesByType("navigation").length;
    if (waitUntil === "load" && (await this.evaluate(isError))) throw new Error(`${url} could not be loaded`);
  }

  goBack = () => this.#leave(() => this.#window.back());
  reload = () => this.#leave(() => this.evaluate(() => void setTimeout(() => location.reload())));

  /** Waits until the page has left its document for another one. */
  async #leave(act, waitUntil = "load") {
    await this.evaluate(() => void (window.harnessLeft = true));
    await act();
    const arrived = (waitUntil) => {
      if (window.harnessLeft) throw { again: "no other document" };
      if (waitUntil === "load" && document.readyState !== "complete") throw { again: document.readyState };
    };
    await this.persist("a document", sourceOf(arrived), [waitUntil]);
  }

  locator = (selector) => locatorOf(this, selector, false);
  getByRole = (...wanted) => new Locator(this).getByRole(...wanted);
  getByLabel = (...wanted) => new Locator(this).getByLabel(...wanted);
  getByText = (...wanted) => new Locator(this).getByText(...wanted);
  /** Returns the first element of a selector, or null. */
  async $(selector) {
    const first = locatorOf(this, selector, true);
    return (await first.count()) ? first : null;
  }

  $eval = (selector, script, value) => locatorOf(this, selector, true).evaluate(script, value);
  $$eval = (selector, script, value) => locatorOf(this, selector).evaluateAll(script, value);

  dragAndDrop = (from, to) => locatorOf(this, from, true).dragTo(locatorOf(this, to, true));

  static {
    const names = "click dblclick hover fill press type check uncheck setChecked isChecked selectOption focus textContent innerText getAttribute inputValue dispatchEvent isVisible";
    for (const name of names.split(" ")) {
      const method = name === "type" ? "pressSequentially" : name;
      Page.prototype[name] = function (selector, ...values) {
        return locatorOf(this, selector, true)[method](...values);
      };
    }
  }
}

class Keyboard {
  #window;

  constructor(window) {
    this.#window = window;
  }

  down = (key) => this.#window.keyDown(key);
  up = (key) => this.#window.keyUp(key);

  async press(combination) {
    const keys = parts(combination);
    for (const key of keys) await this.down(key);
    for (const key of keys.reverse()) await this.up(key);
  }

  async type(text, { delay = 0 } = {}) {
    for (const key of text) {
      await this.press(key === "\n" ? "Enter" : key);
      if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }

  insertText = (text) => this.#window.run(callOf("(text) => document.execCommand('insertText', false, text)", [text]));
}

/** The first move starts a drag, and only later ones tell where it is. */
const DRAG_STEPS = 4;

class Mouse {
  #window;
  #drags;
  #at = { x: 0, y: 0 };

  constructor(window) {
    this.#window = window;
    this.#drags = new Drags(window);
  }

  async move(x, y, { steps = this.#drags.isPossible ? DRAG_STEPS : 1 } = {}) {
    const from = this.#at;
    for (let step = 1; step <= steps; step++) {
      await this.#window.mouseMove(from.x + ((x - from.x) * step) / steps, from.y + ((y - from.y) * step) / steps);
    }
    this.#at = { x, y };
    await this.#drags.move(x, y);
  }

  async down({ button = "left" } = {}) {
    await this.#drags.begin(this.#at.x, this.#at.y);
    await this.#window.mouseDown(button);
  }

  async up({ button = "left" } = {}) {
    await this.#window.mouseUp(button);
    await this.#drags.end(this.#at.x, this.#at.y);
  }

  wheel = (dx, dy) => this.#window.wheel(this.#at.x, this.#at.y, dx, dy);

  /** Clicks in one command: clicks of several commands may be too far apart for a double click. */
  async click(x, y, { button = "left", clickCount = 1 } = {}) {
    await this.#window.mouseClick(x, y, button, clickCount);
    this.#at = { x, y };
  }
}
