//! From nodes to text and HTML, for tests to read.

use crate::model::{Dom, Id, NodeKind};

/// Elements within a line of text. They do not separate words.
const INLINE: &[&str] = &[
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "i", "ins", "kbd", "label", "mark",
    "output", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "tspan", "u", "var",
];
const HIDDEN: &[&str] = &["script", "style", "template", "head"];
const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];

/// The text that a person reads, with single spaces.
pub(crate) fn text(dom: &Dom, element: Id) -> String {
    let mut all = String::new();
    collect(dom, element, &mut all);
    all.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn collect(dom: &Dom, node: Id, out: &mut String) {
    match dom.kind(node) {
        NodeKind::Text(text) => *out += text,
        NodeKind::Comment(_) => {}
        NodeKind::Element { tag, .. } if HIDDEN.contains(&tag.as_str()) => {}
        NodeKind::Element { tag, .. } => {
            let gap = if INLINE.contains(&tag.as_str()) { "" } else { " " };
            *out += gap;
            for &child in dom.children(node) {
                collect(dom, child, out);
            }
            *out += gap;
        }
    }
}

/// The element's HTML, without comments.
pub(crate) fn html(dom: &Dom, node: Id) -> String {
    let mut out = String::new();
    write(dom, node, &mut out);
    out
}

fn write(dom: &Dom, node: Id, out: &mut String) {
    match dom.kind(node) {
        NodeKind::Comment(_) => {}
        NodeKind::Text(text) => *out += &text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"),
        NodeKind::Element { tag, attributes, .. } => {
            *out += &format!("<{tag}");
            for (name, value) in attributes {
                *out += &format!(" {name}");
                if !value.is_empty() {
                    *out += &format!("=\"{}\"", value.replace('&', "&amp;").replace('"', "&quot;"));
                }
            }
            *out += ">";
            if VOID.contains(&tag.as_str()) {
                return;
            }
            for &child in dom.children(node) {
                write(dom, child, out);
            }
            *out += &format!("</{tag}>");
        }
    }
}
