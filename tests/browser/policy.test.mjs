// Tests the security policy that every page has: the examples keep to it, and it stops what an attacker would try.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import test from "node:test";
import { needs } from "./launch.mjs";
import { becomes, complaints, context, serve } from "./support.mjs";

for (const name of ["board", "comic", "counter", "dashboard", "edits", "events", "forms", "infinite", "keys", "leaving", "search", "servers", "signup", "sketch", "teas", "todo"]) {
  test(`${name} keeps to the policy`, async (test) => {
    const server = await serve(test, name);
    const page = await (await context(test)).newPage();
    const found = await complaints(page);
    await page.goto(server.url);
    await becomes(page, "live");
    assert.deepEqual(found, []);
  });
}

/** Attacks by markup or by a script. Each would set `hacked`. */
const ATTACKS = {
  "a script in the page": () => {
    const script = document.createElement("script");
    script.append("window.hacked = 1");
    document.body.append(script);
  },
  "markup with a handler": () => {
    document.body.insertAdjacentHTML("beforeend", `<img src="data:," onerror="window.hacked = 1">`);
  },
  "a handler as an attribute": () => {
    const button = document.createElement("button");
    button.setAttribute("onclick", "window.hacked = 1");
    document.body.append(button);
    button.click();
  },
  "a script of another site": () => {
    const script = document.createElement("script");
    script.src = "data:text/javascript,window.hacked=1";
    document.body.append(script);
  },
  "a text that is run": () => setTimeout("window.hacked = 1"),
  "an address that is run": () => (location.href = "javascript:window.hacked = 1"),
};

for (const [name, attack] of Object.entries(ATTACKS)) {
  test(`the policy stops ${name}`, async (test) => {
    const server = await serve(test, "counter");
    const page = await (await context(test)).newPage();
    const found = await complaints(page);
    await page.goto(server.url);
    await becomes(page, "live");
    await page.evaluate(attack).catch((error) => found.push(String(error)));
    while (!found.length) await page.evaluate(() => new Promise(requestAnimationFrame));
    assert.equal(await page.evaluate(() => window.hacked), undefined);
  });
}

test("another site cannot show the page in a frame", needs("frames"), async (test) => {
  const server = await serve(test, "counter");
  const site = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<iframe src="${server.url}" onload="window.isLoaded = true"></iframe>`);
  });
  site.listen(0, "127.0.0.1");
  await once(site, "listening");
  test.after(() => site.close());
  const page = await (await context(test)).newPage();
  await page.goto(`http://127.0.0.1:${site.address().port}/`);
  await page.waitForFunction(() => window.isLoaded);
  assert.ok(!page.frames()[1].url().startsWith("http://127.0.0.1"), page.frames()[1].url());
});
