//! One shape: a function from an item to a view, and the components that it uses.
//!
//! Each element has its own number in `data-s`, and the roots of a row have its key in `data-k`. By both, a test knows
//! which elements must stay the same after a patch. Some shapes have no numbers, so that templates with equal content
//! are one template to the page.

mod attributes;
mod constructs;

use std::fmt::Write as _;

use crate::elements::{Around, ContentModel, FLOW, PHRASING, TEXTS};
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
    let body = generator.several(ContentModel::Flow, Around::default(), scope, most);
    let functions = generator.functions;
    format!(
        "{functions}\nfn {name}(a: &Item) -> impl View<Event> {{\n    let key = Key::default();\n    let wrap = Wrap::Not;\n    html! {{\n{body}    }}\n}}\n\n"
    )
}

/// The names that are in scope at a place.
#[derive(Clone, Copy)]
struct Scope {
    /// The item that is shown is `VARIABLES[depth]`.
    depth: usize,
    /// The enum of events.
    event: &'static str,
    /// An element here is a root of a row.
    is_root: bool,
    /// True if the items around this one are in scope too.
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
    /// The number of nodes that can still be added.
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

    fn several(&mut self, place: ContentModel, around: Around, scope: Scope, count: usize) -> String {
        (0..count).map(|_| self.node(place, around, scope)).collect()
    }

    fn some(&mut self, place: ContentModel, around: Around, scope: Scope, most: usize) -> String {
        let count = self.random.below(most + 1);
        self.several(place, around, scope, count)
    }

    fn node(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
        self.budget -= 1;
        if self.budget < 0 {
            return if place.takes_text() { self.value(scope) } else { self.leaf(place, around, scope) };
        }
        match self.random.below(100) {
            0..8 if place.takes_text() => self.text(),
            8..24 if place.takes_text() => self.value(scope),
            24..36 => self.branch(place, around, scope),
            36..54 if scope.depth + 1 < VARIABLES.len() => self.list(place, around, scope),
            54..60 => self.optional(place, around, scope),
            60..65 => self.lazy(place, around, scope),
            65..70 => self.component(place, around, scope),
            70..74 if scope.event == "Event" => self.mapped(place, around, scope),
            74..78 if place == ContentModel::Flow => self.slots(around, scope),
            78..80 => self.statement(place, around, scope),
            _ => self.element(place, around, scope),
        }
    }

    /// A static text. `html!` accepts entities and placeholders only between braces.
    fn text(&mut self) -> String {
        let text = self.random.one(TEXTS);
        if text.contains(['&', '{']) { format!("{{{text:?}}} ") } else { format!("{text:?} ") }
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

    /// The smallest content that is allowed here.
    fn leaf(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
        let (tag, text) = match place {
            ContentModel::Items => ("li", true),
            ContentModel::Terms => (self.random.one(&["dt", "dd"]), true),
            ContentModel::TableBody => return self.row(around, scope, 1),
            ContentModel::TableRow => ("td", true),
            ContentModel::Options => return self.option(scope),
            ContentModel::Svg => ("circle", false),
            ContentModel::Math => ("mi", true),
            ContentModel::Flow | ContentModel::Phrasing => ("span", true),
        };
        let attributes = self.attributes(tag, scope);
        let text = if text { self.value(scope) } else { String::new() };
        format!("<{tag}{attributes}>{text}</{tag}>\n")
    }

    fn element(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
        match place {
            ContentModel::Flow => self.flow(around, scope),
            ContentModel::Phrasing => self.phrasing(around, scope),
            ContentModel::Items => self.with_children("li", ContentModel::Flow, around, scope, 3),
            ContentModel::Terms if self.random.percent(20) => {
                self.with_children("div", ContentModel::Terms, around, scope, 3)
            }
            ContentModel::Terms => {
                let term = self.with_children("dt", ContentModel::Phrasing, around, scope, 2);
                term + &self.with_children("dd", ContentModel::Flow, around, scope, 2)
            }
            ContentModel::TableBody => {
                let rows = self.one_to(2);
                (0..rows).map(|_| self.row(around, scope, 3)).collect()
            }
            ContentModel::TableRow => {
                let tag = self.random.one(&["td", "td", "th"]);
                self.with_children(tag, ContentModel::Flow, around, scope, 2)
            }
            ContentModel::Options if self.random.percent(20) => {
                let attributes = self.attributes("optgroup", scope);
                let options = self.several(ContentModel::Options, around, scope.inside(), 1);
                // an <optgroup> holds no other
                if options.contains("optgroup") {
                    self.option(scope)
                } else {
                    format!("<optgroup label=\"group\"{attributes}>{options}</optgroup>\n")
                }
            }
            ContentModel::Options => self.option(scope),
            ContentModel::Svg => self.svg(around, scope),
            ContentModel::Math => self.math(scope),
        }
    }

    fn with_children(&mut self, tag: &str, place: ContentModel, around: Around, scope: Scope, most: usize) -> String {
        let attributes = self.attributes(tag, scope);
        let children = self.some(place, around, scope.inside(), most);
        format!("<{tag}{attributes}>{children}</{tag}>\n")
    }

    fn row(&mut self, around: Around, scope: Scope, most: usize) -> String {
        let attributes = self.attributes("tr", scope);
        let cells = self.one_to(most);
        let cells = self.several(ContentModel::TableRow, around, scope.inside(), cells);
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
                let attributes = self.attributes("form", scope);
                let event = scope.event;
                let submit = if self.random.percent(50) {
                    format!(" on:submit={{{event}::Sent}} data-submit={{wrap.sent()}}")
                } else {
                    let x = scope.item();
                    format!(" on:submit={{with({x}.id, {event}::SentIn)}} data-submit={{wrap.sent_in({x}.id)}}")
                };
                let inner = Around { form: true, ..around };
                let children = self.some(ContentModel::Flow, inner, scope.inside(), 3);
                format!("<form{attributes}{submit}>{children}</form>\n")
            }
            3 => {
                let attributes = self.attributes("details", scope);
                let x = scope.item();
                let summary = self.some(ContentModel::Phrasing, around, scope.inside(), 2);
                let children = self.some(ContentModel::Flow, around, scope.inside(), 2);
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
                    let attributes = self.attributes(tag, scope);
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
        let attributes = self.attributes("table", scope);
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
            table += &self.with_children("tbody", ContentModel::TableBody, around, inner, 3);
        }
        table + "</table>\n"
    }

    fn phrasing(&mut self, around: Around, scope: Scope) -> String {
        let x = scope.item();
        match self.random.below(22) {
            0 if !around.link => {
                let attributes = self.attributes("a", scope);
                let inner = Around { link: true, ..around };
                let children = self.some(ContentModel::Phrasing, inner, scope.inside(), 2);
                format!("<a href={{&{x}.url}}{attributes}>{children}</a>\n")
            }
            1 | 2 if !around.button => {
                let attributes = self.attributes("button", scope);
                let inner = Around { button: true, ..around };
                let children = self.some(ContentModel::Phrasing, inner, scope.inside(), 2);
                format!("<button type=\"button\"{attributes}>{children}</button>\n")
            }
            3 | 4 => self.input(scope),
            5 => {
                let attributes = self.attributes("textarea", scope);
                let value = self.random.one(&["{&$.note}", "{&$.name}", "{$.n}", "\"\\nfixed\\n\""]).replace('$', x);
                format!("<textarea{attributes}>{value}</textarea>\n")
            }
            6 => {
                let attributes = self.attributes("select", scope);
                let children = self.some(ContentModel::Options, around, scope.inside(), 3);
                format!("<select{attributes}>{children}</select>\n")
            }
            7 | 8 => {
                let attributes = self.attributes("svg", scope);
                let children = self.some(ContentModel::Svg, around, scope.inside(), 3);
                format!("<svg viewBox=\"0 0 10 10\"{attributes}>{children}</svg>\n")
            }
            9 => {
                let attributes = self.own_attributes(scope);
                let children = self.some(ContentModel::Math, around, scope.inside(), 3);
                format!("<math{attributes}>{children}</math>\n")
            }
            10 => "<br>\n".to_owned(),
            11 => {
                let attributes = self.attributes("x-dot", scope);
                format!("<x-dot{attributes}></x-dot>\n")
            }
            12 => {
                let attributes = self.attributes("progress", scope);
                format!("<progress max=\"9\" value={{{x}.choice}}{attributes}></progress>\n")
            }
            _ => {
                let tag = self.random.one(PHRASING);
                self.with_children(tag, ContentModel::Phrasing, around, scope, 3)
            }
        }
    }

    fn input(&mut self, scope: Scope) -> String {
        let attributes = self.attributes("input", scope);
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
            0 | 1 => self.with_children("g", ContentModel::Svg, around, scope, 3),
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
                let attributes = self.attributes("foreignObject", scope);
                let children = self.some(ContentModel::Flow, around, scope.inside(), 2);
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
                let children = self.some(ContentModel::Math, Around::default(), scope.inside(), 3);
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
}
