//! What a patch does to the page.

use std::collections::BTreeMap;

use serde_json::Value;

use super::resolve::resolve;
use super::{Copy, Held, List, Place, Row, Slot, Template, array};
use crate::dom::{Dom, Id, Kind, ROOT, Space};

pub(super) struct Writer<'p> {
    pub(super) dom: &'p mut Dom,
    pub(super) templates: &'p BTreeMap<u64, Template>,
}

impl Writer<'_> {
    pub(super) fn patch(&mut self, copy: &mut Copy, body: &[Value]) {
        let template = &self.templates[&copy.template];
        let mut cursor = 0;
        for item in body {
            if let Some(to) = item.as_u64() {
                cursor = to as usize;
                continue;
            }
            let slot = &template.slots[cursor];
            match (&mut copy.held[cursor], item) {
                (Held::List(list), Value::Array(body)) => self.patch_list(list, body),
                (Held::Place(place), Value::Array(body)) => {
                    self.patch(place.region.as_mut().expect("a region stands there"), body);
                }
                (Held::Place(place), Value::Object(change)) => {
                    assert_eq!(change.len(), 1);
                    self.put(place, &change["="], None);
                }
                (Held::Place(place), value) => self.put(place, value, None),
                (Held::Element(element), value) => {
                    let element = *element;
                    self.set(slot, element, value);
                }
                (Held::List(_), other) => panic!("no patch of a list: {other}"),
            }
            cursor += 1;
        }
    }

    fn patch_list(&mut self, list: &mut List, body: &[Value]) {
        let mut removed = Vec::new();
        let mut moved = Vec::new();
        for edit in body.iter().filter_map(Value::as_object) {
            if let Some(from) = edit.get(">") {
                moved.push(index(from));
            }
            for run in edit.get("-").map(array).unwrap_or_default() {
                match run {
                    Value::Array(run) => removed.extend(index(&run[0])..index(&run[0]) + index(&run[1])),
                    one => removed.push(index(one)),
                }
            }
        }
        let gone = |at: &usize| removed.contains(at) || moved.contains(at);
        assert_eq!(
            removed.iter().chain(&moved).collect::<std::collections::BTreeSet<_>>().len(),
            removed.len() + moved.len()
        );
        let nodes: Vec<Vec<Id>> = (0..list.rows.len()).map(|at| self.row_nodes(list, at)).collect();
        let mut before: Vec<Option<Row>> = std::mem::take(&mut list.rows).into_iter().map(Some).collect();
        for at in removed.iter().chain(&moved) {
            for node in &nodes[*at] {
                self.dom.detach(*node);
            }
        }
        list.rows = (0..before.len()).filter(|at| !gone(at)).filter_map(|at| before[at].take()).collect();
        let mut cursor = 0;
        for item in body {
            match item {
                Value::Number(to) => cursor = to.as_u64().expect("a row") as usize,
                Value::Array(body) => {
                    self.patch(&mut list.rows[cursor].copy, body);
                    cursor += 1;
                }
                Value::Object(edit) => {
                    for values in edit.get("+").map(array).unwrap_or_default() {
                        let row = self.new_row(list, cursor, array(values));
                        list.rows.insert(cursor, row);
                        cursor += 1;
                    }
                    if let Some(from) = edit.get(">") {
                        let from = index(from);
                        let (parent, at) = self.row_place(list, cursor);
                        for (offset, node) in nodes[from].iter().enumerate() {
                            self.dom.insert(parent, at + offset, *node);
                        }
                        list.rows.insert(cursor, before[from].take().expect("a row moves once"));
                        cursor += 1;
                    }
                }
                other => panic!("no change of a list: {other}"),
            }
        }
    }

    /// Where a row would be put that is to be the one with this index.
    fn row_place(&self, list: &List, at: usize) -> (Id, usize) {
        assert!(at <= list.rows.len(), "row {at} of {}", list.rows.len());
        match (list.rows.get(at).map(|row| row.first).or(list.end), list.holder) {
            (Some(node), _) => (self.dom.parent(node).expect("it stands there"), self.dom.index(node)),
            (None, Some(holder)) => (holder, self.dom.children(holder).len()),
            (None, None) => unreachable!("a list has a holder or an end"),
        }
    }

    fn row_nodes(&self, list: &List, at: usize) -> Vec<Id> {
        let (parent, from) = self.row_place(list, at);
        let (_, to) = self.row_place(list, at + 1);
        self.dom.children(parent)[from..to].to_vec()
    }

    fn new_row(&mut self, list: &mut List, at: usize, values: &[Value]) -> Row {
        let (parent, index) = self.row_place(list, at);
        let holder = self.dom.element(Space::Html, "div");
        let space = self.dom.space_in(parent);
        let copy = self.make(list.template, values, holder, space);
        let roots = self.dom.children(holder).to_vec();
        for (offset, root) in roots.iter().enumerate() {
            self.dom.insert(parent, index + offset, *root);
        }
        let serial = list.next;
        list.next += 1;
        Row { serial, first: roots[0], copy }
    }

    /// A new copy, whose roots stand in `holder`, for a place in this namespace.
    pub(super) fn make(&mut self, number: u64, values: &[Value], holder: Id, space: Space) -> Copy {
        let template = self.templates.get(&number).unwrap_or_else(|| panic!("template {number} is known"));
        let tree = template.tree.as_ref().unwrap_or_else(|| panic!("the page has the tree of template {number}"));
        self.grow(holder, array(tree), space);
        let mut copy = Copy { template: number, held: Vec::new() };
        resolve(self.dom, self.templates, &mut copy, holder, 0);
        let mut values = values.iter();
        for (slot, held) in template.slots.iter().zip(&mut copy.held) {
            if slot.kind == 'e' {
                continue;
            }
            let value = values.next().unwrap_or_else(|| panic!("a value for each slot of template {number}"));
            match held {
                Held::Element(element) => {
                    let element = *element;
                    self.set(slot, element, value);
                }
                Held::Place(place) => {
                    let inner = place.holder.map_or(space, |holder| self.dom.space_in(holder));
                    let inner = match place.node.and_then(|node| self.dom.parent(node)) {
                        Some(parent) if parent != holder => self.dom.space_in(parent),
                        _ => inner,
                    };
                    self.put(place, value, Some(inner));
                }
                Held::List(list) => {
                    for (at, values) in array(value).iter().enumerate() {
                        // a row that stands in no element yet is made for where its list will stand
                        let parent = list.holder.or_else(|| self.dom.parent(list.end?)).expect("it stands somewhere");
                        let row_space = if parent == holder { space } else { self.dom.space_in(parent) };
                        let row = self.new_row_in(list, at, array(values), row_space);
                        list.rows.push(row);
                    }
                }
            }
        }
        assert!(values.next().is_none(), "no more values than slots of template {number}");
        copy
    }

    fn new_row_in(&mut self, list: &mut List, at: usize, values: &[Value], space: Space) -> Row {
        let holder = self.dom.element(Space::Html, "div");
        let copy = self.make(list.template, values, holder, space);
        let roots = self.dom.children(holder).to_vec();
        let (parent, index) = self.row_place(list, at);
        for (offset, root) in roots.iter().enumerate() {
            self.dom.insert(parent, index + offset, *root);
        }
        let serial = list.next;
        list.next += 1;
        Row { serial, first: roots[0], copy }
    }

    fn grow(&mut self, parent: Id, content: &[Value], space: Space) {
        for item in content {
            let node = match item {
                Value::String(text) => self.dom.text(text),
                Value::Number(number) if number.as_u64() == Some(1) => self.dom.comment(""),
                Value::Number(number) if number.as_u64() == Some(2) => self.dom.comment("/"),
                Value::Array(element) => {
                    let tag = element[0].as_str().expect("a tag");
                    let own = match tag {
                        "svg" => Space::Svg,
                        "math" => Space::Math,
                        _ => space,
                    };
                    let node = self.dom.element(own, tag);
                    let mut inner = &element[1..];
                    if let Some(Value::Object(fixed)) = inner.first() {
                        let Kind::Element { attributes, .. } = self.dom.kind_mut(node) else { unreachable!() };
                        let text = |value: &Value| value.as_str().expect("a text").to_owned();
                        attributes.extend(fixed.iter().map(|(name, value)| (name.clone(), text(value))));
                        inner = &inner[1..];
                    }
                    self.grow(node, inner, if tag == "foreignObject" { Space::Html } else { own });
                    node
                }
                other => panic!("no seed: {other}"),
            };
            self.dom.append(parent, node);
        }
    }

    /// An attribute, or a property, which a fresh render has as one.
    fn set(&mut self, slot: &Slot, element: Id, value: &Value) {
        assert!(matches!(slot.kind, 'a' | 'p'), "a handler has no value");
        let Kind::Element { attributes, tag, .. } = self.dom.kind_mut(element) else { unreachable!() };
        let text = match value {
            Value::Null => None,
            Value::Bool(true) => Some(String::new()),
            Value::String(text) => Some(text.clone()),
            other => panic!("no attribute's value: {other}"),
        };
        if tag == "textarea" && slot.kind == 'p' {
            for child in self.dom.children(element).to_vec() {
                self.dom.detach(child);
            }
            let text = self.dom.text(&text.unwrap_or_default());
            return self.dom.append(element, text);
        }
        match text {
            Some(text) => attributes.insert(slot.name.clone(), text),
            None => attributes.remove(&slot.name),
        };
    }

    /// Where nothing says what the parent is, `space` does.
    fn put(&mut self, place: &mut Place, value: &Value, space: Option<Space>) {
        if let Some(node) = place.node {
            let parent = self.dom.parent(node).expect("it stands there");
            let from = self.dom.index(node);
            let to = self.end_of(place, parent, from);
            for _ in from + 1..to {
                let node = self.dom.children(parent)[from + 1];
                self.dom.detach(node);
            }
        }
        place.region = None;
        let is_text = value.is_string();
        let fits = place.node.is_some_and(|node| matches!(self.dom.kind(node), Kind::Text(_)) == is_text);
        if !fits {
            let node = if is_text { self.dom.text("") } else { self.dom.comment("") };
            match (place.node, place.holder) {
                (Some(old), _) => {
                    let (parent, at) = (self.dom.parent(old).expect("it stands there"), self.dom.index(old));
                    self.dom.detach(old);
                    self.dom.insert(parent, at, node);
                }
                (None, Some(holder)) => self.dom.append(holder, node),
                (None, None) => unreachable!("a place has a node or a holder"),
            }
            place.node = Some(node);
        }
        let node = place.node.expect("there is one now");
        let parent = self.dom.parent(node).expect("it stands there");
        let mut data = String::new();
        match value {
            Value::String(text) => data.clone_from(text),
            Value::Null => {}
            Value::Array(region) => {
                let number = region[0].as_u64().expect("a template's number");
                data = number.to_string();
                let holder = self.dom.element(Space::Html, "div");
                let space = space.unwrap_or_else(|| self.dom.space_in(parent));
                let copy = self.make(number, &region[1..], holder, space);
                let at = self.dom.index(node) + 1;
                for (offset, root) in self.dom.children(holder).to_vec().into_iter().enumerate() {
                    self.dom.insert(parent, at + offset, root);
                }
                place.region = Some(Box::new(copy));
            }
            Value::Object(_) => {
                data = "*".to_owned();
                let space = space.unwrap_or_else(|| self.dom.space_in(parent));
                let made = Dom::parse_in(space, value["html"].as_str().expect("markup"));
                let mut at = self.dom.index(node) + 1;
                for child in made.children(ROOT) {
                    let child = self.import(&made, *child);
                    self.dom.insert(parent, at, child);
                    at += 1;
                }
                let end = self.dom.comment("/*");
                self.dom.insert(parent, at, end);
            }
            other => panic!("no value: {other}"),
        }
        let (Kind::Text(old) | Kind::Comment(old)) = self.dom.kind_mut(node) else { unreachable!() };
        *old = data;
    }

    fn import(&mut self, from: &Dom, node: Id) -> Id {
        let (space, tag) = match from.kind(node) {
            Kind::Text(text) => return self.dom.text(text),
            Kind::Comment(data) => return self.dom.comment(data),
            Kind::Element { space, tag, .. } => (*space, tag),
        };
        let copy = self.dom.element(space, tag);
        *self.dom.kind_mut(copy) = from.kind(node).clone();
        for child in from.children(node) {
            let child = self.import(from, *child);
            self.dom.append(copy, child);
        }
        copy
    }

    /// Where what stands in a place, from `at` on, ends.
    fn end_of(&self, place: &Place, parent: Id, at: usize) -> usize {
        if let Some(region) = &place.region {
            return self.end_of_copy(region, parent, at + 1);
        }
        let siblings = self.dom.children(parent);
        if matches!(self.dom.kind(siblings[at]), Kind::Comment(data) if data == "*") {
            let end = siblings[at..]
                .iter()
                .position(|node| matches!(self.dom.kind(*node), Kind::Comment(data) if data == "/*"));
            return at + end.expect("trusted markup ends") + 1;
        }
        at + 1
    }

    fn end_of_copy(&self, copy: &Copy, parent: Id, from: usize) -> usize {
        let mut at = from;
        for (position, &number) in self.templates[&copy.template].extent.iter().enumerate() {
            if position % 2 == 0 {
                at += number;
                continue;
            }
            at = match &copy.held[number] {
                Held::Place(place) => self.end_of(place, parent, at),
                Held::List(list) => self.dom.index(list.end.expect("among others a list has an end")) + 1,
                Held::Element(_) => unreachable!("an extent goes over values and lists"),
            };
        }
        at
    }
}

fn index(value: &Value) -> usize {
    value.as_u64().expect("an index") as usize
}
