use std::any::Any;

use crate::wire::Payload;

/// A search for the handler at an address, while `view` runs.
#[derive(Default)]
pub(crate) struct Lookup {
    pub(crate) address: Vec<u32>,
    /// How much of the address leads to where the view is now; [`ASTRAY`] where it does not lead.
    depth: usize,
    pub(crate) payload: Payload,
    /// Of the form that a browser has posted without a script.
    pub(crate) mark: Option<u64>,
    pub(crate) found: Option<Box<dyn Any>>,
    pub(crate) miss: Miss,
}

/// Why nothing was found.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Miss {
    /// No handler has stood there.
    #[default]
    Never,
    /// What stood there has gone, or is another handler now.
    Gone,
    /// The handler does not take what came with the event.
    Payload,
}

const ASTRAY: usize = usize::MAX / 2;

impl Lookup {
    pub(crate) fn begin(&mut self, address: impl IntoIterator<Item = u32>, event: u32, payload: &str) {
        self.address.clear();
        self.address.extend(address);
        self.depth = 0;
        self.payload.set(event, payload);
        self.mark = None;
        self.found = None;
        self.miss = Miss::Never;
    }

    fn next_is(&self, step: u32) -> bool {
        self.address.get(self.depth) == Some(&step)
    }

    /// The address leads to this handler. Is it the one that was delivered?
    pub(crate) fn is_here(&mut self, slot: u32, delivered: bool) -> bool {
        let here = self.next_is(slot) && self.depth + 1 == self.address.len();
        if here && !delivered {
            self.miss = Miss::Gone;
        }
        here && delivered
    }

    /// The region that was in this slot is not there any more.
    pub(crate) fn gone(&mut self, slot: u32) {
        if self.next_is(slot) {
            self.miss = Miss::Gone;
        }
    }

    /// The row that the address names is not there any more.
    pub(crate) fn row_gone(&mut self) {
        self.miss = Miss::Gone;
    }

    /// Whether the address leads into this slot.
    pub(crate) fn leads_into(&self, slot: u32) -> bool {
        self.next_is(slot)
    }

    /// Into a slot, by one step of the address if it leads there.
    pub(crate) fn down(&mut self, slot: u32) -> usize {
        let depth = if self.next_is(slot) { self.depth + 1 } else { ASTRAY };
        std::mem::replace(&mut self.depth, depth)
    }

    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    pub(crate) fn up(&mut self, depth: usize) {
        self.depth = depth;
    }

    /// The row's serial in a list whose slot has been entered.
    pub(crate) fn serial(&self) -> Option<u32> {
        self.address.get(self.depth).copied()
    }

    /// Into the row that [`Lookup::serial`] names.
    pub(crate) fn enter_row(&mut self) {
        self.depth += 1;
    }
}
