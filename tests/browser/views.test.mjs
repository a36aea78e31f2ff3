// Tests links from one view of a router to another, and the way back.

import assert from "node:assert/strict";
import test from "node:test";
import { needs } from "./launch.mjs";
import { TRANSPORT, becomes, complaints, context, open, serve, shows } from "./support.mjs";

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
