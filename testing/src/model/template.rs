//! Templates: the positions of a region's slots.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::wire::Definitions;

pub(super) type Templates = BTreeMap<u64, Template>;

#[derive(Clone, Debug)]
pub(super) struct Template {
    pub(super) extent: Walk,
    pub(super) slots: Vec<Slot>,
    pub(super) tree: Option<Value>,
}

/// Nodes, slot, nodes, slot … nodes.
pub(super) type Walk = Vec<usize>;

#[derive(Clone, Debug)]
pub(super) struct Slot {
    /// The letter of the slot's kind, in lower case.
    pub(super) kind: char,
    /// The slot is the only content of its element.
    pub(super) sole: bool,
    pub(super) path: Vec<Step>,
    /// The name of an attribute or a property; the template of a list's rows.
    pub(super) name: String,
    /// The binding of a handler or of a `do:` attribute.
    pub(super) binding: Option<Binding>,
}

/// The part of a handler that says which events it takes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Binding {
    /// The type of the event, with `window:` or `document:` before it for an event of these.
    pub event: String,
    pub modifiers: Vec<String>,
    /// The key, and the keys that must be held with it; empty for any key.
    pub keys: Vec<String>,
    pub delay: Option<Delay>,
}

/// A binding's delay, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Delay {
    Debounce(u64),
    Throttle(u64),
}

#[derive(Clone, Debug)]
pub(super) enum Step {
    Walk { walk: Walk, count: Option<usize> },
    FromEnd(usize),
}

pub(super) fn define(templates: &mut Templates, definitions: Definitions) {
    for (number, definition) in definitions {
        match (definition.map, templates.get_mut(&number)) {
            (None, Some(known)) => {
                assert!(known.tree.is_none(), "template {number} has its tree");
                known.tree = definition.tree;
            }
            (Some(map), None) => {
                let mut words = map.split(' ');
                let head = words.next().expect("an extent");
                let extent = walk(head.split_once('#').map_or(head, |(extent, _print)| extent));
                let slots = words.map(slot).collect();
                templates.insert(number, Template { extent, slots, tree: definition.tree });
            }
            (map, known) => panic!("template {number}: map {map:?}, known {}", known.is_some()),
        }
    }
}

fn walk(text: &str) -> Walk {
    text.split('.').map(|number| number.parse().unwrap_or_else(|_| panic!("a walk: {text:?}"))).collect()
}

fn slot(word: &str) -> Slot {
    let (place, name) = word.split_once(':').unwrap_or((word, ""));
    let (kind, path) = place.split_at(1);
    let letter = kind.chars().next().expect("a letter");
    let path = path.split('/').map(|step| match step.strip_prefix('-') {
        Some(count) => Step::FromEnd(count.parse().expect("a count")),
        None => match step.split_once('*') {
            Some((at, count)) => Step::Walk { walk: walk(at), count: Some(count.parse().expect("a count")) },
            None => Step::Walk { walk: walk(step), count: None },
        },
    });
    // any other dot may be a part of an attribute's name
    let binding = if letter == 'e' { Some(name) } else { name.strip_prefix("do:") };
    Slot {
        kind: letter.to_ascii_lowercase(),
        sole: letter.is_ascii_uppercase(),
        path: path.collect(),
        name: name.to_owned(),
        binding: binding.map(self::binding),
    }
}

fn binding(text: &str) -> Binding {
    let (head, keys) = match text.split_once("..") {
        Some((head, keys)) => (head, keys.split('.').map(str::to_owned).collect()),
        None => (text, Vec::new()),
    };
    let mut words = head.split('.');
    let event = words.next().unwrap_or_default().to_owned();
    let mut binding = Binding { event, modifiers: Vec::new(), keys, delay: None };
    while let Some(word) = words.next() {
        let mut time = || words.next().and_then(|time| time.parse().ok()).expect("a delay's milliseconds");
        match word {
            "debounce" => binding.delay = Some(Delay::Debounce(time())),
            "throttle" => binding.delay = Some(Delay::Throttle(time())),
            _ => binding.modifiers.push(word.to_owned()),
        }
    }
    binding
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_read() {
        for key in [":", "\"", "<", "/", "*", "\\", "-", "@", "period", "space"] {
            let slot = slot(&format!("e0/1*2:window:keydown.prevent..ctrl.{key}"));
            let binding = slot.binding.expect("a binding");
            assert_eq!((slot.path.len(), &*binding.event), (2, "window:keydown"), "{key}");
            assert_eq!((binding.modifiers, binding.keys), (vec!["prevent".into()], vec!["ctrl".into(), key.into()]));
        }
    }

    #[test]
    fn delays_are_read() {
        let slot = slot("e0:input.form.debounce.300");
        let delay = Some(Delay::Debounce(300));
        let modifiers = vec!["form".into()];
        assert_eq!(slot.binding, Some(Binding { event: "input".into(), modifiers, keys: Vec::new(), delay }));
    }
}
