import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { event, open as openPage, patched } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const open = async (test, view) => {
  const { server, page } = await openPage(test, browser, view);
  return { server, page, connection: await server.live() };
};

const isOpen = (page) => page.evaluate(() => document.querySelector("dialog").open);

const show = (page) => page.evaluate(() => document.querySelector("dialog").showModal());

/** A dialog with a form that has these attributes, and a button outside that tells when all before has been told. */
const dialog = (attributes) => ({
  html:
    `<dialog><form ${attributes}><input name="a" required><button id="ok">OK</button>` +
    '<button id="cancel" formmethod="dialog" formnovalidate value="no">Cancel</button>' +
    '<button id="draft" formmethod="post" formnovalidate>Draft</button></form></dialog><button id="after">After</button>',
  templates: { 0: { map: "2 e0/0:submit.prevent e1:click" } },
});

test("a button with formmethod=dialog closes the dialog, and does not submit", async (test) => {
  const { server, page, connection } = await open(test, dialog(""));
  await show(page);
  await page.click("#cancel");
  assert.equal(await isOpen(page), false);
  assert.equal(await page.evaluate(() => document.querySelector("dialog").returnValue), "no");
  await page.click("#after");
  assert.deepEqual(await event(connection), [1, 0, [1]]);
  await show(page);
  // The form is not valid.
  await page.click("#ok");
  await page.click("#draft");
  assert.deepEqual(await connection.next(), [2, 0, [0], [[["a", ""]], ""]]);
  assert.equal(await isOpen(page), true);
  assert.equal(server.loads, 1);
});

test("a form with method=dialog is sent, and closes the dialog", async (test) => {
  const { page, connection } = await open(test, dialog('method="dialog"'));
  await show(page);
  await page.fill("input", "x");
  await page.click("#ok");
  assert.deepEqual(await connection.next(), [1, 0, [0], [[["a", "x"]], ""]]);
  assert.equal(await isOpen(page), false);
  await patched(page, () => connection.send([1, [], { e: 1 }]));
  await show(page);
  await page.click("#draft");
  assert.deepEqual(await event(connection), [2, 1, [0]]);
  assert.equal(await isOpen(page), true);
});

test("a button with formaction submits to that address, after its question", async (test) => {
  const { page, connection } = await open(test, {
    html: '<form><input name="a"><button formaction="/export" formmethod="get" data-confirm="Sure?">Export</button></form><b>0</b>',
    templates: { 0: { map: "2 e0:submit.prevent e1:click" } },
  });
  let asked = 0;
  page.on("dialog", (question) => (asked++ ? question.accept() : question.dismiss()));
  await page.fill("input", "x");
  await page.click("text=Export");
  await page.click("b");
  assert.deepEqual(await event(connection), [1, 0, [1]]);
  await Promise.all([page.waitForRequest(/\/export\?a=x$/), page.click("text=Export")]);
  assert.equal(asked, 2);
});
