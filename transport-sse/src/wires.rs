use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::wire::Wire;

/// The name of a page's wire, and its key: who knows it may post.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Key([u8; Key::LENGTH]);

impl Key {
    /// Six random bits in each character: 132.
    const LENGTH: usize = 22;

    pub(crate) fn random() -> Self {
        const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        let mut bytes = [0; Self::LENGTH];
        getrandom::fill(&mut bytes).expect("the operating system has random bits");
        Self(bytes.map(|byte| ALPHABET[usize::from(byte % 64)]))
    }

    pub(crate) fn parse(text: &[u8]) -> Option<Self> {
        text.try_into().ok().map(Self)
    }

    pub(crate) fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("a key is made of a text")
    }
}

/// Every stream that is open, and those that have ended a moment ago, so that posts find them.
#[derive(Default)]
pub(crate) struct Wires(Mutex<State>);

#[derive(Default)]
struct State {
    wires: HashMap<Key, Arc<Wire>>,
    /// The oldest first.
    retired: VecDeque<(Instant, Key)>,
}

/// Posts to a stream that has ended are taken for so long, when they were on their way.
const RETIREMENT: Duration = Duration::from_secs(10);
/// The most streams that are kept for that.
const RETIRED: usize = 4096;

impl Wires {
    pub(crate) fn add(&self, wire: Wire) -> (Key, Arc<Wire>) {
        let (key, wire) = (Key::random(), Arc::new(wire));
        self.lock().wires.insert(key, Arc::clone(&wire));
        (key, wire)
    }

    pub(crate) fn find(&self, key: &Key) -> Option<Arc<Wire>> {
        let (forgotten, found) = {
            let mut state = self.lock();
            (state.forget(RETIRED), state.wires.get(key).cloned())
        };
        drop(forgotten);
        found
    }

    pub(crate) fn remove(&self, key: &Key) {
        let removed = self.lock().wires.remove(key);
        drop(removed);
    }

    /// Its stream has ended, and what its page has posted may still come.
    pub(crate) fn retire(&self, key: Key) {
        let forgotten = {
            let mut state = self.lock();
            let forgotten = state.forget(RETIRED - 1);
            state.retired.push_back((Instant::now(), key));
            forgotten
        };
        drop(forgotten);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Lets those go whose time is over, or that are past `most`.
    #[must_use = "a wire is dropped without the lock"]
    fn forget(&mut self, most: usize) -> Vec<Arc<Wire>> {
        let is_over = |(since, _): &(Instant, Key)| since.elapsed() >= RETIREMENT;
        let mut over = self.retired.iter().take_while(|retired| is_over(retired)).count();
        over = over.max(self.retired.len().saturating_sub(most));
        self.retired.drain(..over).filter_map(|(_, key)| self.wires.remove(&key)).collect()
    }
}
