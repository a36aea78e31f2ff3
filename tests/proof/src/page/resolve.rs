//! Where the slots of a copy stand.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Copy, Held, List, Place, Row, Slot, Step, Template, Walk};
use crate::dom::{Dom, Id, Kind};

pub(super) fn define(templates: &mut BTreeMap<u64, Template>, definitions: &Value) {
    for (number, definition) in definitions.as_object().expect("definitions") {
        let number = number.parse().expect("a number");
        let tree = definition.get("tree").cloned();
        match (definition.get("map"), templates.get_mut(&number)) {
            (None, Some(known)) => {
                assert!(known.tree.is_none(), "template {number} has its tree");
                known.tree = tree;
            }
            (Some(map), None) => {
                let mut words = map.as_str().expect("a string").split(' ');
                let extent = walk(words.next().expect("an extent"));
                let slots = words.map(slot).collect();
                templates.insert(number, Template { extent, slots, tree });
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
    // a dot may be part of an attribute's name
    let mut names = name.split(if letter == 'e' { '.' } else { ' ' }).map(str::to_owned);
    let path = path.split('/').map(|step| match step.strip_prefix('-') {
        Some(count) => Step::FromEnd(count.parse().expect("a count")),
        None => match step.split_once('*') {
            Some((at, count)) => Step::Walk { walk: walk(at), count: Some(count.parse().expect("a count")) },
            None => Step::Walk { walk: walk(step), count: None },
        },
    });
    Slot {
        kind: letter.to_ascii_lowercase(),
        sole: letter.is_ascii_uppercase(),
        path: path.collect(),
        name: names.next().unwrap_or_default(),
        modifiers: names.collect(),
    }
}

/// Finds all slots of a copy whose first root stands at `at` in `parent`. Answers with where its roots end.
pub(super) fn resolve(dom: &Dom, templates: &BTreeMap<u64, Template>, copy: &mut Copy, parent: Id, at: usize) -> usize {
    let template = templates.get(&copy.template).unwrap_or_else(|| panic!("template {} is known", copy.template));
    // where what stands in each slot ends
    let mut ends: Vec<usize> = Vec::new();
    for slot in &template.slots {
        let (mut holder, mut index) = (parent, at);
        for (depth, step) in slot.path.iter().enumerate() {
            let from = if depth == 0 {
                at
            } else {
                holder = dom.children(holder)[index];
                0
            };
            index = match step {
                Step::FromEnd(count) => {
                    assert!(depth > 0, "not the first step");
                    dom.children(holder).len() - count
                }
                Step::Walk { walk, count } => {
                    if let Some(count) = count {
                        assert!(depth > 0, "not the first step");
                        assert_eq!(dom.children(holder).len(), *count, "children of a counted parent");
                    }
                    go(walk, from, &ends)
                }
            };
        }
        let node = dom.children(holder).get(index).copied();
        let (held, end) = match slot.kind {
            'a' | 'p' | 'e' => {
                let node = node.expect("an element");
                assert!(matches!(dom.kind(node), Kind::Element { .. }), "an element");
                (Held::Element(node), 0)
            }
            's' | 'b' if slot.sole => {
                let element = node.expect("an element");
                let (place, end) = match dom.children(element).first() {
                    Some(_) => resolve_place(dom, templates, slot, element, 0),
                    None => (Place { holder: None, node: None, region: None }, 0),
                };
                assert_eq!(end, dom.children(element).len(), "it is all that the element holds");
                (Held::Place(Place { holder: Some(element), ..place }), 0)
            }
            's' | 'b' => {
                let (place, end) = resolve_place(dom, templates, slot, holder, index);
                (Held::Place(place), end)
            }
            'l' => {
                let list_holder = slot.sole.then(|| node.expect("an element"));
                let (list, end) = resolve_list(dom, templates, slot, list_holder.unwrap_or(holder), list_holder, index);
                (Held::List(list), end)
            }
            other => panic!("no slot is a {other:?}"),
        };
        copy.held.push(held);
        ends.push(end);
    }
    go(&template.extent, at, &ends)
}

fn go(walk: &Walk, from: usize, ends: &[usize]) -> usize {
    let mut at = from;
    for (position, &number) in walk.iter().enumerate() {
        if position % 2 == 0 {
            at += number;
        } else {
            at = ends[number];
        }
    }
    at
}

fn resolve_place(dom: &Dom, templates: &BTreeMap<u64, Template>, slot: &Slot, parent: Id, at: usize) -> (Place, usize) {
    let node = dom.children(parent)[at];
    let mut place = Place { holder: None, node: Some(node), region: None };
    let end = match dom.kind(node) {
        Kind::Text(_) => {
            assert_eq!(slot.kind, 's', "a branch has a mark");
            at + 1
        }
        Kind::Comment(data) if data.is_empty() => at + 1,
        Kind::Comment(data) if data == "*" => {
            let rest = &dom.children(parent)[at..];
            let end = rest.iter().position(|node| matches!(dom.kind(*node), Kind::Comment(data) if data == "/*"));
            at + end.expect("trusted markup ends") + 1
        }
        Kind::Comment(data) => {
            let template = data.parse().unwrap_or_else(|_| panic!("a mark: {data:?}"));
            let region = place.region.insert(Box::new(Copy { template, held: Vec::new() }));
            resolve(dom, templates, region, parent, at + 1)
        }
        Kind::Element { tag, .. } => panic!("<{tag}> where a value stands"),
    };
    (place, end)
}

fn resolve_list(
    dom: &Dom,
    templates: &BTreeMap<u64, Template>,
    slot: &Slot,
    parent: Id,
    holder: Option<Id>,
    from: usize,
) -> (List, usize) {
    let template = slot.name.parse().expect("a template's number");
    let mut rows = Vec::new();
    let mut at = if holder.is_some() { 0 } else { from };
    let end = loop {
        let node = dom.children(parent).get(at).copied();
        match (node, holder) {
            (None, Some(_)) => break None,
            (None, None) => panic!("a list ends"),
            (Some(node), None) if matches!(dom.kind(node), Kind::Comment(data) if data == "/") => break Some(node),
            (Some(first), _) => {
                let mut copy = Copy { template, held: Vec::new() };
                let end = resolve(dom, templates, &mut copy, parent, at);
                assert!(end > at, "a row has a node");
                rows.push(Row { serial: rows.len() as u64, first, copy });
                at = end;
            }
        }
    };
    let next = rows.len() as u64;
    (List { holder, end, template, rows, next }, at + usize::from(holder.is_none()))
}

#[cfg(test)]
mod tests {
    use super::slot;

    #[test]
    fn keys_are_read_whatever_they_are() {
        for key in [":", "\"", "<", "/", "*", "\\", "-", "@", "period", "space"] {
            let slot = slot(&format!("e0/1*2:window:keydown.prevent..ctrl.{key}"));
            assert_eq!((slot.path.len(), &*slot.name), (2, "window:keydown"), "{key}");
            assert_eq!(slot.modifiers, ["prevent", "", "ctrl", key]);
        }
    }
}
