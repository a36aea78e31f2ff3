//! From slots to nodes.

use super::template::{Slot, Step, Templates, Walk};
use super::{Copy, Dom, Held, Id, List, NodeKind, Row, SlotContent};

/// Finds all slots of a copy whose first root is at index `at` in `parent`. Returns the index after its last root.
pub(super) fn resolve(dom: &Dom, templates: &Templates, copy: &mut Copy, parent: Id, at: usize) -> usize {
    let template = templates.get(&copy.template).unwrap_or_else(|| panic!("template {} is known", copy.template));
    // the index after the content of each slot
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
                assert!(matches!(dom.kind(node), NodeKind::Element { .. }), "an element");
                (Held::Element(node), 0)
            }
            's' | 'b' if slot.sole => {
                let element = node.expect("an element");
                let (content, end) = match dom.children(element).first() {
                    Some(_) => resolve_content(dom, templates, slot, element, 0),
                    None => (SlotContent { holder: None, node: None, region: None }, 0),
                };
                assert_eq!(end, dom.children(element).len(), "it is all that the element holds");
                (Held::Content(SlotContent { holder: Some(element), ..content }), 0)
            }
            's' | 'b' => {
                let (content, end) = resolve_content(dom, templates, slot, holder, index);
                (Held::Content(content), end)
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

fn resolve_content(dom: &Dom, templates: &Templates, slot: &Slot, parent: Id, at: usize) -> (SlotContent, usize) {
    let node = dom.children(parent)[at];
    let mut content = SlotContent { holder: None, node: Some(node), region: None };
    let end = match dom.kind(node) {
        NodeKind::Text(_) => {
            assert_eq!(slot.kind, 's', "a branch has a mark");
            at + 1
        }
        NodeKind::Comment(data) if data.is_empty() => at + 1,
        NodeKind::Comment(data) if data == "*" => {
            let rest = &dom.children(parent)[at..];
            let end = rest.iter().position(|node| matches!(dom.kind(*node), NodeKind::Comment(data) if data == "/*"));
            at + end.expect("trusted markup ends") + 1
        }
        NodeKind::Comment(data) => {
            let template = data.parse().unwrap_or_else(|_| panic!("a mark: {data:?}"));
            let region = content.region.insert(Box::new(Copy { template, held: Vec::new() }));
            resolve(dom, templates, region, parent, at + 1)
        }
        NodeKind::Element { tag, .. } => panic!("<{tag}> in the content of a value"),
    };
    (content, end)
}

fn resolve_list(
    dom: &Dom,
    templates: &Templates,
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
            (Some(node), None) if matches!(dom.kind(node), NodeKind::Comment(data) if data == "/") => break Some(node),
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
