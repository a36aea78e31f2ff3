// Tests links between the parts of one page, and a change that other pages see.

import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, goes, open, serve, shows } from "./support.mjs";

/** Opens a page of the servers. The mark is there until the page is loaded again. */
async function enter(window, server, path) {
  const page = await window.newPage();
  const found = await complaints(page);
  await page.goto(`http://${server.address}${path}`);
  await becomes(page, "live");
  await page.evaluate(() => (window.mark = true));
  return { page, found };
}

const link = (name) => `nav a[href='/servers/${name}']`;

/** Waits until the page shows this server, its title and its link. */
async function views(page, name) {
  await goes(page, `/servers/${name}`);
  await shows(page, "h1", name);
  await shows(page, "nav [aria-current=page]", name);
  await page.waitForFunction((title) => document.title === title, `${name} · Servers`);
}

test("links, back and forward show another server on the same page", async (test) => {
  const server = await serve(test, "servers");
  const { page, found } = await enter(await context(test), server, "/");
  await page.click(link("kettle"));
  await views(page, "kettle");
  await page.click(link("teapot"));
  await views(page, "teapot");
  await page.evaluate(() => history.back());
  await views(page, "kettle");
  await page.evaluate(() => history.back());
  await shows(page, "nav [aria-current=page]", "Servers");
  await page.waitForFunction(() => document.title === "Servers");
  await page.evaluate(() => history.go(2));
  await views(page, "teapot");
  assert.deepEqual([await page.evaluate(() => window.mark), found], [true, []]);
});

test("a switch changes the server on all pages", async (test) => {
  const server = await serve(test, "servers");
  const window = await context(test);
  const ada = await enter(window, server, "/servers/caddy");
  const bob = await enter(window, server, "/servers/strainer");
  await ada.page.click("main button");
  await shows(ada.page, "[role=status]", "Down");
  await shows(bob.page, link("caddy"), "Down");
  await bob.page.click(link("caddy"));
  await shows(bob.page, "main button", "Switch on");
  await bob.page.click("main button");
  await shows(bob.page, "[role=status]", "Healthy");
  await shows(ada.page, "[role=status]", "Healthy");
  assert.deepEqual([ada.found, bob.found], [[], []]);
});

test("without JavaScript links and the switch work", async (test) => {
  const server = await serve(test, "servers");
  const page = await open(test, `http://${server.address}/`, { javaScriptEnabled: false });
  await page.click(link("caddy"));
  await page.waitForURL(/\/servers\/caddy$/);
  await page.click("main button");
  await shows(page, "[role=status]", "Down");
  await page.click(link("kettle"));
  await page.waitForURL(/\/servers\/kettle$/);
  await shows(page, link("caddy"), "Down");
  await page.goto(`http://${server.address}/servers/percolator`);
  await shows(page, "h1", "Not found");
});
