// Tests links from one view of a router to another, and the way back.

import assert from "node:assert/strict";
import test from "node:test";
import { random } from "./faults/proxy.mjs";
import { casesOf, needs } from "./launch.mjs";
import { TRANSPORT, WITHIN, becomes, complaints, context, open, serve, shows } from "./support.mjs";

/** Opens a page. The mark is there until a page is loaded. */
async function enter(test, path = "/", { env, ...options } = {}) {
  const server = await serve(test, "views", { env });
  const page = await (await context(test, options)).newPage();
  const found = await complaints(page);
  await page.goto(`http://${server.address}${path}`);
  await becomes(page, "live");
  await use(page, TRANSPORT);
  await page.evaluate(() => (window.mark = true));
  return { server, page, found, release: () => fetch(`http://${server.address}/release`, { method: "POST" }) };
}

/** Changes the transport of a page. An address that named one would forbid the others. */
async function use(page, transport) {
  const isUsed = (transport) => {
    const { tealight } = document.querySelector("[data-tealight=live]") ?? {};
    return tealight && tealight.transport(tealight.transport() === transport ? undefined : transport) === transport;
  };
  await page.waitForFunction(isUsed, transport);
}

const isSamePage = (page) => page.evaluate(() => window.mark === true);

/** Follows a link, wherever it is scrolled to. */
const follow = (page, path) => page.evaluate((path) => document.querySelector(`nav a[href="${path}"]`).click(), path);

const back = (page) => page.evaluate(() => history.back());

/** Waits until a heading has this text, and returns the path. */
async function arrives(page, heading) {
  await shows(page, "h1", new RegExp(`^${heading}$`));
  return page.evaluate(() => location.pathname + location.search);
}

/** Waits until a control has this value. */
const holds = (page, selector, value) =>
  page.waitForFunction(([selector, value]) => document.querySelector(selector).value === value, [selector, value]);

test("a link to another view keeps the document, the line and what both views share", async (test) => {
  const { page, found } = await enter(test);
  await page.evaluate(() => {
    window.nav = document.querySelector("nav");
    window.line = document.querySelector("[data-tealight]").tealight;
    scrollTo(0, 700);
  });
  await page.evaluate(() => document.querySelector("nav a[href='/cards/1']").focus({ preventScroll: true }));
  await follow(page, "/cards/1");
  assert.equal(await arrives(page, "Card 1"), "/cards/1");
  const after = await page.evaluate(() => [
    document.title,
    scrollY,
    document.activeElement.tagName,
    window.nav === document.querySelector("nav"),
    document.querySelector("nav [aria-current]").textContent,
  ]);
  assert.deepEqual(after, ["Card 1", 0, "BODY", true, "/cards/1"]);
  // A screen reader says the title.
  await shows(page, "[aria-live=polite]", "Card 1");
  await page.click("#up");
  await shows(page, "#up", /^1$/);
  await page.click("#go");
  assert.equal(await arrives(page, "Note 9"), "/notes/9");
  assert.equal(await page.title(), "Note 9");
  assert.deepEqual([await isSamePage(page), found], [true, []]);
});

test("an element that persists keeps its node in another view, and on the way back", async (test) => {
  const { page, found } = await enter(test);
  await page.evaluate(() => {
    window.player = document.querySelector("#player");
    window.player.append("plays");
  });
  const kept = () => page.evaluate(() => [document.querySelector("#player") === window.player, window.player.title, window.player.textContent]);
  await follow(page, "/cards/1");
  await arrives(page, "Card 1");
  assert.deepEqual(await kept(), [true, "1", "plays"]);
  await back(page);
  await arrives(page, "Notes");
  assert.deepEqual(await kept(), [true, "", "plays"]);
  assert.deepEqual([await isSamePage(page), found], [true, []]);
});

test("back shows the session that was left, with what only its page knew", async (test) => {
  const { page } = await enter(test);
  await page.click("#up");
  await shows(page, "#up", /^1$/);
  await page.fill("#draft", "told");
  await page.fill("#free", "half");
  await page.check("#box");
  await page.evaluate(() => {
    document.querySelector("#list").scrollTop = 250;
    scrollTo(0, 600);
  });
  await page.waitForFunction(() => scrollY === 600);
  await follow(page, "/cards/1");
  await arrives(page, "Card 1");
  assert.equal(await page.inputValue("#free"), "");
  await back(page);
  assert.equal(await arrives(page, "Notes"), "/");
  await page.waitForFunction(() => scrollY === 600);
  const held = () =>
    page.evaluate(() => [
      document.querySelector("#up").textContent,
      document.querySelector("#draft").value,
      document.querySelector("#free").value,
      document.querySelector("#box").checked,
      document.querySelector("#list").scrollTop,
      document.title,
    ]);
  assert.deepEqual(await held(), ["1", "told", "half", true, 250, "Notes"]);
  await page.click("#up");
  await shows(page, "#up", /^2$/);
  // The session is at another address than the entry.
  await follow(page, "/notes/1");
  await arrives(page, "Note 1");
  await follow(page, "/cards/1");
  await arrives(page, "Card 1");
  await page.evaluate(() => history.go(-2));
  assert.equal(await arrives(page, "Notes"), "/");
  await shows(page, "#up", /^2$/);
  assert.equal(await isSamePage(page), true);
});

test("several steps back to the same address show the session that the page had there", async (test) => {
  const { page } = await enter(test, "/cards/1");
  await page.click("#up");
  await shows(page, "#up", /^1$/);
  for (const [path, heading] of [["/", "Notes"], ["/cards/1", "Card 1"]]) {
    await follow(page, path);
    await arrives(page, heading);
  }
  await shows(page, "#up", /^0$/);
  await page.evaluate(() => history.go(-2));
  await shows(page, "#up", /^1$/);
  await page.evaluate(() => history.go(2));
  await shows(page, "#up", /^0$/);
  assert.equal(await isSamePage(page), true);
});

test("back to an entry that `Command::go` has left shows its session, and what only its page knew", async (test) => {
  const { page } = await enter(test);
  await page.click("#up");
  await shows(page, "#up", /^1$/);
  await page.fill("#free", "half");
  await page.click("#next");
  await arrives(page, "Note 1");
  await follow(page, "/cards/1");
  await arrives(page, "Card 1");
  await page.evaluate(() => history.go(-2));
  assert.equal(await arrives(page, "Notes"), "/");
  await shows(page, "#up", /^1$/);
  await holds(page, "#free", "half");
});

test("nothing that was entered on one page is on the next", async (test) => {
  const { page } = await enter(test, "/notes/1");
  await page.fill("#draft", "for the note");
  await page.fill("#free", "free");
  await page.fill("#shell", "search");
  await follow(page, "/cards/1");
  await arrives(page, "Card 1");
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("input")].map(({ value }) => value)), ["", "", ""]);
  await page.fill("#free", "for card 1");
  await follow(page, "/cards/2");
  await arrives(page, "Card 2");
  assert.equal(await page.inputValue("#free"), "");
  await back(page);
  await arrives(page, "Card 1");
  await holds(page, "#free", "for card 1");
  await back(page);
  await arrives(page, "Note 1");
  await holds(page, "#draft", "for the note");
});

test("a page that is refused is loaded, and says so", async (test) => {
  const { page } = await enter(test);
  await follow(page, "/closed");
  await page.waitForFunction(() => location.pathname === "/closed" && !window.mark);
  await shows(page, "h1", /^Forbidden$/);
});

test("what a person does before a slow page comes counts on the page that is there", async (test) => {
  const { page, release } = await enter(test);
  const before = await page.evaluate(() => history.length);
  await follow(page, "/slow");
  await page.waitForFunction(() => document.querySelector("[data-tealight-waiting]"));
  await page.fill("#draft", "late");
  // A second click on the same link is none.
  await follow(page, "/slow");
  await release();
  assert.equal(await arrives(page, "Slow"), "/slow");
  assert.equal(await page.evaluate(() => history.length), before + 1);
  assert.equal(await isSamePage(page), true);
  await back(page);
  await arrives(page, "Notes");
  await holds(page, "#draft", "late");
});

test("the last link that a person follows counts", async (test) => {
  const { page, release } = await enter(test);
  await follow(page, "/slow");
  await follow(page, "/cards/2");
  await release();
  assert.equal(await arrives(page, "Card 2"), "/cards/2");
});

test("a page whose line breaks on the way to another view arrives", async (test) => {
  const { page, release } = await enter(test);
  await follow(page, "/slow");
  await page.evaluate(() => {
    const { tealight } = document.querySelector("[data-tealight]");
    tealight.transport(tealight.transport() === "ws" ? "sse" : "ws");
  });
  for (let permits = 0; permits < 3; permits++) await release();
  assert.equal(await arrives(page, "Slow"), "/slow");
  await becomes(page, "live");
  await page.click("#up");
  await shows(page, "#up", /^1$/);
});

test("a form asks before it is left", needs("dialogs"), async (test) => {
  const { page } = await enter(test);
  const asked = [];
  let answer = false;
  page.on("dialog", async (dialog) => {
    asked.push(dialog.message());
    await (answer ? dialog.accept() : dialog.dismiss());
  });
  await follow(page, "/cards/1");
  await arrives(page, "Card 1");
  await follow(page, "/cards/2");
  await arrives(page, "Card 2");
  assert.deepEqual(asked, []);
  await page.fill("#draft", "unsaved");
  await page.waitForFunction(() => document.querySelector("form").getAttribute("leave"));
  await follow(page, "/cards/1");
  assert.equal(await arrives(page, "Card 2"), "/cards/2");
  // The step back is undone.
  const entry = await page.evaluate(
    () =>
      new Promise((done) => {
        let steps = 0;
        addEventListener("popstate", () => ++steps === 2 && done(location.pathname));
        history.back();
      }),
  );
  assert.equal(entry, "/cards/2");
  await holds(page, "#draft", "unsaved");
  answer = true;
  await back(page);
  assert.equal(await arrives(page, "Card 1"), "/cards/1");
  assert.deepEqual(asked, Array(3).fill("Leave the card?"));
  await page.evaluate(() => history.forward());
  assert.equal(await arrives(page, "Card 2"), "/cards/2");
  await page.click("#save");
  await page.waitForFunction(() => !document.querySelector("form").hasAttribute("leave"));
  await follow(page, "/");
  await arrives(page, "Notes");
  assert.equal(asked.length, 3);
  assert.equal(await isSamePage(page), true);
});

test("the way to another view is a transition, if the layout says so", async (test) => {
  const { page, found } = await enter(test, "/", { env: { VIEW_TRANSITIONS: "1" } });
  const canAnimate = await page.evaluate(() => {
    window.transitions = 0;
    const own = document.startViewTransition;
    if (own) {
      document.startViewTransition = (change) => {
        window.transitions++;
        return own.call(document, change);
      };
    }
    return !!own;
  });
  await follow(page, "/cards/1");
  await arrives(page, "Card 1");
  await page.click("#up");
  await shows(page, "#up", /^1$/);
  await back(page);
  await arrives(page, "Notes");
  assert.equal(await page.evaluate(() => window.transitions), canAnimate ? 2 : 0);
  assert.deepEqual(found, []);
});

test("without JavaScript every link loads its page", async (test) => {
  const server = await serve(test, "views");
  const page = await open(test, `http://${server.address}/`, { javaScriptEnabled: false });
  for (const [path, heading] of [["/cards/1", "Card 1"], ["/notes/2?mark=7", "Note 2 at 7"], ["/", "Notes"]]) {
    await page.click(`nav a[href="${path}"]`);
    await shows(page, "h1", heading);
  }
});

// SEED=n walks one way, SEEDS=n so many.
const seeds = process.env.SEED ? [+process.env.SEED] : Array.from({ length: casesOf(5, "SEEDS") }, (_, seed) => seed + 1);

const LINKS = ["/", "/notes/1", "/notes/2?mark=7", "/cards/1", "/cards/2"];
const STEPS = ["link", "link", "link", "go", "back", "back", "back", "forward", "up", "up", "draft", "free", "scroll", "reload", "reconnect"];

const viewOf = (path) => (path.startsWith("/cards") ? "cards" : "notes");
const headingOf = (path) => {
  const [, kind, id, mark] = /^\/(?:(\w+)\/(\d+)(?:\?mark=(\d+))?)?$/.exec(path);
  return kind === "cards" ? `Card ${id}` : kind ? `Note ${id}${mark ? ` at ${mark}` : ""}` : "Notes";
};

/** The state of a tab and its server: the entries of the history, and the sessions. */
class Expected {
  entries = [];
  at = -1;

  constructor(path) {
    this.#enter(path, this.#mount());
  }

  #mount = () => ({ count: 0, draft: "" });

  get entry() {
    return this.entries[this.at];
  }

  #enter(path, session) {
    this.entries.splice(++this.at, Infinity, { path, session, free: "", scroll: 0 });
  }

  /** A view that hears the route keeps its session. */
  #hears = (path) => viewOf(path) === "notes" && viewOf(this.entry.path) === "notes";

  follow(path) {
    if (path === this.entry.path) {
      // The browser goes to the present address in place.
      if (!this.#hears(path)) Object.assign(this.entry, { session: this.#mount(), free: "" });
      return void (this.entry.scroll = 0);
    }
    const hears = this.#hears(path);
    const { session, free } = this.entry;
    this.#enter(path, hears ? session : this.#mount());
    // The page stays, with what is in its controls.
    if (hears) this.entry.free = free;
  }

  step(by) {
    const from = this.entry;
    const hears = this.#hears(this.entries[this.at + by].path);
    this.at += by;
    if (hears) Object.assign(this.entry, { session: from.session, free: from.free });
  }

  /** Only the document knows what the server has not been told. */
  reload() {
    for (const entry of this.entries) entry.free = "";
    this.entry.session = this.#mount();
  }

  get seen() {
    const { path, session, free, scroll } = this.entry;
    return [path, headingOf(path), headingOf(path), path, String(session.count), session.draft, free, viewOf(path) === "notes" ? scroll : 0];
  }
}

/** The page as a person sees it. */
const look = () => {
  const path = location.pathname + location.search;
  const text = (selector) => document.querySelector(selector)?.textContent;
  const value = (selector) => document.querySelector(selector)?.value;
  return [path, document.title, text("h1"), text("nav [aria-current]") ?? path, text("#up"), value("#draft"), value("#free"), Math.round(scrollY)];
};

test("after any walk the page is what its history says", { timeout: 60_000 + seeds.length * 90_000 }, async (test) => {
  for (const seed of seeds) {
    const { page, found } = await enter(test, "/notes/8");
    page.on("dialog", (dialog) => dialog.accept());
    const draw = random(seed);
    const choose = (most) => Math.floor(draw() * most);
    const expected = new Expected("/notes/8");
    const steps = [];
    for (let step = 0; step < 40; step++) {
      const kind = STEPS[choose(STEPS.length)];
      const which = choose(1000);
      const { entry, at, entries } = expected;
      if ((kind === "back" && !at) || (kind === "forward" && at === entries.length - 1)) continue;
      if (kind === "scroll" && viewOf(entry.path) === "cards") continue;
      steps.push(`${kind} ${which}`);
      const entered = await page.evaluate(countEntries);
      if (kind === "link") {
        const path = LINKS[which % LINKS.length];
        await follow(page, path);
        expected.follow(path);
      } else if (kind === "go") {
        expected.follow(viewOf(entry.path) === "cards" ? "/notes/9" : "/cards/3");
        await page.evaluate(() => document.querySelector("#go").click());
      } else if (kind === "back" || kind === "forward") {
        const by = kind === "back" ? -1 : 1;
        await page.evaluate((by) => history.go(by), by);
        expected.step(by);
      } else if (kind === "up") {
        await page.evaluate(() => document.querySelector("#up").click());
        entry.session.count++;
      } else if (kind === "scroll") {
        entry.scroll = 100 + (which % 500);
        await page.evaluate((y) => new Promise((done) => (scrollTo(0, y), requestAnimationFrame(() => requestAnimationFrame(done)))), entry.scroll);
      } else if (kind === "reload") {
        await page.reload();
        await becomes(page, "live");
        expected.reload();
      } else if (kind === "reconnect") {
        await page.evaluate(() => {
          const { tealight } = document.querySelector("[data-tealight]");
          tealight.transport(tealight.transport() === "ws" ? "sse" : "ws");
        });
      } else {
        const text = `${kind} ${which}`;
        await page.evaluate(enterText, [`#${kind}`, text]);
        if (kind === "draft") entry.session.draft = text;
        else entry.free = text;
      }
      const wanted = JSON.stringify(expected.seen);
      const walk = `SEED=${seed}: ${steps.join(", ")}`;
      const latest = Date.now() + WITHIN;
      // A line that breaks on the way makes the page load the address.
      const sees = async () => JSON.stringify(await page.evaluate(look).catch((error) => error.message));
      if (kind === "link" || kind === "go") {
        while ((await page.evaluate(countEntries).catch(() => entered)) === entered && Date.now() < latest);
      }
      while ((await sees()) !== wanted && Date.now() < latest) await new Promise(setImmediate);
      assert.equal(await sees(), wanted, walk);
      await becomes(page, "live");
    }
    assert.deepEqual(found, []);
    await page.close();
  }
});

/** Returns how often the document has changed the history since the first call. A link that has led somewhere has. */
const countEntries = () => {
  if (window.entries === undefined) {
    window.entries = Math.random();
    for (const name of ["pushState", "replaceState"]) {
      const own = history[name];
      history[name] = function (...values) {
        window.entries++;
        return own.apply(history, values);
      };
    }
  }
  return window.entries;
};

const enterText = ([selector, text]) => {
  const control = document.querySelector(selector);
  control.value = text;
  control.dispatchEvent(new InputEvent("input", { bubbles: true }));
};
