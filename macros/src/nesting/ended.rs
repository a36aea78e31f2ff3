//! Elements whose start tag ends an open element around them, at any depth.

use super::Ancestor;
use crate::html::Namespace;

/// The elements that can be ended this way.
const ENDED: &[&str] = &["a", "button", "dd", "dt", "form", "li", "nobr", "p"];

/// The elements that end a paragraph.
#[rustfmt::skip]
const ENDS_PARAGRAPH: &[&str] = &[
    "address", "article", "aside", "blockquote", "center", "dd", "details", "dialog", "dir", "div", "dl", "dt",
    "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup",
    "hr", "li", "listing", "main", "menu", "nav", "ol", "p", "pre", "search", "section", "summary", "table", "ul",
];

/// The elements at which the parser stops looking for a paragraph to end.
const AROUND_PARAGRAPHS: &[&str] = &["button", "caption", "foreignObject", "marquee", "object", "table", "td", "th"];

/// The elements at which the parser stops looking for a list item to end; it also stops at the next item.
#[rustfmt::skip]
const AROUND_ITEMS: &[&str] = &[
    "article", "aside", "blockquote", "button", "caption", "center", "details", "dir", "dl", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hgroup", "listing",
    "main", "marquee", "menu", "nav", "noscript", "object", "ol", "pre", "section", "select", "summary", "table",
    "tbody", "td", "tfoot", "th", "thead", "tr", "ul",
];

/// Returns the elements that an element of this name ends.
pub(crate) fn ended_by(tag: &str) -> &'static [&'static str] {
    match tag {
        "a" => &["a"],
        "button" => &["button"],
        "form" => &["form"],
        "nobr" => &["nobr"],
        "li" => &["li", "p"],
        "dd" | "dt" => &["dd", "dt", "p"],
        _ if ENDS_PARAGRAPH.contains(&tag) => &["p"],
        _ => &[],
    }
}

/// The result of looking for an element to end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    Found,
    Stopped,
    /// Neither: the elements outside this `html!` decide.
    Beyond,
}

/// Returns what the parser finds when it looks outwards for an element of this name.
pub(crate) fn reach(ended: &str, ancestors: &[Ancestor]) -> Reach {
    let found = ancestors.iter().rev().find_map(|ancestor| {
        if ancestor.is_html(ended) {
            return Some(Reach::Found);
        }
        stops(ended, ancestor).then_some(Reach::Stopped)
    });
    found.unwrap_or(Reach::Beyond)
}

fn stops(ended: &str, ancestor: &Ancestor) -> bool {
    let tag = ancestor.tag.as_str();
    match ended {
        _ if ancestor.is_html("template") => true,
        "dd" | "dt" | "li" => {
            matches!(tag, "dd" | "dt" | "li") || AROUND_ITEMS.contains(&tag) || ancestor.namespace != Namespace::Html
        }
        "p" => AROUND_PARAGRAPHS.contains(&tag),
        _ => false,
    }
}

/// Returns why this HTML element cannot be here.
pub(super) fn fault(tag: &str, ancestors: &[Ancestor]) -> Option<String> {
    let outer = ended_by(tag).iter().find(|ended| reach(ended, ancestors) == Reach::Found)?;
    Some(match *outer {
        "dd" | "dt" | "li" => {
            let list = if *outer == "li" { "a <ul> or <ol>" } else { "a <dl>" };
            format!(
                "`<{tag}>` cannot be inside `<{outer}>` without a list in between: a browser ends the `<{outer}>` before it\nhelp: put {list} around it, or close the `<{outer}>` first"
            )
        }
        "p" => format!(
            "`<{tag}>` cannot be inside `<p>`: a browser ends the `<p>` before it\nhelp: write <div> in place of `<p>`, or close the `<p>` first"
        ),
        _ => format!(
            "`<{tag}>` cannot be inside another `<{tag}>`, at any depth: a browser ends the outer one\nhelp: put one beside the other"
        ),
    })
}

/// Returns, for a nested view here, the open elements that it could end, and those that the parser does not reach.
pub(super) fn found_and_stopped(ancestors: &[Ancestor]) -> (String, String) {
    // Inside SVG or MathML, an element with the name of an HTML element is a different element.
    let is_foreign =
        ancestors.last().is_some_and(|parent| parent.namespace != Namespace::Html && parent.tag != "foreignObject");
    let reach = |ended| if is_foreign { Reach::Stopped } else { reach(ended, ancestors) };
    let which = |wanted| ENDED.iter().copied().filter(|ended| reach(ended) == wanted).collect::<Vec<_>>().join(" ");
    (which(Reach::Found), which(Reach::Stopped))
}
