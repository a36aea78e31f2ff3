// The example `watched` with a real Prometheus, which `./test` installs: the files in `ops` are right for their programs, and name only
// metrics that are documented and recorded.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { WITHIN, folder, open, serve } from "./support.mjs";

const WORKSPACE = new URL("../..", import.meta.url).pathname;
const OPS = join(WORKSPACE, "examples/watched/ops");
const KINDS = { counter: [""], gauge: [""], histogram: ["_bucket", "_sum", "_count"] };

const promtool = (...args) => execFileSync("promtool", args, { encoding: "utf8", stdio: ["pipe", "pipe", "inherit"] });

/** The documented metrics, as Prometheus names their series. */
async function documented() {
  const table = await readFile(join(WORKSPACE, "runtime/src/telemetry/metrics.md"), "utf8");
  const rows = table.matchAll(/^\| `(\w+)` \| (\w+)/gm);
  return new Set([...rows].flatMap(([, name, kind]) => KINDS[kind].map((end) => name + end)));
}

/** The queries of the dashboard, with values in place of its variables. */
async function queries() {
  const { panels } = JSON.parse(await readFile(join(OPS, "grafana.json"), "utf8"));
  const targets = panels.flatMap(({ title, targets = [] }) => targets.map(({ expr }) => ({ title, expr })));
  return targets.map(({ title, expr }) => ({
    title,
    expr: expr.replaceAll("$instance", ".*").replaceAll("$__rate_interval", "1m"),
  }));
}

async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  return port;
}

/** Asks until the answer is right. */
async function until(ask) {
  const end = Date.now() + WITHIN;
  for (;;) {
    const answer = await ask().catch(() => null);
    if (answer) return answer;
    assert.ok(Date.now() < end, "it has taken too long");
    await new Promise((resume) => setTimeout(resume, 100));
  }
}

const metricsIn = (text) => new Set(text.match(/\btealight_\w+/g));

test("Prometheus's own tool accepts its configuration, and the alerts pass their tests", () => {
  promtool("check", "config", join(OPS, "prometheus.yml"));
  promtool("test", "rules", join(OPS, "alerts_test.yml"));
});

test("the alerts and the dashboard name documented metrics only, and the dashboard nearly all", async () => {
  const known = await documented();
  const alerts = await readFile(join(OPS, "alerts.yml"), "utf8");
  const expressions = alerts.match(/expr: (?:>\n(?: {10}.*\n)+|.*\n)/g);
  const shown = metricsIn((await queries()).map(({ expr }) => expr).join("\n"));
  assert.deepEqual([...metricsIn(expressions.join("\n"))].filter((name) => !known.has(name)), []);
  assert.deepEqual([...shown].filter((name) => !known.has(name)), []);
  const missing = [...known].filter((name) => !shown.has(name) && !/_(sum|count)$/.test(name));
  assert.deepEqual(missing, []);
});

test("a real Prometheus reads the metrics, and answers each query of the dashboard", async (test) => {
  const [metrics, port, files] = [await freePort(), await freePort(), await folder()];
  const { url, address } = await serve(test, "watched", { args: ["--metrics", `127.0.0.1:${metrics}`] });
  const ours = (await readFile(join(OPS, "prometheus.yml"), "utf8"))
    .replaceAll("15s", "500ms")
    .replaceAll("alerts.yml", join(OPS, "alerts.yml"))
    .replaceAll("127.0.0.1:9000", `127.0.0.1:${metrics}`);
  const file = join(files, "prometheus.yml");
  await writeFile(file, ours);
  const options = [`--config.file=${file}`, `--storage.tsdb.path=${files}/data`, `--web.listen-address=127.0.0.1:${port}`];
  const prometheus = spawn("prometheus", [...options, "--log.level=error"], { stdio: ["ignore", "inherit", "inherit"] });
  const ended = once(prometheus, "exit");
  test.after(() => prometheus.kill("SIGKILL") && ended);
  const query = async (expr) => {
    const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(expr)}`);
    const { status, error, data } = await answer.json();
    assert.equal(status, "success", `${expr}: ${error}`);
    return data.result;
  };

  const page = await open(test, url);
  await page.click("button");
  await page.waitForFunction(() => document.querySelector("output").textContent === "1");
  // The click has a patch, and the end of its work has one together with the message.
  await until(async () => Number((await query("sum(tealight_event_to_patch_seconds_count)"))[0].value[1]) >= 2);
  const [clicks] = await query('tealight_events_total{kind="page", live_view="watched::kettle::Kettle"}');
  assert.equal(clicks.value[1], "1");
  assert.equal((await query('tealight_sessions{state="attached"}'))[0].value[1], "1");
  for (const { title, expr } of await queries()) await query(expr).catch((error) => assert.fail(`${title}: ${error}`));

  const rules = await (await fetch(`http://127.0.0.1:${port}/api/v1/rules`)).json();
  const alerts = rules.data.groups.flatMap((group) => group.rules);
  assert.deepEqual(alerts.filter(({ lastError }) => lastError), []);
  assert.deepEqual(alerts.filter(({ state }) => state !== "inactive").map(({ name }) => name), []);

  const text = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
  execFileSync("promtool", ["check", "metrics"], { input: text, stdio: ["pipe", "inherit", "inherit"] });
  const known = await documented();
  const series = text.split("\n").filter((line) => line.startsWith("tealight_")).map((line) => line.match(/^\w+/)[0]);
  assert.deepEqual([...new Set(series)].filter((name) => !known.has(name)), []);
  assert.ok(!text.includes(address), "no address of a person");
});
