//! In development: does a view stand where a browser keeps it?
//!
//! Within one `html!` the macro has checked it. Where a view stands in a slot of another, the slot says which
//! tags cannot stand there, and the view's template which its roots are.

use std::collections::HashSet;

use super::template::{Slot, Template};
use super::view::At;

/// A text, where tags are listed.
const TEXT: &str = "#text";

#[derive(Default)]
pub(super) struct Nesting {
    /// For each copy that is being made, what holds for its roots: the slot around it that is in an element.
    places: Vec<Option<Place>>,
    /// The slot of the view in an `Option` or a `Result`.
    in_branch: Option<Place>,
    /// Pairs that have been checked.
    checked: HashSet<(Place, usize)>,
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    /// Its template's address.
    template: usize,
    source: &'static str,
    forbids: &'static str,
}

/// A root of a view that cannot stand where the view does.
pub(super) struct Misplaced {
    pub(super) tag: &'static str,
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
    /// A copy of a template begins.
    pub(super) fn enter(&mut self, at: At, template: &'static Template) -> Option<Misplaced> {
        let around = self.places.last().copied().flatten();
        let own = place(at).or(self.in_branch.take());
        // at the root of its own `html!`, a slot is where that stands
        let place = own.filter(|place| !place.forbids.is_empty()).or(around);
        self.places.push(place);
        let place = place?;
        if !self.checked.insert((place, address(template))) {
            return None;
        }
        let (way, forbidden) = place.forbids.split_once(':')?;
        let tag =
            template.roots.split(' ').find(|root| forbidden.split(' ').any(|tag| !tag.is_empty() && tag == *root))?;
        Some(Misplaced { tag, way, outer: place.source })
    }

    /// A text that is not empty stands in a slot.
    pub(super) fn text(&mut self, at: At) -> Option<Misplaced> {
        let around = self.places.last().copied().flatten();
        let own = place(at).or(self.in_branch.take());
        let place = own.filter(|place| !place.forbids.is_empty()).or(around)?;
        let (way, forbidden) = place.forbids.split_once(':')?;
        let is_refused = forbidden.split(' ').any(|tag| tag == TEXT);
        (is_refused && self.checked.insert((place, 0))).then_some(Misplaced { tag: TEXT, way, outer: place.source })
    }

    /// A row begins: the list stands where its template does.
    pub(super) fn enter_row(&mut self) {
        self.places.push(self.places.last().copied().flatten());
    }

    pub(super) fn leave(&mut self) {
        self.places.pop();
    }

    /// A branch begins, which may be the macro's own, an `Option` or a `Result`.
    pub(super) fn enter_branch(&mut self, at: At) {
        if at.template.is_some() {
            self.in_branch = place(at);
        }
    }
}

fn place(at: At) -> Option<Place> {
    let template = at.template?;
    match template.slots.get(at.slot as usize) {
        Some(Slot::Value { forbids, .. }) => {
            Some(Place { template: address(template), source: template.source, forbids })
        }
        _ => None,
    }
}

fn address(template: &'static Template) -> usize {
    std::ptr::from_ref(template).addr()
}
