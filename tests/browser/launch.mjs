// Starts a browser, for all tests and benchmarks.

import { chromium } from "playwright-core";

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--no-first-run",
  "--disable-quic",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts a headless Chromium with a new profile. `options` are Playwright's. */
export const launch = (options) =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ARGUMENTS, ...options });

/** Starts a browser for one window. Returns the window, and a function that closes both. */
export async function browse(options) {
  const browser = await launch(options);
  return [await browser.newContext(), () => browser.close()];
}
