import assert from "node:assert/strict";
import test from "node:test";
import { becomes, changes, complaints, context, open, serve, shows } from "./support.mjs";

/** Returns the page's address without a forced transport. */
const own = ({ address }) => `http://${address}/`;

const transport = (page) => page.evaluate(() => document.querySelector("[data-tealight]").tealight.transport());

const withoutSockets = (page) => page.routeWebSocket(/./, (socket) => socket.close());

test("a hundred changes of transport during clicks and ticks lose nothing and repeat nothing", async (test) => {
  const server = await serve(test, "fixture");
  const page = await open(test, own(server));
  await becomes(page, "live");
  await page.locator("input").pressSequentially("Ada");
  const state = await page.evaluate(async () => {
    const root = document.querySelector("[data-tealight]");
    const { tealight } = root;
    const field = document.querySelector("input");
    const seen = { changes: 0, clicks: 0, mounts: 0, states: [] };
    root.addEventListener("tealight:patched", () => (seen.mounts += field !== document.querySelector("input")));
    new MutationObserver(() => seen.states.push(root.dataset.tealight)).observe(root, { attributeFilter: ["data-tealight"] });
    const clicking = setInterval(() => {
      seen.clicks++;
      document.querySelector("button").click();
    }, 7);
    for (let n = 0; n < 100; n++) {
      const to = n % 2 ? "ws" : "sse";
      while (tealight.transport() !== to) {
        tealight.transport(to);
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      seen.changes++;
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
    clearInterval(clicking);
    return { ...seen, focused: document.activeElement === field, value: field.value };
  });
  await shows(page, "#clicks", new RegExp(`^${state.clicks}$`));
  await shows(page, "#mounts", /^1$/);
  assert.deepEqual(
    [state.changes, state.mounts, state.focused, state.value, state.states.includes("lost")],
    [100, 0, true, "Ada", false],
  );
  assert.ok(state.clicks > 100, `${state.clicks} clicks`);
});

test("the page is live where websockets are refused", async (test) => {
  const server = await serve(test, "fixture");
  const page = await (await context(test)).newPage();
  await withoutSockets(page);
  await page.goto(own(server));
  await becomes(page, "live");
  assert.equal(await transport(page), "sse");
  await page.getByRole("button").click();
  await shows(page, "#clicks", /^1$/);
  await shows(page, "#mounts", /^1$/);
});

test("the page is live where websockets open and stay silent", async (test) => {
  const server = await serve(test, "fixture");
  const page = await (await context(test)).newPage();
  await page.routeWebSocket(/./, () => {});
  await page.goto(own(server));
  await becomes(page, "live");
  assert.equal(await transport(page), "sse");
});

test("the query forces a transport", async (test) => {
  const server = await serve(test, "fixture");
  for (const name of ["ws", "sse"]) {
    const page = await open(test, `${own(server)}?tealight-transport=${name}`);
    await becomes(page, "live");
    await changes(page, "#ticks");
    assert.equal(await transport(page), name);
  }
});

test("no requested URL contains the session", async (test) => {
  const server = await serve(test, "fixture");
  const page = await (await context(test)).newPage();
  const found = await complaints(page);
  const addresses = [];
  page.on("request", (request) => addresses.push(request.url()));
  await page.goto(`${own(server)}?tealight-transport=sse`);
  await becomes(page, "live");
  await page.getByRole("button").click();
  await shows(page, "#clicks", /^1$/);
  const session = await page.evaluate(() => /"session":"([^"]+)"/.exec(document.documentElement.outerHTML)[1]);
  assert.ok(addresses.length >= 4 && addresses.every((address) => !address.includes(session)), addresses.join(" "));
  assert.deepEqual(found, []);
});
