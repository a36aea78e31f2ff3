//! A straightforward implementation: the view makes a tree of strings, the diff compares it with the last tree, and the
//! patch is a `serde_json::Value`.

use std::collections::HashMap;
use std::fmt::Display;

use serde_json::{Value, json};

use crate::Case;

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Text(String),
    Element { tag: String, key: Option<String>, children: Vec<Node> },
}

pub(crate) fn text(value: impl Display) -> Node {
    Node::Text(value.to_string())
}

pub(crate) fn element(tag: &str, key: Option<String>, children: Vec<Node>) -> Node {
    Node::Element { tag: tag.to_owned(), key, children }
}

impl Node {
    fn key(&self) -> Option<&str> {
        match self {
            Self::Text(_) => None,
            Self::Element { key, .. } => key.as_deref(),
        }
    }

    fn to_json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Element { tag, children, .. } => {
                json!([tag, children.iter().map(Self::to_json).collect::<Vec<_>>()])
            }
        }
    }

    fn bytes(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Text(text) => text.capacity(),
                Self::Element { tag, key, children } => {
                    tag.capacity()
                        + key.as_ref().map_or(0, String::capacity)
                        + children.iter().map(Self::bytes).sum::<usize>()
                }
            }
    }
}

fn diff(old: &Node, new: &Node) -> Option<Value> {
    match (old, new) {
        (Node::Text(a), Node::Text(b)) => (a != b).then(|| json!(b)),
        (Node::Element { tag: a, children: from, .. }, Node::Element { tag: b, children: to, .. }) if a == b => {
            let keyed = to.first().or(from.first()).is_some_and(|child| child.key().is_some());
            if keyed { diff_keyed(from, to) } else { diff_children(from, to) }
        }
        _ => Some(json!({ "=": new.to_json() })),
    }
}

fn diff_children(from: &[Node], to: &[Node]) -> Option<Value> {
    let mut changes = serde_json::Map::new();
    for (i, child) in to.iter().enumerate() {
        let change = match from.get(i) {
            Some(old) => diff(old, child),
            None => Some(json!({ "=": child.to_json() })),
        };
        if let Some(change) = change {
            changes.insert(i.to_string(), change);
        }
    }
    if from.len() > to.len() {
        changes.insert("-".to_owned(), json!(to.len()));
    }
    (!changes.is_empty()).then_some(Value::Object(changes))
}

fn diff_keyed(from: &[Node], to: &[Node]) -> Option<Value> {
    let old: HashMap<_, _> = from.iter().enumerate().map(|(i, node)| (node.key(), i)).collect();
    let same_order = from.len() == to.len() && from.iter().zip(to).all(|(a, b)| a.key() == b.key());
    let mut changes = serde_json::Map::new();
    for (i, child) in to.iter().enumerate() {
        let change = match old.get(&child.key()) {
            Some(&at) => diff(&from[at], child),
            None => Some(json!({ "+": child.to_json() })),
        };
        if let Some(change) = change {
            changes.insert(i.to_string(), change);
        }
    }
    if !same_order {
        let order = to.iter().map(|child| json!(old.get(&child.key()))).collect();
        changes.insert("order".to_owned(), Value::Array(order));
    }
    (!changes.is_empty()).then_some(Value::Object(changes))
}

/// A model, kept with the tree of its last render.
pub(crate) struct TextTree<M> {
    model: M,
    update: fn(&mut M, bool),
    view: fn(&M) -> Node,
    tree: Node,
    number: u32,
    frame: String,
}

impl<M> TextTree<M> {
    /// `update` is called with true to undo the step.
    pub(crate) fn new(model: M, update: fn(&mut M, bool), view: fn(&M) -> Node) -> Self {
        let tree = view(&model);
        Self { model, update, view, tree, number: 0, frame: String::new() }
    }

    fn render(&mut self) {
        let tree = (self.view)(&self.model);
        if let Some(change) = diff(&self.tree, &tree) {
            self.number += 1;
            self.frame = json!([self.number, change]).to_string();
        }
        self.tree = tree;
    }
}

impl<M> Case for TextTree<M> {
    #[inline(always)]
    fn step(&mut self) {
        (self.update)(&mut self.model, false);
        self.render();
    }

    fn frame(&self) -> &[u8] {
        self.frame.as_bytes()
    }

    fn kept(&self) -> usize {
        self.tree.bytes()
    }
}

/// The same, for a change that must be undone before it can be made again.
pub(crate) struct Undone<M>(pub(crate) TextTree<M>);

impl<M> Case for Undone<M> {
    #[inline(always)]
    fn step(&mut self) {
        self.0.step();
    }

    fn undo(&mut self) {
        (self.0.update)(&mut self.0.model, true);
        let frame = std::mem::take(&mut self.0.frame);
        self.0.render();
        self.0.frame = frame;
    }

    fn frame(&self) -> &[u8] {
        self.0.frame()
    }

    fn kept(&self) -> usize {
        self.0.kept()
    }
}
