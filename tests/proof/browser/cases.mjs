// Reads the cases that the Rust side generates with the real macro and real sessions.

import { execFile, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const WORKSPACE = process.env.PROOF_WORKSPACE ?? fileURLToPath(new URL("../../..", import.meta.url));
const PACKAGE = ["--quiet", "--package", "tealight-proof"];

/** Builds the generator, so that this does not count towards the timeout of a test. */
export const build = () => promisify(execFile)("cargo", ["build", ...PACKAGE], { cwd: WORKSPACE, maxBuffer: 1e8 });

/** Yields batches of cases: `count` cases from a seed on, or those of a name. */
export async function* batches(size, ...which) {
  const writer = spawn("cargo", ["run", ...PACKAGE, "--", ...which.map(String)], {
    cwd: WORKSPACE,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => writer.on("exit", resolve));
  let batch = [];
  for await (const line of createInterface({ input: writer.stdout })) {
    batch.push(JSON.parse(line));
    if (batch.length === size) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length) yield batch;
  const code = await ended;
  if (code) throw new Error(`the case generator exited with ${code}`);
}
