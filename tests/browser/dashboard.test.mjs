import assert from "node:assert/strict";
import { copyFile, readdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import test from "node:test";
import {
  STRICT,
  becomes,
  changes,
  complaints,
  context,
  enforce,
  folder,
  frames,
  holdSockets,
  lock,
  open,
  serve,
  shows,
  until,
} from "./support.mjs";

const NOTICE = "[role=status]";
const CLOCK = "footer time";
const SALES = "section:nth-of-type(2) .value";

/** Starts a dashboard over a new database in a new folder. */
async function dashboard(test) {
  const database = join(await folder(), "shop.db");
  return { database, server: await serve(test, "dashboard", { args: ["--db", database] }) };
}

test("the figures are shown without JavaScript", async (test) => {
  const server = await serve(test, "dashboard");
  const page = await open(test, server.url, { javaScriptEnabled: false });
  const [orders, sales, rating] = await page.locator(".value").allTextContents();
  assert.match(orders, /^\d+$/);
  assert.match(sales, /^\$\d{1,3}(,\d{3})+$/);
  assert.match(rating, /^[1-5]\.\d$/);
  assert.equal(await page.locator("rect").count(), 60);
});

test("figures change each second", async (test) => {
  const server = await serve(test, "dashboard");
  const page = await open(test, server.url);
  await becomes(page, "live");
  for (let i = 0; i < 4; i++) await changes(page, CLOCK);
  await changes(page, SALES);
  assert.equal(await page.locator("rect").count(), 60);
});

test("the page's content crosses the network once, and its nodes stay", async (test) => {
  const server = await serve(test, "dashboard");
  const page = await (await context(test)).newPage();
  const release = await holdSockets(page);
  await page.goto(server.url);
  await page.evaluate(() => {
    const root = document.querySelector("[data-tealight]");
    const nodes = document.createTreeWalker(root, NodeFilter.SHOW_ALL);
    window.kept = [root];
    while (nodes.nextNode()) kept.push(nodes.currentNode);
    kept.bars = kept.filter((node) => node.nodeName === "rect");
  });
  assert.equal(await page.getAttribute("[data-tealight]", "data-tealight"), "connecting");
  release();
  await becomes(page, "live");
  await changes(page, CLOCK);
  await changes(page, SALES);
  const gone = await page.evaluate(() =>
    kept.filter((node) => !node.isConnected && !kept.bars.includes(node)).map((node) => node.nodeName),
  );
  assert.deepEqual(gone, []);
  assert.ok(await page.evaluate(() => kept.bars.at(-1).isConnected));
});

test("the first message resumes the session, and patches follow", async (test) => {
  const server = await serve(test, "dashboard");
  const page = await (await context(test)).newPage();
  const seen = await frames(page);
  await page.goto(server.url);
  // The first patch has all that has changed meanwhile, which may be many seconds.
  const isSmall = ({ down }) => Array.isArray(down) && JSON.stringify(down).length < 300;
  await until(page, () => seen.slice(2).some(isSmall));
  const [attach, resume, ...rest] = seen;
  assert.deepEqual({ ...attach.up, session: "", page: 0 }, { tealight: 1, session: "", patch: 0, event: 0, page: 0 });
  assert.deepEqual(resume, { down: { resume: { event: 0 } } });
  assert.ok(rest.every(({ down }) => Array.isArray(down)), JSON.stringify(rest));
});

test("Refresh loads the figures at once, by keyboard too", async (test) => {
  const server = await serve(test, "dashboard");
  const page = await (await context(test)).newPage();
  const seen = await frames(page);
  await page.goto(server.url);
  await becomes(page, "live");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await until(page, () => seen.some(({ down }) => down?.event === 1 || down?.[2]?.e === 1));
  assert.ok(!seen.some(({ down }) => down?.refused), JSON.stringify(seen));
});

/** Damages the database and watches two pages until it works again: one that was open, and a new one. */
async function trouble(test, text, { harm, mend }) {
  const { database, server } = await dashboard(test);
  const page = await open(test, server.url);
  await becomes(page, "live");
  await changes(page, CLOCK);
  assert.equal(await page.textContent(NOTICE), "");
  const harmed = await harm(database);
  await shows(page, NOTICE, text);
  assert.match(await page.textContent(SALES), /^\$\d[\d,]+$/);
  const clock = await page.textContent(CLOCK);
  const late = await open(test, server.url);
  await shows(late, NOTICE, text);
  assert.equal(await late.textContent(SALES), "");
  await mend(database, harmed);
  for (const each of [page, late]) {
    await shows(each, NOTICE, /^$/);
    assert.match(await each.textContent(SALES), /^\$\d[\d,]+$/);
  }
  assert.notEqual(await page.textContent(CLOCK), clock);
}

test("a locked database shows a notice", (test) =>
  trouble(test, "the database is locked", {
    harm: (database) => lock(test, database),
    mend: (_, unlock) => unlock(),
  }));

test("a database that is moved away and back shows a notice", (test) =>
  trouble(test, "the database file is missing", {
    // With its folder, or it would be created again.
    harm: (database) => rename(dirname(database), `${dirname(database)}.aside`),
    mend: (database) => rename(`${dirname(database)}.aside`, dirname(database)),
  }));

test("a damaged database shows a notice until its backup is restored", (test) =>
  trouble(test, "the database file is damaged", {
    harm: async (database) => {
      const unlock = await lock(test, database);
      await copyFile(database, `${database}.backup`);
      await writeFile(database, Buffer.alloc(8192, 7));
      await unlock();
    },
    mend: (database) => rename(`${database}.backup`, database),
  }));

test("a deleted database is created again", async (test) => {
  const { database, server } = await dashboard(test);
  const page = await open(test, server.url);
  await becomes(page, "live");
  // It is missing only for some seconds.
  await page.evaluate((notice) => {
    const status = document.querySelector(notice);
    const note = () => (window.wasMissing ||= status.textContent.includes("the database file is missing"));
    new MutationObserver(note).observe(status, { subtree: true, childList: true, characterData: true });
  }, NOTICE);
  await rm(database);
  await page.waitForFunction(() => window.wasMissing);
  await shows(page, NOTICE, /^$/);
  await shows(page, SALES, /^\$\d{1,3}$/);
});

test("it works under a strict content security policy", async (test) => {
  const server = await serve(test, "dashboard");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  await enforce(page, STRICT);
  await page.goto(server.url);
  await becomes(page, "live");
  await changes(page, SALES);
  await page.getByRole("button", { name: "Refresh" }).click();
  await changes(page, CLOCK);
  assert.deepEqual(found, []);
});

test("it fits a phone, light and dark", async (test) => {
  const server = await serve(test, "dashboard");
  for (const colorScheme of ["light", "dark"]) {
    const page = await open(test, server.url, { colorScheme, viewport: { width: 320, height: 640 } });
    const [wide, ground, ink] = await page.evaluate(() => {
      const { backgroundColor, color } = getComputedStyle(document.body);
      return [document.documentElement.scrollWidth, backgroundColor, color];
    });
    assert.ok(wide <= 320, `${wide} pixels wide`);
    const light = (color) => color.match(/\d+/g).reduce((sum, part) => sum + Number(part), 0) > 380;
    assert.deepEqual([light(ground), light(ink)], colorScheme === "light" ? [true, false] : [false, true]);
  }
});

test("its temporary database is deleted when it stops", async (test) => {
  const temporary = await folder();
  const server = await serve(test, "dashboard", { env: { TMPDIR: temporary } });
  assert.equal((await readdir(temporary)).length, 1);
  assert.equal(await server.end("SIGINT"), 0);
  assert.deepEqual(await readdir(temporary), []);
});
