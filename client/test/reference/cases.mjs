// One named case for each rule of docs/protocol.md's layout, for `docs/golden/layout.json`.
// `view` says the same in the words of `html!`, for a reader and for the Rust side.

import { branch, element, handler, list, row, slot, template, value } from "./layout.mjs";

const text = value({ text: true });
const arm = (template, ...values) => ({ template, values });
const rows = (...rows) => rows.map((values, key) => ({ key, values }));

const bold = template(element("b", {}, text));
const words = template("so ", text);

export const cases = [
  {
    name: "the dashboard's figures",
    view: `<h1>"Sales"</h1> <h2>{a}</h2> <h2>{b}</h2> <button on:click={E}>"Refresh"</button>`,
    template: template(
      element("h1", {}, "Sales"),
      element("h2", {}, text),
      element("h2", {}, text),
      element("button", { "on:click": handler() }, "Refresh"),
    ),
    models: [["92", "5.0"], ["", "5.0"]],
  },
  {
    name: "values between texts",
    view: `<p>"Like " {a} {b} "!"</p>`,
    template: template(element("p", {}, "Like ", text, text, "!")),
    models: [["7", "x"], ["", ""]],
  },
  {
    name: "a value at the root",
    view: `{a} <i>"x"</i>`,
    template: template(text, element("i", {}, "x")),
    models: [["a"], [""], [null], [arm(bold, "y")]],
  },
  {
    name: "a value alone",
    view: `<p>{a}</p>`,
    template: template(element("p", {}, text)),
    models: [["a"], [""], [null], [arm(bold, "y")], [arm(words, "it is")], [{ html: "<u>z</u>" }]],
  },
  {
    name: "attributes, properties and handlers before children",
    view: `<form on:submit={S}> <input type="text" value={v} on:input.stop={I}/> <label title={t} class="l">{a}</label> </form>`,
    template: template(
      element(
        "form",
        { "on:submit": handler() },
        element("input", { type: "text", value: slot.property, "on:input": handler("stop") }),
        element("label", { title: slot.attribute, class: "l" }, text),
      ),
    ),
    models: [["typed", "t", "a"], [null, null, ""], ["", true, "a"]],
  },
  {
    name: "a text area and a title",
    view: `<textarea value={v}></textarea> <title>{t}</title>`,
    template: template(element("textarea", { value: slot.property }), element("title", {}, text)),
    models: [["\nfirst", "a & b"], [null, null]],
  },
  {
    name: "a leading newline",
    view: `<pre>{a}</pre>`,
    template: template(element("pre", {}, text)),
    models: [["\nx"], ["x\r\ny"]],
  },
  {
    name: "a branch among others",
    view: `<p>"a" if b { <b>{x}</b> } else if c { "so " {x} } "z" <i>{y}</i></p>`,
    template: template(element("p", {}, "a", branch(bold, words), "z", element("i", {}, text))),
    models: [[arm(bold, "x"), "y"], [arm(words, "x"), "y"], [null, "y"]],
  },
  {
    name: "a list alone",
    view: `<ul>for x in xs { <li on:click={E}>{x}</li> }</ul>`,
    template: template(element("ul", {}, list(row(element("li", { "on:click": handler() }, text))))),
    models: [[rows(["a"], ["b"])], [[]]],
  },
  {
    name: "lists beside each other",
    view: `<ul>for x in xs { <li>{x}</li> } <hr/> for y in ys { {y} <br/> } <i>{z}</i></ul>`,
    template: template(
      element(
        "ul",
        {},
        list(row(element("li", {}, text))),
        element("hr"),
        list(row(text, element("br"))),
        element("i", {}, text),
      ),
    ),
    models: [[rows(["a"], ["b"]), rows(["c"]), "z"], [[], [], ""]],
  },
  {
    name: "a list at the root",
    view: `for x in xs { <dt>{x.0}</dt> <dd>{x.1}</dd> } "end"`,
    template: template(list(row(element("dt", {}, text), element("dd", {}, text))), "end"),
    models: [[rows(["a", "b"], ["c", "d"])], [[]]],
  },
  {
    name: "rows that begin and end in texts",
    view: `<p>"a" for x in xs { {x.0} " is " {x.1} }</p>`,
    template: template(element("p", {}, "a", list(row(text, " is ", text)))),
    models: [[rows(["a", "b"], ["", "d"])]],
  },
  {
    name: "a list in a list",
    view: `<p>for x in xs { for y in x.ys { {y} } <br/> }</p>`,
    template: template(element("p", {}, list(row(list(row(text)), element("br"))))),
    models: [[rows([rows(["a"], ["b"])], [[]])]],
  },
  {
    name: "rows that are a branch",
    view: `<p>for x in xs { if x.bold { <b>{x.a}</b> } else { "so " {x.a} } }</p>`,
    template: template(element("p", {}, list(row(branch(bold, words))))),
    models: [[rows([arm(bold, "a")], [arm(words, "b")], [null])]],
  },
  {
    name: "drawings",
    view: `<svg viewBox="0 0 9 9">for x in xs { <circle r={x}/> } <foreignObject><p>{a}</p></foreignObject></svg>`,
    template: template(
      element(
        "svg",
        { viewBox: "0 0 9 9" },
        list(row(element("circle", { r: slot.attribute }))),
        element("foreignObject", {}, element("p", {}, text)),
      ),
    ),
    models: [[rows(["1"], ["2"]), "a"]],
  },
];
