// Tests pages of three processes behind nginx, which hands each request to any of them.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { createInterface } from "node:readline";
import test from "node:test";
import { TRANSPORT, becomes, complaints, context, shows } from "./support.mjs";

const SCRIPT = new URL("../../examples/three.sh", import.meta.url).pathname;

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

/** Starts three processes that share a NATS server. Returns their address, and the ids of the processes. */
async function three(test, example) {
  const port = await freePort();
  const child = spawn(SCRIPT, [example, "--nats"], { stdio: ["ignore", "pipe", "inherit"], env: { ...process.env, PORT: port } });
  const ended = once(child, "exit");
  test.after(() => child.kill("SIGTERM") && ended);
  const ids = [];
  for await (const line of createInterface(child.stdout)) {
    const [, id] = /^process \d: .*, pid (\d+)$/.exec(line) ?? [];
    if (id) ids.push(Number(id));
    if (line.startsWith("open ")) break;
  }
  child.stdout.resume();
  assert.equal(ids.length, 3, "the script starts three processes");
  return { url: `http://127.0.0.1:${port}/`, ids };
}

/** Opens the board in a new window, for a person with this name. */
async function enter(test, url, name) {
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  await page.goto(url);
  await page.getByLabel("Your name").fill(name);
  await page.keyboard.press("Enter");
  await page.locator(".board").waitFor();
  await page.goto(`${url}?tealight-transport=${TRANSPORT}`);
  await becomes(page, "live");
  return { page, found };
}

const add = (page) => page.getByRole("button", { name: "Add a note" }).click();

/** Waits until each page shows this number of notes. */
async function notes(pages, count) {
  for (const page of pages) {
    await page.waitForFunction((count) => document.querySelectorAll(".note").length >= count, count);
    assert.equal(await page.locator(".note").count(), count);
  }
}

async function goesOnElsewhere(test, signal) {
  const { url, ids } = await three(test, "multiplayer");
  const people = [];
  for (const name of ["Ada", "Bob", "Cleo", "Dan"]) people.push(await enter(test, url, name));
  const pages = people.map(({ page }) => page);
  for (const page of pages) await shows(page, ".count", /^4 people are here$/);
  for (const page of pages) await add(page);
  await notes(pages, 4);

  process.kill(ids[0], signal);
  // At once: a page whose process is gone keeps what was done.
  for (const page of pages) await add(page);
  await notes(pages, 8);
  for (const page of pages) await becomes(page, "live");
  for (const page of pages) await shows(page, ".count", /^4 people are here$/);
  await pages[0].getByLabel("Say something").fill("Are you all here?");
  await pages[0].keyboard.press("Enter");
  for (const page of pages) await shows(page, "[role=log] li", /^Ada Are you all here\?$/);
  await notes(pages, 8);
  for (const { found } of people) assert.deepEqual(found.filter((line) => !/Failed to load|net::ERR|WebSocket/.test(line)), []);
}

test("pages of a process that ends go on in the others", (test) => goesOnElsewhere(test, "SIGTERM"));

test("pages of a process that is killed go on in the others", (test) => goesOnElsewhere(test, "SIGKILL"));
