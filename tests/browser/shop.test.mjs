// Tests the views of a router: links between them, the history, guards, and the same pages without JavaScript.

import assert from "node:assert/strict";
import test from "node:test";
import { faultProxy, random } from "./faults/proxy.mjs";
import { casesOf, needs } from "./launch.mjs";
import { becomes, complaints, context, goes, serve, shows, TRANSPORT, WITHIN } from "./support.mjs";

/** Opens a page of the shop. The mark is there until the page is loaded again. */
async function enter(window, server, path = "/") {
  const page = await window.newPage();
  const found = await complaints(page);
  await page.addInitScript(countLines);
  await page.goto(`http://${server.address}${path}${path.includes("?") ? "&" : "?"}tealight-transport=${TRANSPORT}`);
  await becomes(page, "live");
  await mark(page);
  return { page, found };
}

const mark = (page) => page.evaluate(() => (window.mark = true));
const isSamePage = (page) => page.evaluate(() => window.mark === true);

/** Counts the connections that this document opens. */
function countLines() {
  window.lines = 0;
  const { fetch, WebSocket } = window;
  window.WebSocket = class extends WebSocket {
    constructor(...about) {
      super(...about);
      window.lines++;
    }
  };
  window.fetch = (url, options) => {
    if (new Headers(options?.headers).get("accept") === "text/event-stream") window.lines++;
    return fetch(url, options);
  };
}

const follow = (page, selector) => page.evaluate((selector) => document.querySelector(selector).click(), selector);
const heading = (page, text) => shows(page, "h1", text);
const BASKET = "header a[href='/basket']";

/** Waits until all that has been drawn has told its scroll position. */
const drawn = (page) => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

const place = (page) => page.evaluate(() => [document.title, document.activeElement.tagName, scrollX, scrollY]);

async function scrollsTo(page, y) {
  await page.evaluate((y) => scrollTo(0, y), y);
  await page.waitForFunction((y) => scrollY === y, y);
  await drawn(page);
}

/** Logs in as the account of the demonstration. */
async function logIn(page) {
  await page.fill("main #name", "ada");
  await page.fill("#password", "more tea");
  await page.click("main button");
}

test("a tour of all views keeps one connection and the header", async (test) => {
  const server = await serve(test, "shop");
  const { page, found } = await enter(await context(test, { viewport: { width: 500, height: 240 } }), server);
  // Nobody is told of this text, which belongs to the page on which it was typed.
  await page.fill("#q", "half a w");
  await page.evaluate(() => (window.box = document.querySelector("#q")));
  const isSameBox = () => page.evaluate(() => box === document.querySelector("#q"));
  await scrollsTo(page, 120);

  await follow(page, ".products a");
  await heading(page, "Assam, spring");
  await goes(page, "/products/1");
  assert.deepEqual([await place(page), await isSameBox()], [["Assam, spring", "BODY", 0, 0], true]);
  await page.click("main button");
  await shows(page, "main [role=status]", "1 in your basket");
  await shows(page, ".count", /^1$/);
  // Another session of the same view.
  await follow(page, ".more li:nth-child(2) a");
  await heading(page, "Darjeeling, spring");
  assert.deepEqual(await place(page), ["Darjeeling, spring", "BODY", 0, 0]);

  await follow(page, BASKET);
  await heading(page, "Your basket");
  assert.equal(await page.getAttribute("header [aria-current]", "href"), "/basket");
  assert.deepEqual([await place(page), await isSameBox()], [["Your basket", "BODY", 0, 0], true]);
  assert.equal(await page.inputValue("#q"), "");

  for (const [title, address] of [["Darjeeling, spring", "/products/3"], ["Assam, spring", "/products/1"]]) {
    await page.evaluate(() => history.back());
    await heading(page, title);
    await goes(page, address);
  }
  await page.evaluate(() => history.back());
  await heading(page, "All products");
  await goes(page, "/");
  await page.waitForFunction(() => scrollY === 120);
  await page.waitForFunction(() => document.querySelector("#q").value === "half a w");
  assert.deepEqual([(await place(page))[0], await isSameBox()], ["All products", true]);
  await shows(page, ".count", /^1$/);
  await page.evaluate(() => history.go(3));
  await heading(page, "Your basket");
  await goes(page, "/basket");
  assert.equal(await page.title(), "Your basket");
  assert.deepEqual([await page.evaluate(() => lines), await isSamePage(page), await isSameBox(), found], [1, true, true, []]);
});

test("a link that is followed while the transport changes leads there too", async (test) => {
  const server = await serve(test, "shop");
  const { page } = await enter(await context(test), server);
  // The page may use all transports.
  await page.goto(`http://${server.address}/`);
  await becomes(page, "live");
  await mark(page);
  for (const [selector, address, title] of [[".products a", "/products/1", "Assam, spring"], [BASKET, "/basket", "Your basket"], ["header .name", "/", "All products"]]) {
    const name = await page.evaluate((selector) => {
      const { tealight } = document.querySelector("[data-tealight]");
      const name = tealight.transport() === "ws" ? "sse" : "ws";
      // The other connection is opened at the present address.
      tealight.transport(name);
      document.querySelector(selector).click();
      return name;
    }, selector);
    await goes(page, address);
    await page.waitForFunction((name) => document.querySelector("[data-tealight=live]")?.tealight.transport() === name, name);
    await heading(page, title);
  }
  assert.equal(await isSamePage(page), true);
});

test("a search leads to the catalogue from every view", async (test) => {
  const server = await serve(test, "shop");
  const { page } = await enter(await context(test), server, "/products/1");
  await page.fill("#q", "uva");
  await page.press("#q", "Enter");
  await goes(page, "/?q=uva");
  await shows(page, "main [role=status]", "2 products");
  assert.deepEqual([await page.inputValue("#q"), await page.evaluate(() => lines), await isSamePage(page)], ["uva", 1, true]);
  await page.fill("#q", "cup");
  await page.press("#q", "Enter");
  await goes(page, "/?q=cup");
  await shows(page, "main [role=status]", "4 products");
  await page.evaluate(() => history.back());
  await goes(page, "/?q=uva");
  await shows(page, "main [role=status]", "2 products");
  await page.evaluate(() => history.back());
  await heading(page, "Assam, spring");
});

test("back finds the session that the page has left: its model, and text that nobody was told", async (test) => {
  const server = await serve(test, "shop");
  const window = await context(test, { viewport: { width: 500, height: 500 } });
  const { page } = await enter(window, server, "/products/1");
  await page.click("main button");
  await shows(page, ".count", /^1$/);
  await page.fill("#count", "7");
  await page.evaluate(() => (document.querySelector(".more").scrollTop = 60));
  await follow(page, BASKET);
  await heading(page, "Your basket");
  await follow(page, "a[href='/checkout']");
  await heading(page, "Checkout");
  // The model has the errors of a submit, and the text.
  await page.fill("main #name", "Ada");
  await page.click("main form button");
  await page.waitForFunction(() => document.querySelectorAll(".field-error").length === 2);
  await page.evaluate(() => history.go(-2));
  await heading(page, "Assam, spring");
  await page.waitForFunction(() => document.querySelector("#count").value === "7");
  assert.equal(await page.evaluate(() => document.querySelector(".more").scrollTop), 60);
  await page.evaluate(() => history.forward());
  await heading(page, "Your basket");
  await page.evaluate(() => history.forward());
  await heading(page, "Checkout");
  await page.waitForFunction(() => document.querySelectorAll(".field-error").length === 2);
  assert.deepEqual([await page.inputValue("main #name"), await page.evaluate(() => lines)], ["Ada", 1]);
  // Another page shows what the address says, and has none of this.
  const other = await enter(window, server, "/checkout");
  assert.equal(await other.page.inputValue("main #name"), "");
});

test("the tabs of a visitor have the same basket", async (test) => {
  const server = await serve(test, "shop");
  const window = await context(test);
  const { page } = await enter(window, server);
  const other = await enter(window, server, "/products/3");
  await other.page.fill("#count", "3");
  await other.page.click("main button");
  await shows(page, ".count", /^3$/);
  await shows((await enter(await context(test), server)).page, ".count", /^0$/);
});

test("a guard sends people to the login, and a logout ends their pages everywhere", async (test) => {
  const server = await serve(test, "shop");
  const window = await context(test);
  const { page } = await enter(window, server);
  await page.evaluate(() => {
    const link = Object.assign(document.createElement("a"), { href: "/account/details", id: "account", textContent: "Details" });
    document.querySelector("main").append(link);
  });
  await page.click("#account");
  await goes(page, "/login?next=%2Faccount%2Fdetails");
  await becomes(page, "live");
  assert.equal(await isSamePage(page), false);
  await page.fill("main #name", "ada");
  await page.fill("#password", "wrong");
  await page.click("main button");
  await shows(page, "[role=alert]", "wrong");
  await logIn(page);
  await heading(page, "Your details");
  await goes(page, "/account/details");
  await becomes(page, "live");
  await mark(page);
  // By links, over the connection that is there; and by a load.
  await follow(page, "header .name");
  await heading(page, "All products");
  await follow(page, "header a[href='/account']");
  await heading(page, "Your orders");
  assert.deepEqual([await isSamePage(page), await page.evaluate(() => lines)], [true, 1]);
  await page.reload();
  await becomes(page, "live");
  await heading(page, "Your orders");
  // A page that shows who is signed in is the person's too.
  const other = await enter(window, server, "/products/1");
  const leaving = await enter(window, server, "/basket");
  await leaving.page.click("form[action='/logout'] button");
  for (const each of [page, other.page, leaving.page]) {
    await each.locator("header a[href='/login']").waitFor({ state: "attached" });
  }
  await goes(page, "/login?next=%2Faccount");
  await goes(other.page, "/products/1");
});

const NOTICE = "header [role=status]";

test("the page of an order says once that it is on its way", async (test) => {
  const server = await serve(test, "shop");
  const { page } = await enter(await context(test), server, "/products/1");
  await page.click("main form button");
  await shows(page, ".count", /^1$/);
  await follow(page, BASKET);
  await heading(page, "Your basket");
  await follow(page, "a[href='/checkout']");
  await heading(page, "Checkout");
  for (const [id, text] of [["name", "Ada"], ["street", "1 Mill Lane"], ["city", "Delft"]]) await page.fill(`main #${id}`, text);
  await page.click("main form button");
  await heading(page, "Order 1001");
  await shows(page, NOTICE, /^Thank you. Order 1001 is on its way.$/);
  assert.equal(await isSamePage(page), true);
  await follow(page, BASKET);
  await heading(page, "Your basket");
  await page.evaluate(() => history.back());
  await heading(page, "Order 1001");
  assert.equal(await page.locator(NOTICE).count(), 0);
  await page.reload();
  await becomes(page, "live");
  assert.equal(await page.locator(NOTICE).count(), 0);
});

test("changed details are not lost without a question", needs("dialogs"), async (test) => {
  const server = await serve(test, "shop");
  const { page } = await enter(await context(test), server, "/login");
  await logIn(page);
  await becomes(page, "live");
  await follow(page, "a[href='/account/details']");
  await heading(page, "Your details");
  const asked = [];
  let answer = false;
  page.on("dialog", async (dialog) => {
    asked.push(dialog.message());
    await (answer ? dialog.accept() : dialog.dismiss());
  });
  const asks = (does) => page.waitForFunction((does) => document.querySelector("main form").hasAttribute("leave") === does, does);
  await page.fill("main #name", "Ada");
  await asks(true);
  await follow(page, BASKET);
  await goes(page, "/account/details");
  assert.equal(await page.inputValue("main #name"), "Ada");
  await page.fill("main #street", "1 Mill Lane");
  await page.fill("main #city", "Delft");
  await page.click("main form button");
  await shows(page, "main [role=status]", "Saved.");
  await asks(false);
  await page.fill("main #city", "Leiden");
  await asks(true);
  answer = true;
  await follow(page, "main a[href='/account']");
  await heading(page, "Your orders");
  await follow(page, "main a[href='/account/details']");
  await heading(page, "Your details");
  await page.waitForFunction(() => document.querySelector("main #city").value === "Delft");
  assert.deepEqual(asked, Array(2).fill("Discard the changes to your details?"));
});

test("without JavaScript every page works", async (test) => {
  const server = await serve(test, "shop");
  const page = await (await context(test, { javaScriptEnabled: false })).newPage();
  await page.goto(`http://${server.address}/`);
  await page.click("[aria-label=Kinds] a[href*=pot]");
  await shows(page, "main [role=status]", "4 products");
  await page.fill("#q", "clay");
  await page.press("#q", "Enter");
  await shows(page, "main [role=status]", "1 product");
  await page.click(".products a");
  await heading(page, "Clay pot");
  await page.fill("#count", "2");
  await page.click("main form button");
  await shows(page, "main [role=status]", "2 in your basket");
  await page.click(BASKET);
  await page.fill("td input", "3");
  await page.click("td button");
  await shows(page, ".count", /^3$/);
  await page.click("header a[href='/login']");
  await logIn(page);
  await heading(page, "Your orders");
  await page.click("a[href='/account/details']");
  for (const [id, text] of [["name", "Ada"], ["street", "1 Mill Lane"], ["city", "Delft"]]) await page.fill(`main #${id}`, text);
  await page.click("main form button");
  await shows(page, "main [role=status]", "Saved.");
  await page.click(BASKET);
  await page.click("a[href='/checkout']");
  assert.equal(await page.inputValue("main #street"), "1 Mill Lane");
  await page.click("main form button");
  await heading(page, "Order 1001");
  await page.waitForURL(/\/orders\/1001$/);
  await shows(page, ".products", "3 × Clay pot");
  await shows(page, NOTICE, "Order 1001 is on its way.");
  await page.reload();
  await shows(page, ".products", "3 × Clay pot");
  assert.equal(await page.locator(NOTICE).count(), 0);
  await page.click("header a[href='/account']");
  await shows(page, ".products", "Order 1001");
  await page.click("form[action='/logout'] button");
  await page.locator("header a[href='/login']").waitFor({ state: "attached" });
  await shows(page, NOTICE, "You are signed out.");
  await page.goto(`http://${server.address}/products/99`);
  await heading(page, "Sorry");
});

// SEED=n walks one way, SEEDS=n so many.
const seeds = process.env.SEED ? [+process.env.SEED] : Array.from({ length: casesOf(3, "SEEDS") }, (_, seed) => seed + 1);
const STEPS = 30;
const KINDS = ["link", "link", "link", "link", "link", "back", "back", "forward", "search", "add", "reload", "cut", "cut and link", "reconnect"];
const WORDS = ["a", "uva", "cup", ""];
const TO_LOGIN = "/login?next=%2Faccount";

const walks = { ...needs("faults"), timeout: 60_000 + seeds.length * 120_000 };

test("after any walk the page is what a load of its address shows", walks, async (test) => {
  for (const seed of seeds) await walk(test, seed);
});

async function walk(test, seed) {
  const server = await serve(test, "shop");
  const proxy = await faultProxy(test, server.address, seed);
  const window = await context(test);
  const through = { address: new URL(proxy.url).host };
  const { page, found } = await enter(window, through);
  const next = random(seed);
  const choose = (most) => Math.floor(next() * most);
  const isSignedIn = seed % 2 === 0;
  if (isSignedIn) {
    await page.goto(`http://${through.address}/login`);
    await logIn(page);
    await heading(page, "Your orders");
  }
  // Another window of the same visitor.
  const other = await context(test);
  await other.addCookies(await window.cookies());
  const fresh = await other.newPage();
  const entries = [isSignedIn ? "/account" : "/"];
  let at = 0;
  const went = (address) => entries.splice(++at, Infinity, address);
  const steps = [];
  const about = () => `SEED=${seed}: ${steps.join(", ")}`;

  for (let step = 0; step < STEPS; step++) {
    const kind = KINDS[choose(KINDS.length)];
    const which = choose(1000);
    if ((kind === "back" && !at) || (kind === "forward" && at === entries.length - 1)) continue;
    // A page that was loaded has chosen anew.
    await page.evaluate(prefer, TRANSPORT);
    if (kind.startsWith("cut")) proxy.break(/^cut$/);
    if (kind === "reload") await page.reload();
    else if (kind === "reconnect") await page.evaluate(reconnect);
    else if (kind === "back" || kind === "forward") {
      const by = kind === "back" ? -1 : 1;
      at += by;
      await page.evaluate((by) => history.go(by), by);
    } else if (kind === "search") {
      const word = WORDS[which % WORDS.length];
      const address = word ? `/?q=${word}` : "/";
      if (address !== entries[at]) went(address);
      await page.evaluate(search, word);
    } else if (kind === "add") await page.evaluate(() => document.querySelector("main form:has(#count)")?.requestSubmit());
    else if (kind.endsWith("link")) {
      const href = await page.evaluate(linkTo, which);
      const to = href === "/account" && !isSignedIn ? TO_LOGIN : href;
      if (to === TO_LOGIN && entries[at] === TO_LOGIN) continue;
      // The browser goes to the present address in place.
      if (to !== entries[at]) went(to);
      await page.evaluate(click, which);
    }
    steps.push(`${kind} ${which} (${entries[at]})`);
    try {
      await goes(page, entries[at]);
      await becomes(page, "live");
    } catch {
      assert.fail(`${about()}: at ${await page.evaluate(() => location.href)}`);
    }
    await fresh.goto(`http://${through.address}${entries[at]}`);
    await looks(page, fresh, about());
  }
  // The browser reports lines that were cut.
  assert.deepEqual(found.filter((text) => !/WebSocket|Failed to load/.test(text)), [], about());
  for (const each of [window, other]) await each.close();
  await server.end();
}

/** Waits until both pages look the same. */
async function looks(page, fresh, message) {
  const end = Date.now() + WITHIN;
  // The page may load the address.
  const seen = async (page) => JSON.stringify(await page.evaluate(look).catch(() => null));
  while ((await seen(page)) !== (await seen(fresh)) && Date.now() < end) await drawn(fresh);
  assert.equal(await seen(page), await seen(fresh), message);
}

/** The page as a person sees it. The text in the search box is compared where it belongs to the address. */
function look() {
  const links = [...document.querySelectorAll("a")].map((link) => [link.getAttribute("href"), link.getAttribute("aria-current")]);
  // Not what was said to screen readers.
  const text = ["header", "main"].map((part) => document.querySelector(part).innerText.replace(/\s+/g, " "));
  const counts = [...document.querySelectorAll("main input[type=number]")].map((input) => input.value);
  return [document.title, text, links, counts, location.pathname === "/" && document.querySelector("#q").value];
}

const linkTo = (which) => {
  const links = document.querySelectorAll("a");
  return links[which % links.length].getAttribute("href");
};

function click(which) {
  const links = document.querySelectorAll("a");
  links[which % links.length].click();
}

function search(word) {
  const box = document.querySelector("#q");
  box.value = word;
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
  box.form.requestSubmit();
}

function prefer(transport) {
  const { tealight } = document.querySelector("[data-tealight]");
  if (tealight.transport() !== transport) tealight.transport(transport);
}

function reconnect() {
  const { tealight } = document.querySelector("[data-tealight]");
  tealight.transport(tealight.transport() === "ws" ? "sse" : "ws");
}
