// Sessions survive restarts: the model, what the person typed, and the events under way.

import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { needs } from "./launch.mjs";
import { becomes, context, folder, serve, shows } from "./support.mjs";

const options = needs("faults");

/** Returns an address that is free, so that one server after another can have it. */
async function freeAddress() {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.on("listening", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `127.0.0.1:${port}`;
}

async function start(test, env) {
  const listen = await freeAddress();
  const begin = () => serve(test, "faults", { listen, env });
  const server = await begin();
  const page = await (await context(test)).newPage();
  await page.goto(server.url);
  await becomes(page, "live");
  await page.evaluate(() => {
    document.querySelector("#click").isMarked = true;
    window.numbers = 0;
    window.burst = setInterval(() => {
      if (window.numbers >= window.limit) return;
      document.querySelector("ul").dispatchEvent(new CustomEvent("number", { detail: ++window.numbers, bubbles: true }));
    }, 5);
  });
  return { server, begin, page };
}

const state = (page) =>
  page.evaluate(() => ({
    wrong: document.querySelector("#wrong").textContent,
    refused: document.querySelector("#refused").textContent,
    clicks: document.querySelector("#clicks").textContent,
    isSame: document.querySelector("#click").isMarked,
  }));

test("five restarts under load lose nothing and repeat nothing", options, async (test) => {
  const sessions = join(await folder(), "sessions.db");
  let { server, begin, page } = await start(test, { SESSIONS: sessions });
  await page.click("#click");
  for (let restart = 1; restart <= 5; restart++) {
    await page.evaluate((limit) => (window.limit = limit), restart * 200);
    await page.waitForFunction((made) => window.numbers > made, restart * 200 - 150);
    assert.equal(await server.end("SIGTERM"), 0);
    server = await begin();
    await page.click("#click");
  }
  await shows(page, "#sum", /^1000$/);
  await shows(page, "#clicks", /^6$/);
  assert.deepEqual(await state(page), { wrong: "", refused: "0", clicks: "6", isSame: true });
});

test("a server that saves each event can be killed", options, async (test) => {
  const sessions = join(await folder(), "sessions.db");
  let { server, begin, page } = await start(test, { SESSIONS: sessions, SAVE_EVERY: "0" });
  for (let kill = 1; kill <= 3; kill++) {
    await page.evaluate((limit) => (window.limit = limit), kill * 200);
    await page.waitForFunction((made) => window.numbers > made, kill * 200 - 150);
    await server.end("SIGKILL");
    server = await begin();
  }
  await shows(page, "#sum", /^600$/);
  assert.deepEqual(await state(page), { wrong: "", refused: "0", clicks: "0", isSame: true });
});

test("a server that is killed loses no more than it promises, and the page goes on", options, async (test) => {
  const sessions = join(await folder(), "sessions.db");
  const { server, begin, page } = await start(test, { SESSIONS: sessions, SAVE_EVERY: "200" });
  await page.click("#click");
  await shows(page, "#clicks", /^1$/);
  // Much longer than the period.
  const ticks = Number(await page.textContent("#ticks"));
  await page.waitForFunction((ticks) => Number(document.querySelector("#ticks").textContent) > ticks + 1, ticks);
  await page.click("#click");
  await shows(page, "#clicks", /^2$/);
  await server.end("SIGKILL");
  await begin();
  await becomes(page, "live");
  await page.click("#click");
  await shows(page, "#clicks", /^[23]$/);
});

test("a store that is damaged costs the sessions, and nothing else", options, async (test) => {
  const sessions = join(await folder(), "sessions.db");
  const { server, begin, page } = await start(test, { SESSIONS: sessions });
  await page.click("#click");
  await shows(page, "#clicks", /^1$/);
  assert.equal(await server.end("SIGTERM"), 0);
  // Another key opens nothing.
  await writeFile(`${sessions}.key`, Buffer.alloc(32, 7));
  await begin();
  await becomes(page, "live");
  await shows(page, "#clicks", /^0$/);
  await page.click("#click");
  await shows(page, "#clicks", /^1$/);
});
