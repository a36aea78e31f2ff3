//! In development: does a view stand where a browser keeps it?
//!
//! Within one `html!` the macro has checked it. Where a view stands in a slot of another, the slot says what is
//! around it, and the view's template what is in it. A parent counts, and what a browser ends from however deep.

use std::collections::HashSet;

use super::template::{Slot, Template};
use super::view::Position;

/// A text, where tags are listed.
const TEXT: &str = "#text";

/// What is around a slot in its `html!`; tags are listed with spaces between. Empty in a release build.
#[doc(hidden)]
#[derive(Debug, PartialEq, Eq)]
pub struct Around {
    /// The elements, for a message; empty at the root.
    pub way: &'static str,
    /// What cannot be a child of the innermost.
    pub forbids: &'static str,
    /// Elements that others in them would end, however deep.
    pub open: &'static str,
    /// Such elements around the `html!` that would not be ended from here.
    pub stopped: &'static str,
}

/// What is in an `html!`. Empty in a release build.
#[doc(hidden)]
#[derive(Debug, PartialEq, Eq)]
pub struct Inside {
    /// The tags of its roots, in branches and lists too.
    pub roots: &'static str,
    /// `ended/tag`: an element around it, and the first one in it that would end that.
    pub ends: &'static str,
}

impl Around {
    pub const NOTHING: Self = Self { way: "", forbids: "", open: "", stopped: "" };
}

impl Inside {
    pub const NOTHING: Self = Self { roots: "", ends: "" };
}

#[derive(Default)]
pub(super) struct Nesting {
    /// For each copy and branch that is being rendered, the slot where it stands, if that is in an element
    /// of its `html!`. The innermost is the last.
    places: Vec<Option<Enclosing>>,
    /// What has been told: where, the template that is wrong there (0: a text), and its tag.
    told: HashSet<(Enclosing, usize, &'static str)>,
}

#[derive(Clone, Copy, Debug)]
struct Enclosing {
    template: &'static Template,
    around: &'static Around,
}

/// The elements on the way are what counts: several slots may be beside each other.
impl PartialEq for Enclosing {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.template, other.template) && self.around.way == other.around.way
    }
}

impl Eq for Enclosing {}

impl std::hash::Hash for Enclosing {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        address(self.template).hash(state);
        self.around.way.hash(state);
    }
}

/// An element or a text that cannot stand where its view does.
pub(super) struct Misplaced {
    tag: &'static str,
    /// The elements around it.
    pub(super) way: &'static str,
    /// The source of their template.
    pub(super) outer: &'static str,
}

impl Misplaced {
    /// For a message.
    pub(super) fn name(&self) -> String {
        if self.tag == TEXT { "text".to_owned() } else { format!("<{}>", self.tag) }
    }
}

impl Nesting {
    /// A copy begins, or a branch.
    pub(super) fn enter(&mut self, at: Position) {
        self.places.push(place(at));
    }

    pub(super) fn leave(&mut self) {
        self.places.pop();
    }

    /// What is wrong with the copy that has begun, once.
    pub(super) fn copy(&mut self, template: &'static Template) -> Option<Misplaced> {
        let parent = self.parent()?;
        let child = || tags(template.inside.roots).find(|root| lists(parent.around.forbids, root));
        let descendant = || {
            let mut ends = tags(template.inside.ends).filter_map(|pair| pair.split_once('/'));
            ends.find_map(|(ended, tag)| Some((self.open(ended)?, tag)))
        };
        let (place, tag) = child().map(|tag| (parent, tag)).or_else(descendant)?;
        self.tell(place, address(template), tag)
    }

    /// What is wrong with a text that is not empty, once.
    pub(super) fn text(&mut self, at: Position) -> Option<Misplaced> {
        let parent = place(at).or_else(|| self.parent())?;
        lists(parent.around.forbids, TEXT).then(|| self.tell(parent, 0, TEXT)).flatten()
    }

    fn tell(&mut self, place: Enclosing, template: usize, tag: &'static str) -> Option<Misplaced> {
        let misplaced = Misplaced { tag, way: place.around.way, outer: place.template.source };
        self.told.insert((place, template, tag)).then_some(misplaced)
    }

    /// A slot at the root of its `html!` is where that stands.
    fn parent(&self) -> Option<Enclosing> {
        self.places.iter().rev().copied().flatten().next()
    }

    /// Where an element stands that one in this copy would end.
    fn open(&self, ended: &str) -> Option<Enclosing> {
        let mut places = self.places.iter().rev().copied().flatten();
        let nearest =
            places.find(|Enclosing { around, .. }| lists(around.open, ended) || lists(around.stopped, ended))?;
        lists(nearest.around.open, ended).then_some(nearest)
    }
}

fn place(at: Position) -> Option<Enclosing> {
    let template = at.template?;
    match template.slots.get(at.slot as usize) {
        Some(Slot::Value { around, .. }) if !around.way.is_empty() => Some(Enclosing { template, around }),
        _ => None,
    }
}

fn tags(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.split(' ').filter(|tag| !tag.is_empty())
}

fn lists(list: &'static str, wanted: &str) -> bool {
    tags(list).any(|tag| tag == wanted)
}

fn address(template: &'static Template) -> usize {
    std::ptr::from_ref(template).addr()
}
