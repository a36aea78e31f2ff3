// Other scripts change the page's DOM: writes and events still reach the right nodes, and what is foreign stays.

import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { browse } from "../../../tests/browser/launch.mjs";
import { content, event, open, patched, shows } from "./live.mjs";

let browser;
let close;
before(async () => ([browser, close] = await browse()));
after(() => close());

/** Opens a live page of this view. `change` is another script's change, before anything else happens. */
async function start(test, view, change) {
  const { server, page } = await open(test, browser, view);
  const connection = await server.live();
  await shows(page, "live");
  if (change) await page.evaluate(change);
  let patches = 0;
  return {
    page,
    connection,
    patch: (body, extras = {}) => patched(page, () => connection.send([++patches, body, extras])),
    /** Clicks on an element, without a pointer, and returns the address that the page sends. */
    async click(selector) {
      await page.evaluate((selector) => document.querySelector(selector).click(), selector);
      const [number, , address] = await event(connection);
      await patched(page, () => connection.send([++patches, [], { e: number }]));
      return address;
    },
    shown: () => content(page),
  };
}

const FORM = {
  html: '<form><input><!><button id="help">h</button><button id="wipe">w</button><button id="cancel">c</button></form>',
  templates: {
    0: { map: "1 b0/1 e0/-3:click.prevent e0/-2:click.prevent S0/-2 e0/-1:click.prevent" },
    1: { map: "1 S0", tree: [["p"]] },
  },
};

test("an element that another script appends to a form redirects no button and no patch", async (test) => {
  const { click, patch, shown } = await start(test, FORM, () =>
    document.forms[0].append(document.createElement("x-note")),
  );
  assert.deepEqual(await click("#help"), [1]);
  assert.deepEqual(await click("#wipe"), [2]);
  assert.deepEqual(await click("#cancel"), [4]);
  await patch([0, { "=": [1, "no"] }, 3, "WIPE"]);
  assert.equal(
    await shown(),
    '<form><input><p>no</p><button id="help">h</button><button id="wipe">WIPE</button><button id="cancel">c</button><x-note></x-note></form>',
  );
});

const LIST = {
  html: "<ul><li>a</li><li>b</li><li>c</li><li>d</li></ul>",
  templates: { 0: { map: "1 L0:1" }, 1: { map: "1 e0:click S0", tree: [["li"]] } },
};

test("rows that another script has sorted are in the model's order after the next patch", async (test) => {
  const { click, patch, shown } = await start(test, LIST, () => {
    const ul = document.querySelector("ul");
    ul.append(ul.firstChild);
  });
  // The model does what the script has done.
  await patch([[{ ">": 1 }, { ">": 2 }, { ">": 3 }, { ">": 0 }]]);
  assert.equal(await shown(), "<ul><li>b</li><li>c</li><li>d</li><li>a</li></ul>");
  assert.deepEqual(await click("li:last-child"), [0, 0, 0]);
  await patch([[{ "-": [0] }]]);
  assert.equal(await shown(), "<ul><li>c</li><li>d</li><li>a</li></ul>");
});

test("rows that another script has sorted return when anything changes", async (test) => {
  const { page, click, patch, shown } = await start(test, LIST, () => {
    const ul = document.querySelector("ul");
    window.rows = [...ul.children];
    ul.append(...rows.reverse());
  });
  assert.deepEqual(await click("li"), [0, 3, 0]);
  await patch([[2, [1, "C"]]]);
  assert.equal(await shown(), "<ul><li>a</li><li>b</li><li>C</li><li>d</li></ul>");
  assert.equal(await page.evaluate(() => rows.every((row) => row.isConnected)), true);
});

const TEXT = { html: "<p>see x for more</p><b>1</b>", templates: { 0: { map: "2 S0 S1" } } };

test("a text that another script has split and wrapped leaves nothing behind", async (test) => {
  const { patch, shown } = await start(test, TEXT, () => {
    const [text] = document.querySelector("p").childNodes;
    const link = text.splitText(4);
    link.splitText(1);
    const a = document.createElement("a");
    link.replaceWith(a);
    a.append(link);
  });
  assert.equal(await shown(), "<p>see <a>x</a> for more</p><b>1</b>");
  await patch([1, "2"]);
  assert.equal(await shown(), "<p>see <a>x</a> for more</p><b>2</b>");
  await patch(["new"]);
  assert.equal(await shown(), "<p>new</p><b>2</b>");
});

test("a translated text is replaced when the server sets it, and others stay translated", async (test) => {
  const view = { html: "<p>one</p><p>two</p>", templates: { 0: { map: "2 S0 S1" } } };
  const { patch, shown } = await start(test, view, () => {
    for (const { firstChild } of document.querySelectorAll("p")) {
      const font = document.createElement("font");
      font.textContent = firstChild.data.toUpperCase();
      firstChild.replaceWith(font);
    }
  });
  await patch([1, "three"]);
  assert.equal(await shown(), "<p><font>ONE</font></p><p>three</p>");
});

test("a text that another script adds after the server's own stays", async (test) => {
  const { patch, shown } = await start(test, TEXT, () => document.querySelector("p").append(" *"));
  await patch(["new"]);
  assert.equal(await shown(), "<p>new *</p><b>1</b>");
});

const MODAL = {
  html: '<!--1--><div id="modal"><button>x</button></div><p>neighbour</p>',
  templates: {
    0: { map: "0.0.1 b0 e0.0.0:click" },
    1: { map: "1 e0/0*1:click S0/0*1", tree: [["div", { id: "modal" }, ["button"]]] },
  },
};

test("an element that another script has moved to the body is written, heard and removed", async (test) => {
  const { click, patch, page, shown } = await start(test, MODAL, () =>
    document.body.append(document.querySelector("#modal")),
  );
  assert.deepEqual(await click("#modal button"), [0, 0]);
  await patch([[1, "y"]]);
  assert.equal(await page.textContent("body > #modal"), "y");
  assert.deepEqual(await click("p"), [1]);
  await patch([{ "=": null }]);
  assert.equal(await shown(), "<p>neighbour</p>");
  assert.equal(await page.$("#modal"), null);
});

test("what is removed takes along what another script has moved out of it", async (test) => {
  const view = {
    html: '<!--1--><section><div id="modal">x</div></section><p>2</p>',
    templates: { 0: { map: "0.0.1 b0 S0.0.0" }, 1: { map: "1 S0/0*1", tree: [["section", ["div", { id: "modal" }]]] } },
  };
  const { page, patch, shown } = await start(test, view, () => document.body.append(document.querySelector("#modal")));
  await patch([{ "=": null }, "3"]);
  assert.equal(await shown(), "<p>3</p>");
  assert.equal(await page.$("#modal"), null);
});

test("foreign nodes between rows stay, and a copy of a row is no row", async (test) => {
  const { page, click, patch, shown } = await start(test, LIST, () => {
    const ul = document.querySelector("ul");
    ul.prepend(new Comment("/"), ul.lastChild.cloneNode(true));
    ul.children[2].before("text", document.createElement("hr"));
    ul.append(document.createElement("x-end"));
  });
  await page.evaluate(() => document.querySelector("li").click());
  assert.deepEqual(await click("li:nth-of-type(2)"), [0, 0, 0]);
  await patch([[{ "-": [0] }, 3, { "+": [["e"]] }]]);
  assert.equal(
    await shown(),
    "<ul><li>d</li>text<hr><li>b</li><li>c</li><li>d</li><x-end></x-end><li>e</li></ul>",
  );
  await patch([[{ ">": 3 }, { ">": 0 }, 1, [1, "B"]]]);
  assert.match(await shown(), /<li>e<\/li>.*<li>B<\/li><li>c<\/li><li>d<\/li>/);
});

test("own elements that another script has overwritten with copies return when they are written", async (test) => {
  const { click, patch, shown } = await start(test, FORM, () => {
    document.forms[0].innerHTML += "<x-note></x-note>";
  });
  await patch([3, "W"]);
  assert.equal(
    await shown(),
    '<form><input><button id="help">h</button><button id="wipe">W</button><button id="cancel">c</button></form>',
  );
  assert.deepEqual(await click("#wipe"), [2]);
});

test("what another script takes out of its own element stays where it puts it", async (test) => {
  const view = { html: "<p>a</p>", templates: { 0: { map: "1 S0" } } };
  const { page, patch, shown } = await start(test, view, () => {
    const box = document.createElement("x-box");
    const p = document.querySelector("p");
    box.append(document.createElement("x-note"));
    p.before(box);
    box.append(p);
  });
  await page.evaluate(() => document.body.append(document.querySelector("x-note")));
  await patch([0, "b"]);
  assert.equal(await shown(), "<x-box><p>b</p></x-box>");
  assert.equal(await page.evaluate(() => document.querySelector("x-note")?.parentNode.localName), "body");
});

test("a custom element may fill and move itself when it is inserted", async (test) => {
  const view = {
    html: "<!><b>1</b>",
    templates: { 0: { map: "0.0.1 b0 S0.0.0" }, 1: { map: "1 S0/0*2", tree: [["x-own", ["i"], ["u"]]] } },
  };
  const { page, patch, shown } = await start(test, view, () => {
    customElements.define(
      "x-own",
      class extends HTMLElement {
        connectedCallback() {
          this.isConnected && this.prepend(document.createElement("x-head"), "text");
        }
      },
    );
  });
  await patch([{ "=": [1, "in"] }]);
  await patch([[0, "IN"], "2"]);
  assert.equal(await shown(), "<x-own><x-head></x-head>text<i>IN</i><u></u></x-own><b>2</b>");
  await patch([{ "=": null }]);
  assert.equal(await shown(), "<b>2</b>");
  assert.equal(await page.$("x-own"), null);
});

test("a script that undoes each patch is not fought", async (test) => {
  const { page, patch } = await start(test, LIST, () => {
    window.rounds = 0;
    const ul = document.querySelector("ul");
    const sort = () => {
      rounds++;
      if (ul.firstChild.textContent === "a") ul.append(ul.firstChild);
    };
    new MutationObserver(sort).observe(ul, { childList: true });
    ul.append(ul.firstChild);
  });
  for (const text of ["1", "2", "3"]) await patch([[2, [1, text]]]);
  await page.evaluate(() => new Promise(requestAnimationFrame));
  // The script hears of its own change and of that of the page.
  assert.ok((await page.evaluate(() => rounds)) < 12);
});

test("a page that another script has changed before the page's own script sends nothing wrong, and is rendered again", async (test) => {
  const view = { ...FORM, nodes: 10, html: `${FORM.html}<script>document.forms[0].append(document.createElement("x-note"))</script>` };
  const { server, page } = await open(test, browser, view);
  const connection = await server.attached();
  await page.evaluate(() => {
    document.forms[0].onsubmit = () => false;
    document.querySelector("#help").click();
  });
  connection.send({ resume: { event: 0 } });
  assert.deepEqual(await connection.next(), { remount: 0 });
  const templates = {
    0: {
      ...FORM.templates[0],
      tree: [["form", ["input"], 1, ["button", { id: "help" }, "h"], ["button", { id: "wipe" }], ["button", { id: "cancel" }, "c"]]],
    },
  };
  await patched(page, () => connection.send({ mount: { session: "s1", patch: 1, event: 0, templates, view: [0, null, "w"] } }));
  await page.evaluate(() => document.querySelector("#cancel").click());
  assert.deepEqual(await event(connection), [1, 1, [4]]);
  assert.equal(connection.unread, 0);
});
