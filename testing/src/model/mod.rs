//! The nodes of a page: adopts HTML, applies patches, and finds handlers. It follows docs/protocol.md in the simplest
//! way, not the fastest, and panics if the server sends something that it must not send.

mod dom;
pub(crate) mod parse;
mod resolve;
mod template;
mod write;

use std::collections::BTreeMap;

pub use self::dom::{Dom, Id, NodeKind, ROOT, Space};
use self::resolve::resolve;
pub use self::template::{Binding, Delay};
use self::template::{Templates, define};
use self::write::Writer;
use crate::wire::{self, Block, Down, Mount, Patch};

/// A page that has adopted its HTML.
#[derive(Clone, Debug)]
pub struct Page {
    /// Its nodes.
    pub dom: Dom,
    /// The element that holds the view.
    pub holder: Id,
    /// The number of the patch that was applied last.
    pub patch: u64,
    /// The number of the last event that the server has applied.
    pub event: u64,
    /// The properties of controls that were written, in order, until somebody takes them.
    pub properties: Vec<Property>,
    templates: Templates,
    root: Copy,
}

/// A property that the server has written: `None` is an absent one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Property {
    pub element: Id,
    pub name: String,
    pub value: Option<String>,
}

/// A handler on the page, or a `do:` attribute.
#[derive(Clone, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub struct Handler {
    pub element: Id,
    pub binding: Binding,
    pub address: Vec<u64>,
    /// The name of the attribute that has effects; `None` for a handler of the server.
    pub effects: Option<String>,
}

/// A copy of a template.
#[derive(Clone, Debug)]
struct Copy {
    template: u64,
    held: Vec<Held>,
}

/// The content of a slot.
#[derive(Clone, Debug)]
enum Held {
    /// The element of an attribute, a property or a handler.
    Element(Id),
    Content(SlotContent),
    List(List),
}

/// The content of a value or a branch.
#[derive(Clone, Debug)]
struct SlotContent {
    holder: Option<Id>,
    /// The text or the mark; only a content with a holder may have none.
    node: Option<Id>,
    region: Option<Box<Copy>>,
}

#[derive(Clone, Debug)]
struct List {
    holder: Option<Id>,
    end: Option<Id>,
    template: u64,
    rows: Vec<Row>,
    next: u64,
}

#[derive(Clone, Debug)]
struct Row {
    serial: u64,
    first: Id,
    copy: Copy,
}

impl Page {
    /// Adopts the HTML inside `holder`, with the text of its data block.
    pub fn adopt(dom: Dom, holder: Id, block: &str) -> Self {
        Self::with_templates(dom, holder, wire::block(block))
    }

    pub(crate) fn with_templates(dom: Dom, holder: Id, block: Block) -> Self {
        if let Some(nodes) = block.nodes {
            assert_eq!(dom.count(holder), nodes, "the number of nodes in the root");
        }
        let mut templates = BTreeMap::new();
        define(&mut templates, block.templates);
        let mut root = Copy { template: 0, held: Vec::new() };
        let end = resolve(&dom, &templates, &mut root, holder, 0);
        assert_eq!(end, dom.children(holder).len(), "the root's extent");
        Self { dom, holder, patch: 0, event: 0, properties: Vec::new(), templates, root }
    }

    /// Applies one message of the server.
    pub fn receive(&mut self, message: &str) {
        match wire::decode(message) {
            Down::Patch(patch) => self.apply(patch),
            Down::Mount(mount) => self.mount(mount),
            Down::Resume { event } | Down::Applied(event) => self.event = event,
            Down::Fault(fault) => assert!(!fault.contains("cannot be inside"), "{fault}"),
            Down::Refused(refused) => self.event = refused.event.unwrap_or(self.event),
            Down::Went(_) | Down::Ahead | Down::Pong => {}
        }
    }

    pub(crate) fn apply(&mut self, patch: Patch) {
        assert_eq!(patch.number, self.patch + 1, "patches count up");
        define(&mut self.templates, patch.templates);
        self.event = patch.event.unwrap_or(self.event);
        let Self { dom, templates, properties, .. } = self;
        Writer { dom, templates, properties }.patch(&mut self.root, &patch.body);
        self.patch = patch.number;
    }

    pub(crate) fn mount(&mut self, mount: Mount) {
        self.templates.clear();
        define(&mut self.templates, mount.templates);
        for child in self.dom.children(self.holder).to_vec() {
            self.dom.detach(child);
        }
        let Self { dom, templates, properties, .. } = self;
        let mut writer = Writer { dom, templates, properties };
        let made = writer.stand_in(self.holder);
        self.root = writer.make(0, &mount.values, made);
        for child in self.dom.children(made).to_vec() {
            self.dom.append(self.holder, child);
        }
        self.patch = mount.patch;
        self.event = mount.event;
    }

    /// Returns the handlers of the server that are on the page, in the order of their slots.
    pub fn handlers(&self) -> Vec<Handler> {
        let mut all = self.bindings();
        all.retain(|handler| handler.effects.is_none());
        all
    }

    /// Returns handlers and `do:` attributes, in the order of their slots.
    pub fn bindings(&self) -> Vec<Handler> {
        let mut all = Vec::new();
        self.bindings_in(&self.root, &[], &mut all);
        all
    }

    /// Returns the elements whose properties the server sets, each with the property's name.
    pub(crate) fn property_slots(&self) -> Vec<(Id, String)> {
        let mut all = Vec::new();
        self.property_slots_in(&self.root, &mut all);
        all
    }

    fn property_slots_in(&self, copy: &Copy, all: &mut Vec<(Id, String)>) {
        for (slot, held) in self.templates[&copy.template].slots.iter().zip(&copy.held) {
            match held {
                Held::Element(element) if slot.kind == 'p' => all.push((*element, slot.name.clone())),
                Held::Element(_) => {}
                Held::Content(content) => content.region.iter().for_each(|region| self.property_slots_in(region, all)),
                Held::List(list) => list.rows.iter().for_each(|row| self.property_slots_in(&row.copy, all)),
            }
        }
    }

    fn bindings_in(&self, copy: &Copy, address: &[u64], all: &mut Vec<Handler>) {
        let template = &self.templates[&copy.template];
        for (number, (slot, held)) in (0u64..).zip(template.slots.iter().zip(&copy.held)) {
            let here = [address, &[number]].concat();
            match (held, &slot.binding) {
                (Held::Element(element), Some(binding)) => all.push(Handler {
                    element: *element,
                    binding: binding.clone(),
                    address: here,
                    effects: (slot.kind == 'a').then(|| slot.name.clone()),
                }),
                (Held::Element(_), None) => {}
                (Held::Content(content), _) => {
                    if let Some(region) = &content.region {
                        self.bindings_in(region, &here, all);
                    }
                }
                (Held::List(list), _) => {
                    for row in &list.rows {
                        self.bindings_in(&row.copy, &[&here[..], &[row.serial]].concat(), all);
                    }
                }
            }
        }
    }

    /// Checks that the nodes are where the maps of the templates say.
    ///
    /// # Panics
    /// Panics if a new search finds other nodes for the slots than those that patches have kept.
    pub fn check(&self) {
        let mut found = Copy { template: 0, held: Vec::new() };
        let end = resolve(&self.dom, &self.templates, &mut found, self.holder, 0);
        assert_eq!(end, self.dom.children(self.holder).len(), "the root's extent");
        check_copy(&self.root, &found);
    }
}

fn check_copy(held: &Copy, found: &Copy) {
    assert_eq!(held.template, found.template);
    for pair in held.held.iter().zip(&found.held) {
        match pair {
            (Held::Element(one), Held::Element(other)) => assert_eq!(one, other),
            (Held::Content(one), Held::Content(other)) => {
                assert_eq!((one.holder, one.node), (other.holder, other.node));
                match (&one.region, &other.region) {
                    (Some(one), Some(other)) => check_copy(one, other),
                    (one, other) => assert_eq!(one.is_none(), other.is_none()),
                }
            }
            (Held::List(one), Held::List(other)) => {
                assert_eq!((one.holder, one.end, one.template), (other.holder, other.end, other.template));
                assert_eq!(one.rows.len(), other.rows.len());
                for (one, other) in one.rows.iter().zip(&other.rows) {
                    assert_eq!(one.first, other.first);
                    check_copy(&one.copy, &other.copy);
                }
            }
            _ => panic!("slots of another kind"),
        }
    }
}
