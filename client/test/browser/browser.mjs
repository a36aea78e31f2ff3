// A real Chromium, and scripts for it bundled from the source.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";

/** A browser with a new profile, and how to close both. `more` is for playwright. */
export async function browse(more = {}) {
  const profile = await mkdtemp(join(tmpdir(), "tealight-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    ...more,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-background-networking",
      "--no-first-run",
      "--disable-quic",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  const close = async () => {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  };
  return [browser, close];
}

/** The module's exports as a script that sets `tests`. */
export async function bundle(module) {
  const { outputFiles } = await build({
    entryPoints: [new URL(module, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "tests",
    charset: "utf8",
  });
  return outputFiles[0].text;
}
