use std::fmt;
use std::hash::{Hash, Hasher};

use async_trait::async_trait;
use ctutils::CtEq;
use sha2::{Digest, Sha256};
use thiserror::Error;

use crate::token::Token;

/// A place where sessions are saved, so that they survive a restart of their server, or move to another one.
///
/// The runtime saves many sessions at once, and loads one when its page attaches again. A store keeps at most one value for
/// each key: the last one. It may forget sessions that were saved long ago. The bytes hold the application's models: a store
/// that others can read must seal them.
///
/// # Revisions
/// Several processes may share a store, and only one of them may have a session. Each saved session has a revision, which counts how
/// often a process has [claimed](Self::claim) it. A process that saves or removes a session says which revision it has. The store refuses
/// this if it has a higher one: another process has claimed the session since. This is known as fencing.
#[async_trait]
pub trait SessionStore: Send + Sync + 'static {
    /// Returns random bits. They are the same for all processes that share the store, and no client may know them.
    ///
    /// Fingerprints of what was delivered depend on them.
    fn seed(&self) -> u64;

    /// Saves these sessions, each in place of its earlier value, unless that has a higher revision. Returns those that it has refused.
    ///
    /// # Errors
    /// Returns an error if some of the others may not be saved.
    async fn save(&self, sessions: Vec<SavedSession>) -> Result<Vec<SessionKey>, StoreError>;

    /// Returns a session, if it was saved and not removed since.
    ///
    /// # Errors
    /// Returns an error if the store cannot be read, or if the bytes are not those that were saved.
    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, StoreError>;

    /// Raises the revision of a session by one, if it is still this one. Returns the bytes that it then has, or `None` if it has another
    /// revision, or was removed.
    ///
    /// # Errors
    /// Returns an error if the store cannot be read or changed, or if the bytes are not those that were saved.
    async fn claim(&self, key: SessionKey, revision: u32) -> Result<Option<Vec<u8>>, StoreError>;

    /// Removes a session that has ended, unless it has a higher revision.
    ///
    /// # Errors
    /// Returns an error if the store cannot be changed.
    async fn remove(&self, key: SessionKey, revision: u32) -> Result<(), StoreError>;

    /// Removes all sessions that were saved with this owner.
    ///
    /// # Errors
    /// Returns an error if not all of them are removed.
    async fn remove_owned(&self, owner: OwnerKey) -> Result<(), StoreError>;
}

/// The name of a saved session: a hash of its id. Nobody can attach to a session with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SessionKey([u8; 32]);

impl SessionKey {
    pub(crate) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Eight of its bytes.
    pub(crate) fn number(&self) -> u64 {
        u64::from_le_bytes(*self.0.first_chunk().expect("a hash has 32 bytes"))
    }

    pub(crate) fn of(id: &Token) -> Self {
        Self(Sha256::digest(id.as_str()).into())
    }

    /// The key's bytes.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// The owner of a session: a hash of [`PageRequest::owner`](tealight_core::PageRequest::owner).
#[derive(Clone, Copy, Debug)]
pub struct OwnerKey([u8; 32]);

impl OwnerKey {
    pub(crate) fn of(owner: &str) -> Self {
        Self(Sha256::digest(owner).into())
    }

    pub(crate) const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The key's bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl PartialEq for OwnerKey {
    /// Takes the same time however much is equal: an owner may be a cookie.
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).to_bool()
    }
}

impl Eq for OwnerKey {}

impl Hash for OwnerKey {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

/// A session to be saved.
#[derive(Clone, PartialEq, Eq)]
pub struct SavedSession {
    /// Its name.
    pub key: SessionKey,
    /// Its owner, if it has one.
    pub owner: Option<OwnerKey>,
    /// How often a process has claimed it, as far as this one knows.
    pub revision: u32,
    /// Its content.
    pub bytes: Vec<u8>,
}

/// A session, as a store returns it.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredSession {
    /// How often a process has claimed it.
    pub revision: u32,
    /// Its content.
    pub bytes: Vec<u8>,
}

impl fmt::Debug for StoredSession {
    /// Leaves out the content, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { revision, bytes } = self;
        f.debug_struct("StoredSession").field("revision", revision).field("len", &bytes.len()).finish_non_exhaustive()
    }
}

impl fmt::Debug for SavedSession {
    /// Leaves out the content, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SavedSession").field("key", &self.key).field("len", &self.bytes.len()).finish_non_exhaustive()
    }
}

/// An error of a [`SessionStore`].
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store cannot be read or written now: it is full, locked, or out of reach. A page whose session cannot be loaded tries
    /// again, for as long as a session waits for its page.
    #[error("the session store is unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The bytes are not those that were saved: they were damaged, or sealed with another key.
    #[error("a saved session is damaged, or was sealed with another key")]
    Damaged,
}
