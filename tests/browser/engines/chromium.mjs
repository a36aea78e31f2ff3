// Chromium, by Playwright.

import { chromium } from "playwright-core";

/** Reasons why some tests cannot run here. */
export const lacks = {};

const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--no-first-run",
  "--disable-quic",
  "--disable-component-update",
  "--disable-sync",
];

export const launch = ({ backForwardCache, ...options } = {}) =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ARGUMENTS,
    // The process that started it ends, and the browser with it.
    handleSIGTERM: false,
    handleSIGHUP: false,
    ...(backForwardCache && { ignoreDefaultArgs: ["--disable-back-forward-cache"] }),
    ...options,
  });
