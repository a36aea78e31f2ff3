// Tests links that stay on the page, and the history.

import assert from "node:assert/strict";
import test from "node:test";
import { random } from "./faults/proxy.mjs";
import { casesOf } from "./launch.mjs";
import { WITHIN, becomes, complaints, context, goes, open, serve, shows } from "./support.mjs";

/** Opens the list. The mark is there until the page is loaded again. */
async function enter(test, options) {
  const server = await serve(test, "teas");
  const page = await (await context(test, options)).newPage();
  const found = await complaints(page);
  // An address that named a transport would forbid the others.
  await page.goto(`http://${server.address}/`);
  await becomes(page, "live");
  await page.evaluate(() => (window.mark = true));
  return { server, page, found };
}

const isSamePage = (page) => page.evaluate(() => window.mark === true);

/** The page as a person sees it, as JSON. */
const seen = (page) => page.evaluate(look);

function look() {
  const links = [...document.querySelectorAll("main a")].map((link) => [link.getAttribute("href"), link.getAttribute("aria-current")]);
  const text = document.querySelector("main").innerText.replace(/\s+/g, " ").trim();
  return JSON.stringify([document.title, text, links, document.querySelector("input")?.value]);
}

/** Waits until the page looks so. */
async function looks(page, expected, message) {
  const end = Date.now() + WITHIN;
  while ((await seen(page)) !== expected && Date.now() < end) await page.evaluate(() => new Promise(requestAnimationFrame));
  assert.equal(await seen(page), expected, message);
}

test("a link to a route of the view patches the page", async (test) => {
  const { page, found } = await enter(test);
  await page.click("th a[href*='country']");
  await goes(page, "/?sort=country");
  await shows(page, "th[aria-sort]", "Country");
  await page.click("nav a[href*='page=3']");
  await goes(page, "/?page=3&sort=country");
  await shows(page, "nav [aria-current]", "3");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
  await page.click("tbody a >> nth=0");
  await page.waitForFunction(() => location.pathname.startsWith("/teas/") && document.querySelector("h1").innerText === document.title);
  assert.deepEqual([await isSamePage(page), found], [true, []]);
});

test("back and forward show the page of that address, where it was scrolled to", async (test) => {
  const { page } = await enter(test, { viewport: { width: 600, height: 240 } });
  await page.click("th a[href*='grams']");
  await goes(page, "/?sort=grams");
  await shows(page, "th[aria-sort]", "Grams");
  const list = await seen(page);
  await page.evaluate(() => scrollTo(0, 150));
  await page.waitForFunction(() => scrollY === 150);
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  await page.evaluate(() => document.querySelector("tbody a").click());
  await shows(page, "dt >> nth=0", "Country");
  await page.waitForFunction(() => location.pathname.startsWith("/teas/"));
  const tea = await seen(page);
  await page.evaluate(() => history.back());
  await shows(page, "th[aria-sort]", "Grams");
  await page.waitForFunction(() => scrollY === 150);
  await looks(page, list);
  await page.evaluate(() => history.forward());
  await shows(page, "dt >> nth=0", "Country");
  await looks(page, tea);
  assert.equal(await isSamePage(page), true);
});

test("a search is in the address, and not in the history", async (test) => {
  const { page } = await enter(test);
  const before = await page.evaluate(() => history.length);
  await page.click("input");
  await page.keyboard.type("assam", { delay: 30 });
  await goes(page, "/?q=assam");
  assert.equal(await page.inputValue("input"), "assam");
  assert.equal(await page.evaluate(() => document.activeElement.id), "q");
  const list = await seen(page);
  await page.reload();
  await becomes(page, "live");
  await looks(page, list);
  assert.equal(await page.evaluate(() => history.length), before);
});

test("a link that the view does not hear loads its page", async (test) => {
  const { page } = await enter(test);
  await page.evaluate(() => {
    const link = Object.assign(document.createElement("a"), { href: "/nowhere", id: "nowhere", textContent: "Nowhere" });
    document.querySelector("main").append(link);
  });
  await page.click("#nowhere");
  await page.waitForFunction(() => location.pathname === "/nowhere" && !window.mark);
  await shows(page, "h1", "Not found");
});

test("the browser follows a link with a target, a download, or to a fragment", async (test) => {
  const { page } = await enter(test);
  const prevented = await page.evaluate(() => {
    const link = document.querySelector("nav a[href*='page=2']");
    const outcomes = [];
    // Ends the click after the page's own listener, so that nothing is loaded.
    addEventListener("click", (event) => {
      outcomes.push(event.defaultPrevented);
      event.preventDefault();
    });
    for (const [name, value] of [["target", "_blank"], ["download", ""], ["href", "#q"], ["href", "https://tea.example/"]]) {
      const before = link.getAttribute(name);
      link.setAttribute(name, value);
      link.click();
      if (before === null) link.removeAttribute(name);
      else link.setAttribute(name, before);
    }
    for (const key of ["ctrlKey", "metaKey", "shiftKey", "altKey"]) {
      link.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, [key]: true }));
    }
    link.click();
    return outcomes;
  });
  assert.deepEqual(prevented, [...Array(8).fill(false), true]);
  await goes(page, "/?page=2");
});

test("without JavaScript every address is a page", async (test) => {
  const server = await serve(test, "teas");
  const page = await open(test, `http://${server.address}/?sort=country`, { javaScriptEnabled: false });
  await page.click("nav a[href*='page=2']");
  await shows(page, "nav [aria-current]", "2");
  await page.waitForURL(/\/\?page=2&sort=country$/);
  await page.click("tbody a >> nth=0");
  await shows(page, "dt >> nth=0", "Country");
  await page.waitForURL(/\/teas\/\d+$/);
});

// SEED=n walks one way, SEEDS=n so many.
const seeds = process.env.SEED ? [+process.env.SEED] : Array.from({ length: casesOf(6, "SEEDS") }, (_, seed) => seed + 1);

test("after any walk the page is what its address shows", { timeout: 60_000 + seeds.length * 60_000 }, async (test) => {
  for (const seed of seeds) {
    const { server, page, found } = await enter(test);
    const fresh = await (await context(test)).newPage();
    const draw = random(seed);
    const choose = (most) => Math.floor(draw() * most);
    const steps = [];
    const entries = ["/"];
    let at = 0;
    for (let step = 0; step < 25; step++) {
      const kind = KINDS[choose(KINDS.length)];
      const which = choose(1000);
      if ((kind.endsWith("back") && !at) || (kind === "forward" && at === entries.length - 1)) continue;
      steps.push(`${kind} ${which}`);
      if (kind === "reload") await page.reload();
      else if (kind === "back" || kind === "forward") {
        const by = kind === "back" ? -1 : 1;
        const found = await page.evaluate(move, by);
        entries[(at += by)] ??= found;
      } else if (kind === "link and back") {
        // The link has its entry before the step back, or never gets one.
        const [href, isBefore] = await page.evaluate(clickAndBack, which);
        if (!isBefore) at--;
        else entries.splice(at + 1, Infinity, href);
      } else if (kind === "type and back") {
        // The answer to the text may come before the step back or after it. Nothing else may differ.
        if ((await page.evaluate(type, which)) !== null) entries[at] = undefined;
        await page.evaluate(move, -1);
        at--;
      }
      else if (kind === "reconnect") await page.evaluate(reconnect);
      else if (kind === "type") entries[at] = searched(entries[at], await page.evaluate(type, which));
      else {
        // The browser goes to the present address in place.
        const href = await page.evaluate(click, which);
        if (href !== entries[at]) entries.splice(++at, Infinity, href);
      }
      try {
        await goes(page, entries[at]);
      } catch {
        assert.fail(`SEED=${seed}: ${steps.join(", ")}: at ${await page.evaluate(() => location.href)}, not ${entries[at]}`);
      }
      await becomes(page, "live");
      await fresh.goto(`http://${server.address}${entries[at]}`);
      await looks(page, await seen(fresh), `SEED=${seed}: ${steps.join(", ")}, at ${entries[at]}`);
    }
    assert.deepEqual(found, []);
    await page.close();
    await fresh.close();
  }
});

const KINDS = ["link", "link", "link", "link", "back", "back", "forward", "type", "type and back", "type and back", "link and back", "link and back", "reconnect", "reload"];

/** Goes back or forward. Returns the address there. */
const move = (by) =>
  new Promise((done) => {
    addEventListener("popstate", () => done(location.pathname + location.search), { once: true });
    history.go(by);
  });

function click(which) {
  const links = document.querySelectorAll("main a");
  const link = links[which % links.length];
  link.click();
  return link.getAttribute("href");
}

/** Follows a link, and steps back before the answer comes. Returns the link's address, and whether the page is where it was before. */
async function clickAndBack(which) {
  const { tealight } = history.state;
  const links = document.querySelectorAll("main a");
  const link = links[which % links.length];
  const popped = new Promise((done) => addEventListener("popstate", done, { once: true }));
  link.click();
  history.back();
  await popped;
  return [link.getAttribute("href"), history.state.tealight === tealight];
}

/** Types another text into the search, and returns it, or null if there is no search. */
function type(which) {
  const field = document.querySelector("input");
  if (!field) return null;
  field.value = ["", "a", "green", "in"].filter((text) => text !== field.value)[which % 3];
  field.dispatchEvent(new InputEvent("input", { bubbles: true }));
  return field.value;
}

function reconnect() {
  const { tealight } = document.querySelector("[data-tealight]");
  tealight.transport(tealight.transport() === "ws" ? "sse" : "ws");
}

/** Returns the address of the list with another search. */
function searched(address, text) {
  const { searchParams } = new URL(address, "http://tea.example");
  if (text === null) return address;
  const sort = searchParams.get("sort");
  const query = new URLSearchParams({ ...(sort && { sort }), ...(text && { q: text }) });
  return query.size ? `/?${query}` : "/";
}
