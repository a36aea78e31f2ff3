use std::collections::BTreeMap;
use std::sync::{Mutex, Weak};
use std::time::Duration;

use super::AnySession;
use crate::sync::lock;

/// The reason why a session waits for a page.
#[derive(Clone, Copy)]
pub(crate) enum WaitReason {
    /// Its page has not attached yet.
    Unattached,
    /// Its page has lost its connection and may attach again.
    Detached,
}

/// Sessions that wait for a page, the oldest first. When the list is full, the oldest session must end.
pub(crate) struct WaitingList {
    state: &'static str,
    bound: usize,
    lifetime: Duration,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    next: u64,
    sessions: BTreeMap<u64, Weak<dyn AnySession>>,
}

impl WaitingList {
    /// An empty list. `state` is the sessions' state in metrics; at most `bound` sessions wait, each for `lifetime`.
    pub(crate) fn new(state: &'static str, bound: usize, lifetime: Duration) -> Self {
        Self { state, bound, lifetime, inner: Mutex::default() }
    }

    /// The time that a session waits before it ends.
    pub(crate) fn lifetime(&self) -> Duration {
        self.lifetime
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.inner).sessions.len()
    }

    /// Adds a session at the end. Returns its ticket for [`leave`](Self::leave), and the session to
    /// [evict](AnySession::evict), if the list was full.
    #[must_use = "the oldest session of a full list must be evicted"]
    pub(crate) fn enter(&self, session: Weak<dyn AnySession>) -> (u64, Option<Weak<dyn AnySession>>) {
        metrics::gauge!("tealight_sessions", "state" => self.state).increment(1.0);
        let mut inner = lock(&self.inner);
        let ticket = inner.next;
        inner.next += 1;
        inner.sessions.insert(ticket, session);
        let oldest = if inner.sessions.len() > self.bound { inner.sessions.pop_first() } else { None };
        drop(inner);
        if oldest.is_some() {
            metrics::gauge!("tealight_sessions", "state" => self.state).decrement(1.0);
            metrics::counter!("tealight_evicted_total", "state" => self.state).increment(1);
        }
        (ticket, oldest.map(|(_, session)| session))
    }

    /// Removes a session, unless it was already removed because the list was full.
    pub(crate) fn leave(&self, ticket: u64) {
        let left = lock(&self.inner).sessions.remove(&ticket);
        if left.is_some() {
            metrics::gauge!("tealight_sessions", "state" => self.state).decrement(1.0);
        }
    }
}
