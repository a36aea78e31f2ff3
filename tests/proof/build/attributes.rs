//! The attributes of a start tag.

use std::fmt::Write as _;

use super::{Generator, Scope};

impl Generator {
    /// The element's number, and the row's key.
    pub(super) fn own_attributes(&mut self, scope: Scope) -> String {
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

    pub(super) fn attributes(&mut self, tag: &str, scope: Scope) -> String {
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
}
