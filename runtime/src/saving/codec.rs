use std::fmt;
use std::fs::File;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use rapidhash::v3::rapidhash_v3_file;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tealight_core::LiveView;
use tealight_core::session::{Saved, Session};

use super::ordered::Ordered;
use crate::error::catch;
use crate::store::{OwnerKey, SessionStore, StoreError, StoredSession};
use crate::turn::seed_bits;

/// How an application saves its sessions. See [`Builder::save_sessions`](crate::Builder::save_sessions).
///
/// ```
/// use std::sync::Arc;
/// use std::time::Duration;
/// # use tealight_runtime::{Saving, SessionStore};
/// # fn saving(store: Arc<dyn SessionStore>) -> Saving<u32> {
///
/// // version 2 of the model is a number; version 1 was a text
/// Saving::new(store)
///     .every(Duration::from_secs(5))
///     .version(2)
///     .migrate(|version, bytes| match version {
///         1 => rmp_serde::from_slice::<String>(bytes).ok()?.parse().ok(),
///         _ => None,
///     })
/// # }
/// ```
pub struct Saving<M> {
    store: Arc<dyn SessionStore>,
    every: Option<Duration>,
    version: u32,
    migrate: Box<Migrate<M>>,
}

type Migrate<M> = dyn Fn(u32, &[u8]) -> Option<M> + Send + Sync;

impl<M> Saving<M> {
    /// Saves all sessions when the server shuts down, and not before. A server that is killed leaves what the one before has
    /// saved.
    pub fn new(store: Arc<dyn SessionStore>) -> Self {
        Self { store, every: None, version: 0, migrate: Box::new(|_, _| None) }
    }

    /// Also saves each session that has changed, at most once in this time. A process that is killed loses no more than that.
    ///
    /// With [`Duration::ZERO`], an event counts only when it is saved: the page hears of it afterwards, and a process that is
    /// killed loses nothing.
    #[must_use]
    pub fn every(mut self, period: Duration) -> Self {
        self.every = Some(period);
        self
    }

    /// Sets the version of the model. Raise it when old models can no longer be read. The default is 0.
    #[must_use]
    pub fn version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Makes a model from the bytes of another version, which are MessagePack with the names of fields. If it returns `None`,
    /// the page gets a new session. By default it always does. Where several processes share an engine, the page of a newer version first
    /// looks for another process for up to 30 s.
    #[must_use]
    pub fn migrate(mut self, migrate: impl Fn(u32, &[u8]) -> Option<M> + Send + Sync + 'static) -> Self {
        self.migrate = Box::new(migrate);
        self
    }
}

impl<M> fmt::Debug for Saving<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Saving").field("every", &self.every).field("version", &self.version).finish_non_exhaustive()
    }
}

impl<M> From<Arc<dyn SessionStore>> for Saving<M> {
    fn from(store: Arc<dyn SessionStore>) -> Self {
        Self::new(store)
    }
}

impl<M, S: SessionStore> From<S> for Saving<M> {
    fn from(store: S) -> Self {
        Self::new(Arc::new(store))
    }
}

/// Turns sessions into bytes, and back. The bytes are MessagePack, which describes itself: unlike in `postcard`, models with
/// `skip_serializing_if`, `flatten` or untagged enums come back as they were.
pub(crate) struct Codec<A: LiveView> {
    saving: Saving<A::Model>,
    store: Arc<Ordered>,
    /// The name of the view, if it is one of several with the same store.
    view: Option<&'static str>,
    encode: fn(&A::Model) -> Result<Vec<u8>, rmp_serde::encode::Error>,
    decode: fn(&[u8]) -> Result<A::Model, rmp_serde::decode::Error>,
}

/// A look at a saved session, before it is claimed.
pub(crate) struct Stored {
    pub(crate) owner: Option<OwnerKey>,
    pub(crate) revision: u32,
    /// No process has it: the one that has saved it has given it up, and no other has claimed it since.
    pub(crate) rests: bool,
}

#[derive(Serialize, Deserialize)]
struct Record<'s> {
    version: u32,
    /// The program and the hash seed that `saved` depends on.
    program: [u8; 32],
    seed: u64,
    saved: Saved<'s>,
    model: Vec<u8>,
    /// Older records have none.
    #[serde(default)]
    owner: Option<[u8; 32]>,
    #[serde(default)]
    view: Option<String>,
    /// The revision that its process has given up.
    #[serde(default)]
    rests: Option<u32>,
}

impl<A: LiveView> Codec<A> {
    pub(crate) fn new(saving: Saving<A::Model>) -> Self
    where
        A::Model: Serialize + DeserializeOwned,
    {
        prepare();
        Self {
            store: Arc::new(Ordered::new(Arc::clone(&saving.store))),
            saving,
            view: None,
            encode: |model| rmp_serde::to_vec_named(model),
            decode: |bytes| rmp_serde::from_slice(bytes),
        }
    }

    /// Keeps the sessions of this view apart from those of others.
    pub(crate) fn of_view(mut self, name: &'static str) -> Self {
        self.view = Some(name);
        self
    }

    pub(crate) fn store(&self) -> &Arc<Ordered> {
        &self.store
    }

    pub(crate) fn every(&self) -> Option<Duration> {
        self.saving.every
    }

    /// Returns the bytes of a session; `None` if it cannot be saved.
    pub(crate) fn encode(&self, session: &Session<A>, owner: Option<OwnerKey>, rests: Option<u32>) -> Option<Vec<u8>> {
        let model = catch("save", || (self.encode)(session.model())).ok()?;
        let model = model.inspect_err(|error| tracing::error!(%error, "a model could not be saved")).ok()?;
        let (version, program, seed) = (self.saving.version, program(), seed_bits());
        let owner = owner.map(|owner| *owner.as_bytes());
        let view = self.view.map(str::to_owned);
        let record = Record { version, program, seed, saved: session.save()?, model, owner, view, rests };
        let encoded = rmp_serde::to_vec(&record);
        let mut bytes = encoded.inspect_err(|error| tracing::error!(%error, "a session could not be saved")).ok()?;
        bytes.extend(checksum(&bytes));
        Some(bytes)
    }

    /// Returns the length of a saved model; 0 if it cannot be saved.
    pub(crate) fn model_bytes(&self, model: &A::Model) -> usize {
        (self.encode)(model).map_or(0, |bytes| bytes.len())
    }

    /// Looks at a session of this view, without its model.
    pub(crate) fn look(&self, stored: &StoredSession) -> Result<Option<Stored>, StoreError> {
        let record = self.read(&stored.bytes)?;
        let revision = stored.revision;
        Ok(record.map(|Record { owner, rests, .. }| Stored {
            owner: owner.map(OwnerKey::new),
            revision,
            rests: rests == Some(revision),
        }))
    }

    /// Returns true if a session of this view is of a newer version, which `migrate` cannot read.
    pub(crate) fn is_too_new(&self, stored: &StoredSession) -> bool {
        let Ok(Some(record)) = self.read(&stored.bytes) else { return false };
        let migrated = || catch("restore", || (self.saving.migrate)(record.version, &record.model).is_some());
        record.version > self.saving.version && !migrated().unwrap_or_default()
    }

    /// Makes the session of this view that these bytes describe.
    pub(crate) fn decode(&self, bytes: &[u8]) -> Result<Option<Session<A>>, StoreError> {
        let Some(record) = self.read(bytes)? else { return Ok(None) };
        let model = catch("restore", || {
            if record.version == self.saving.version {
                let decoded = (self.decode)(&record.model);
                decoded.inspect_err(|error| tracing::error!(%error, "a saved model could not be read")).ok()
            } else {
                (self.saving.migrate)(record.version, &record.model)
            }
        });
        let model = model.unwrap_or(None);
        let is_same_view = record.seed == seed_bits() && record.program == program();
        Ok(model.map(|model| Session::restore(model, record.saved, is_same_view)))
    }

    fn read<'b>(&self, bytes: &'b [u8]) -> Result<Option<Record<'b>>, StoreError> {
        let (bytes, sum) = bytes.split_last_chunk().ok_or(StoreError::Damaged)?;
        if checksum(bytes) != *sum {
            return Err(StoreError::Damaged);
        }
        let record: Record<'_> = rmp_serde::from_slice(bytes).map_err(|_| StoreError::Damaged)?;
        Ok((record.view.as_deref() == self.view).then_some(record))
    }
}

/// A store may damage bytes, and not every store seals them. The words of a render that are wrong would lead to wrong handlers.
fn checksum(bytes: &[u8]) -> [u8; 16] {
    let digest = Sha256::digest(bytes);
    std::array::from_fn(|at| digest[at])
}

/// Begins to hash the running program: that takes a moment, and the first page that comes back waits for it.
fn prepare() {
    let hash = || {
        program();
    };
    if let Err(error) = std::thread::Builder::new().name("tealight-hash".into()).spawn(hash) {
        tracing::debug!(%error, "the program is hashed when it is needed");
    }
}

/// A hash of the running program. Only the same program finds the handlers that were delivered.
///
/// The file may be long, and the threads that save wait for this. So the hash is a fast one, and reads a piece at a time. It need not
/// withstand attacks: whoever can replace the program needs no collision.
fn program() -> [u8; 32] {
    static PROGRAM: OnceLock<[u8; 32]> = OnceLock::new();
    *PROGRAM.get_or_init(|| {
        let hash = std::env::current_exe().and_then(File::open).and_then(rapidhash_v3_file);
        // Without a hash, no program is the same.
        let mut program = crate::token::random_bytes();
        if let Ok(hash) = hash {
            program = [0; 32];
            program[..8].copy_from_slice(&hash.to_le_bytes());
        }
        program
    })
}
