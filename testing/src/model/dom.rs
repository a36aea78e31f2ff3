//! The nodes of a page.

use std::collections::BTreeMap;

/// The number of a node.
pub type Id = usize;

/// A node.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum NodeKind {
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

#[derive(Clone, Debug)]
struct Node {
    kind: NodeKind,
    parent: Option<Id>,
    children: Vec<Id>,
}

/// A tree of nodes. A removed node keeps its number, which is never used again.
#[derive(Clone, Debug)]
pub struct Dom {
    nodes: Vec<Node>,
}

/// The element that holds all others.
pub const ROOT: Id = 0;

impl Dom {
    /// Makes a tree with an empty root element.
    pub fn new(space: Space, tag: &str) -> Self {
        let mut dom = Self { nodes: Vec::new() };
        dom.element(space, tag);
        dom
    }

    /// Makes an element without a parent.
    pub fn element(&mut self, space: Space, tag: &str) -> Id {
        self.add(NodeKind::Element { space, tag: tag.to_owned(), attributes: BTreeMap::new() })
    }

    /// Makes a text without a parent.
    pub fn text(&mut self, text: &str) -> Id {
        self.add(NodeKind::Text(text.to_owned()))
    }

    /// Makes a comment without a parent.
    pub fn comment(&mut self, data: &str) -> Id {
        self.add(NodeKind::Comment(data.to_owned()))
    }

    fn add(&mut self, kind: NodeKind) -> Id {
        self.nodes.push(Node { kind, parent: None, children: Vec::new() });
        self.nodes.len() - 1
    }

    /// Returns the node's kind and data.
    pub fn kind(&self, node: Id) -> &NodeKind {
        &self.nodes[node].kind
    }

    /// Returns the node's kind and data, to be changed.
    pub fn kind_mut(&mut self, node: Id) -> &mut NodeKind {
        &mut self.nodes[node].kind
    }

    /// Returns the node's children; for a `<template>`, its content.
    pub fn children(&self, node: Id) -> &[Id] {
        &self.nodes[node].children
    }

    /// Returns the number of nodes inside, without those that belong to another script and those in `<template>`s.
    pub(crate) fn count(&self, node: Id) -> u64 {
        let is_counted = self.attribute(node, "data-tealight-owned").is_none() && !self.is_template(node);
        let children = self.children(node).iter().filter(|_| is_counted);
        children.map(|child| 1 + self.count(*child)).sum()
    }

    /// Returns the node's parent.
    pub fn parent(&self, node: Id) -> Option<Id> {
        self.nodes[node].parent
    }

    /// Returns the node, its parent, and so on up to the root.
    pub fn ancestors(&self, node: Id) -> impl Iterator<Item = Id> {
        std::iter::successors(Some(node), |node| self.parent(*node))
    }

    /// Returns the node's index among its siblings.
    pub fn index(&self, node: Id) -> usize {
        let parent = self.nodes[node].parent.expect("a node with a parent");
        self.nodes[parent].children.iter().position(|child| *child == node).expect("a parent has its children")
    }

    /// Removes the node from its parent, if it has one.
    pub fn detach(&mut self, node: Id) {
        if let Some(parent) = self.nodes[node].parent.take() {
            self.nodes[parent].children.retain(|child| *child != node);
        }
    }

    /// Inserts the node into `parent` at an index.
    pub fn insert(&mut self, parent: Id, at: usize, node: Id) {
        self.detach(node);
        self.nodes[parent].children.insert(at, node);
        self.nodes[node].parent = Some(parent);
    }

    /// Appends the node to `parent`.
    pub fn append(&mut self, parent: Id, node: Id) {
        self.insert(parent, self.nodes[parent].children.len(), node);
    }

    /// Returns the namespace of elements that are made inside `node`.
    pub fn space_in(&self, node: Id) -> Space {
        match &self.nodes[node].kind {
            NodeKind::Element { tag, .. } if tag == "foreignObject" => Space::Html,
            NodeKind::Element { space, .. } => *space,
            _ => unreachable!("an element"),
        }
    }

    /// Returns the element's tag, or nothing for a text or a comment.
    pub fn tag(&self, node: Id) -> &str {
        match &self.nodes[node].kind {
            NodeKind::Element { tag, .. } => tag,
            _ => "",
        }
    }

    /// Returns the value of an attribute.
    pub fn attribute(&self, node: Id, name: &str) -> Option<&str> {
        match &self.nodes[node].kind {
            NodeKind::Element { attributes, .. } => attributes.get(name).map(String::as_str),
            _ => None,
        }
    }

    /// Sets an attribute, or removes it.
    pub fn set_attribute(&mut self, node: Id, name: &str, value: Option<&str>) {
        if let NodeKind::Element { attributes, .. } = &mut self.nodes[node].kind {
            match value {
                Some(value) => attributes.insert(name.to_owned(), value.to_owned()),
                None => attributes.remove(name),
            };
        }
    }

    /// Returns all elements below `node` in document order, without the content of `<template>`s.
    pub fn elements(&self, node: Id) -> Vec<Id> {
        let mut all = Vec::new();
        let mut stack: Vec<Id> = self.children(node).iter().rev().copied().collect();
        while let Some(next) = stack.pop() {
            if matches!(self.kind(next), NodeKind::Element { .. }) {
                all.push(next);
                if !self.is_template(next) {
                    stack.extend(self.children(next).iter().rev());
                }
            }
        }
        all
    }

    fn is_template(&self, node: Id) -> bool {
        matches!(self.kind(node), NodeKind::Element { space: Space::Html, tag, .. } if tag == "template")
    }

    /// Copies a node of another tree, with all that is inside. The copy has no parent.
    pub fn import(&mut self, from: &Self, node: Id) -> Id {
        let copy = self.add(from.kind(node).clone());
        for child in from.children(node) {
            let child = self.import(from, *child);
            self.append(copy, child);
        }
        copy
    }
}
