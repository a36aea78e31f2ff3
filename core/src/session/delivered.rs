use serde::{Deserialize, Serialize};

use super::changed_handlers::ChangedHandlers;
use crate::html::Store;

/// Everything that the page was sent since one full render: it tells which handlers the page showed.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Delivered {
    pub(super) store: Store,
    pub(super) changed_handlers: ChangedHandlers,
    /// Events that the page made before this patch are refused as stale.
    pub(super) oldest_valid_patch: u32,
    /// The number of the full render that followed, if that was forgotten because a page attached that had not seen it; otherwise
    /// 0. The attach may have come late, and the page have seen that render: nobody knows any more what it showed.
    #[serde(default)]
    forgotten_from: u32,
}

impl Delivered {
    /// Returns false if a page that shows `patch` has seen a full render that is forgotten.
    pub(super) fn knows(&self, patch: u32) -> bool {
        self.forgotten_from == 0 || patch < self.forgotten_from
    }
}

/// Everything that was delivered before the last full render. Row serials begin anew there, so an address from before needs the
/// store from before. Normally there is nothing: a page confirms a full render at once.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Past(Vec<(u32, Delivered)>);

/// Full renders that a page has not confirmed. Only a page that never does has more.
const MAX_UNCONFIRMED: usize = 4;

impl Past {
    /// Adds what was delivered before the full render with the number `until`.
    pub(super) fn add(&mut self, until: u32, delivered: Delivered) {
        if self.0.len() == MAX_UNCONFIRMED {
            self.0.remove(0);
        }
        self.0.push((until, delivered));
    }

    /// Returns what had been delivered when the page showed `patch`; `None` for the present.
    pub(super) fn find(&mut self, patch: u32) -> Option<&mut Delivered> {
        self.0.iter_mut().find(|(until, _)| patch < *until).map(|(_, delivered)| delivered)
    }

    /// Takes out what had been delivered when the page showed `patch`, and drops everything later. Returns `None` if the page shows
    /// the present.
    pub(super) fn go_back_to(&mut self, patch: u32) -> Option<Delivered> {
        let at = self.0.iter().position(|(until, _)| patch < *until)?;
        self.0.drain(at..).next().map(|(until, mut delivered)| {
            if delivered.forgotten_from == 0 {
                delivered.forgotten_from = until;
            }
            delivered
        })
    }

    /// Forgets what was delivered before full renders that the page has confirmed by showing `patch`.
    pub(super) fn forget_until(&mut self, patch: u32) {
        self.0.retain(|(until, _)| patch < *until);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|(_, delivered)| size_of::<(u32, Delivered)>() + delivered.store.bytes()).sum()
    }
}
