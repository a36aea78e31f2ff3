use std::mem;

use slab::Slab;

/// A doubly linked list through the items of a slab, the oldest first. An item may be in several lists: each call says which
/// of its links belong to this one.
pub(super) struct Queue {
    pub(super) oldest: u32,
    newest: u32,
}

/// An item's neighbours in a list.
pub(super) struct Links {
    older: u32,
    newer: u32,
}

/// The number of no item.
const NONE: u32 = u32::MAX;

impl Links {
    pub(super) const ALONE: Self = Self { older: NONE, newer: NONE };
}

impl Queue {
    pub(super) const EMPTY: Self = Self { oldest: NONE, newest: NONE };

    /// Adds an item at the end.
    pub(super) fn push<T>(&mut self, items: &mut Slab<T>, item: u32, links: fn(&mut T) -> &mut Links) {
        let older = mem::replace(&mut self.newest, item);
        *links(&mut items[item as usize]) = Links { older, newer: NONE };
        match items.get_mut(older as usize) {
            Some(older) => links(older).newer = item,
            None => self.oldest = item,
        }
    }

    /// Removes the item that had these links. It may have left the slab already.
    pub(super) fn remove<T>(&mut self, items: &mut Slab<T>, of: Links, links: fn(&mut T) -> &mut Links) {
        match items.get_mut(of.newer as usize) {
            Some(newer) => links(newer).older = of.older,
            None => self.newest = of.older,
        }
        match items.get_mut(of.older as usize) {
            Some(older) => links(older).newer = of.newer,
            None => self.oldest = of.newer,
        }
    }
}
