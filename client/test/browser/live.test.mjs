import assert from "node:assert/strict";
import test, { before, after } from "node:test";
import { browse, needs } from "../../../tests/browser/launch.mjs";
import { content, event, open as openPage, patched, serve, shows } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

const FORM = {
  html: '<h1>0</h1><input id="name" value="first"><button>Add</button><p>Like <!>7</p>',
  templates: { 0: { map: "4 S0 p1:value e1:input e2:click s3/2" } },
};

const open = (test, view = FORM) => openPage(test, browser, view);

test("adoption replaces no node, loses no text, and sends only the attach and typed text", async (test) => {
  let release;
  const server = await serve(test, { ...FORM, script: new Promise((resolve) => (release = resolve)) });
  const page = await browser.newPage();
  test.after(() => page.close());
  await page.goto(server.url, { waitUntil: "commit" });
  await page.locator("#name").pressSequentially("typed ");
  await page.evaluate(() => {
    window.nodes = [...root.querySelectorAll("*")];
    window.changes = [];
    new MutationObserver((records) => window.changes.push(...records.map(({ type }) => type))).observe(root, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ["value", "class"],
    });
  });
  release();
  const connection = await server.attached();
  assert.deepEqual(connection.attach, { tealight: 1, session: "s1", patch: 0, event: 1 });
  connection.send({ resume: { event: 0 } });
  await shows(page, "live");
  assert.deepEqual(await connection.next(), [1, 0, [2], "typed first"]);
  assert.deepEqual(await page.evaluate(() => window.changes), []);
  await patched(page, () => connection.send([1, ["1", 4, "8"], { e: 1 }]));
  const after = await page.evaluate(() => ({
    same: [...root.querySelectorAll("*")].every((node, index) => node === window.nodes[index]),
    typed: document.querySelector("#name").value,
    focused: document.activeElement.id,
    changes: window.changes,
  }));
  assert.deepEqual(after, { same: true, typed: "typed first", focused: "name", changes: ["characterData", "characterData"] });
  assert.equal(await content(page), '<h1>1</h1><input id="name" value="first"><button>Add</button><p>Like 8</p>');
});

test("a page of an unsupported version reloads, unless it has just loaded", async (test) => {
  for (const [age, loads] of [
    [40_000, 2],
    [1_000, 1],
  ]) {
    const server = await serve(test, FORM);
    const page = await browser.newPage();
    test.after(() => page.close());
    await page.addInitScript((age) => (performance.now = () => age), age);
    await page.goto(server.url);
    const connection = await server.attached();
    const lost = page.waitForFunction(() => document.querySelector("[data-tealight=lost]"));
    connection.close(4406);
    if (loads > 1) await server.attached();
    else await lost;
    assert.equal(server.loads, loads);
    lost.catch(() => {});
  }
});

test("events made before the connection is open are sent when it is", async (test) => {
  const { server, page } = await open(test);
  const connection = await server.attached();
  await page.click("button");
  await page.locator("#name").fill("x");
  connection.send({ resume: { event: 0 } });
  assert.deepEqual(await event(connection), [1, 0, [3]]);
  assert.deepEqual(await connection.next(), [2, 0, [2], "x"]);
});

test("nothing is lost or repeated when the server goes away and comes back", async (test) => {
  const { server, page } = await open(test);
  const first = await server.live();
  await page.click("button");
  assert.deepEqual(await event(first), [1, 0, [3]]);
  await patched(page, () => first.send([1, ["1"], { e: 1 }]));
  await page.click("button");
  assert.deepEqual(await event(first), [2, 1, [3]]);
  // Close at once, before the page can connect again.
  await page.evaluate(() => {
    const typed = () => {
      if (root.dataset.tealight !== "lost") return;
      const input = document.querySelector("#name");
      input.value = "meanwhile";
      input.dispatchEvent(new Event("input", { bubbles: true }));
    };
    new MutationObserver(typed).observe(root, { attributeFilter: ["data-tealight"] });
  });
  first.close(1012);
  const second = await server.attached();
  assert.deepEqual(second.attach, { tealight: 1, session: "s1", patch: 1, event: 3 });
  second.send({ resume: { event: 1 } });
  await shows(page, "live");
  assert.deepEqual(await event(second), [2, 1, [3]]);
  assert.deepEqual(await second.next(), [3, 1, [2], "meanwhile"]);
  await patched(page, () => second.send([2, ["2"], { e: 3 }]));
  assert.match(await content(page), /<h1>2<\/h1>/);
});

test("a page whose session has ended shows a new session", async (test) => {
  const { server, page } = await open(test);
  const connection = await server.attached();
  await patched(page, () =>
    connection.send({
      mount: {
        session: "s2",
        patch: 1,
        event: 0,
        templates: {
          0: { map: "2 e0:click S0 L1:1", tree: [["button"], ["ul", { class: "new" }]] },
          1: { map: "1 e0:click S0", tree: [["li"]] },
        },
        view: [0, "Go", [["a"], ["b"]]],
      },
    }),
  );
  await shows(page, "live");
  assert.equal(await content(page), '<button>Go</button><ul class="new"><li>a</li><li>b</li></ul>');
  await page.click("li:nth-child(2)");
  assert.deepEqual(await event(connection), [1, 1, [2, 1, 0]]);
});

test("a page that cannot apply a patch asks for a full render and recovers", async (test) => {
  const row = "<tr><td>a</td><td>b</td></tr>";
  const { server, page } = await open(test, {
    html: `<table><tbody>${row}${row}</tbody></table>`,
    templates: { 0: { map: "1 L0/0*1:1" }, 1: { map: "1 S0/0*2 S0/1*2" } },
  });
  const connection = await server.live();
  await patched(page, () => connection.send([1, [[["A"]]]]));
  assert.match(await content(page), /<td>A<\/td>/);
  // The list has no row 7.
  connection.send([2, [[7, ["B"]]]]);
  assert.deepEqual(await connection.next(), { remount: 1 });
  connection.send([3, [[1, ["C"]]]]);
  await patched(page, () =>
    connection.send({
      mount: {
        session: "s1",
        patch: 4,
        event: 0,
        templates: {
          0: { map: "1 L0/0*1:1", tree: [["table", ["tbody"]]] },
          1: { map: "1 S0/0*2 S0/1*2", tree: [["tr", ["td"], ["td"]]] },
        },
        view: [0, [["A", "b"], ["C", "b"]]],
      },
    }),
  );
  await patched(page, () => connection.send([5, [[1, [1, "D"]]]]));
  assert.equal(
    await content(page),
    "<table><tbody><tr><td>A</td><td>b</td></tr><tr><td>C</td><td>D</td></tr></tbody></table>",
  );
  assert.equal(connection.unread, 0);
});

test("a page that asks for full renders again and again slows down, and says so once", async (test) => {
  const server = await serve(test, FORM);
  const page = await browser.newPage();
  test.after(() => page.close());
  const warnings = [];
  const warned = page.waitForEvent("console", (message) => message.type() === "warning");
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await page.addInitScript(() => {
    const later = setTimeout;
    window.waits = [];
    window.forget = [];
    window.setTimeout = (act, wait) => {
      if (wait === 60_000) return forget.push(act);
      // Other timers of the page have other times.
      const isWait = [375, 562.5, 843.75, 1265.625].includes(wait);
      if (isWait) waits.push(wait);
      return later(act, isWait ? 0 : wait);
    };
  });
  await page.goto(server.url);
  const connection = await server.live();
  const templates = { 0: { ...FORM.templates[0], tree: [["h1"], ["input"], ["button"], ["p", "Like ", 1, 1]] } };
  const mount = (patch) => ({ mount: { session: "s1", patch, event: 0, templates, view: [0, "a", "b", "c"] } });
  let number = 0;
  const ask = async () => {
    // The template has no such slot.
    connection.send([++number, [99, "x"]]);
    assert.deepEqual(await connection.next(), { remount: number - 1 });
    await patched(page, () => connection.send(mount(number)));
  };
  for (let times = 0; times < 5; times++) await ask();
  assert.deepEqual(await page.evaluate(() => waits.splice(0)), [375, 562.5, 843.75, 1265.625]);
  await warned;
  assert.equal(warnings.length, 1);
  assert.match(warnings[0], /full renders again and again/);
  await page.evaluate(() => forget.splice(0).forEach((act) => act()));
  await ask();
  assert.deepEqual(await page.evaluate(() => waits), []);
});

test("a translated text is replaced by the next value", async (test) => {
  const { server, page } = await open(test);
  const connection = await server.live();
  await patched(page, () => connection.send([1, ["1"]]));
  await page.evaluate(() => {
    const font = document.createElement("font");
    font.textContent = "eins";
    root.querySelector("h1").firstChild.replaceWith(font);
  });
  await patched(page, () => connection.send([2, ["2"]]));
  assert.match(await content(page), /<h1>2<\/h1>/);
});

for (const [policies, change] of [
  ["trusted-types 'none'", [[{ "+": [["c"]] }], { "=": [2, "late"] }]],
  ["trusted-types tealight", [1, { "=": { html: "<i>trusted</i>" } }]],
]) {
  test(`keeps to a strict content security policy: ${policies}`, async (test) => {
    const server = await serve(test, {
      html: "<ul><li>a</li></ul><!>",
      templates: { 0: { map: "1.1.0 L0:1 s1" }, 1: { map: "1 S0" } },
      csp: `default-src 'self'; script-src 'self'; require-trusted-types-for 'script'; ${policies}`,
    });
    const page = await browser.newPage();
    test.after(() => page.close());
    await page.addInitScript(() => {
      window.violations = [];
      addEventListener("securitypolicyviolation", ({ violatedDirective }) => window.violations.push(violatedDirective), true);
    });
    await page.goto(server.url);
    const connection = await server.live();
    const t = { 1: { tree: [["li", { class: "new" }]] }, 2: { map: "1 S0", tree: [["b"]] } };
    await patched(page, () => connection.send([1, change, { t }]));
    assert.match(await content(page), /<li class="new">c<\/li>.*<b>late<\/b>|<i>trusted<\/i>/);
    // Styles and images are the application's; scripts and sinks are the client's.
    assert.deepEqual((await page.evaluate(() => window.violations)).filter((name) => /script|trusted/.test(name)), []);
  });
}

test("a moved row keeps the focus and the typed text", async (test) => {
  const { server, page } = await open(test, {
    html: '<ul><li><input id="a"></li><li><input id="b"></li><li><input id="c"></li></ul>',
    templates: { 0: { map: "1 L0:1" }, 1: { map: "1 e0/0*1:input" } },
  });
  const connection = await server.live();
  await page.locator("#c").fill("typed");
  assert.deepEqual(await connection.next(), [1, 0, [0, 2, 0], "typed"]);
  await patched(page, () => connection.send([1, [[{ ">": 2 }]]]));
  const ids = await page.evaluate(() => [...root.querySelectorAll("input")].map(({ id }) => id));
  assert.deepEqual(ids, ["c", "a", "b"]);
  await page.keyboard.type("!");
  assert.deepEqual(await connection.next(), [2, 1, [0, 2, 0], "typed!"]);
});

test("an equal value does not move the caret, and a different one is set", async (test) => {
  const { server, page } = await open(test);
  const connection = await server.live();
  await page.locator("#name").fill("hello");
  await page.keyboard.press("Home");
  await patched(page, () => connection.send([1, [1, "hello"]]));
  assert.equal(await page.evaluate(() => document.querySelector("#name").selectionStart), 0);
  await patched(page, () => connection.send([2, [1, null], { e: 1 }]));
  assert.equal(await page.inputValue("#name"), "");
});

test("a select's value is set after its options have changed", async (test) => {
  const { server, page } = await open(test, {
    html: "<select><option>a</option></select><template><b>x</b></template><!>",
    templates: { 0: { map: "2.1.0 p0:value L0:1 s2" }, 1: { map: "1 S0" } },
  });
  const connection = await server.live();
  const t = { 1: { tree: [["option"]] }, 2: { map: "2", tree: [["template", { id: "t" }, ["b", "x"]], ["hr"]] } };
  await patched(page, () => connection.send([1, ["c", [1, { "+": [["b"], ["c"]] }], { "=": [2] }], { t }]));
  assert.equal(await page.inputValue("select"), "c");
  assert.equal(await page.evaluate(() => document.querySelector("#t").content.textContent), "x");
});

test("a form resets to the server's last values", async (test) => {
  const { server, page } = await open(test, {
    html:
      '<form><input value="a"><input type="checkbox"><textarea>a</textarea>' +
      "<select><option>a</option><option selected>b</option><option>c</option></select></form><!>",
    templates: {
      0: { map: "1.5.0 p0/0*4:value p0/1*4:checked p0/2*4:value p0/3*4/1*3:selected p0/3*4/2*3:selected s1" },
    },
  });
  const connection = await server.live();
  const state = () =>
    page.evaluate(() => [...document.forms[0].elements].map((it) => (it.type === "checkbox" ? it.checked : it.value)));
  await patched(page, () => connection.send([1, ["b", true, "b", null, true]]));
  assert.deepEqual(await state(), ["b", true, "b", "c"]);
  await page.fill("textarea", "typed");
  await page.selectOption("select", "a");
  await page.uncheck("input[type=checkbox]");
  await page.evaluate(() => document.forms[0].reset());
  assert.deepEqual(await state(), ["b", true, "b", "c"]);
});

test("several roots of one page are live independently", async (test) => {
  const block = JSON.stringify({ tealight: 1, session: "s0", templates: { 0: { map: "2 S0 e1:click" } } });
  const { server, page } = await open(test, {
    html:
      `<p>a</p><button>a</button></div><script type="application/json">${block}</script>` +
      '<hr><div id="other" data-tealight="connecting"><p>b</p><button>b</button>',
    templates: { 0: { map: "2 S0 e1:click" } },
  });
  const connections = [await server.live(), await server.live()];
  const of = (session) => connections.find(({ attach }) => attach.session === session);
  await page.waitForFunction(() => document.querySelectorAll("[data-tealight=live]").length === 2);
  of("s0").send([1, ["A"]]);
  of("s1").send([1, ["B"]]);
  of("s1").send([2, ["C"]]);
  await page.waitForFunction(() => [...document.querySelectorAll("p")].map((p) => p.textContent).join("") === "AC");
  await page.click("#root button");
  await page.click("#other button");
  assert.deepEqual(await event(of("s0")), [1, 1, [1]]);
  assert.deepEqual(await event(of("s1")), [1, 2, [1]]);
});

test("a page from the back/forward cache continues", needs("pageCache"), async (test) => {
  const [browser, close] = await browse({ backForwardCache: true });
  test.after(close);
  const server = await serve(test, FORM);
  const page = await browser.newPage();
  await page.goto(server.url);
  const first = await server.live();
  await patched(page, () => first.send([1, ["1"]]));
  await page.fill("#name", "typed");
  await first.next();
  first.send({ event: 1 });
  await page.goto("about:blank");
  // The page has checked its server when it was first shown.
  while (first.pings.length) await first.pings.next();
  // Playwright's `goBack` waits for a load, which does not happen.
  await page.evaluate(() => void setTimeout(() => history.back()));
  // A websocket ends when its page is left. A stream may last: then the page only checks that its server is there.
  const lasts = process.env.TRANSPORT === "sse" ? [first.pings.next().then(() => first)] : [];
  const attached = async () => {
    const second = await server.attached();
    assert.deepEqual(second.attach, { tealight: 1, session: "s1", patch: 1, event: 1 });
    second.send({ resume: { event: 1 } });
    return second;
  };
  const line = await Promise.race([attached(), ...lasts]);
  await page.waitForFunction(() => location.href !== "about:blank");
  await patched(page, () => line.send([2, ["2"]]));
  assert.deepEqual(await page.evaluate(() => [root.querySelector("h1").textContent, document.querySelector("#name").value]), ["2", "typed"]);
  assert.equal(server.loads, 1);
});

test("properties without an HTML attribute are set at adoption", async (test) => {
  const { page } = await open(test, {
    html: '<input type="checkbox" indeterminate><input type="checkbox">',
    templates: { 0: { map: "2 p0:indeterminate p1:indeterminate" } },
  });
  await page.waitForFunction(() => document.querySelector("input").indeterminate);
  assert.deepEqual(await page.evaluate(() => [...root.children].map((box) => box.indeterminate)), [true, false]);
});

test("handlers stop propagation and prevent defaults", async (test) => {
  const { server, page } = await open(test, {
    html: '<div><button id="in">i</button><a href="#gone">a</a><form><button id="send">s</button></form><button id="stop">x</button></div>',
    templates: {
      0: { map: "1 e0:click e0/0*4:click e0/1*4:click.prevent e0/2*4:submit.prevent e0/3*4:click.stop" },
    },
  });
  const connection = await server.live();
  await page.click("#in");
  assert.deepEqual(await event(connection), [1, 0, [1]]);
  assert.deepEqual(await event(connection), [2, 0, [0]]);
  await page.click("a");
  assert.deepEqual(await event(connection), [3, 0, [2]]);
  assert.deepEqual(await event(connection), [4, 0, [0]]);
  await page.click("#stop");
  assert.deepEqual(await event(connection), [5, 0, [4]]);
  await page.click("#send");
  assert.deepEqual(await event(connection), [6, 0, [0]]);
  assert.deepEqual(await event(connection), [7, 0, [3]]);
  assert.equal(await page.evaluate(() => location.href), server.url);
});

test("a page of a person who has logged out loads itself again", async (test) => {
  const { server } = await open(test);
  (await server.live()).close(4403);
  await server.live();
  assert.equal(server.loads, 2);
});

test("an outdated page reloads once", async (test) => {
  const { server, page } = await open(test);
  (await server.attached()).close(4406);
  (await server.attached()).close(4406);
  await shows(page, "lost");
  assert.equal(server.loads, 2);
});

test("a page whose session was taken over asks for a new session", async (test) => {
  const { server } = await open(test);
  (await server.live()).close(4001);
  assert.deepEqual((await server.attached()).attach, { tealight: 1, session: "", patch: 0, event: 0 });
});

test("a text that the parser splits into several nodes is one value", async (test) => {
  const long = "x".repeat(200_000);
  const { server, page } = await open(test, {
    html: `<p>${long}</p><p>${long}<i>i</i>y</p>`,
    templates: { 0: { map: "2 S0 s1/0 s1/0.1.1" } },
  });
  const connection = await server.live();
  await patched(page, () => connection.send([1, [2, "Y"]]));
  await patched(page, () => connection.send([2, ["a", "b"]]));
  assert.equal(await content(page), "<p>a</p><p>b<i>i</i>Y</p>");
});

test("works in a browser without trusted types and without moves", async (test) => {
  const server = await serve(test, {
    html: "<ul><li>a</li><li>b</li></ul><!>",
    templates: { 0: { map: "1.1.0 L0:1 s1" }, 1: { map: "1 S0" } },
  });
  const page = await browser.newPage();
  test.after(() => page.close());
  await page.addInitScript(() => {
    delete window.trustedTypes;
    delete Element.prototype.moveBefore;
  });
  await page.goto(server.url);
  const connection = await server.live();
  await patched(page, () => connection.send([1, [[{ ">": 1 }], { "=": { html: "<i>c</i>" } }]]));
  assert.equal(await content(page), "<ul><li>b</li><li>a</li></ul><i>c</i>");
});
