//! A page's nodes, as the HTML parser makes them of what a session writes: valid HTML with marks.

use std::collections::BTreeMap;

/// A node's number.
pub type Id = usize;

/// What a node is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Kind {
    Element { space: Space, tag: String, attributes: BTreeMap<String, String> },
    Text(String),
    Comment(String),
}

/// A namespace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Space {
    Html,
    Svg,
    Math,
}

#[derive(Debug)]
struct Node {
    kind: Kind,
    parent: Option<Id>,
    children: Vec<Id>,
}

/// A tree of nodes. Nodes that were taken out keep their numbers, which are not used again.
#[derive(Debug)]
pub struct Dom {
    nodes: Vec<Node>,
}

/// The element that holds all.
pub const ROOT: Id = 0;

const VOID: &[&str] =
    &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
const RAW: &[&str] = &["script", "style", "noscript", "iframe"];

impl Dom {
    /// What the parser makes of this, in a `<div>`.
    pub fn parse(html: &str) -> Self {
        Self::parse_in(Space::Html, html)
    }

    /// The same as content of an element of this namespace.
    pub fn parse_in(space: Space, html: &str) -> Self {
        let mut dom = Self { nodes: Vec::new() };
        let root = dom.element(space, "div");
        assert_eq!(root, ROOT);
        Parser { rest: html, dom: &mut dom, open: vec![ROOT] }.run();
        dom
    }

    /// A new element, which stands nowhere yet.
    pub fn element(&mut self, space: Space, tag: &str) -> Id {
        self.add(Kind::Element { space, tag: tag.to_owned(), attributes: BTreeMap::new() })
    }

    /// A new text.
    pub fn text(&mut self, text: &str) -> Id {
        self.add(Kind::Text(text.to_owned()))
    }

    /// A new comment.
    pub fn comment(&mut self, data: &str) -> Id {
        self.add(Kind::Comment(data.to_owned()))
    }

    fn add(&mut self, kind: Kind) -> Id {
        self.nodes.push(Node { kind, parent: None, children: Vec::new() });
        self.nodes.len() - 1
    }

    /// What the node is.
    pub fn kind(&self, node: Id) -> &Kind {
        &self.nodes[node].kind
    }

    /// What the node is, to change it.
    pub fn kind_mut(&mut self, node: Id) -> &mut Kind {
        &mut self.nodes[node].kind
    }

    /// Its children; for a `<template>` what it holds.
    pub fn children(&self, node: Id) -> &[Id] {
        &self.nodes[node].children
    }

    /// Its parent.
    pub fn parent(&self, node: Id) -> Option<Id> {
        self.nodes[node].parent
    }

    /// Its place among its siblings.
    pub fn index(&self, node: Id) -> usize {
        let parent = self.nodes[node].parent.expect("a node that stands somewhere");
        self.nodes[parent].children.iter().position(|child| *child == node).expect("a parent has its children")
    }

    /// Takes it out of where it stands, if it does.
    pub fn detach(&mut self, node: Id) {
        if let Some(parent) = self.nodes[node].parent.take() {
            self.nodes[parent].children.retain(|child| *child != node);
        }
    }

    /// Puts it into `parent`, at this place.
    pub fn insert(&mut self, parent: Id, at: usize, node: Id) {
        self.detach(node);
        self.nodes[parent].children.insert(at, node);
        self.nodes[node].parent = Some(parent);
    }

    /// Puts it into `parent`, at the end.
    pub fn append(&mut self, parent: Id, node: Id) {
        self.insert(parent, self.nodes[parent].children.len(), node);
    }

    /// The namespace of what is made in it.
    pub fn space_in(&self, node: Id) -> Space {
        match &self.nodes[node].kind {
            Kind::Element { tag, .. } if tag == "foreignObject" => Space::Html,
            Kind::Element { space, .. } => *space,
            _ => unreachable!("an element"),
        }
    }

    /// An attribute's value.
    pub fn attribute(&self, node: Id, name: &str) -> Option<&str> {
        match &self.nodes[node].kind {
            Kind::Element { attributes, .. } => attributes.get(name).map(String::as_str),
            _ => None,
        }
    }

    /// All elements below `node`, in the document's order.
    pub fn elements(&self, node: Id) -> Vec<Id> {
        let mut all = Vec::new();
        let mut stack: Vec<Id> = self.children(node).iter().rev().copied().collect();
        while let Some(next) = stack.pop() {
            if matches!(self.kind(next), Kind::Element { .. }) {
                all.push(next);
                if !self.is_template(next) {
                    stack.extend(self.children(next).iter().rev());
                }
            }
        }
        all
    }

    fn is_template(&self, node: Id) -> bool {
        matches!(self.kind(node), Kind::Element { space: Space::Html, tag, .. } if tag == "template")
    }

    /// The page without marks, in lines: equal for equal pages.
    pub fn describe(&self) -> String {
        let mut out = String::new();
        self.describe_children(ROOT, 0, &mut out);
        out
    }

    fn describe_children(&self, node: Id, depth: usize, out: &mut String) {
        let mut text = String::new();
        let indent = "  ".repeat(depth);
        for &child in self.children(node) {
            match self.kind(child) {
                Kind::Text(more) => text += more,
                Kind::Comment(_) => {}
                Kind::Element { space, tag, attributes } => {
                    flush(&mut text, &indent, out);
                    *out += &format!("{indent}{space:?} {tag} {attributes:?}\n");
                    self.describe_children(child, depth + 1, out);
                }
            }
        }
        flush(&mut text, &indent, out);
    }
}

fn flush(text: &mut String, indent: &str, out: &mut String) {
    if !text.is_empty() {
        *out += &format!("{indent}{text:?}\n");
        text.clear();
    }
}

struct Parser<'a> {
    rest: &'a str,
    dom: &'a mut Dom,
    open: Vec<Id>,
}

impl Parser<'_> {
    fn run(&mut self) {
        while !self.rest.is_empty() {
            if let Some(end) = self.rest.strip_prefix("</") {
                let (tag, rest) = end.split_once('>').expect("an end tag ends");
                if tag.is_empty() {
                    panic!("`</>` at {:?}", self.rest);
                }
                let open = self.open.pop().expect("something is open");
                assert!(matches!(self.dom.kind(open), Kind::Element { tag: name, .. } if name == tag), "</{tag}>");
                self.rest = rest;
            } else if let Some(comment) = self.rest.strip_prefix("<!") {
                let (data, rest) = comment.split_once('>').expect("a comment ends");
                let comment = self.dom.comment(data);
                self.dom.append(self.top(), comment);
                self.rest = rest;
            } else if self.rest.starts_with('<') {
                self.start_tag();
            } else {
                let end = self.rest.find('<').unwrap_or(self.rest.len());
                let (text, rest) = self.rest.split_at(end);
                let text = self.dom.text(&decode(text));
                self.dom.append(self.top(), text);
                self.rest = rest;
            }
        }
        assert_eq!(self.open, [ROOT], "all elements are closed");
    }

    fn top(&self) -> Id {
        *self.open.last().expect("the root is open")
    }

    fn start_tag(&mut self) {
        let end = self.rest[1..].find([' ', '>']).expect("a tag ends") + 1;
        let tag = &self.rest[1..end];
        self.rest = &self.rest[end..];
        let outer = self.dom.space_in(self.top());
        let space = match tag {
            "svg" => Space::Svg,
            "math" => Space::Math,
            _ => outer,
        };
        let element = self.dom.element(space, tag);
        self.dom.append(self.top(), element);
        while let Some(rest) = self.rest.strip_prefix(' ') {
            let end = rest.find(['=', ' ', '>']).expect("an attribute ends");
            let name = &rest[..end];
            let (value, rest) = match rest[end..].strip_prefix("=\"") {
                Some(rest) => rest.split_once('"').expect("a value ends"),
                None => ("", &rest[end..]),
            };
            let Kind::Element { attributes, .. } = self.dom.kind_mut(element) else { unreachable!() };
            let before = attributes.insert(name.to_owned(), decode(value));
            assert_eq!(before, None, "{name} is there twice");
            self.rest = rest;
        }
        self.rest = self.rest.strip_prefix('>').expect("a tag ends");
        if space != Space::Html {
            return self.open.push(element);
        }
        if VOID.contains(&tag) {
            return;
        }
        if matches!(tag, "pre" | "textarea" | "listing") {
            self.rest = self.rest.strip_prefix('\n').unwrap_or(self.rest);
        }
        if RAW.contains(&tag) || matches!(tag, "textarea" | "title") {
            let end = self.rest.find(&format!("</{tag}>")).expect("a raw text ends");
            let (text, rest) = self.rest.split_at(end);
            let text = if RAW.contains(&tag) { text.to_owned() } else { decode(text) };
            if !text.is_empty() {
                let text = self.dom.text(&text);
                self.dom.append(element, text);
            }
            self.rest = &rest[tag.len() + 3..];
            return;
        }
        self.open.push(element);
    }
}

/// Character references, as far as a session writes any, and line ends.
fn decode(text: &str) -> String {
    assert!(!text.contains('\0'), "a parser would not keep this NUL: {text:?}");
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut out = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('&') {
        out += &rest[..at];
        rest = &rest[at..];
        let (reference, after) = rest.split_once(';').expect("`&` is written as a reference");
        out.push(match reference {
            "&amp" => '&',
            "&lt" => '<',
            "&gt" => '>',
            "&quot" => '"',
            "&#13" => '\r',
            other => panic!("a reference {other:?} that nobody writes"),
        });
        rest = after;
    }
    out + rest
}
