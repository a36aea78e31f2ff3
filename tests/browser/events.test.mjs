import assert from "node:assert/strict";
import test from "node:test";
import { becomes, complaints, context, open, serve, shows } from "./support.mjs";

async function live(test, options) {
  const server = await serve(test, "events");
  const page = await open(test, server.url, options);
  await becomes(page, "live");
  return { server, page };
}

/** Does something, then clicks on `#after`. Returns the events that the server has received by then. `type` names the event that
 * the browser fires for the act, if it may fire it after the act: as a task of its own, or with the next frame. */
async function heard(page, act, type) {
  const before = await page.locator("#heard li").count();
  if (type) {
    await page.evaluate((type) => {
      window.isFired = false;
      addEventListener(type, () => (window.isFired = true), { capture: true, once: true });
    }, type);
  }
  await act();
  if (type) await page.waitForFunction(() => window.isFired);
  await page.evaluate(() => document.querySelector("#after").click());
  await page.locator(`#heard li:nth-child(n + ${before + 1})`).filter({ hasText: /^Said\("after"\)$/ }).first().waitFor();
  const lines = await page.locator("#heard li").allTextContents();
  return lines.slice(before).filter((line) => line !== 'Said("after")');
}

const said = (...words) => words.map((word) => `Said("${word}")`);

test("clicks reach the handlers around their target", async (test) => {
  const { page } = await live(test);
  const click = (selector) => heard(page, () => page.click(selector));
  assert.deepEqual(await click("#inner"), said("inner"));
  assert.deepEqual(await click("#deep"), []);
  assert.deepEqual(await heard(page, () => page.click("#outer", { position: { x: 300, y: 5 } })), said("self"));
  assert.deepEqual(await click("#captured"), said("capture", "caught"));
  assert.deepEqual(await click("#once"), said("once"));
  assert.deepEqual(await click("#once"), []);
  assert.deepEqual(await click("#link"), said("link"));
  await page.waitForURL(/\/\?tealight/);
  assert.deepEqual(await heard(page, () => page.dblclick("#pointer"), "dblclick").then((all) => all.at(-1)), 'Said("double")');
  const menu = await heard(page, () => page.click("#pointer", { button: "right" }), "contextmenu");
  assert.deepEqual(menu.at(-1), 'Said("menu")');
});

test("a pointer event has its position and the modifier keys", async (test) => {
  const { page } = await live(test);
  await page.locator("#pointer").scrollIntoViewIfNeeded();
  const box = await page.locator("#pointer").boundingBox();
  const [line] = await heard(page, () =>
    page.click("#pointer", { position: { x: 20, y: 30 }, modifiers: ["Shift"], button: "middle" }),
  );
  const expected = { x: "20.0", y: "30.0", left: (box.x + 20).toFixed(1), button: "1", buttons: "4", shift: "true", ctrl: "false" };
  for (const [name, value] of Object.entries(expected)) assert.match(line, RegExp(`\\b${name}: ${value}\\b`), line);
  await page.hover("#wheel");
  const [turn] = await heard(page, () => page.mouse.wheel(0, 120), "wheel");
  assert.match(turn, /^Wheel\(Wheel { x: 0\.0, y: 120\.0, ctrl: false/);
});

test("key bindings match names and modifier keys", async (test) => {
  const { page } = await live(test);
  const press = (...keys) =>
    heard(page, async () => {
      for (const key of keys) await page.locator("#keys").press(key);
    });
  assert.deepEqual(await press("Enter"), said("focus", "enter"));
  assert.deepEqual(await press("Control+Enter", "s", "Control+s", "Control+Shift+s", "ArrowUp", "Shift+ArrowUp"), said("save", "save", "up"));
  assert.deepEqual(await press("Space"), said("space"));
  assert.deepEqual(await press("Escape"), said("escape"));
  const [blur, key] = await heard(page, () => page.locator("#key").press("Control+Alt+x"));
  assert.equal(blur, 'Said("blur")');
  assert.match(key, /^Key\(Key { key: "Control"/);
  const keys = await heard(page, () => page.locator("#key").press("a"));
  assert.deepEqual(keys, ['Key(Key { key: "a", code: "KeyA", repeat: false, ctrl: false, alt: false, shift: false, meta: false })']);
});

test("controls send the chosen values", async (test) => {
  const { page } = await live(test);
  assert.deepEqual(await heard(page, () => page.check("#box")), ["Flag(true)"]);
  assert.deepEqual(await heard(page, () => page.uncheck("#box")), ["Flag(false)"]);
  assert.deepEqual(await heard(page, () => page.selectOption("#one", "b")), ['Text("b")']);
  assert.deepEqual(await heard(page, () => page.selectOption("#many", ["a", "c"])), ['Chosen(["a", "c"])']);
  assert.deepEqual(await heard(page, () => page.selectOption("#many", [])), ["Chosen([])"]);
  assert.deepEqual(await heard(page, () => page.click("#details summary"), "toggle").then((all) => all.at(-1)), "Flag(true)");
  await page.evaluate(() => {
    const other = document.createElement("input");
    other.value = "pasted";
    other.style = "position: fixed; top: 0";
    document.body.append(other);
    other.focus();
    other.select();
  });
  await page.keyboard.press("Control+c");
  const paste = () => heard(page, () => page.locator("#keys").press("Control+v"), "paste");
  assert.deepEqual(await paste(), [...said("focus"), 'Text("pasted")']);
  // its data is gone when the event has run its course
  await page.evaluate(() => document.querySelector("#keys").addEventListener("paste", (event) => event.stopPropagation(), { once: true }));
  assert.deepEqual(await paste(), ['Text("pasted")']);
});

test("events of the window, the document, scrolling, media and other scripts", async (test) => {
  const { page } = await live(test);
  await page.setViewportSize({ width: 900, height: 700 });
  await shows(page, "#heard li", /^Size\(Size { width: 900\.0, height: 700\.0 }\)$/);
  const hide = () => page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  assert.deepEqual(await heard(page, hide), ["Flag(true)"]);
  const zoom = (detail) => page.evaluate((detail) => {
    document.querySelector("#custom").dispatchEvent(new CustomEvent("zoomed", { detail, bubbles: true }));
  }, detail);
  assert.deepEqual(await heard(page, () => zoom({ level: 7 })), ["Zoomed(Zoom { level: 7 })"]);
  assert.deepEqual(await heard(page, () => zoom({ level: 700 })), []);
  await page.evaluate(() => (document.querySelector("#video").muted = true));
  await shows(page, "#heard li", /^Media\(Media { time: 0\.0, duration: None, volume: 1\.0, rate: 1\.0, paused: true, muted: true }\)$/);
  await page.locator("#scroll").scrollIntoViewIfNeeded();
  await page.locator("#scroll p").nth(3).waitFor();
  await page.evaluate(() => document.querySelector("#scroll").scrollTo(0, 10));
  await shows(page, "#heard li", /^Scroll\(Scroll { left: 0\.0, top: 10\.0, width: \d+\.0, height: \d+\.0, view_width: \d+\.0, view_height: 200\.0 }\)$/);
});

test("a delayed event is sent before later events", async (test) => {
  const { page } = await live(test);
  const typed = await heard(page, () => page.locator("#slow").pressSequentially("tea"));
  assert.deepEqual(typed, ['Text("tea")']);
  const lines = await page.locator("#heard li").allTextContents();
  assert.deepEqual(lines.slice(-2), ['Text("tea")', 'Said("after")']);
  await page.locator("#slow").pressSequentially("pot");
  await page.locator("#upper").focus();
  await shows(page, "#heard li", /^Text\("teapot"\)$/);
  assert.deepEqual(await heard(page, () => page.locator("#throttled").pressSequentially("abc")), ['Text("a")', 'Text("abc")']);
});

test("a confirmation is asked before a click counts", async (test) => {
  const { page } = await live(test);
  const questions = [];
  let answer = false;
  page.on("dialog", (dialog) => {
    questions.push(dialog.message());
    return answer ? dialog.accept() : dialog.dismiss();
  });
  assert.deepEqual(await heard(page, () => page.click("#confirm")), []);
  answer = true;
  assert.deepEqual(await heard(page, () => page.click("#confirm")), said("confirmed"));
  assert.deepEqual(questions, ["Really?", "Really?"]);
});

test("a drop sends the data of the dragged element, and nothing else", async (test) => {
  const { page } = await live(test);
  const drag = (source) => heard(page, () => page.dragAndDrop(source, "#target"), "dragend");
  assert.deepEqual(await drag("#source"), ['Dropped("here", 42)']);
  assert.deepEqual(await drag("#link"), []);
});

test("clicks outside an element, and elements that scroll into view", async (test) => {
  const { page } = await live(test);
  await page.click("#open");
  await page.locator("#popup").waitFor();
  await page.click("#popup");
  await page.click("#key");
  await page.locator("#popup").waitFor({ state: "detached" });
  // The list loads more as long as its end is in view. Three rows fill it.
  await page.locator("#scroll").scrollIntoViewIfNeeded();
  await page.locator("#scroll p").nth(3).waitFor();
  const rows = await page.locator("#scroll p").count();
  await page.evaluate(() => document.querySelector("#scroll").scrollTo(0, 1e6));
  await page.locator("#scroll p").nth(rows).waitFor();
  await page.locator("#far").scrollIntoViewIfNeeded();
  await shows(page, "#far", /^true$/);
  await page.evaluate(() => scrollTo(0, 0));
  await shows(page, "#far", /^false$/);
});

for (const [name, late, delay] of [["at once", 0, 0], ["on a slow line", 300, 33]]) {
  test(`what is typed is never lost, reordered or reset: ${name}`, async (test) => {
    const server = await serve(test, "events");
    const page = await (await context(test)).newPage();
    const found = await complaints(page);
    await page.goto(server.url);
    await becomes(page, "live");
    if (late) await page.evaluate((late) => tealight.latency(late), late);
    await page.locator("#upper").focus();
    // The server replaces the typed text.
    const text = "the quick brown fox jumps over the lazy dog";
    await page.evaluate(() => {
      window.values = [];
      const field = document.querySelector("#upper");
      field.addEventListener("input", () => values.push(field.value));
    });
    await page.keyboard.type(text, { delay });
    for (const [at, value] of (await page.evaluate(() => values)).entries()) {
      assert.equal(value.toUpperCase(), text.slice(0, at + 1).toUpperCase());
    }
    await page.waitForFunction((text) => document.querySelector("#upper").value === text, text.toUpperCase());
    assert.equal(await page.evaluate(() => document.querySelector("#upper").selectionStart), text.length);
    assert.deepEqual(found, []);
  });
}

test("elements that wait for the server are marked", async (test) => {
  const { page } = await live(test);
  await page.evaluate(() => {
    tealight.latency(1000);
    window.marks = new Set();
    const note = (records) => records.forEach(({ target, attributeName: name }) => marks.add(`${name}: ${target.getAttribute(name)}`));
    const attributeFilter = ["data-tealight-pending", "data-tealight-waiting"];
    new MutationObserver(note).observe(document.body, { subtree: true, attributeFilter });
  });
  await page.click("#open");
  await page.locator("#popup").waitFor();
  await page.locator("#open:not([data-tealight-pending])").waitFor({ state: "attached" });
  await page.locator("[data-tealight]:not([data-tealight-waiting])").waitFor({ state: "attached" });
  assert.deepEqual(await page.evaluate(() => [...marks]), [
    "data-tealight-pending: click",
    "data-tealight-waiting: ",
    "data-tealight-pending: null",
    "data-tealight-waiting: null",
  ]);
});

test("a thousand quick events are each handled once, in order", async (test) => {
  const { page } = await live(test);
  const typed = await heard(page, () =>
    page.evaluate(() => {
      const field = document.querySelector("#upper");
      for (let at = 0; at < 1000; at++) {
        field.value = String(at);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }),
  );
  assert.deepEqual(typed, Array.from({ length: 1000 }, (_, at) => `Upper("${at}")`));
});

test("typed text stays and is sent to a new session", async (test) => {
  const { server, page } = await live(test);
  await page.locator("#upper").fill("tea");
  await page.locator("#slow").fill("cup");
  await page.locator("#keys").fill("of");
  await page.check("#box");
  await shows(page, "#heard li", /^Flag\(true\)$/);
  await page.locator("#upper").focus();
  await page.evaluate(() => document.querySelector("#upper").setSelectionRange(1, 2));
  await server.end();
  await becomes(page, "lost");
  await page.keyboard.type("in");
  await serve(test, "events", { listen: server.address });
  await becomes(page, "live");
  await shows(page, "#heard li", /^Upper\("TinA"\)$/);
  await shows(page, "#heard li", /^Flag\(true\)$/);
  await page.waitForFunction(() => document.querySelector("#upper").value === "TINA");
  assert.equal(await page.inputValue("#slow"), "cup");
  assert.equal(await page.inputValue("#keys"), "of");
  assert.equal(await page.evaluate(() => document.activeElement.id), "upper");
});
