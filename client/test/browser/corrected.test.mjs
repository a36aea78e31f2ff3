import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { open, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

/** Controls whose value the browser does not take from the HTML as it is: the control, and the value that it has. */
const CORRECTED = [
  ['<input value="a&#10;b">', "ab"],
  ['<input type="color">', "#000000"],
  ['<input type="color" value="red">', ["#000000", "#ff0000"]],
  ['<input type="range">', "50"],
  ['<input type="range" min="0" max="10" step="4" value="11">', "8"],
  ['<input type="number" value="tea">', ""],
  ['<input type="date" value="tomorrow">', ""],
  ['<input type="datetime-local" value="2026-01-01 10:00:00">', "2026-01-01T10:00"],
  ['<input type="email" value=" ada@example.org ">', "ada@example.org"],
  ["<textarea>a&#13;b</textarea>", "a\nb"],
  ['<select><option selected value="1">1</option><option selected value="2">2</option></select>', "2"],
  ['<select><option disabled value="1">1</option><option value="2">2</option></select>', "2"],
];

test("a value that the browser corrects is not reported, and the server's next value is shown", async (test) => {
  const { server, page } = await open(test, browser, {
    html: `${CORRECTED.map(([html]) => html).join("")}<p>0</p><form><input value="a&#10;b"></form>`,
    templates: {
      0: {
        map: `${CORRECTED.length + 2} ${CORRECTED.map((_, at) => `e${at}:input e${at}:change`).join(" ")} p0:value S${CORRECTED.length} e${CORRECTED.length + 1}:input.form`,
      },
    },
  });
  const connection = await server.live();
  const values = await page.evaluate((count) => [...root.children].slice(0, count).map(({ value }) => value), CORRECTED.length);
  for (const [at, [html, expected]] of CORRECTED.entries()) assert.ok([expected].flat().includes(values[at]), `${html}: ${values[at]}`);
  await page.evaluate(() => dispatchEvent(new Event("pageshow")));
  assert.deepEqual(await connection.pings.next(), { ping: 0 });
  assert.equal(connection.unread, 0);
  connection.send({ pong: 0 });
  const slot = 2 * CORRECTED.length;
  await patched(page, () => connection.send([1, [slot, "c", "1"]]));
  assert.equal(await page.inputValue("input"), "c");
  // the first event
  await page.locator("input").first().press("x");
  assert.deepEqual((await connection.next()).slice(0, 3), [1, 1, [0]]);
});
