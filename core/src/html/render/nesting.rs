//! In development, checks that a browser keeps each element where the view puts it.
//!
//! The macro checks the elements within one `html!`. Here it is about a view in a slot of another view: the slot knows
//! the elements around it, and the view's template knows the elements in it. Two rules count: which children an element
//! can have, and which open elements a tag closes at any depth.

use std::collections::HashSet;

use super::pass::Position;
use crate::html::template::{Around, Slot, Template};

/// The name of a text in a list of tags.
const TEXT: &str = "#text";

#[derive(Default)]
pub(super) struct Nesting {
    /// For each copy and branch that is being rendered, innermost last: its slot, if the slot is inside an element of
    /// its own `html!`.
    places: Vec<Option<Enclosing>>,
    /// The mistakes reported so far: the slot, the template that is wrong there (0 for a text), and the tag.
    reported: HashSet<(Enclosing, usize, &'static str)>,
}

/// A slot with elements around it.
#[derive(Clone, Copy, Debug)]
struct Enclosing {
    template: &'static Template,
    around: &'static Around,
}

/// Slots next to each other in the same elements are equal.
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

/// An element or a text that a browser would not keep in its place.
pub(super) struct Misplaced {
    tag: &'static str,
    /// The elements around it.
    pub(super) way: &'static str,
    /// The source of the template with these elements.
    pub(super) outer: &'static str,
}

impl Misplaced {
    /// The element's name in a message.
    pub(super) fn name(&self) -> String {
        if self.tag == TEXT { "text".to_owned() } else { format!("<{}>", self.tag) }
    }
}

impl Nesting {
    /// A copy or a branch begins.
    pub(super) fn enter(&mut self, at: Position) {
        self.places.push(place(at));
    }

    pub(super) fn leave(&mut self) {
        self.places.pop();
    }

    /// Checks the copy that has begun. Returns each mistake once.
    pub(super) fn copy(&mut self, template: &'static Template) -> Option<Misplaced> {
        let parent = self.parent()?;
        let child = || tags(template.inside.roots).find(|root| lists(parent.around.forbids, root));
        let descendant = || {
            let mut ends = tags(template.inside.ends).filter_map(|pair| pair.split_once('/'));
            ends.find_map(|(ended, tag)| Some((self.open(ended)?, tag)))
        };
        let (place, tag) = child().map(|tag| (parent, tag)).or_else(descendant)?;
        self.report(place, address(template), tag)
    }

    /// Checks a text that is not empty. Returns each mistake once.
    pub(super) fn text(&mut self, at: Position) -> Option<Misplaced> {
        let parent = place(at).or_else(|| self.parent())?;
        lists(parent.around.forbids, TEXT).then(|| self.report(parent, 0, TEXT)).flatten()
    }

    fn report(&mut self, place: Enclosing, template: usize, tag: &'static str) -> Option<Misplaced> {
        let misplaced = Misplaced { tag, way: place.around.way, outer: place.template.source };
        self.reported.insert((place, template, tag)).then_some(misplaced)
    }

    /// The innermost slot that has elements around it.
    fn parent(&self) -> Option<Enclosing> {
        self.places.iter().rev().copied().flatten().next()
    }

    /// The slot inside the open element that this copy would close.
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
