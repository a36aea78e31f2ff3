use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

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

/// Every stream that is open, so that posts find it.
#[derive(Default)]
pub(crate) struct Wires(Mutex<HashMap<Key, Arc<Wire>>>);

impl Wires {
    pub(crate) fn add(&self, wire: Wire) -> (Key, Arc<Wire>) {
        let (key, wire) = (Key::random(), Arc::new(wire));
        self.lock().insert(key, Arc::clone(&wire));
        (key, wire)
    }

    pub(crate) fn find(&self, key: &Key) -> Option<Arc<Wire>> {
        self.lock().get(key).cloned()
    }

    pub(crate) fn remove(&self, key: &Key) {
        let removed = self.lock().remove(key);
        drop(removed);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Key, Arc<Wire>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
