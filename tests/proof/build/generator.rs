//! One shape: a function from an item to a view, and the components that it uses.
//!
//! Each element has a number of its own in `data-s`, and the roots of a row have its key in `data-k`: by
//! both, a test knows which element must still be the same after a patch. In some shapes there are no
//! numbers, so that templates with equal content are one template to the page.

use std::fmt::Write as _;

use crate::elements::{Around, FLOW, PHRASING, Place, TEXTS};
use crate::random::Random;

const VARIABLES: &[&str] = &["a", "b", "c", "d"];

pub(crate) fn shape(name: &str, seed: u64) -> String {
    let mut generator = Generator {
        random: Random::new(seed),
        name: name.to_owned(),
        functions: String::new(),
        names: 0,
        site: 0,
        budget: 26,
        bare: seed.is_multiple_of(8),
    };
    let scope = Scope { depth: 0, event: "Event", is_root: false, outer: true };
    let most = 1 + generator.random.below(4);
    let body = generator.several(Place::Flow, Around::default(), scope, most);
    let functions = generator.functions;
    format!(
        "{functions}\nfn {name}(a: &Item) -> impl View<Event> {{\n    let key = Key::default();\n    let wrap = Wrap::Not;\n    html! {{\n{body}    }}\n}}\n\n"
    )
}

/// What can be named at a place.
#[derive(Clone, Copy)]
struct Scope {
    /// The item that is shown is `VARIABLES[depth]`.
    depth: usize,
    /// The enum of events.
    event: &'static str,
    /// An element here is a root of a row.
    is_root: bool,
    /// Whether items outside of this one can be named too.
    outer: bool,
}

impl Scope {
    fn item(self) -> &'static str {
        VARIABLES[self.depth]
    }

    fn inside(self) -> Self {
        Self { is_root: false, ..self }
    }
}

struct Generator {
    random: Random,
    name: String,
    functions: String,
    names: u32,
    site: u32,
    /// Nodes to come.
    budget: i32,
    bare: bool,
}

impl Generator {
    fn fresh(&mut self) -> u32 {
        self.names += 1;
        self.names
    }

    fn one_to(&mut self, most: usize) -> usize {
        1 + self.random.below(most)
    }

    fn several(&mut self, place: Place, around: Around, scope: Scope, count: usize) -> String {
        (0..count).map(|_| self.node(place, around, scope)).collect()
    }

    fn some(&mut self, place: Place, around: Around, scope: Scope, most: usize) -> String {
        let count = self.random.below(most + 1);
        self.several(place, around, scope, count)
    }

    fn node(&mut self, place: Place, around: Around, scope: Scope) -> String {
        self.budget -= 1;
        if self.budget < 0 {
            return if place.takes_text() { self.value(scope) } else { self.leaf(place, around, scope) };
        }
        match self.random.below(100) {
            0..8 if place.takes_text() => format!("{:?} ", self.random.one(TEXTS)),
            8..24 if place.takes_text() => self.value(scope),
            24..36 => self.branch(place, around, scope),
            36..54 if scope.depth + 1 < VARIABLES.len() => self.list(place, around, scope),
            54..60 => self.optional(place, around, scope),
            60..65 => self.lazy(place, around, scope),
            65..70 => self.component(place, around, scope),
            70..74 if scope.event == "Event" => self.mapped(place, around, scope),
            74..78 if place == Place::Flow => self.slots(around, scope),
            78..80 => self.statement(place, around, scope),
            _ => self.element(place, around, scope),
        }
    }

    /// A text or a number between braces.
    fn value(&mut self, scope: Scope) -> String {
        let x = if scope.outer && self.random.percent(15) {
            VARIABLES[self.random.below(scope.depth + 1)]
        } else {
            scope.item()
        };
        let value = self.random.one(&[
            "&$.name",
            "&$.name",
            "&$.name",
            "$.note.as_str()",
            "&*$.note",
            "$.n",
            "$.n",
            "$.id",
            "$.choice",
            "$.letter",
            "$.x()",
            "$.n as i8",
            "$.n as u128",
            "$.n as f32",
            "i128::from($.n) * 1_000_000_007",
            "fixed($.x(), 2)",
            "fixed($.x(), 0)",
            "grouped($.n, ',')",
            "grouped($.id, '\u{a0}')",
            "$.tag.as_deref()",
            "$.tag.as_ref().map(|tag| tag.len())",
            "display(Pieces($))",
            "display($.flag)",
            "format_args!(\"{}:{}\", $.n, $.name)",
            "format!(\"{}{}\", $.letter, $.note)",
            "if $.flag { \"yes\" } else { \"no\" }",
            "if $.flag { &$.name } else { &$.note }",
            "$.done.then_some(\"done\")",
            "$.outcome.as_ref().map(String::as_str).map_err(|error| *error)",
            "$.outcome.as_deref().map_err(|_| html! { <em>\"no\"</em> })",
            "Box::new($.n)",
            "std::borrow::Cow::Borrowed(&*$.name)",
            "std::rc::Rc::new($.name.clone())",
            "&&$.name",
            "trusted(parts::markup($))",
            "$.flag.then(|| trusted(parts::markup($)))",
            "match &$.kind { Kind::Word(word) => word.as_str(), _ => \"\" }",
        ]);
        format!("{{{}}} ", value.replace('$', x))
    }

    /// The smallest thing that may stand here.
    fn leaf(&mut self, place: Place, around: Around, scope: Scope) -> String {
        let (tag, text) = match place {
            Place::Items => ("li", true),
            Place::Terms => (self.random.one(&["dt", "dd"]), true),
            Place::TableBody => return self.row(around, scope, 1),
            Place::TableRow => ("td", true),
            Place::Options => return self.option(scope),
            Place::Svg => ("circle", false),
            Place::Math => ("mi", true),
            Place::Flow | Place::Phrasing => ("span", true),
        };
        let attributes = self.attributes(tag, around, scope);
        let text = if text { self.value(scope) } else { String::new() };
        format!("<{tag}{attributes}>{text}</{tag}>\n")
    }

    fn element(&mut self, place: Place, around: Around, scope: Scope) -> String {
        match place {
            Place::Flow => self.flow(around, scope),
            Place::Phrasing => self.phrasing(around, scope),
            Place::Items => self.with_children("li", Place::Flow, around, scope, 3),
            Place::Terms if self.random.percent(20) => self.with_children("div", Place::Terms, around, scope, 3),
            Place::Terms => {
                let term = self.with_children("dt", Place::Phrasing, around, scope, 2);
                term + &self.with_children("dd", Place::Flow, around, scope, 2)
            }
            Place::TableBody => {
                let rows = self.one_to(2);
                (0..rows).map(|_| self.row(around, scope, 3)).collect()
            }
            Place::TableRow => {
                let tag = self.random.one(&["td", "td", "th"]);
                self.with_children(tag, Place::Flow, around, scope, 2)
            }
            Place::Options if self.random.percent(20) => {
                let attributes = self.attributes("optgroup", around, scope);
                let options = self.several(Place::Options, around, scope.inside(), 1);
                // an <optgroup> holds no other
                if options.contains("optgroup") {
                    self.option(scope)
                } else {
                    format!("<optgroup label=\"group\"{attributes}>{options}</optgroup>\n")
                }
            }
            Place::Options => self.option(scope),
            Place::Svg => self.svg(around, scope),
            Place::Math => self.math(scope),
        }
    }

    fn with_children(&mut self, tag: &str, place: Place, around: Around, scope: Scope, most: usize) -> String {
        let attributes = self.attributes(tag, around, scope);
        let children = self.some(place, around, scope.inside(), most);
        format!("<{tag}{attributes}>{children}</{tag}>\n")
    }

    fn row(&mut self, around: Around, scope: Scope, most: usize) -> String {
        let attributes = self.attributes("tr", around, scope);
        let cells = self.one_to(most);
        let cells = self.several(Place::TableRow, around, scope.inside(), cells);
        format!("<tr{attributes}>{cells}</tr>\n")
    }

    fn option(&mut self, scope: Scope) -> String {
        let mut attributes = self.own_attributes(scope);
        let x = scope.item();
        if self.random.percent(60) {
            write!(attributes, " value={{{x}.id}}").expect("a String takes all");
        }
        if self.random.percent(50) {
            write!(attributes, " selected={{{x}.flag}}").expect("a String takes all");
        }
        let text = if self.random.percent(30) { "\"Nr. \" " } else { "" };
        let value = self.value(scope);
        // an <option> holds text alone
        let value = if value.contains("html!") || value.contains("trusted") { format!("{{{x}.n}}") } else { value };
        format!("<option{attributes}>{text}{value}</option>\n")
    }

    fn flow(&mut self, around: Around, scope: Scope) -> String {
        match self.random.below(24) {
            0 | 1 => self.table(around, scope),
            2 if !around.form => {
                let attributes = self.attributes("form", around, scope);
                let event = scope.event;
                let submit = if self.random.percent(50) {
                    format!(" on:submit={{{event}::Sent}} data-submit={{wrap.sent()}}")
                } else {
                    let x = scope.item();
                    format!(" on:submit={{with({x}.id, {event}::SentIn)}} data-submit={{wrap.sent_in({x}.id)}}")
                };
                let inner = Around { form: true, ..around };
                let children = self.some(Place::Flow, inner, scope.inside(), 3);
                format!("<form{attributes}{submit}>{children}</form>\n")
            }
            3 => {
                let attributes = self.attributes("details", around, scope);
                let x = scope.item();
                let summary = self.some(Place::Phrasing, around, scope.inside(), 2);
                let children = self.some(Place::Flow, around, scope.inside(), 2);
                format!("<details open={{{x}.flag}}{attributes}><summary>{summary}</summary>{children}</details>\n")
            }
            4 => "<hr>\n".to_owned(),
            5 => {
                let attributes = self.own_attributes(scope);
                let x = scope.item();
                format!("<x-panel{attributes} name={{&{x}.name}}><b>\"fixed\"</b> \" text\"</x-panel>\n")
            }
            6 => {
                let x = scope.item();
                let attributes = self.own_attributes(scope);
                format!("<dialog open={{{x}.done}}{attributes}>{}</dialog>\n", self.value(scope.inside()))
            }
            7..17 => {
                let (tag, place) = FLOW[self.random.below(FLOW.len())];
                if tag == "pre" && self.random.percent(60) {
                    let attributes = self.attributes(tag, around, scope);
                    let first = self.random.one(&["\"\\n\" ", "\"\\n\\n \" ", "\"\\r\\n\" ", ""]);
                    let value = self.value(scope.inside());
                    return format!("<pre{attributes}>{first}{value}</pre>\n");
                }
                self.with_children(tag, place, around, scope, 4)
            }
            _ => self.phrasing(around, scope),
        }
    }

    fn table(&mut self, around: Around, scope: Scope) -> String {
        let attributes = self.attributes("table", around, scope);
        let inner = scope.inside();
        let mut table = format!("<table{attributes}>");
        if self.random.percent(25) {
            let caption = self.value(inner);
            table += &format!("<caption>{caption}</caption>");
        }
        if self.random.percent(15) {
            table += "<colgroup><col><col></colgroup>";
        }
        if self.random.percent(40) {
            let row = self.row(around, inner, 3);
            table += &format!("<thead>{row}</thead>");
        }
        for _ in 0..self.one_to(2) {
            table += &self.with_children("tbody", Place::TableBody, around, inner, 3);
        }
        table + "</table>\n"
    }

    fn phrasing(&mut self, around: Around, scope: Scope) -> String {
        let x = scope.item();
        match self.random.below(22) {
            0 if !around.link => {
                let attributes = self.attributes("a", around, scope);
                let inner = Around { link: true, ..around };
                let children = self.some(Place::Phrasing, inner, scope.inside(), 2);
                format!("<a href={{&{x}.url}}{attributes}>{children}</a>\n")
            }
            1 | 2 if !around.button => {
                let attributes = self.attributes("button", around, scope);
                let inner = Around { button: true, ..around };
                let children = self.some(Place::Phrasing, inner, scope.inside(), 2);
                format!("<button type=\"button\"{attributes}>{children}</button>\n")
            }
            3 | 4 => self.input(around, scope),
            5 => {
                let attributes = self.attributes("textarea", around, scope);
                let value = self.random.one(&["{&$.note}", "{&$.name}", "{$.n}", "\"\\nfixed\\n\""]).replace('$', x);
                format!("<textarea{attributes}>{value}</textarea>\n")
            }
            6 => {
                let attributes = self.attributes("select", around, scope);
                let children = self.some(Place::Options, around, scope.inside(), 3);
                format!("<select{attributes}>{children}</select>\n")
            }
            7 | 8 => {
                let attributes = self.attributes("svg", around, scope);
                let children = self.some(Place::Svg, around, scope.inside(), 3);
                format!("<svg viewBox=\"0 0 10 10\"{attributes}>{children}</svg>\n")
            }
            9 => {
                let attributes = self.own_attributes(scope);
                let children = self.some(Place::Math, around, scope.inside(), 3);
                format!("<math{attributes}>{children}</math>\n")
            }
            10 => "<br>\n".to_owned(),
            11 => {
                let attributes = self.attributes("x-dot", around, scope);
                format!("<x-dot{attributes}></x-dot>\n")
            }
            12 => {
                let attributes = self.attributes("progress", around, scope);
                format!("<progress max=\"9\" value={{{x}.choice}}{attributes}></progress>\n")
            }
            _ => {
                let tag = self.random.one(PHRASING);
                self.with_children(tag, Place::Phrasing, around, scope, 3)
            }
        }
    }

    fn input(&mut self, around: Around, scope: Scope) -> String {
        let attributes = self.attributes("input", around, scope);
        let x = scope.item();
        let own = self.random.one(&[
            " value={&$.note}",
            " value={$.tag.as_deref()}",
            " type=\"text\" value={$.n}",
            " type=\"checkbox\" checked={$.flag}",
            " type=\"checkbox\" checked={$.done} value={$.tag.as_deref()}",
            " type=\"checkbox\" indeterminate={$.flag}",
            " type=\"number\" value={$.n}",
            " type=\"hidden\" value={&$.name}",
            " type=\"range\" value={$.choice}",
            " disabled={$.flag} required readonly={$.done}",
            " placeholder={&$.name} maxlength={$.choice}",
        ]);
        let own = own.replace('$', x);
        let event = scope.event;
        let handlers = match self.random.below(4) {
            0 => format!(" on:input={{{event}::Typed}} data-input={{wrap.typed()}}"),
            1 => format!(
                " on:input={{with(({x}.id, {x}.choice), {event}::TypedIn)}} data-input={{wrap.typed_in(({x}.id, {x}.choice))}}"
            ),
            2 => {
                let site = self.fresh();
                let hit = format!("{event}::Hit({site}, {x}.id, {x}.n)");
                format!(" on:change={{{hit}}} data-change={{wrap.of(&{hit})}}")
            }
            _ => String::new(),
        };
        format!("<input{own}{handlers}{attributes}>\n")
    }

    fn svg(&mut self, around: Around, scope: Scope) -> String {
        let x = scope.item();
        match self.random.below(8) {
            0 | 1 => self.with_children("g", Place::Svg, around, scope, 3),
            2 => {
                let attributes = self.own_attributes(scope);
                format!("<circle r={{{x}.choice}} cx=\"1\"{attributes}/>\n")
            }
            3 => {
                let attributes = self.own_attributes(scope);
                let value = self.value(scope.inside());
                format!("<text x=\"1\"{attributes}>{value}</text>\n")
            }
            4 => {
                let attributes = self.own_attributes(scope);
                format!(
                    "<path d={{format_args!(\"M0 0L{{}} {{}}\", {x}.id, {x}.choice)}} pathLength={{{x}.choice}}{attributes}/>\n"
                )
            }
            5 => {
                let attributes = self.attributes("foreignObject", around, scope);
                let children = self.some(Place::Flow, around, scope.inside(), 2);
                format!("<foreignObject{attributes}>{children}</foreignObject>\n")
            }
            6 => {
                let attributes = self.own_attributes(scope);
                format!(
                    "<linearGradient gradientUnits=\"userSpaceOnUse\"{attributes}><stop offset={{{x}.choice}}/></linearGradient>\n"
                )
            }
            _ => {
                let attributes = self.own_attributes(scope);
                format!("<rect{attributes}><title>{{{x}.n}}</title></rect>\n")
            }
        }
    }

    fn math(&mut self, scope: Scope) -> String {
        let attributes = self.own_attributes(scope);
        match self.random.below(4) {
            0 => {
                let children = self.some(Place::Math, Around::default(), scope.inside(), 3);
                format!("<mrow{attributes}>{children}</mrow>\n")
            }
            1 => format!("<mfrac{attributes}><mn>\"1\"</mn><mn>{{{}.n}}</mn></mfrac>\n", scope.item()),
            _ => {
                let tag = self.random.one(&["mi", "mn", "mo", "mtext"]);
                let value = self.text_only(scope.inside());
                format!("<{tag}{attributes}>{value}</{tag}>\n")
            }
        }
    }

    /// A value that has no elements.
    fn text_only(&mut self, scope: Scope) -> String {
        let value = self.value(scope);
        if value.contains("html!") || value.contains("trusted") { format!("{{{}.n}}", scope.item()) } else { value }
    }

    /// Its number, and the row's key.
    fn own_attributes(&mut self, scope: Scope) -> String {
        self.site += 1;
        let mut attributes = String::new();
        if self.bare {
            return attributes;
        }
        write!(attributes, " data-s=\"{}\"", self.site).expect("a String takes all");
        if scope.is_root || self.random.percent(15) {
            attributes += " data-k={key}";
        }
        attributes
    }

    fn attributes(&mut self, tag: &str, _around: Around, scope: Scope) -> String {
        let mut attributes = self.own_attributes(scope);
        let x = scope.item();
        const ALL: &[&str] = &[
            "title={&$.name}",
            "title={$.tag.as_deref()}",
            "title=\"fixed & \\\"quoted\\\" <b>\"",
            "class={&$.name}",
            "class={[(\"one\", $.flag), (\"two three\", $.done)]}",
            "class={[(\"one\", true), (&*$.name, $.done)]}",
            "class={$.tag.as_deref()}",
            "class=\"wide row\"",
            "style={[(\"width\", format_args!(\"{}px\", $.id)), (\"color\", format_args!(\"{}\", $.note))]}",
            "style={[(\"--x\", $.tag.as_deref()), (\"margin\", Some(\"0\"))]}",
            "hidden={$.flag}",
            "hidden",
            "lang={$.flag.then_some(\"de\")}",
            "dir=\"rtl\"",
            "data-x={$.done}",
            "data-y={$.n}",
            "data-z={$.outcome.as_ref().ok()}",
            "aria-label={&$.note}",
            "aria-hidden={$.flag}",
            "aria-busy={$.done.then_some(true)}",
            "draggable={$.flag}",
            "spellcheck={$.done}",
            "tabindex={$.n as i8}",
            "role=\"group\"",
        ];
        let mut seen = Vec::new();
        for _ in 0..self.random.below(3) {
            let attribute = self.random.one(ALL);
            let name = attribute.split('=').next().unwrap_or_default();
            if !seen.contains(&name) {
                seen.push(name);
                attributes.push(' ');
                attributes += &attribute.replace('$', x);
            }
        }
        if self.random.percent(25) && !matches!(tag, "tr" | "optgroup") || tag == "button" {
            let event = scope.event;
            let site = self.fresh();
            let hit = match self.random.below(3) {
                0 => format!("{event}::Hit({site}, 0, 0)"),
                1 => format!("{event}::Hit({site}, {x}.id, 0)"),
                _ => format!("{event}::Hit({site}, {x}.id, {x}.n)"),
            };
            let kind = self.random.one(&["click", "click", "click", "focus", "mouseenter"]);
            let modifier = self.random.one(&["", "", ".stop", ".prevent"]);
            write!(attributes, " on:{kind}{modifier}={{{hit}}} data-{kind}={{wrap.of(&{hit})}}")
                .expect("a String takes all");
        }
        attributes
    }

    fn branch(&mut self, place: Place, around: Around, scope: Scope) -> String {
        let x = scope.item();
        let arm = |generator: &mut Self| generator.some(place, around, scope, 2);
        match self.random.below(7) {
            0 => format!("if {x}.flag {{ {} }}\n", arm(self)),
            1 => format!("if {x}.flag {{ {} }} else {{ {} }}\n", arm(self), arm(self)),
            2 => format!(
                "if {x}.flag {{ {} }} else if {x}.n > 3 {{ {} }} else {{ {} }}\n",
                arm(self),
                arm(self),
                arm(self)
            ),
            3 => {
                let name = format!("tag{}", self.fresh());
                let shown = self.shown(place, scope, &name);
                format!("if let Some({name}) = &{x}.tag {{ {shown}{} }} else {{ {} }}\n", arm(self), arm(self))
            }
            4 => {
                let name = format!("tag{}", self.fresh());
                let shown = self.shown(place, scope, &name);
                format!(
                    "if let Some({name}) = &{x}.tag && {x}.done {{ {shown} }} else if let Ok({name}) = &{x}.outcome {{ {shown} }} else {{ {} }}\n",
                    arm(self)
                )
            }
            5 => {
                let word = format!("word{}", self.fresh());
                let shown = self.shown(place, scope, &word);
                let pair = self.shown(place, scope, "(x + y)");
                let many = if place.takes_text() { "for i in all { {i} \", \" }".to_owned() } else { arm(self) };
                format!(
                    "match &{x}.kind {{\nKind::Word({word}) if {word}.is_empty() => {{ {} }}\nKind::Word({word}) => {{ {shown}{} }}\nKind::Pair {{ x, y }} => {{ {pair} }}\nKind::Many(all) => {{ {many} }}\nKind::Nothing => {{}}\n}}\n",
                    arm(self),
                    arm(self)
                )
            }
            _ => format!(
                "match {x}.choice {{ 0 => {{ {} }} 1 | 2 => {{ {} }} n if n % 2 == 0 => {{ {} }} _ => {{}} }}\n",
                arm(self),
                arm(self),
                arm(self)
            ),
        }
    }

    /// A name that a pattern has bound, where text may stand.
    fn shown(&mut self, place: Place, scope: Scope, name: &str) -> String {
        match place {
            Place::Items => format!("<li{}>{{{name}}}</li>", self.own_attributes(scope)),
            Place::TableRow => format!("<td{}>{{{name}}}</td>", self.own_attributes(scope)),
            _ if place.takes_text() => format!("{{{name}}} "),
            _ => String::new(),
        }
    }

    fn list(&mut self, place: Place, around: Around, scope: Scope) -> String {
        let x = scope.item();
        let row = VARIABLES[scope.depth + 1];
        let inner = Scope { depth: scope.depth + 1, is_root: true, ..scope };
        let rows = self.random.one(&[
            "&$.items",
            "&$.items",
            "&$.items",
            "&$.others",
            "$.items.iter().rev()",
            "$.items.iter().filter(|row| row.flag)",
            "$.items.iter().take(3)",
            "$.items.iter().chain(&$.others)",
        ]);
        let rows = rows.replace('$', x);
        if self.random.percent(8) {
            // rows without a slot
            let body = match place {
                Place::Flow => self.random.one(&["<hr>", "\"row \"", "<p>\"row\"</p> \"and\"", "\"a\" <br> \"b\""]),
                Place::Phrasing => self.random.one(&["<br>", "\"row \"", "<b>\"row\"</b>"]),
                Place::Items => "<li>\"row\"</li>",
                Place::Terms => "<dt>\"term\"</dt><dd>\"fixed\"</dd>",
                Place::TableBody => "<tr><td>\"fixed\"</td></tr><tr><td>\"pair\"</td></tr>",
                Place::TableRow => "<td>\"fixed\"</td>",
                Place::Options => "<option>\"fixed\"</option>",
                Place::Svg => "<circle r=\"1\"/>",
                Place::Math => "<mi>\"x\"</mi>",
            };
            let head = self.random.one(&["for _ in $", "for row in $, key = row.id"]).replace('$', &rows);
            return format!("{head} {{ {body} }}\n");
        }
        let count = self.one_to(3);
        let body = self.several(place, around, inner, count);
        let (head, key) = match self.random.below(10) {
            0..5 => (format!("for {row} in {rows}, key = {row}.id"), format!("key.and({row}.id)")),
            5 => (
                format!("for {row} in {rows}, key = ({row}.id, {row}.flag)"),
                format!("key.and({row}.id * 2 + u32::from({row}.flag))"),
            ),
            6 => (format!("for {row} in {rows}, key = &{row}.name"), format!("key.and_text(&{row}.name)")),
            7 => (
                format!("for (i, {row}) in {rows}.into_iter().enumerate(), key = {row}.id"),
                format!("key.and({row}.id)"),
            ),
            _ => (format!("for (i, {row}) in ({rows}).into_iter().enumerate()"), "key.and(i as u32)".to_owned()),
        };
        let key = if rows.contains("chain") { key.replace("key.and(", "key.and_shared(") } else { key };
        let head = head.replacen(&format!("{rows}.into_iter()"), &format!("({rows}).into_iter()"), 1);
        format!("{head} {{\nlet key = {key};\n{body}}}\n")
    }

    fn optional(&mut self, place: Place, around: Around, scope: Scope) -> String {
        let x = scope.item();
        let count = self.one_to(2);
        let body = self.several(place, around, scope, count);
        match self.random.below(6) {
            0 | 1 => format!("{{{x}.flag.then(|| html! {{ {body} }})}}\n"),
            2 => {
                let name = format!("tag{}", self.fresh());
                let shown = self.shown(place, scope, &name);
                format!("{{{x}.tag.as_ref().map(|{name}| html! {{ {shown}{body} }})}}\n")
            }
            3 => {
                let other = self.some(place, around, scope, 1);
                format!("{{{x}.outcome.as_ref().map(|_| html! {{ {body} }}).map_err(|_| html! {{ {other} }})}}\n")
            }
            4 => format!("{{{x}.flag.then(|| {x}.done.then(|| html! {{ {body} }}))}}\n"),
            _ => format!("{{Box::new(html! {{ {body} }})}}\n"),
        }
    }

    fn lazy(&mut self, place: Place, around: Around, scope: Scope) -> String {
        let x = scope.item();
        let count = self.one_to(2);
        let inner = Scope { outer: false, ..scope };
        let body = self.several(place, around, inner, count);
        let view = if self.random.percent(20) {
            format!("{x}.flag.then(|| html! {{ {body} }})")
        } else {
            format!("html! {{ {body} }}")
        };
        let lazy = format!("lazy(({x}, key), move |({x}, key)| {view})");
        if self.random.percent(15) { format!("{{{x}.done.then(|| {lazy})}}\n") } else { format!("{{{lazy}}}\n") }
    }

    /// A function that returns a view of the same events.
    fn component(&mut self, place: Place, around: Around, scope: Scope) -> String {
        let x = scope.item();
        let number = self.fresh();
        let name = format!("{}_part_{number}", self.name);
        let count = self.one_to(3);
        let body = self.several(place, around, Scope { outer: false, ..scope }, count);
        let event = scope.event;
        writeln!(
            self.functions,
            "fn {name}({x}: &Item, key: Key, wrap: Wrap) -> impl View<{event}> {{\n    html! {{\n{body}    }}\n}}"
        )
        .expect("a String takes all");
        format!("{{{name}({x}, key, wrap)}}\n")
    }

    /// A component with events of its own.
    fn mapped(&mut self, place: Place, around: Around, scope: Scope) -> String {
        let x = scope.item();
        let inner = Scope { event: "Part", outer: false, ..scope };
        let number = self.fresh();
        let name = format!("{}_part_{number}", self.name);
        let count = self.one_to(3);
        let body = self.several(place, around, inner, count);
        writeln!(
            self.functions,
            "fn {name}({x}: &Item, key: Key, wrap: Wrap) -> impl View<Part> {{\n    html! {{\n{body}    }}\n}}"
        )
        .expect("a String takes all");
        if self.random.percent(50) {
            format!("{{{name}({x}, key, Wrap::Part).map(Event::Part)}}\n")
        } else {
            format!("{{{name}({x}, key, Wrap::PartOf({x}.id)).map_with({x}.id, Event::PartOf)}}\n")
        }
    }

    /// Views as arguments.
    fn slots(&mut self, around: Around, scope: Scope) -> String {
        self.site += 2;
        let site = self.site - 1;
        let x = scope.item();
        let count = self.one_to(2);
        let first = self.several(Place::Flow, around, scope.inside(), count);
        let first = format!("html! {{ {first} }}");
        match self.random.below(4) {
            0 => format!("{{parts::card({site}, key, &{x}.name, {first})}}\n"),
            1 => {
                let second = self.some(Place::Flow, around, scope.inside(), 2);
                format!("{{parts::columns({site}, key, {first}, html! {{ {second} }})}}\n")
            }
            2 => format!("{{parts::when({site}, key, {x}.done, {first})}}\n"),
            _ => format!("{{parts::under_each({site}, key, &{x}.others, {first})}}\n"),
        }
    }

    fn statement(&mut self, place: Place, around: Around, scope: Scope) -> String {
        let x = scope.item();
        let name = format!("double{}", self.fresh());
        let statement = format!("let {name} = {x}.n.wrapping_mul(2);\n");
        let shown = self.shown(place, scope, &name);
        statement + &shown + &self.node(place, around, scope)
    }
}
