use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use crate::lock;
use crate::resident::Resident;
use crate::turn::random;

/// A session's name and its key: who knows it may attach.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct SessionId([u8; SessionId::LENGTH]);

impl SessionId {
    /// Six random bits in each character: 132.
    const LENGTH: usize = 22;

    pub(crate) fn random() -> Self {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        Self(random().map(|byte: u8| ALPHABET[usize::from(byte % 64)]))
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        text.as_bytes().try_into().ok().map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("an id is made of a text")
    }
}

impl fmt::Debug for SessionId {
    /// Not the id: it is a secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionId")
    }
}

/// Why a session has no page.
#[derive(Clone, Copy)]
pub(crate) enum Absence {
    /// The page that it was made for has not attached yet.
    Unattached,
    /// Its page has gone, and may come back.
    Detached,
}

/// All sessions by id, and those that wait for a page in the order in which they began to.
pub(crate) struct Sessions {
    shards: [Mutex<HashMap<SessionId, Arc<dyn Resident>>>; SHARDS],
    hasher: RandomState,
    pub(crate) unattached: Queue,
    pub(crate) detached: Queue,
    pub(crate) attached: AtomicUsize,
    closed: AtomicBool,
}

const SHARDS: usize = 16;

impl Sessions {
    pub(crate) fn new(max_unattached: usize, max_detached: usize) -> Self {
        Self {
            shards: Default::default(),
            hasher: RandomState::new(),
            unattached: Queue::new("unattached", max_unattached),
            detached: Queue::new("detached", max_detached),
            attached: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// Adds a session, unless all have been closed.
    pub(crate) fn insert(&self, id: SessionId, resident: Arc<dyn Resident>) -> bool {
        let mut shard = self.shard(&id);
        let open = !self.closed.load(Relaxed);
        if open {
            shard.insert(id, resident);
        }
        open
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<dyn Resident>> {
        let id = SessionId::parse(id)?;
        self.shard(&id).get(&id).cloned()
    }

    pub(crate) fn remove(&self, id: &SessionId) {
        let removed = self.shard(id).remove(id);
        drop(removed);
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    /// Takes no more, and hands out those that there are.
    pub(crate) fn close(&self) -> Vec<Arc<dyn Resident>> {
        self.closed.store(true, Relaxed);
        self.shards.iter().flat_map(|shard| lock(shard).values().cloned().collect::<Vec<_>>()).collect()
    }

    fn shard(&self, id: &SessionId) -> MutexGuard<'_, HashMap<SessionId, Arc<dyn Resident>>> {
        lock(&self.shards[self.hasher.hash_one(id) as usize % SHARDS])
    }
}

/// Sessions that wait. There is a bound: past it the oldest goes.
pub(crate) struct Queue {
    state: &'static str,
    bound: usize,
    inner: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    residents: BTreeMap<u64, Weak<dyn Resident>>,
}

impl Queue {
    fn new(state: &'static str, bound: usize) -> Self {
        Self { state, bound, inner: Mutex::default() }
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.inner).residents.len()
    }

    /// A place at the end, and who must go for it.
    #[must_use = "the session past the bound is to be ended"]
    pub(crate) fn enter(&self, resident: Weak<dyn Resident>) -> (u64, Option<Weak<dyn Resident>>) {
        metrics::gauge!("tealight_sessions", "state" => self.state).increment(1.0);
        let mut inner = lock(&self.inner);
        let place = inner.next;
        inner.next += 1;
        inner.residents.insert(place, resident);
        let oldest = if inner.residents.len() > self.bound { inner.residents.pop_first() } else { None };
        drop(inner);
        if oldest.is_some() {
            metrics::gauge!("tealight_sessions", "state" => self.state).decrement(1.0);
            metrics::counter!("tealight_evicted_total", "state" => self.state).increment(1);
        }
        (place, oldest.map(|(_, resident)| resident))
    }

    pub(crate) fn leave(&self, place: u64) {
        let left = lock(&self.inner).residents.remove(&place);
        if left.is_some() {
            metrics::gauge!("tealight_sessions", "state" => self.state).decrement(1.0);
        }
    }
}
