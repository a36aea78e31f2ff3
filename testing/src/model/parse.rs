//! From HTML to nodes, by the rules of browsers.

use html5ever::driver;
use html5ever::tendril::TendrilSink;
use html5ever::{LocalName, Namespace, QualName, ns};
use scraper::{Html, HtmlTreeSink, Node};

use super::dom::{Dom, Id, ROOT, Space};

/// Parses a document. Its `<html>` is the only child of the root.
pub(crate) fn document(html: &str) -> Dom {
    let parsed = Html::parse_document(html);
    let mut dom = Dom::new(Space::Html, "#document");
    copy(&parsed, &mut dom);
    dom
}

/// Parses trusted markup as the content of an element.
pub(crate) fn fragment(space: Space, tag: &str, html: &str) -> Dom {
    let context = QualName::new(None, namespace(space), LocalName::from(tag));
    let sink = HtmlTreeSink::new(Html::new_fragment());
    let parsed = driver::parse_fragment(sink, driver::ParseOpts::default(), context, Vec::new(), false).one(html);
    let mut dom = Dom::new(space, tag);
    // the parser puts the content into an <html> element of its own
    let root = copy(&parsed, &mut dom);
    let html = dom.children(root)[0];
    for child in dom.children(html).to_vec() {
        dom.append(root, child);
    }
    dom.detach(html);
    dom
}

fn copy(parsed: &Html, dom: &mut Dom) -> Id {
    let mut stack: Vec<_> = parsed.tree.root().children().rev().map(|node| (ROOT, node)).collect();
    while let Some((parent, node)) = stack.pop() {
        let made = match node.value() {
            Node::Text(text) => dom.text(&text.text),
            Node::Comment(comment) => dom.comment(&comment.comment),
            Node::Element(element) => {
                let made = dom.element(space(&element.name.ns), &element.name.local);
                for (name, value) in &element.attrs {
                    let name = match &name.prefix {
                        Some(prefix) => format!("{prefix}:{}", name.local),
                        None => name.local.to_string(),
                    };
                    dom.set_attribute(made, &name, Some(value));
                }
                made
            }
            // the content of a <template>
            Node::Fragment => {
                stack.extend(node.children().rev().map(|child| (parent, child)));
                continue;
            }
            _ => continue,
        };
        dom.append(parent, made);
        stack.extend(node.children().rev().map(|child| (made, child)));
    }
    ROOT
}

fn space(namespace: &Namespace) -> Space {
    match *namespace {
        ns!(svg) => Space::Svg,
        ns!(mathml) => Space::Math,
        _ => Space::Html,
    }
}

pub(crate) fn namespace(space: Space) -> Namespace {
    match space {
        Space::Html => ns!(html),
        Space::Svg => ns!(svg),
        Space::Math => ns!(mathml),
    }
}
