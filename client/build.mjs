// Builds dist/tealight.js. With --verify: is the committed file what the source builds to?
// With --size: how large is it, and is it within its budget?

import { readFile, writeFile } from "node:fs/promises";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";

const DIST = new URL("dist/tealight.js", import.meta.url);
const BUDGET = 10 * 1024;

/** Properties that only the client's own objects have: not the wire, nor the DOM where the client uses it, nor what
 * other scripts see. They get shorter names. */
const OWN = [
  "address anchor asked broken busy changed closed copies copy count delay extent fire flush found grown",
  "hold holder items keep kind listen look mark modifiers nextSerial node nodes opened path received region report",
  "roots row serial settled slot slots sole take template wake walk waits",
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
  });
  // It makes less of it than esbuild's own, by a twentieth.
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2021,
    toplevel: true,
    compress: {
      passes: 4,
      inline: 1,
      unsafe: true,
      unsafe_arrows: true,
      unsafe_methods: true,
      pure_getters: true,
      keep_fargs: false,
    },
    mangle: { properties: { regex: RegExp(`^(${OWN})$`), builtins: true } },
    format: { ecma: 2021 },
  });
  return code;
};

const option = process.argv[2];
if (option === "--size") {
  const text = await readFile(DIST);
  const gzip = gzipSync(text, { level: 9 }).length;
  console.log(`raw ${text.length}, gzip ${gzip} of ${BUDGET}, brotli ${brotliCompressSync(text).length} bytes`);
  if (gzip > BUDGET) process.exitCode = 1;
} else if (option === "--verify") {
  if ((await readFile(DIST, "utf8")) !== (await script())) {
    console.error("dist/tealight.js is not what the source builds to: npm run build");
    process.exitCode = 1;
  }
} else await writeFile(DIST, await script());
