//! A store in memory that is slow, fails, and loses what a killed server was writing.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use fastrand::Rng;
use sha2::{Digest, Sha256};
use tealight_runtime::{OwnerKey, SavedSession, SessionKey, SessionStore, StoreError, StoredSession};

/// The store, which outlives its servers.
#[derive(Clone, Debug, Default)]
pub struct Store(Arc<Mutex<Kept>>);

#[derive(Debug)]
struct Kept {
    records: HashMap<SessionKey, StoredSession>,
    /// The saves that servers are waiting for, by a number.
    under_way: HashMap<u64, Vec<SavedSession>>,
    next: u64,
    random: Rng,
    /// Percent of saves that are slow.
    slow: u32,
    /// Percent of calls that fail.
    failing: u32,
    /// The records are of another program.
    is_foreign: bool,
    /// A save of a server that lives has failed.
    has_failed: bool,
    may_leave: bool,
}

impl Default for Kept {
    fn default() -> Self {
        Self {
            records: HashMap::new(),
            under_way: HashMap::new(),
            next: 0,
            random: Rng::with_seed(0),
            slow: 0,
            failing: 0,
            is_foreign: false,
            has_failed: false,
            may_leave: false,
        }
    }
}

impl Store {
    /// An empty store, with these percentages of faults.
    pub fn new(seed: u64, slow: u32, failing: u32) -> Self {
        let store = Self::default();
        *store.lock() = Kept { random: Rng::with_seed(seed), slow, failing, ..Kept::default() };
        store
    }

    /// Ends all faults.
    pub fn heal(&self) {
        let mut kept = self.lock();
        (kept.slow, kept.failing) = (0, 0);
    }

    /// Sets whether the next server is another program than the one that has saved.
    pub fn set_foreign(&self, is_foreign: bool) {
        self.lock().is_foreign = is_foreign;
    }

    /// Returns true if a save has failed.
    pub fn has_failed(&self) -> bool {
        self.lock().has_failed
    }

    /// Returns true if a session could not be loaded, and its page may have been closed meanwhile, or could not be removed. It stays
    /// until it is swept.
    pub fn may_leave(&self) -> bool {
        self.lock().may_leave
    }

    /// The number of saved sessions.
    pub fn len(&self) -> usize {
        self.lock().records.len()
    }

    /// Returns true if no session is saved.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes of all saved sessions.
    pub fn bytes(&self) -> usize {
        self.lock().records.values().map(|stored| stored.bytes.len()).sum()
    }

    /// The server is killed: of each save that is under way, some sessions are written, or none.
    pub fn crash(&self) {
        let mut kept = self.lock();
        let mut numbers: Vec<u64> = kept.under_way.keys().copied().collect();
        numbers.sort_unstable();
        for number in numbers {
            let Some(mut sessions) = kept.under_way.remove(&number) else { continue };
            let written = kept.random.usize(0..=sessions.len());
            sessions.truncate(written);
            kept.write(sessions);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// Returns the sessions of which it has a higher revision.
    fn write(&mut self, sessions: Vec<SavedSession>) -> Vec<SessionKey> {
        let mut refused = Vec::new();
        for SavedSession { key, revision, bytes, .. } in sessions {
            if self.records.get(&key).is_some_and(|stored| stored.revision > revision) {
                refused.push(key);
            } else {
                self.records.insert(key, StoredSession { revision, bytes });
            }
        }
        refused
    }

    fn wait(&mut self) -> Duration {
        let is_slow = self.random.u32(0..100) < self.slow;
        Duration::from_millis(if is_slow { self.random.u64(0..8_000) } else { 0 })
    }

    fn fails(&mut self) -> bool {
        self.random.u32(0..100) < self.failing
    }
}

/// One server's way to the store. It is cut when the server is killed.
#[derive(Clone, Debug)]
pub struct Access {
    store: Store,
    is_dead: Arc<AtomicBool>,
}

impl Access {
    /// A way that is open until `is_dead`.
    pub fn new(store: &Store, is_dead: &Arc<AtomicBool>) -> Self {
        Self { store: store.clone(), is_dead: Arc::clone(is_dead) }
    }
}

/// A save that nobody waits for any more has failed: the server's end takes too long.
struct GivenUp<'s> {
    store: &'s Store,
    number: u64,
}

impl Drop for GivenUp<'_> {
    fn drop(&mut self) {
        let mut kept = self.store.lock();
        kept.has_failed |= kept.under_way.remove(&self.number).is_some();
    }
}

#[async_trait]
impl SessionStore for Access {
    fn seed(&self) -> u64 {
        7
    }

    async fn save(&self, sessions: Vec<SavedSession>) -> Result<Vec<SessionKey>, StoreError> {
        if self.is_dead.load(Relaxed) {
            return Ok(Vec::new());
        }
        let (number, wait) = {
            let mut kept = self.store.lock();
            let number = kept.next;
            kept.next += 1;
            kept.under_way.insert(number, sessions);
            (number, kept.wait())
        };
        let given_up = GivenUp { store: &self.store, number };
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        std::mem::forget(given_up);
        let mut kept = self.store.lock();
        // A crash has taken it.
        let Some(sessions) = kept.under_way.remove(&number) else { return Ok(Vec::new()) };
        if kept.fails() {
            kept.has_failed = true;
            return Err(full());
        }
        Ok(kept.write(sessions))
    }

    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let wait = self.store.lock().wait();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        let mut kept = self.store.lock();
        if kept.fails() {
            kept.may_leave = true;
            return Err(full());
        }
        let mut stored = kept.records.get(&key).cloned();
        if let Some(stored) = stored.as_mut().filter(|_| kept.is_foreign) {
            stored.bytes = of_another_program(&stored.bytes);
        }
        Ok(stored)
    }

    async fn claim(&self, key: SessionKey, revision: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let wait = self.store.lock().wait();
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        let mut kept = self.store.lock();
        if kept.fails() {
            kept.may_leave = true;
            return Err(full());
        }
        let is_foreign = kept.is_foreign;
        let found = kept.records.get_mut(&key).filter(|stored| stored.revision == revision);
        Ok(found.map(|stored| {
            stored.revision += 1;
            if is_foreign { of_another_program(&stored.bytes) } else { stored.bytes.clone() }
        }))
    }

    async fn remove(&self, key: SessionKey, revision: u32) -> Result<(), StoreError> {
        if self.is_dead.load(Relaxed) {
            return Ok(());
        }
        let mut kept = self.store.lock();
        if kept.fails() {
            kept.may_leave = true;
            return Err(full());
        }
        if kept.records.get(&key).is_some_and(|stored| stored.revision <= revision) {
            kept.records.remove(&key);
        }
        Ok(())
    }

    /// The sessions of the simulation have no owners.
    async fn remove_owned(&self, _: OwnerKey) -> Result<(), StoreError> {
        Ok(())
    }
}

fn full() -> StoreError {
    StoreError::Unavailable("it is full".into())
}

/// A saved session, as the runtime writes it: version, program, hash seed, session, model.
type Record = (u32, [u8; 32], u64, serde_json::Value, Vec<u8>);

/// The bytes of a checksum after the record.
const CHECKSUM: usize = 16;

fn of_another_program(bytes: &[u8]) -> Vec<u8> {
    let (bytes, _) = bytes.split_last_chunk::<CHECKSUM>().expect("a checksum at the end");
    let record: Record = rmp_serde::from_slice(bytes).expect("a saved session");
    let foreign = (record.0, [0_u8; 32], record.2, record.3, record.4);
    let mut bytes = rmp_serde::to_vec(&foreign).expect("it can be written");
    bytes.extend_from_slice(&Sha256::digest(&bytes)[..CHECKSUM]);
    bytes
}
