// Chromium, by Playwright. A small browser is Debian's headless shell if it is installed: the same engine without the browser's own
// window, which needs a third of the processor time.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

/** Reasons why some tests cannot run here. */
export const lacks = {};

const CHROMIUM = "/usr/bin/chromium";
const SHELL = "/usr/bin/chromium-headless-shell";

/** Returns the program for a browser. The headless shell has no back/forward cache. */
function program({ isSmall, backForwardCache }) {
  return process.env.CHROMIUM ?? (isSmall && !backForwardCache && existsSync(SHELL) ? SHELL : CHROMIUM);
}

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--no-first-run",
  "--disable-quic",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = ({ isSmall, backForwardCache, ...options } = {}) =>
  chromium.launch({
    executablePath: program({ isSmall, backForwardCache }),
    args: ARGUMENTS,
    // The process that started it ends, and the browser with it.
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(backForwardCache && { ignoreDefaultArgs: ["--disable-back-forward-cache"] }),
    ...options,
  });
