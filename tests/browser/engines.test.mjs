// A smoke test of the engines in which `.ci/run` runs all suites, for those that run only Chromium.

import assert from "node:assert/strict";
import test from "node:test";
import { engine } from "./launch.mjs";
import { becomes, changes, serve, shows } from "./support.mjs";

const { BROWSER } = process.env;
const options = BROWSER && BROWSER !== "chromium" ? { skip: `${BROWSER} runs all suites` } : {};

for (const name of ["firefox", "webkit"]) {
  test(`the dashboard is live in ${name} on both transports`, options, async (test) => {
    const server = await serve(test, "dashboard");
    const { launch } = await engine(name);
    const browser = await launch();
    test.after(() => browser.close());
    const window = await browser.newContext();
    for (const transport of ["ws", "sse"]) {
      const page = await window.newPage();
      await page.goto(`http://${server.address}/?tealight-transport=${transport}`);
      await becomes(page, "live");
      await changes(page, "footer time");
      await page.getByRole("button", { name: "Refresh" }).click();
      await changes(page, "section:nth-of-type(2) .value");
      assert.equal(await page.evaluate(() => document.querySelector("[data-tealight]").tealight.transport()), transport);
      await page.close();
    }
  });

  test(`text typed in ${name} reaches the server`, options, async (test) => {
    const server = await serve(test, "fixture");
    const { launch } = await engine(name);
    const browser = await launch();
    test.after(() => browser.close());
    const page = await browser.newPage();
    await page.goto(server.url);
    await becomes(page, "live");
    await page.locator("input").pressSequentially("Ada");
    await shows(page, "#heard", /^Ada$/);
    await page.getByRole("button").click();
    await shows(page, "#clicks", /^1$/);
  });
}
