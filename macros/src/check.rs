//! Validates a parsed template.
//!
//! Names become what the HTML parser makes of them, and `on:` attributes become handlers. A refused part stays in the
//! tree if it can be expanded: its error stops the compilation anyway.

mod attribute;
pub(crate) mod client;
#[cfg(test)]
mod tests;

use proc_macro2::Span;

use crate::ast::{Braced, Element, Node, Text};
use crate::errors::Errors;
use crate::html::{self, Namespace};
use crate::nesting::{self, Ancestor};

pub(crate) fn check(nodes: &mut [Node], errors: &mut Errors) {
    Checker { ancestors: Vec::new(), holder: None, owned: None, is_in_list: false, errors }.nodes(nodes);
}

struct Checker<'e> {
    /// The elements around the current node, the innermost last.
    ancestors: Vec<Ancestor>,
    /// The tag of the element that holds the current node, unless a branch or a list holds it.
    holder: Option<String>,
    /// The tag of the `client-owned` element around the current node.
    owned: Option<String>,
    /// A list is around the current node.
    is_in_list: bool,
    errors: &'e mut Errors,
}

impl Checker<'_> {
    fn nodes(&mut self, nodes: &mut [Node]) {
        for node in nodes {
            match node {
                Node::Text(text) => self.text(text),
                Node::Value(value) => self.slot(value.span, "a value"),
                Node::Element(element) => self.element(element),
                Node::Branch(branch) => {
                    self.slot(branch.keyword, "a branch");
                    for body in branch.bodies_mut() {
                        self.inside(None, body);
                    }
                }
                Node::List(list) => {
                    self.slot(list.keyword, "a list");
                    let outer = std::mem::replace(&mut self.is_in_list, true);
                    self.inside(None, &mut list.body);
                    self.is_in_list = outer;
                }
                Node::Let(_) => {}
            }
        }
    }

    /// Checks nodes that this element holds, or none.
    fn inside(&mut self, holder: Option<String>, nodes: &mut [Node]) {
        let outer = std::mem::replace(&mut self.holder, holder);
        self.nodes(nodes);
        self.holder = outer;
    }

    fn text(&mut self, text: &mut Text) {
        text.value = without_nul(&text.value);
        let Some(parent) = self.ancestors.last() else {
            return;
        };
        if let Some(fault) = nesting::text_fault(parent) {
            self.errors.at(text.span, fault);
        }
    }

    /// Refuses a slot where the page could not find it again.
    fn slot(&mut self, span: Span, what: &str) {
        if let Some(tag) = &self.owned {
            let fault = format!(
                "{what} cannot be inside a `client-owned` element: its children belong to another script\nhelp: give it to the `<{tag}>` as an attribute"
            );
            return self.errors.at(span, fault);
        }
        let Some(outer) = self.ancestors.iter().find(|ancestor| hides_children(ancestor)) else {
            return;
        };
        let tag = &outer.tag;
        let (why, help) = match tag.as_str() {
            "script" => (
                "it would run as a program, and cannot be made safe",
                "put it in a `data-` attribute, which the script reads",
            ),
            "style" => (
                "it cannot be made safe there",
                "use `style={…}` or `class={…}` on the element, or a custom property: style={[(\"--width\", …)]}",
            ),
            "template" => {
                ("its children are not part of the page until a script copies them", "write what changes outside")
            }
            "noscript" => ("a page that runs scripts has no elements there", "write fixed text and elements there"),
            "iframe" => ("it is not shown there", "a frame shows the document at its `src`"),
            _ => ("a custom element may move or replace its children", "give it to the element as an attribute"),
        };
        self.errors.at(span, format!("{what} cannot be inside `<{tag}>`: {why}\nhelp: {help}"));
    }

    fn element(&mut self, element: &mut Element) {
        let written = element.name.clone();
        element.namespace = nesting::namespace(&written.text, &self.ancestors);
        element.name.text = html::canonical_tag(element.namespace, &written.text);
        if let Some(fault) = tag_fault(element.namespace, &written.text) {
            self.errors.between(written.from, written.to, fault);
        } else if let Some(fault) = nesting::element_fault(&element.name.text, element.namespace, &self.ancestors) {
            self.errors.between(written.from, written.to, fault);
        }
        self.attributes(element);
        self.content(element);
        self.ancestors.push(Ancestor { tag: element.name.text.clone(), namespace: element.namespace });
        let outer = self.owned.clone();
        if element.is_client_owned {
            self.owned.get_or_insert_with(|| element.name.text.clone());
        }
        self.inside(Some(element.name.text.clone()), &mut element.children);
        self.owned = outer;
        self.ancestors.pop();
    }

    /// Checks elements whose content the HTML parser takes as text, even if it looks like comments or elements.
    fn content(&mut self, element: &Element) {
        if element.namespace != Namespace::Html {
            return;
        }
        let tag = element.name.text.as_str();
        let name = &element.name;
        match tag {
            "title" | "textarea" => {
                let content = || element.children.iter().filter(|node| !matches!(node, Node::Let(_)));
                let is_text = content().all(|node| matches!(node, Node::Text(_)));
                let is_value = content().count() == 1 && content().all(|node| matches!(node, Node::Value(_)));
                if !is_text && !is_value {
                    self.errors.between(name.from, name.to, format!("`<{tag}>` holds one text or one value, and nothing else\nhelp: combine them: {{format!(\"…\")}}"));
                }
            }
            "script" | "style" => {
                let text: String = element
                    .children
                    .iter()
                    .filter_map(|node| match node {
                        Node::Text(text) => Some(text.value.to_ascii_lowercase()),
                        _ => None,
                    })
                    .collect();
                let end = format!("</{tag}");
                let found = [end.as_str(), "<!--"].into_iter().find(|found| text.contains(found));
                if let Some(found) = found.filter(|found| tag == "script" || *found == end) {
                    self.errors.between(name.from, name.to, format!("the text of this `<{tag}>` has `{found}` in it, which has a special meaning to a browser\nhelp: write it differently, such as \"\\x3C{}\" in a string of a script", &found[1..]));
                }
            }
            _ => {}
        }
    }

    /// Checks an attribute's value or handler: both are slots.
    fn attribute_slot(&mut self, value: &Braced) {
        self.slot(value.span, "a value");
    }
}

/// Returns true for elements whose children are not where the template has them.
fn hides_children(ancestor: &Ancestor) -> bool {
    match ancestor.tag.as_str() {
        "script" | "style" => true,
        tag => {
            ancestor.namespace == Namespace::Html
                && (matches!(tag, "iframe" | "noscript" | "template") || html::is_custom(tag))
        }
    }
}

fn tag_fault(namespace: Namespace, tag: &str) -> Option<String> {
    if tag.ends_with(['-', ':', '.']) {
        return Some(format!("the tag's name `{tag}` is not finished"));
    }
    if namespace != Namespace::Html || !tag.contains(|c: char| c.is_ascii_uppercase()) {
        return None;
    }
    if tag.starts_with(|c: char| c.is_ascii_uppercase()) {
        return Some(format!(
            "`<{tag}>` is not an element: a component is a function\nhelp: write {{{}(…)}}",
            snake_case(tag)
        ));
    }
    Some(format!("element names are in lower case\nhelp: write <{}>", tag.to_ascii_lowercase()))
}

fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !snake.is_empty() {
            snake.push('_');
        }
        snake.push(c.to_ascii_lowercase());
    }
    snake
}

/// Replaces NUL by U+FFFD, as the HTML parser does.
fn without_nul(text: &str) -> String {
    text.replace('\0', "\u{FFFD}")
}
