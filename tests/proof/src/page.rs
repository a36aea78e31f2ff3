//! A page without a browser: `docs/protocol.md` read anew, for plainness and not for speed.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::dom::{Dom, Id, Kind, ROOT, Space};

/// A page that has adopted its HTML.
#[derive(Debug)]
pub struct Page {
    /// Its nodes.
    pub dom: Dom,
    /// The patch that was applied last.
    pub patch: u64,
    /// The events that the server has acknowledged.
    pub event: u64,
    templates: BTreeMap<u64, Template>,
    root: Copy,
}

/// A handler that the page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Shown {
    pub element: Id,
    pub event: String,
    pub modifiers: Vec<String>,
    pub address: Vec<u64>,
}

#[derive(Clone, Debug)]
struct Template {
    extent: Walk,
    slots: Vec<Slot>,
    tree: Option<Value>,
}

/// Nodes, slot, nodes, slot … nodes.
type Walk = Vec<usize>;

#[derive(Clone, Debug)]
struct Slot {
    kind: char,
    sole: bool,
    path: Vec<Step>,
    name: String,
    modifiers: Vec<String>,
}

#[derive(Clone, Debug)]
enum Step {
    Walk { walk: Walk, count: Option<usize> },
    FromEnd(usize),
}

#[derive(Debug)]
struct Copy {
    template: u64,
    held: Vec<Held>,
}

#[derive(Debug)]
enum Held {
    /// Of an attribute, a property or a handler.
    Element(Id),
    Place(Place),
    List(List),
}

/// Where a value or a branch stands.
#[derive(Debug)]
struct Place {
    holder: Option<Id>,
    /// The text or the mark; only a holder may have none.
    node: Option<Id>,
    region: Option<Box<Copy>>,
}

#[derive(Debug)]
struct List {
    holder: Option<Id>,
    end: Option<Id>,
    template: u64,
    rows: Vec<Row>,
    next: u64,
}

#[derive(Debug)]
struct Row {
    serial: u64,
    first: Id,
    copy: Copy,
}

impl Page {
    /// Adopts a first paint: the root element and the data block after it.
    pub fn adopt(paint: &str) -> Self {
        let (html, block) = split(paint);
        let block: Value = serde_json::from_str(&block).expect("the data block is JSON");
        assert_eq!(block["tealight"], 1);
        let mut templates = BTreeMap::new();
        define(&mut templates, &block["templates"]);
        let dom = Dom::parse(html);
        let mut root = Copy { template: 0, held: Vec::new() };
        let end = resolve(&dom, &templates, &mut root, ROOT, 0);
        assert_eq!(end, dom.children(ROOT).len(), "the root's extent");
        Self { dom, patch: 0, event: 0, templates, root }
    }

    /// Applies one message of the server.
    pub fn receive(&mut self, message: &str) {
        let message: Value = serde_json::from_str(message).unwrap_or_else(|error| panic!("{error}: {message}"));
        match &message {
            Value::Array(patch) => {
                let number = patch[0].as_u64().expect("a number");
                assert_eq!(number, self.patch + 1, "patches count up");
                if let Some(extras) = patch.get(2) {
                    if let Some(templates) = extras.get("t") {
                        define(&mut self.templates, templates);
                    }
                    if let Some(event) = extras.get("e") {
                        self.event = event.as_u64().expect("a number");
                    }
                }
                Writer { dom: &mut self.dom, templates: &self.templates }.patch(&mut self.root, array(&patch[1]));
                self.patch = number;
            }
            Value::Object(named) => {
                let error = named.get("error").and_then(Value::as_str).unwrap_or_default();
                assert!(!error.contains("cannot stand inside"), "{error}");
                if let Some(mount) = named.get("mount") {
                    return self.mount(mount);
                }
                let event = named.get("event").or_else(|| named.get("resume").and_then(|resume| resume.get("event")));
                if let Some(event) = event {
                    self.event = event.as_u64().expect("a number");
                }
            }
            other => panic!("no message: {other}"),
        }
    }

    fn mount(&mut self, mount: &Value) {
        self.templates.clear();
        define(&mut self.templates, &mount["templates"]);
        for child in self.dom.children(ROOT).to_vec() {
            self.dom.detach(child);
        }
        let view = array(&mount["view"]);
        assert_eq!(view[0], 0, "the root's template");
        let holder = self.dom.element(Space::Html, "div");
        self.root = Writer { dom: &mut self.dom, templates: &self.templates }.make(0, &view[1..], holder, Space::Html);
        for child in self.dom.children(holder).to_vec() {
            self.dom.append(ROOT, child);
        }
        self.patch = mount["patch"].as_u64().expect("a number");
        self.event = mount["event"].as_u64().expect("a number");
    }

    /// The handlers that stand on the page.
    pub fn handlers(&self) -> Vec<Shown> {
        let mut all = Vec::new();
        self.handlers_in(&self.root, &[], &mut all);
        all
    }

    fn handlers_in(&self, copy: &Copy, address: &[u64], all: &mut Vec<Shown>) {
        let template = &self.templates[&copy.template];
        for (number, (slot, held)) in (0u64..).zip(template.slots.iter().zip(&copy.held)) {
            let here = [address, &[number]].concat();
            match held {
                Held::Element(element) if slot.kind == 'e' => all.push(Shown {
                    element: *element,
                    event: slot.name.clone(),
                    modifiers: slot.modifiers.clone(),
                    address: here,
                }),
                Held::Element(_) => {}
                Held::Place(place) => {
                    if let Some(region) = &place.region {
                        self.handlers_in(region, &here, all);
                    }
                }
                Held::List(list) => {
                    for row in &list.rows {
                        self.handlers_in(&row.copy, &[&here[..], &[row.serial]].concat(), all);
                    }
                }
            }
        }
    }

    /// Elements that can be told from all others by their number and their row's key, where no other row
    /// may have that key.
    pub fn identities(&self, has_duplicates: bool) -> BTreeMap<(String, String), Id> {
        let mut known = BTreeMap::new();
        let mut twice = Vec::new();
        for element in self.dom.elements(ROOT) {
            let Some(site) = self.dom.attribute(element, "data-s") else { continue };
            let mut around = Some(element);
            let key = loop {
                let Some(here) = around else { break "" };
                if let Some(key) = self.dom.attribute(here, "data-k") {
                    break key;
                }
                around = self.dom.parent(here);
            };
            if key.contains('~') || has_duplicates && !key.is_empty() {
                continue;
            }
            let identity = (site.to_owned(), key.to_owned());
            if known.insert(identity.clone(), element).is_some() {
                twice.push(identity);
            }
        }
        for identity in twice {
            known.remove(&identity);
        }
        known
    }

    /// What is between marks must be what the maps say: resolved anew, it is the same.
    pub fn check(&self) {
        let mut anew = Copy { template: 0, held: Vec::new() };
        let end = resolve(&self.dom, &self.templates, &mut anew, ROOT, 0);
        assert_eq!(end, self.dom.children(ROOT).len(), "the root's extent");
        self.check_copy(&self.root, &anew);
    }

    fn check_copy(&self, held: &Copy, anew: &Copy) {
        assert_eq!(held.template, anew.template);
        for pair in held.held.iter().zip(&anew.held) {
            match pair {
                (Held::Element(one), Held::Element(other)) => assert_eq!(one, other),
                (Held::Place(one), Held::Place(other)) => {
                    assert_eq!((one.holder, one.node), (other.holder, other.node));
                    match (&one.region, &other.region) {
                        (Some(one), Some(other)) => self.check_copy(one, other),
                        (one, other) => assert_eq!(one.is_none(), other.is_none()),
                    }
                }
                (Held::List(one), Held::List(other)) => {
                    assert_eq!((one.holder, one.end, one.template), (other.holder, other.end, other.template));
                    assert_eq!(one.rows.len(), other.rows.len());
                    for (one, other) in one.rows.iter().zip(&other.rows) {
                        assert_eq!(one.first, other.first);
                        self.check_copy(&one.copy, &other.copy);
                    }
                }
                _ => panic!("slots of another kind"),
            }
        }
    }
}

/// The root's content, and the data block.
pub fn split(paint: &str) -> (&str, String) {
    let rest = paint.strip_prefix("<div data-tealight=\"connecting\">").expect("the root element");
    let (html, block) = rest.rsplit_once("</div><script type=\"application/json\">").expect("a data block");
    let block = block.strip_suffix("</script>").expect("its end");
    assert!(!block.contains('<'), "`<` could end the block");
    (html, block.to_owned())
}

fn array(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("an array: {value}"))
}

fn define(templates: &mut BTreeMap<u64, Template>, definitions: &Value) {
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
fn resolve(dom: &Dom, templates: &BTreeMap<u64, Template>, copy: &mut Copy, parent: Id, at: usize) -> usize {
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

struct Writer<'p> {
    dom: &'p mut Dom,
    templates: &'p BTreeMap<u64, Template>,
}

impl Writer<'_> {
    fn patch(&mut self, copy: &mut Copy, body: &[Value]) {
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
    fn make(&mut self, number: u64, values: &[Value], holder: Id, space: Space) -> Copy {
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
