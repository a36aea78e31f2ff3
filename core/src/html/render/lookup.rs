use std::any::Any;

use crate::payload::Payload;

/// An event of a page: the address of its handler, and what came with it.
pub(crate) struct Search<'a> {
    pub(crate) address: &'a [u32],
    /// The event's number.
    pub(crate) event: u32,
    /// JSON, or nothing.
    pub(crate) payload: &'a str,
    /// The mark of a form that a browser posted without a script. See [`crate::html::handler`].
    pub(crate) mark: Option<u64>,
}

/// The reason why a look-up found no handler.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Miss {
    /// The address has no handler.
    #[default]
    Never,
    /// The handler was replaced, or is gone.
    Gone,
    /// The handler cannot take the payload.
    Payload,
}

/// The state of a look-up while `view` runs.
#[derive(Default)]
pub(super) struct Lookup {
    address: Vec<u32>,
    /// The number of the address's steps that lead to the present part of the view, or [`ASTRAY`].
    depth: usize,
    payload: Payload,
    mark: Option<u64>,
    found: Option<Box<dyn Any>>,
    miss: Miss,
}

/// The depth of a region that the address does not lead to.
const ASTRAY: usize = usize::MAX / 2;

impl Lookup {
    pub(super) fn begin(&mut self, search: &Search<'_>) {
        self.address.clear();
        self.address.extend_from_slice(search.address);
        self.depth = 0;
        self.payload.set(search.event, search.payload);
        self.mark = search.mark;
        self.found = None;
        self.miss = Miss::Never;
    }

    pub(super) fn finish(&mut self) -> Result<Box<dyn Any>, Miss> {
        self.found.take().ok_or(self.miss)
    }

    pub(super) fn payload(&mut self) -> &mut Payload {
        &mut self.payload
    }

    fn next_is(&self, step: u32) -> bool {
        self.address.get(self.depth) == Some(&step)
    }

    /// Returns true if the address names this slot and the page showed the handler that is in it now.
    pub(super) fn is_here(&mut self, slot: u32, delivered: bool) -> bool {
        let here = self.next_is(slot) && self.depth + 1 == self.address.len();
        if here && !delivered {
            self.miss = Miss::Gone;
        }
        here && delivered
    }

    /// The handler that was looked for makes its event. A posted form's `mark` must have been checked before.
    pub(super) fn fire<E: 'static>(&mut self, fire: impl FnOnce(&Payload) -> Option<E>) {
        if self.mark.is_some() {
            // only a form's own `on:submit` has a mark
            self.miss = Miss::Gone;
            return;
        }
        match fire(&self.payload) {
            Some(event) => self.found = Some(Box::new(event)),
            None => self.miss = Miss::Payload,
        }
    }

    /// Returns true if the form at this address is the one that was posted, or if no form was posted.
    pub(super) fn takes_mark(&mut self, mark: u64) -> bool {
        if self.mark.is_none_or(|posted| posted == mark) {
            self.mark = None;
            return true;
        }
        self.miss = Miss::Gone;
        false
    }

    pub(super) fn is_found(&self) -> bool {
        self.found.is_some()
    }

    /// Makes an event of the parent from the component's event, if one was found.
    #[cold]
    pub(super) fn wrap<C: 'static, E: 'static>(&mut self, event: impl FnOnce(C) -> E) {
        let Some(found) = self.found.take() else { return };
        let child = found.downcast::<C>().unwrap_or_else(|_| unreachable!("a view of C finds events of C"));
        self.found = Some(Box::new(event(*child)));
    }

    /// The region that was in this slot is gone.
    pub(super) fn gone(&mut self, slot: u32) {
        if self.next_is(slot) {
            self.miss = Miss::Gone;
        }
    }

    /// The row that the address names is gone.
    pub(super) fn row_gone(&mut self) {
        self.miss = Miss::Gone;
    }

    /// Returns true if the address leads into this slot.
    pub(super) fn leads_into(&self, slot: u32) -> bool {
        self.next_is(slot)
    }

    /// Enters a slot. Returns the depth to give to [`Lookup::up`].
    pub(super) fn down(&mut self, slot: u32) -> usize {
        let depth = if self.next_is(slot) { self.depth + 1 } else { ASTRAY };
        std::mem::replace(&mut self.depth, depth)
    }

    pub(super) fn depth(&self) -> usize {
        self.depth
    }

    pub(super) fn up(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// The serial of the row that the address names, after its list's slot was entered.
    pub(super) fn serial(&self) -> Option<u32> {
        self.address.get(self.depth).copied()
    }

    /// Enters the row that [`Lookup::serial`] names.
    pub(super) fn enter_row(&mut self) {
        self.depth += 1;
    }
}
