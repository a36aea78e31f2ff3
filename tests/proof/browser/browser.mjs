// Chromium, and a script for it bundled from the client's source. Packages are those of `client/`.

import { mkdtemp, rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(new URL("../../../client/package.json", import.meta.url));
const { build } = require("esbuild");
const { chromium } = require("playwright-core");

/** A browser with a new profile, and how to close both. */
export async function browse() {
  const profile = await mkdtemp(join(tmpdir(), "tealight-proof-"));
  const browser = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
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
    entryPoints: [fileURLToPath(new URL(module, import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "tests",
    charset: "utf8",
  });
  return outputFiles[0].text;
}
