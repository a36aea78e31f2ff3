import { build } from "esbuild";

/** Imports a TypeScript module of `client/src`, with what it imports. */
export async function load(module) {
  const { outputFiles } = await build({
    entryPoints: [new URL(`../src/${module}`, import.meta.url).pathname],
    bundle: true,
    write: false,
    format: "esm",
    charset: "utf8",
  });
  return import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].text).toString("base64")}`);
}

/** A file of `docs/golden`, which the Rust tests read too. */
export const golden = (name) => new URL(`../../docs/golden/${name}.json`, import.meta.url);
