//! The owners of sessions, and the end of all sessions of one owner.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex};

use crate::close::Close;
use crate::error::catch;
use crate::registry::Registry;
use crate::saving::Ordered;
use crate::store::{OwnerKey, StoreError};
use crate::sync::lock;
use crate::token::Token;

/// The sessions of this process that have an owner, by owner.
///
/// A session joins after its guard has run. The owner's sessions may have been ended in between, and then it must not go on:
/// so each guard notes the [time](Self::now) at which it began, and `join` compares.
pub(crate) struct Owners {
    registry: Arc<Registry>,
    stores: Mutex<Vec<Arc<Ordered>>>,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    sessions: HashMap<OwnerKey, HashSet<Token>>,
    /// The number of times that sessions of any owner were ended.
    ends: u64,
    /// The last of these times, with the owners.
    last: VecDeque<(u64, OwnerKey)>,
}

/// The times that are remembered. A guard that began before all of them must run again.
const REMEMBERED: usize = 1024;

/// The owner that a guard has found, if any, and the time at which the guard began.
pub(crate) type Owned = (Option<OwnerKey>, Since);

/// A time in the life of the application, as the number of ends before it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Since(u64);

impl Owners {
    pub(crate) fn new(registry: Arc<Registry>) -> Self {
        Self { registry, stores: Mutex::default(), inner: Mutex::default() }
    }

    /// Adds a store whose sessions end too, before the first session starts.
    pub(crate) fn add_store(&self, store: Arc<Ordered>) {
        lock(&self.stores).push(store);
    }

    pub(crate) fn now(&self) -> Since {
        Since(lock(&self.inner).ends)
    }

    /// Adds a session, which is in the registry. Returns false if sessions of this owner were ended since then, so that this one
    /// must end too.
    #[must_use]
    pub(crate) fn join(&self, owner: OwnerKey, session: Token, since: Since) -> bool {
        let mut inner = lock(&self.inner);
        let ended_since = inner.last.iter().rev().take_while(|(end, _)| *end > since.0);
        let is_forgotten = inner.ends.saturating_sub(since.0) > REMEMBERED as u64;
        if is_forgotten || ended_since.map(|(_, other)| *other).any(|other| other == owner) {
            return false;
        }
        inner.sessions.entry(owner).or_default().insert(session);
        true
    }

    /// Removes a session that has ended.
    pub(crate) fn leave(&self, owner: OwnerKey, session: &Token) {
        let mut inner = lock(&self.inner);
        if let Some(sessions) = inner.sessions.get_mut(&owner) {
            sessions.remove(session);
            if sessions.is_empty() {
                inner.sessions.remove(&owner);
            }
        }
    }

    /// Ends all sessions of an owner in this process, and those that are saved.
    pub(crate) async fn end(&self, owner: OwnerKey) -> Result<(), StoreError> {
        let sessions = {
            let mut inner = lock(&self.inner);
            inner.ends += 1;
            let end = inner.ends;
            inner.last.push_back((end, owner));
            if inner.last.len() > REMEMBERED {
                inner.last.pop_front();
            }
            inner.sessions.remove(&owner).unwrap_or_default()
        };
        let count = sessions.len();
        for session in sessions.iter().filter_map(|id| self.registry.find(id.as_str())) {
            let _ = catch("drop", || session.end(Close::LoggedOut));
        }
        tracing::debug!(count, "sessions of an owner ended");
        let stores = lock(&self.stores).clone();
        let mut removed = Ok(());
        // One that is out of reach is no reason to spare the others.
        for store in stores {
            removed = store.remove_owned(owner).await.and(removed);
        }
        removed
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::runtime::Handle;

    use super::*;
    use crate::registry::{WaitReason, WaitingList};
    use crate::time::Clock;

    fn owners() -> Owners {
        let clock = Clock::start(&Handle::current());
        let list = |reason| WaitingList::new(reason, 1, 1, Duration::ZERO, &clock);
        Owners::new(Arc::new(Registry::new(list(WaitReason::Unattached), list(WaitReason::Detached))))
    }

    #[tokio::test]
    async fn a_guard_that_began_before_an_end_does_not_count() {
        let owners = owners();
        let [ada, bob] = ["ada", "bob"].map(OwnerKey::of);
        let before = owners.now();
        assert!(owners.join(ada, Token::random(), before));
        owners.end(ada).await.expect("there is no store");
        assert!(!owners.join(ada, Token::random(), before));
        assert!(owners.join(bob, Token::random(), before));
        assert!(owners.join(ada, Token::random(), owners.now()));
    }

    #[tokio::test]
    async fn ends_are_remembered_up_to_a_bound() {
        let owners = owners();
        let [ada, bob] = ["ada", "bob"].map(OwnerKey::of);
        let before = owners.now();
        for _ in 0..REMEMBERED {
            owners.end(bob).await.expect("there is no store");
        }
        assert!(owners.join(ada, Token::random(), before));
        owners.end(bob).await.expect("there is no store");
        assert!(!owners.join(ada, Token::random(), before), "what was forgotten may have been this owner's");
        assert_eq!(lock(&owners.inner).last.len(), REMEMBERED);
    }

    #[tokio::test]
    async fn an_owner_without_sessions_takes_no_memory() {
        let owners = owners();
        let (ada, session) = (OwnerKey::of("ada"), Token::random());
        assert!(owners.join(ada, session, owners.now()));
        owners.leave(ada, &session);
        assert!(lock(&owners.inner).sessions.is_empty());
    }
}
