use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// The orders that a page is placing. If its process is killed meanwhile, the restored page places them again, and each order is still
/// placed once: its key decides.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Placing {
    page: u64,
    last: u32,
    waiting: BTreeSet<u32>,
}

impl Placing {
    /// For a page with this random number.
    pub(crate) fn of(page: u64) -> Self {
        Self { page, last: 0, waiting: BTreeSet::new() }
    }

    /// Begins an order. If the same page handles the same event again, the number is the same.
    pub(crate) fn begin(&mut self) -> u32 {
        self.last += 1;
        self.waiting.insert(self.last);
        self.last
    }

    pub(crate) fn end(&mut self, order: u32) {
        self.waiting.remove(&order);
    }

    pub(crate) fn waiting(&self) -> impl Iterator<Item = u32> {
        self.waiting.iter().copied()
    }

    pub(crate) fn key(&self, order: u32) -> String {
        format!("{:016x}-{order}", self.page)
    }
}
