import assert from "node:assert/strict";
import test from "node:test";
import { becomes, open, serve, shows } from "./support.mjs";

const WRONG = ".field-error";

async function start(test, options) {
  const server = await serve(test, "signup");
  const page = await open(test, server.url, options);
  if (options?.javaScriptEnabled !== false) await becomes(page, "live");
  return page;
}

async function fill(page, { name = "Grace", email = "grace@example.org", password = "a long enough one", terms = true }) {
  await page.fill("#name", name);
  await page.fill("#email", email);
  await page.fill("#password", password);
  await page.setChecked("[name=terms]", terms);
}

/** Returns what a screen reader says about a control's validity. */
const described = (page, control) =>
  page.locator(control).evaluate((control) => {
    const by = control.getAttribute("aria-describedby");
    return [control.getAttribute("aria-invalid"), by && document.getElementById(by).textContent];
  });

test("an error is shown when its field is left, until it is corrected", async (test) => {
  const page = await start(test);
  await page.locator("#email").pressSequentially("grace");
  assert.deepEqual(await described(page, "#email"), [null, null]);
  await page.locator("#password").focus();
  await shows(page, "#email-error", /^Enter an address like/);
  assert.deepEqual(await described(page, "#email"), ["true", "Enter an address like name@example.org."]);
  assert.equal(await page.getAttribute("#email-error", "role"), "alert");
  await page.locator("#email").press("End");
  await page.locator("#email").pressSequentially("@example.org");
  await page.locator("#email-error").waitFor({ state: "detached" });
  assert.deepEqual(await described(page, "#email"), [null, null]);
  assert.equal(await page.inputValue("#email"), "grace@example.org");
});

test("a password's errors are updated while typing, once the field was left", async (test) => {
  const page = await start(test);
  await page.locator("#password").pressSequentially("tea");
  await page.locator("#name").focus();
  await shows(page, WRONG, /^9 more characters/);
  await page.locator("#password").press("End");
  await page.locator("#password").pressSequentially(" and milk", { delay: 5 });
  await page.locator(WRONG).waitFor({ state: "detached" });
  assert.equal(await page.inputValue("#password"), "tea and milk");
});

test("a submitted form shows all errors", async (test) => {
  const page = await start(test);
  await page.click("form > button");
  await shows(page, "#terms-error", /consent/);
  assert.equal(await page.locator(WRONG).count(), 4);
  assert.equal(await page.locator("[aria-invalid=true]").count(), 4);

  await page.check("[value=team]");
  await shows(page, "#seats-error", /^A team has two seats/);
  await page.fill("#seats", "5");
  await fill(page, {});
  await page.check("[value=herbal]");
  await page.locator(WRONG).first().waitFor({ state: "detached" });
  await page.click("form > button");
  await shows(page, "h1", /^Welcome, Grace!$/);
});

test("an error message does not move the layout under the pointer", async (test) => {
  const page = await start(test);
  await page.locator("#email").pressSequentially("grace");
  const { x, y, width, height } = await page.locator("[value=team]").boundingBox();
  await page.mouse.move(x + width / 2, y + height / 2);
  await page.mouse.down();
  await shows(page, "#email-error", /^Enter an address/);
  await page.mouse.up();
  await page.locator("#seats").waitFor();
  assert.ok(await page.isChecked("[value=team]"));
});

test("a taken address is reported at its field until it changes", async (test) => {
  const page = await start(test);
  await fill(page, { name: "Ada", email: "Ada@example.org" });
  await page.click("form > button");
  await shows(page, "#email-error", /has an account already/);
  await page.fill("#name", "Ada L.");
  await shows(page, "#email-error", /has an account already/);
  await page.fill("#email", "lovelace@example.org");
  await page.locator(WRONG).waitFor({ state: "detached" });
  await page.click("form > button");
  await shows(page, "h1", /^Welcome, Ada L\.!$/);
});

test("without JavaScript it works and shows the same errors", async (test) => {
  const page = await start(test, { javaScriptEnabled: false });
  await fill(page, { email: "ada@example.org", password: "short", terms: false });
  await page.check("[value=team]");
  await page.check("[value=green]");
  await page.click("form > button");
  await page.locator(WRONG).first().waitFor();

  assert.deepEqual(await page.locator(WRONG).allTextContents(), [
    "7 more characters make it safe.",
    "A team has two seats or more.",
    "We need your consent.",
  ]);
  assert.deepEqual(await page.locator("[aria-invalid=true]").evaluateAll((all) => all.map(({ name }) => name)), [
    "password",
    "seats",
    "terms",
  ]);
  assert.equal(await page.inputValue("#name"), "Grace");
  assert.ok(await page.isChecked("[value=team]"));
  assert.ok(await page.isChecked("[value=green]"));
  assert.equal(await page.inputValue("#password"), "");

  await page.fill("#seats", "3");
  await fill(page, { email: "ada@example.org" });
  await page.click("form > button");
  await shows(page, WRONG, /^This address has an account already\.$/);
  assert.equal(await page.locator(WRONG).count(), 1);

  await fill(page, {});
  await page.click("form > button");
  await shows(page, "h1", /^Welcome, Grace!$/);
});

test("the page that answers a post becomes live with JavaScript", async (test) => {
  const page = await start(test);
  // A browser posts this way before the page's script has loaded.
  await page.fill("#name", "Grace");
  await page.evaluate(() => document.querySelector("form").submit());
  await shows(page, "#email-error", /^Enter an address/);
  await becomes(page, "live");
  assert.equal(await page.inputValue("#name"), "Grace");
  await fill(page, {});
  await page.click("form > button");
  await shows(page, "h1", /^Welcome, Grace!$/);
});

test("rows are added and removed while a person types in others", async (test) => {
  const page = await start(test);
  const row = (number) => page.locator(`[name="friends[${number}][email]"]`);
  const error = (number) => page.locator(`[id="friends[${number}][email]-error"]`);
  const add = page.getByRole("button", { name: "Add a friend" });
  const remove = page.getByRole("button", { name: "Remove" });
  for (const number of [0, 1, 2]) {
    await add.click();
    await row(number).waitFor();
  }
  await row(0).fill("lin");
  await row(1).fill("may");
  await error(0).waitFor();
  await row(2).evaluate((input) => (window.kept = input));
  // all that is done before the server's answer to it
  await page.evaluate(() => {
    const last = document.querySelector('[name="friends[2][email]"]');
    const type = (text) => {
      last.value += text;
      last.dispatchEvent(new InputEvent("input", { bubbles: true }));
    };
    last.focus();
    type("to");
    document.querySelector('.friends .field:nth-of-type(2) button').click();
    type("mo");
    document.querySelector(".friends > button").click();
    type("@example");
  });
  await row(3).waitFor();
  await row(1).waitFor({ state: "detached" });
  assert.deepEqual(await page.locator(".friends input").evaluateAll((all) => all.map(({ value }) => value)), ["lin", "tomo@example", ""]);
  assert.ok(await row(2).evaluate((input) => input === window.kept), "the same element");
  await shows(page, '[id="friends[0][email]-error"]', /address/);
  assert.equal(await error(3).count(), 0);
  await page.click("form > button");
  for (const number of [0, 2, 3]) await error(number).waitFor();
  await remove.last().click();
  await row(3).waitFor({ state: "detached" });
  await row(2).fill("tomo@example.org");
  await error(2).waitFor({ state: "detached" });
  assert.equal(await error(0).count(), 1);
});
