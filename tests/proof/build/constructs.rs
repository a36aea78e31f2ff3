//! The constructs of `html!`: branches, lists, `lazy`, components.

use std::fmt::Write as _;

use super::{Generator, Scope, VARIABLES};
use crate::elements::{Around, ContentModel};

impl Generator {
    pub(super) fn branch(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
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

    /// A name that a pattern has bound, in a place for text.
    pub(super) fn shown(&mut self, place: ContentModel, scope: Scope, name: &str) -> String {
        match place {
            ContentModel::Items => format!("<li{}>{{{name}}}</li>", self.own_attributes(scope)),
            ContentModel::TableRow => format!("<td{}>{{{name}}}</td>", self.own_attributes(scope)),
            _ if place.takes_text() => format!("{{{name}}} "),
            _ => String::new(),
        }
    }

    pub(super) fn list(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
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
                ContentModel::Flow => {
                    self.random.one(&["<hr>", "\"row \"", "<p>\"row\"</p> \"and\"", "\"a\" <br> \"b\""])
                }
                ContentModel::Phrasing => self.random.one(&["<br>", "\"row \"", "<b>\"row\"</b>"]),
                ContentModel::Items => "<li>\"row\"</li>",
                ContentModel::Terms => "<dt>\"term\"</dt><dd>\"fixed\"</dd>",
                ContentModel::TableBody => "<tr><td>\"fixed\"</td></tr><tr><td>\"pair\"</td></tr>",
                ContentModel::TableRow => "<td>\"fixed\"</td>",
                ContentModel::Options => "<option>\"fixed\"</option>",
                ContentModel::Svg => "<circle r=\"1\"/>",
                ContentModel::Math => "<mi>\"x\"</mi>",
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

    pub(super) fn optional(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
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

    pub(super) fn lazy(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
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
    pub(super) fn component(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
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
    pub(super) fn mapped(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
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
    pub(super) fn slots(&mut self, around: Around, scope: Scope) -> String {
        self.site += 2;
        let site = self.site - 1;
        let x = scope.item();
        let count = self.one_to(2);
        let first = self.several(ContentModel::Flow, around, scope.inside(), count);
        let first = format!("html! {{ {first} }}");
        match self.random.below(4) {
            0 => format!("{{parts::card({site}, key, &{x}.name, {first})}}\n"),
            1 => {
                let second = self.some(ContentModel::Flow, around, scope.inside(), 2);
                format!("{{parts::columns({site}, key, {first}, html! {{ {second} }})}}\n")
            }
            2 => format!("{{parts::when({site}, key, {x}.done, {first})}}\n"),
            _ => format!("{{parts::under_each({site}, key, &{x}.others, {first})}}\n"),
        }
    }

    pub(super) fn statement(&mut self, place: ContentModel, around: Around, scope: Scope) -> String {
        let x = scope.item();
        let name = format!("double{}", self.fresh());
        let statement = format!("let {name} = {x}.n.wrapping_mul(2);\n");
        let shown = self.shown(place, scope, &name);
        statement + &shown + &self.node(place, around, scope)
    }
}
