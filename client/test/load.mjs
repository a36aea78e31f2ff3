import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const SHARED = { bundle: true, write: false, charset: "utf8", define: { VERSION: '"test"' } };

/** Imports TypeScript modules of `client/src` as one, with what they import. */
export async function load(...modules) {
  const contents = modules.map((module) => `export * from "./${module}";`).join("\n");
  const stdin = { contents, resolveDir: fileURLToPath(new URL("../src", import.meta.url)) };
  const { outputFiles } = await build({ ...SHARED, stdin, format: "esm" });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
}

/** Bundles the module at a URL, with what it imports and all parts of the client's script, into a script for a page. The
 * script sets `tests` to its exports. */
export async function bundle(module) {
  const inject = [fileURLToPath(new URL("parts.mjs", import.meta.url))];
  const options = { ...SHARED, inject, entryPoints: [fileURLToPath(module)], format: "iife", globalName: "tests" };
  const { outputFiles } = await build(options);
  return outputFiles[0].text;
}

/** A file of `docs/golden`, which the Rust tests read too. */
export const golden = (name) => new URL(`../../docs/golden/${name}.json`, import.meta.url);
