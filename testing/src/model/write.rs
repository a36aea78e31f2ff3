//! The effect of a patch on the nodes.

use std::collections::BTreeSet;

use serde_json::Value;

use super::parse;
use super::resolve::resolve;
use super::template::{Slot, Templates};
use super::{Copy, Dom, Held, Id, List, NodeKind, Property, ROOT, Row, SlotContent, Space};
use crate::wire::{self, Content, RowStep, Seed, SlotChange, array};

pub(super) struct Writer<'p> {
    pub(super) dom: &'p mut Dom,
    pub(super) templates: &'p Templates,
    pub(super) properties: &'p mut Vec<Property>,
}

impl Writer<'_> {
    pub(super) fn patch(&mut self, copy: &mut Copy, body: &[Value]) {
        let template = &self.templates[&copy.template];
        for (number, change) in wire::slot_changes(body) {
            match (&mut copy.held[number], change) {
                (Held::List(list), SlotChange::Within(body)) => self.patch_list(list, body),
                (Held::Content(content), SlotChange::Within(body)) => {
                    self.patch(content.region.as_mut().expect("the content has a region"), body);
                }
                (Held::Content(content), SlotChange::Value(value)) => self.put(content, value),
                (Held::Element(element), SlotChange::Value(value)) => {
                    let element = *element;
                    self.set(&template.slots[number], element, value);
                }
                (Held::List(_), SlotChange::Value(value)) => panic!("no patch of a list: {value}"),
                (Held::Element(_), SlotChange::Within(_)) => panic!("no patch of an attribute"),
            }
        }
    }

    fn patch_list(&mut self, list: &mut List, body: &[Value]) {
        let changes = wire::row_changes(body);
        let gone: BTreeSet<usize> = changes.removed.iter().chain(&changes.moved).copied().collect();
        assert_eq!(gone.len(), changes.removed.len() + changes.moved.len(), "a row goes or moves once");
        let nodes: Vec<Vec<Id>> = (0..list.rows.len()).map(|at| self.row_nodes(list, at)).collect();
        let mut before: Vec<Option<Row>> = std::mem::take(&mut list.rows).into_iter().map(Some).collect();
        for node in gone.iter().flat_map(|at| &nodes[*at]) {
            self.dom.detach(*node);
        }
        list.rows = (0..before.len()).filter(|at| !gone.contains(at)).filter_map(|at| before[at].take()).collect();
        for step in changes.steps {
            match step {
                RowStep::Patch { at, body } => self.patch(&mut list.rows[at].copy, body),
                RowStep::Insert { at, values } => {
                    let row = self.new_row(list, at, values);
                    list.rows.insert(at, row);
                }
                RowStep::Move { at, from } => {
                    let (parent, index) = self.row_place(list, at);
                    for (offset, node) in nodes[from].iter().enumerate() {
                        self.dom.insert(parent, index + offset, *node);
                    }
                    list.rows.insert(at, before[from].take().expect("a row moves once"));
                }
            }
        }
    }

    /// Returns the parent and the index of a new row at this position.
    fn row_place(&self, list: &List, at: usize) -> (Id, usize) {
        assert!(at <= list.rows.len(), "row {at} of {}", list.rows.len());
        match (list.rows.get(at).map(|row| row.first).or(list.end), list.holder) {
            (Some(node), _) => (self.dom.parent(node).expect("a row has a parent"), self.dom.index(node)),
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
        let holder = self.stand_in(parent);
        let copy = self.make(list.template, values, holder);
        let roots = self.move_children(holder, parent, index);
        let serial = list.next;
        list.next += 1;
        Row { serial, first: roots[0], copy }
    }

    /// Makes an element like `parent`, in which a copy's roots are made.
    pub(super) fn stand_in(&mut self, parent: Id) -> Id {
        let NodeKind::Element { space, tag, .. } = self.dom.kind(parent).clone() else { unreachable!("an element") };
        self.dom.element(space, &tag)
    }

    fn move_children(&mut self, from: Id, to: Id, at: usize) -> Vec<Id> {
        let children = self.dom.children(from).to_vec();
        for (offset, child) in children.iter().enumerate() {
            self.dom.insert(to, at + offset, *child);
        }
        children
    }

    /// Makes a copy of a template, with its roots in `holder`.
    pub(super) fn make(&mut self, number: u64, values: &[Value], holder: Id) -> Copy {
        let template = self.templates.get(&number).unwrap_or_else(|| panic!("template {number} is known"));
        let tree = template.tree.as_ref().unwrap_or_else(|| panic!("the page has the tree of template {number}"));
        self.grow(holder, array(tree));
        let mut copy = Copy { template: number, held: Vec::new() };
        resolve(self.dom, self.templates, &mut copy, holder, 0);
        let mut values = values.iter();
        for (slot, held) in template.slots.iter().zip(&mut copy.held).filter(|(slot, _)| slot.kind != 'e') {
            let value = values.next().unwrap_or_else(|| panic!("a value for each slot of template {number}"));
            match held {
                Held::Element(element) => {
                    let element = *element;
                    self.set(slot, element, value);
                }
                Held::Content(content) => self.put(content, value),
                Held::List(list) => {
                    for (at, values) in array(value).iter().enumerate() {
                        let row = self.new_row(list, at, array(values));
                        list.rows.push(row);
                    }
                }
            }
        }
        assert!(values.next().is_none(), "no more values than slots of template {number}");
        copy
    }

    fn grow(&mut self, parent: Id, content: &[Value]) {
        let space = self.dom.space_in(parent);
        for item in content {
            let node = match wire::seed(item) {
                Seed::Text(text) => self.dom.text(text),
                Seed::Mark(data) => self.dom.comment(data),
                Seed::Element { tag, attributes, content } => {
                    let own = match tag {
                        "svg" => Space::Svg,
                        "math" => Space::Math,
                        _ => space,
                    };
                    let node = self.dom.element(own, tag);
                    for (name, value) in attributes.into_iter().flatten() {
                        self.dom.set_attribute(node, name, wire::attribute(value));
                    }
                    self.grow(node, content);
                    node
                }
            };
            self.dom.append(parent, node);
        }
    }

    /// Sets an attribute, or a property; a fresh render has that as an attribute.
    fn set(&mut self, slot: &Slot, element: Id, value: &Value) {
        assert!(matches!(slot.kind, 'a' | 'p'), "a handler has no value");
        let value = wire::attribute(value);
        if slot.kind == 'p' {
            let property = Property { element, name: slot.name.clone(), value: value.map(str::to_owned) };
            self.properties.push(property);
            if self.dom.tag(element) == "textarea" {
                for child in self.dom.children(element).to_vec() {
                    self.dom.detach(child);
                }
                let text = self.dom.text(value.unwrap_or_default());
                return self.dom.append(element, text);
            }
        }
        self.dom.set_attribute(element, &slot.name, value);
    }

    fn put(&mut self, shown: &mut SlotContent, value: &Value) {
        if let Some(node) = shown.node {
            let parent = self.dom.parent(node).expect("the content has a parent");
            let from = self.dom.index(node);
            let to = self.end_of(shown, parent, from);
            for _ in from + 1..to {
                let node = self.dom.children(parent)[from + 1];
                self.dom.detach(node);
            }
        }
        shown.region = None;
        let content = wire::content(value);
        let node = self.node_for(shown, matches!(content, Content::Text(_)));
        let parent = self.dom.parent(node).expect("the content has a parent");
        let data = match content {
            Content::Text(text) => text.to_owned(),
            Content::Nothing => String::new(),
            Content::Region(number, values) => {
                let holder = self.stand_in(parent);
                let copy = self.make(number, values, holder);
                self.move_children(holder, parent, self.dom.index(node) + 1);
                shown.region = Some(Box::new(copy));
                number.to_string()
            }
            Content::Markup(html) => {
                let made = parse::fragment(self.dom.space_in(parent), self.dom.tag(parent), html);
                let at = self.dom.index(node) + 1;
                let children = made.children(ROOT);
                for (offset, child) in children.iter().enumerate() {
                    let child = self.dom.import(&made, *child);
                    self.dom.insert(parent, at + offset, child);
                }
                let end = self.dom.comment("/*");
                self.dom.insert(parent, at + children.len(), end);
                "*".to_owned()
            }
        };
        let (NodeKind::Text(old) | NodeKind::Comment(old)) = self.dom.kind_mut(node) else { unreachable!() };
        *old = data;
    }

    /// Returns the content's text, or its mark. It is the same node as before if that is of this kind.
    fn node_for(&mut self, content: &mut SlotContent, is_text: bool) -> Id {
        if let Some(node) = content.node
            && matches!(self.dom.kind(node), NodeKind::Text(_)) == is_text
        {
            return node;
        }
        let node = if is_text { self.dom.text("") } else { self.dom.comment("") };
        match (content.node, content.holder) {
            (Some(old), _) => {
                let (parent, at) = (self.dom.parent(old).expect("the content has a parent"), self.dom.index(old));
                self.dom.detach(old);
                self.dom.insert(parent, at, node);
            }
            (None, Some(holder)) => self.dom.append(holder, node),
            (None, None) => unreachable!("a content has a node or a holder"),
        }
        content.node = Some(node);
        node
    }

    /// Returns the end of a content that begins at `at`.
    fn end_of(&self, content: &SlotContent, parent: Id, at: usize) -> usize {
        if let Some(region) = &content.region {
            return self.end_of_copy(region, parent, at + 1);
        }
        let is_mark = |node: Id, mark: &str| matches!(self.dom.kind(node), NodeKind::Comment(data) if data == mark);
        let siblings = &self.dom.children(parent)[at..];
        if is_mark(siblings[0], "*") {
            return at + siblings.iter().position(|node| is_mark(*node, "/*")).expect("trusted markup ends") + 1;
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
                Held::Content(content) => self.end_of(content, parent, at),
                Held::List(list) => self.dom.index(list.end.expect("among others a list has an end")) + 1,
                Held::Element(_) => unreachable!("an extent goes over values and lists"),
            };
        }
        at
    }
}
