// Starts a browser, for all tests and benchmarks.

/** The engine of the tests: the environment's `BROWSER`, or `chromium`. */
const ENGINE = process.env.BROWSER || "chromium";

const { launch, lacks } = await engine(ENGINE);

/**
 * Starts a headless browser with a new profile. In Chromium it is Playwright's own. The others have the part of Playwright's
 * API that is in `engines/page.mjs`.
 */
export { launch };

/** Returns an engine by its name: `chromium`, `firefox` or `webkit`. */
export function engine(name) {
  return import(`./engines/${name}.mjs`);
}

/** Starts a small browser for one window. Returns the window, and a function that closes both. */
export async function browse(options) {
  const browser = await launch({ isSmall: true, ...options });
  return [await browser.newContext(), () => browser.close()];
}

/** Options for a test that needs these abilities. In an engine that lacks one of them, the test is skipped with the reason. */
export function needs(...abilities) {
  const missing = abilities.filter((ability) => lacks[ability]);
  return missing.length ? { skip: `${ENGINE}: ${missing.map((ability) => lacks[ability]).join("; ")}` } : {};
}

/** Returns a number of random cases: the environment's variable of this name, or `count`, of which other engines run a part. */
export function casesOf(count, name = "CASES") {
  return Number(process.env[name] ?? (ENGINE === "chromium" ? count : Math.ceil(count / 5)));
}
