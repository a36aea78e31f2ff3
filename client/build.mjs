// Builds dist/tealight.js, and dist/tealight.js.gz, which is served. With --verify: are the committed files what the
// source builds to? With --size: how large are they, and within their budget?

import { readFile, writeFile } from "node:fs/promises";
import { gzipSync } from "node:zlib";
import zopfli from "@gfx/zopfli";
import swc from "@swc/core";
import { build } from "esbuild";
import { minify } from "terser";

const DIST = new URL("dist/tealight.js", import.meta.url);
const ZIPPED = new URL("dist/tealight.js.gz", import.meta.url);
const BUDGET = 9 * 1024;

/** Properties that only the client's own objects have: not the wire, nor the DOM where the client uses it, nor what
 * other scripts see. They get shorter names. */
const OWN = [
  "address all anchor apply asked broken busy changed closed copies count delay edits element extent fire flush",
  "found grown hold holder insert isOver items keep kind listen look message modifiers move nextSerial node nodes",
  "opened path pressed received region reply report roots row serial settled show slot slots sole space take template waits",
  "wake walk write",
].flatMap((names) => names.split(" ")).join("|");

const script = async () => {
  const { outputFiles } = await build({
    absWorkingDir: new URL(".", import.meta.url).pathname,
    entryPoints: ["src/main.ts"],
    bundle: true,
    write: false,
    format: "iife",
    target: "es2021",
    charset: "utf8",
    // Type-checked, it does without the run-time's own strictness.
    tsconfigRaw: { compilerOptions: { alwaysStrict: false } },
  });
  // Together they make less of it than either, and than esbuild's own, by a fiftieth and a twelfth.
  const { code: simpler } = await swc.minify(outputFiles[0].text, {
    ecma: 2021,
    module: false,
    compress: { passes: 4, toplevel: true, keep_fargs: false, evaluate: false, inline: false, join_vars: false, sequences: false, unsafe_regexp: true },
    mangle: false,
  });
  const { code } = await minify(simpler, {
    ecma: 2021,
    toplevel: true,
    compress: {
      passes: 4,
      unsafe: true,
      unsafe_arrows: true,
      unsafe_methods: true,
      lhs_constants: false,
      booleans: false,
      pure_getters: true,
      keep_fargs: false,
    },
    mangle: { properties: { regex: RegExp(`^(${OWN})$`), builtins: true } },
    format: { ecma: 2021 },
  });
  return code;
};

/** As small as gzip's format can be: it is made once, and sent often. */
const zipped = async (text) => Buffer.from(await zopfli.gzipAsync(Buffer.from(text), { numiterations: 100 }));

const option = process.argv[2];
if (option === "--size") {
  const [text, gzip] = [await readFile(DIST), await readFile(ZIPPED)];
  const usual = gzipSync(text, { level: 9 }).length;
  console.log(`raw ${text.length}, gzip as served ${gzip.length}, by zlib ${usual} of ${BUDGET} bytes`);
  if (Math.max(usual, gzip.length) > BUDGET) process.exitCode = 1;
} else {
  const text = await script();
  const gzip = await zipped(text);
  if (option !== "--verify") {
    await writeFile(DIST, text);
    await writeFile(ZIPPED, gzip);
  } else if ((await readFile(DIST, "utf8")) !== text || !(await readFile(ZIPPED)).equals(gzip)) {
    console.error("dist/ is not what the source builds to: npm run build");
    process.exitCode = 1;
  }
}
