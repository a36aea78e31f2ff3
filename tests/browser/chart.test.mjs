import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, serve, shows, until } from "./support.mjs";

const points = (page) => page.locator("#chart").getAttribute("data-points").then(Number);

test("a library from npm draws the server's data under a strict policy", async (test) => {
  const server = await serve(test, "chart");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  await page.addInitScript(() => {
    window.pushed = [];
    addEventListener("point", ({ detail }) => pushed.push(detail), true);
  });
  await page.goto(server.url);
  await becomes(page, "live");

  await page.locator("#chart[data-points]").waitFor({ state: "attached" });
  await page.waitForFunction(() => document.querySelector("#chart").dataset.points === "120");
  await page.waitForFunction(() => pushed.length >= 2);
  const [[first, level], [second]] = await page.evaluate(() => pushed);
  assert.equal(second - first, 1);
  assert.ok(level > 0 && level < 110, `${level}`);
  assert.equal(await points(page), 120);
  const drawn = await page.evaluate(() => {
    const canvas = document.querySelector("#chart canvas");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some((byte) => byte > 0);
  });
  assert.ok(drawn);

  const over = page.locator(".u-over");
  await over.click({ position: { x: 200, y: 100 } });
  await shows(page, "#picked", /Picked: \d+\.\d °C/);
  assert.equal(await page.locator("#chart canvas").count(), 1);

  await page.click("button");
  await shows(page, "button", "Go on");
  const before = await page.evaluate(() => pushed.length);
  await page.click("button");
  await page.waitForFunction((before) => pushed.length > before, before);
  assert.deepEqual(found, []);
});

test("each point arrives once, although the connection is lost", async (test) => {
  const server = await serve(test, "chart");
  const page = await (await context(test)).newPage();
  await page.addInitScript(() => {
    window.pushed = [];
    addEventListener("point", ({ detail: [time] }) => pushed.push(time), true);
  });
  await page.goto(server.url);
  await page.waitForFunction(() => pushed.length >= 1);
  await page.context().setOffline(true);
  await page.evaluate(() => document.querySelector("[data-tealight]").tealight.transport("sse"));
  await page.context().setOffline(false);
  const count = await page.evaluate(() => pushed.length);
  await page.waitForFunction((count) => pushed.length > count + 2, count);
  const times = await page.evaluate(() => pushed);
  assert.deepEqual(times, times.map((_, at) => times[0] + at));
});

test("each point that was lost with the connection arrives once when it is back", async (test) => {
  const server = await serve(test, "chart");
  const page = await (await context(test)).newPage();
  await page.addInitScript(() => {
    window.pushed = [];
    addEventListener("point", ({ detail: [time] }) => pushed.push(time), true);
  });
  let line;
  let isCut = false;
  await page.routeWebSocket(/./, (socket) => {
    const far = socket.connectToServer();
    const here = (line = { lost: 0, close: () => Promise.all([far.close(), socket.close({ code: 1012 })]) });
    far.onMessage((message) => (isCut ? here.lost++ : socket.send(message)));
  });
  await page.goto(`http://${server.address}/?tealight-transport=ws`);
  await page.waitForFunction(() => pushed.length >= 2);
  isCut = true;
  await until(page, () => line.lost >= 2);
  isCut = false;
  await line.close();
  const count = await page.evaluate(() => pushed.length);
  await page.waitForFunction((count) => pushed.length > count + 4, count);
  const times = await page.evaluate(() => pushed);
  assert.deepEqual(times, times.map((_, at) => times[0] + at));
});
