//! A page without a browser: `docs/protocol.md` read anew, for plainness and not for speed.

mod resolve;
mod write;

use std::collections::BTreeMap;

use serde_json::Value;

use self::resolve::{define, resolve};
use self::write::Writer;
use crate::dom::{Dom, Id, ROOT, Space};

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
