import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, serve, shows } from "./support.mjs";

const SERVERS = [
  ["embed_axum", "/app/counter"],
  ["embed_hyper", "/counter"],
  ["embed_warp", "/app/counter"],
  ["embed_actix", "/app/counter"],
];

for (const [name, path, transport] of SERVERS.flatMap((server) => ["ws", "sse"].map((way) => [...server, way]))) {
  test(`${name}, ${transport}: a live page among an application's own routes, for whom its cookie names`, async (test) => {
    const server = await serve(test, name);
    const url = `http://${server.address}`;
    assert.equal(await (await fetch(url)).text(), "Hello");
    const page = await (await context(test)).newPage();
    await page.context().addCookies([{ name: "name", value: "Ada", url }]);
    const found = await complaints(page);
    await page.goto(`${url}${path}?tealight-transport=${transport}`);
    await becomes(page, "live");
    await shows(page, "h1", /^Hello Ada$/);
    const more = page.getByRole("button", { name: "One more" });
    for (let n = 0; n < 5; n++) await more.click();
    await shows(page, "output", /^5$/);
    assert.deepEqual(found, []);
  });
}

for (const [name, path] of SERVERS) {
  test(`${name}: the page and its script have paths, and nothing else below the prefix has`, async (test) => {
    const { address } = await serve(test, name);
    const at = (path) => fetch(`http://${address}${path}`, { redirect: "manual" });
    const [, script] = /<script src="([^"]+)"/.exec(await (await at(path)).text());
    for (const [path_, status] of [
      [path, 200],
      [`${path}/`, 200],
      [`${path}?page=2`, 200],
      [script, 200],
      [`${path}/other`, 404],
      [`${path}/other/`, 404],
      [`${path}/tealight`, 404],
      [`${path}/tealight/`, 404],
      [`${path}/tealight/other`, 404],
      [`${path}/tealight/other.js`, 404],
      [`${path}/tealight/other/other.js`, 404],
      [`${path}${path}`, 404],
      [`${path}feit`, 404],
      ["/other", 404],
    ])
      assert.equal((await at(path_)).status, status, path_);
  });
}
