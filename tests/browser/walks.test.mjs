// Walks at random through the views of a router: after each step the page is what its history says. `SEED=n` walks one way, `SEEDS=n` so
// many, of `STEPS` steps each.

import assert from "node:assert/strict";
import { join } from "node:path";
import test, { describe } from "node:test";
import { faultProxy, random } from "./faults/proxy.mjs";
import { casesOf } from "./launch.mjs";
import { becomes, complaints, context, folder, serve, TRANSPORT, WITHIN } from "./support.mjs";
import { Expected, compare, look } from "./walks/expected.mjs";

const STEPS = Number(process.env.STEPS ?? 40);
const seeds = process.env.SEED ? [+process.env.SEED] : Array.from({ length: casesOf(4, "SEEDS") }, (_, seed) => seed + 1);

const LINKS = ["/", "/notes/1", "/notes/2?mark=7", "/cards/1", "/cards/2"];

/** The steps. What is there several times is more frequent. `cut` and `restart` are of the line and of the server. */
const KINDS =
  "link link link link point point go next mark mark back back back back forward forward up up draft free shell scroll scroll list focus reload reconnect cut restart";

class Walk {
  constructor(test, seed) {
    this.test = test;
    this.draw = random(seed);
    this.name = `SEED=${seed}: `;
    this.expected = new Expected("/notes/8");
  }

  choose = (most) => Math.floor(this.draw() * most);

  async begin() {
    this.env = { SESSIONS: join(await folder(), "sessions.db") };
    this.server = await serve(this.test, "views", this);
    this.proxy = await faultProxy(this.test, this.server.address, 1);
    const page = await (await context(this.test)).newPage();
    this.page = page;
    this.found = await complaints(page);
    // A question would stop the driver of some browsers.
    await page.addInitScript(() => (window.confirm = () => true));
    await page.goto(`${this.proxy.url}notes/8`);
    await becomes(page, "live");
    await page.evaluate(watch);
  }

  /** Presses an element. The keyboard has been there before, or has not. */
  async press(selector, hasFocus) {
    const id = selector.startsWith("#") ? selector.slice(1) : "";
    if (hasFocus) this.expected.focus(id);
    await this.page.evaluate(press, [selector, hasFocus]);
  }

  async restart() {
    assert.equal(await this.server.end("SIGTERM"), 0);
    this.server = await serve(this.test, "views", this);
    this.proxy.leadTo(this.server.address);
  }

  /** Takes a step. Returns true if it changes the entries of the history, and undefined if it cannot be taken here. */
  async take(kind, which) {
    const { page, expected } = this;
    const hasFocus = which % 2 > 0;
    if (kind === "link") {
      const path = LINKS[which % LINKS.length];
      await this.press(`nav a[href="${path}"]`, hasFocus);
      expected.follow(path);
      return true;
    }
    if (kind === "point") {
      await page.evaluate(point, `nav a[href="${LINKS[which % LINKS.length]}"]`);
      return false;
    }
    if (kind === "go") {
      await this.press("#go", hasFocus);
      expected.follow(expected.view === "cards" ? "/notes/9" : "/cards/3");
      return true;
    }
    if (kind === "next" || kind === "mark") {
      if (expected.view === "cards") return undefined;
      await this.press(`#${kind}`, hasFocus);
      expected[kind]();
      return true;
    }
    if (kind === "back" || kind === "forward") {
      const by = (kind === "back" ? -1 : 1) * (which % 5 ? 1 : 2);
      if (!expected.hasStep(by)) return undefined;
      await page.evaluate((by) => history.go(by), by);
      expected.step(by);
    } else if (kind === "up") {
      await this.press("#up", hasFocus);
      expected.press();
    } else if (["draft", "free", "shell"].includes(kind)) {
      const text = `${kind} ${which}`;
      await page.evaluate(enter, [`#${kind}`, text, hasFocus]);
      if (hasFocus) expected.focus(kind);
      expected.enter(kind, text);
    } else if (kind === "scroll" || kind === "list") {
      if (expected.view === "cards") return undefined;
      const y = 100 + (which % 500);
      await page.evaluate(scroll, [kind === "list" && "#list", y]);
      if (kind === "list") expected.scrollList(y);
      else expected.scroll(y);
    } else if (kind === "focus") {
      await page.evaluate(() => document.querySelector("#free").focus({ preventScroll: true }));
      expected.focus("free");
    } else if (kind === "reload") {
      // Chromium keeps the place of what is at the window's top, which may be something in the list.
      if (expected.seen.list) return undefined;
      await page.reload();
      await becomes(page, "live");
      await page.evaluate(watch);
      expected.reload();
    } else if (kind === "reconnect") await page.evaluate(prefer, TRANSPORT === "ws" ? "sse" : "ws");
    else if (kind === "restart") await this.restart();
    return false;
  }

  async step() {
    const kinds = KINDS.split(" ");
    const [kind, which, isCut] = [kinds[this.choose(kinds.length)], this.choose(1_000), !this.choose(6)];
    const { page, expected } = this;
    await page.evaluate(prefer, TRANSPORT);
    const entered = await page.evaluate(() => window.entered);
    const cuts = kind === "cut" || isCut;
    if (cuts) this.proxy.break(/^cut$/);
    const enters = await this.take(kind, which);
    if (enters === undefined) return;
    this.name += `${isCut ? "cut " : ""}${kind} ${which} (${expected.path}), `;
    // The server refuses a link that it reads after the end of its line, and the page loads the address.
    const mayLoad = cuts || this.wasCut;
    this.wasCut = cuts;
    await this.arrive(enters ? entered : undefined, mayLoad);
    await becomes(page, "live");
    // What was entered is shown before the server has answered it.
    await page.waitForFunction(() => !document.querySelector("[data-tealight-pending]"));
    assert.equal(await page.evaluate(compare, expected.seen), undefined);
    assert.equal(await this.sees(), JSON.stringify(expected.seen));
  }

  sees = async () => JSON.stringify(await this.page.evaluate(look).catch((error) => error.message));

  /** Waits until the page shows what is expected, and until its history has changed if `entered` is how often it had before. */
  async arrive(entered, mayLoad) {
    const { page, expected } = this;
    const latest = Date.now() + WITHIN;
    while (Date.now() < latest) {
      const now = await page.evaluate(() => window.entered ?? "loaded").catch(() => "loading");
      if (now === "loaded") {
        assert.ok(mayLoad, "a page was loaded");
        await becomes(page, "live");
        await page.evaluate(watch);
        if (entered === undefined) expected.reload();
        else expected.load();
        entered = undefined;
      } else if (now !== "loading" && now !== entered && (await this.sees()) === JSON.stringify(expected.seen)) return;
      await page.evaluate(() => new Promise(requestAnimationFrame)).catch(() => {});
    }
    assert.equal(await this.sees(), JSON.stringify(expected.seen));
  }

  async end() {
    // The browser reports lines that were cut.
    assert.deepEqual(this.found.filter((text) => !/WebSocket|Failed to load|ws:/.test(text)), []);
    await this.page.close();
    await this.server.end();
  }
}

// Each page waits for most of its time. Some drivers look at one page at a time.
describe("after any walk the page is what its history says", { concurrency: casesOf(4, "WALKS") }, () => {
  for (const seed of seeds) {
    test(`seed ${seed}`, { timeout: 120_000 + STEPS * 5_000 }, async (test) => {
      const walk = new Walk(test, seed);
      await walk.begin();
      try {
        for (let step = 0; step < STEPS; step++) await walk.step();
        await walk.end();
      } catch (error) {
        assert.fail(`${walk.name}: ${error.message}`);
      }
    });
  }
});

/** Counts how often the document changes the history. A link that has led somewhere has. */
function watch() {
  window.entered = 0;
  for (const name of ["pushState", "replaceState"]) {
    const own = history[name];
    history[name] = function (...values) {
      window.entered++;
      return own.apply(history, values);
    };
  }
}

/** Changes to a transport. The address of the page names none, which would forbid the others. */
function prefer(transport) {
  const { tealight } = document.querySelector("[data-tealight]");
  if (tealight.transport() !== transport) tealight.transport(transport);
}

/** Points at a link, whose view may be fetched then. */
function point(selector) {
  document.querySelector(selector).dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
}

function press([selector, hasFocus]) {
  const element = document.querySelector(selector);
  if (hasFocus) element.focus({ preventScroll: true });
  element.click();
}

function enter([selector, text, hasFocus]) {
  const control = document.querySelector(selector);
  if (hasFocus) control.focus({ preventScroll: true });
  control.value = text;
  control.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Scrolls, and waits until the page has been told. */
function scroll([selector, y]) {
  const target = selector ? document.querySelector(selector) : window;
  target.scrollTo(0, y);
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}
