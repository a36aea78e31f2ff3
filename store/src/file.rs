use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use async_trait::async_trait;
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, params};
use tealight_runtime::{OwnerKey, SavedSession, SessionKey, SessionStore, StoreError, StoredSession};
use thiserror::Error;
use tokio::task::spawn_blocking;

use crate::key::{Key, KeyError};

/// A store in one file. See the [crate's documentation](crate).
#[derive(Clone)]
pub struct FileStore {
    database: Arc<Mutex<Connection>>,
    key: Key,
    lifetime: Duration,
    max_sessions: u32,
}

/// The time for which another process may hold the file.
const BUSY: Duration = Duration::from_secs(5);

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = NORMAL;
    CREATE TABLE IF NOT EXISTS sessions
        (key BLOB PRIMARY KEY, saved INTEGER NOT NULL, bytes BLOB NOT NULL, revision INTEGER NOT NULL DEFAULT 0) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sessions_by_age ON sessions (saved);
    CREATE TABLE IF NOT EXISTS owners (key BLOB PRIMARY KEY, owner BLOB NOT NULL) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS sessions_by_owner ON owners (owner);
    CREATE TRIGGER IF NOT EXISTS no_owners_without_session AFTER DELETE ON sessions
        BEGIN DELETE FROM owners WHERE key = OLD.key; END;
";

const REPLACE: &str = "
    INSERT INTO sessions (key, saved, bytes, revision) VALUES (?1, ?2, ?3, ?4)
    ON CONFLICT (key) DO UPDATE SET saved = excluded.saved, bytes = excluded.bytes, revision = excluded.revision
        WHERE revision <= excluded.revision
";

impl FileStore {
    /// Opens the store in this file, or makes one. The key is in the file with `.key` at the end of its name.
    ///
    /// # Errors
    /// Returns an [`OpenError`] if the file is no store, or cannot be opened, or if there is no usable key.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, OpenError> {
        let mut name = path.as_ref().as_os_str().to_owned();
        name.push(".key");
        Self::with_key(path, Key::from_file(PathBuf::from(name))?)
    }

    /// Opens the store in this file, or makes one, with a key that is kept elsewhere.
    ///
    /// # Errors
    /// Returns an [`OpenError`] if the file is no store, or cannot be opened.
    pub fn with_key(path: impl AsRef<Path>, key: Key) -> Result<Self, OpenError> {
        let open = || {
            let database = Connection::open(&path)?;
            database.busy_timeout(BUSY)?;
            database.execute_batch(SCHEMA)?;
            add_revisions(&database)?;
            Ok(database)
        };
        let database = open().map_err(|source| OpenError::File { path: path.as_ref().to_owned(), source })?;
        Ok(Self {
            database: Arc::new(Mutex::new(database)),
            key,
            lifetime: Duration::from_secs(24 * 60 * 60),
            max_sessions: 100_000,
        })
    }

    /// Sets for how long a session that was saved can be restored. The default is a day.
    #[must_use]
    pub fn lifetime(mut self, lifetime: Duration) -> Self {
        self.lifetime = lifetime;
        self
    }

    /// Sets how many sessions the file may hold. When there are more, the ones that were saved first are deleted. The default
    /// is 100,000.
    #[must_use]
    pub fn max_sessions(mut self, sessions: u32) -> Self {
        self.max_sessions = sessions;
        self
    }

    /// Runs a query, away from the threads that serve pages.
    async fn run<T: Send + 'static>(
        &self,
        query: impl FnOnce(&Self, &mut Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let store = self.clone();
        let run = move || {
            let mut database = store.database.lock().unwrap_or_else(PoisonError::into_inner);
            query(&store, &mut database)
        };
        spawn_blocking(run).await.map_err(|error| StoreError::Unavailable(Box::new(error)))?
    }

    fn oldest(&self) -> i64 {
        now().saturating_sub(i64::try_from(self.lifetime.as_secs()).unwrap_or(i64::MAX))
    }
}

#[async_trait]
impl SessionStore for FileStore {
    fn seed(&self) -> u64 {
        self.key.seed()
    }

    async fn save(&self, sessions: Vec<SavedSession>) -> Result<Vec<SessionKey>, StoreError> {
        let save = move |store: &Self, database: &mut Connection| {
            let all = database.transaction().map_err(unavailable)?;
            let mut refused = Vec::new();
            {
                let mut replace = all.prepare(REPLACE).map_err(unavailable)?;
                let mut own = all.prepare("INSERT OR REPLACE INTO owners VALUES (?1, ?2)").map_err(unavailable)?;
                for SavedSession { key, owner, revision, bytes } in &sessions {
                    let sealed = store.key.seal(key, bytes);
                    let replaced = replace.execute(params![key.as_bytes(), now(), sealed, revision]);
                    if replaced.map_err(unavailable)? == 0 {
                        refused.push(*key);
                    } else if let Some(owner) = owner {
                        own.execute(params![key.as_bytes(), store.key.name_of(owner)]).map_err(unavailable)?;
                    }
                }
            }
            all.execute("DELETE FROM sessions WHERE saved < ?1", [store.oldest()]).map_err(unavailable)?;
            let too_many =
                "DELETE FROM sessions WHERE key IN (SELECT key FROM sessions ORDER BY saved DESC LIMIT -1 OFFSET ?1)";
            all.execute(too_many, [store.max_sessions]).map_err(unavailable)?;
            all.commit().map_err(unavailable)?;
            Ok(refused)
        };
        self.run(save).await
    }

    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let load = move |store: &Self, database: &mut Connection| {
            let mut find = database
                .prepare("SELECT revision, bytes FROM sessions WHERE key = ?1 AND saved >= ?2")
                .map_err(unread)?;
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let found: Option<(u32, Vec<u8>)> =
                find.query_row(params![key.as_bytes(), store.oldest()], read).optional().map_err(unread)?;
            let open = |(revision, sealed): (u32, Vec<u8>)| {
                Ok(StoredSession { revision, bytes: store.key.open(&key, &sealed)? })
            };
            found.map(open).transpose()
        };
        self.run(load).await
    }

    async fn claim(&self, key: SessionKey, revision: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let claim = move |store: &Self, database: &mut Connection| {
            let raise = "UPDATE sessions SET revision = revision + 1 WHERE key = ?1 AND revision = ?2 RETURNING bytes";
            let claimed = database.query_row(raise, params![key.as_bytes(), revision], |row| row.get(0)).optional();
            let sealed: Option<Vec<u8>> = claimed.map_err(unread)?;
            sealed.map(|sealed| store.key.open(&key, &sealed)).transpose()
        };
        self.run(claim).await
    }

    async fn remove(&self, key: SessionKey, revision: u32) -> Result<(), StoreError> {
        let remove = move |_: &Self, database: &mut Connection| {
            let remove = "DELETE FROM sessions WHERE key = ?1 AND revision <= ?2";
            database.execute(remove, params![key.as_bytes(), revision]).map(drop).map_err(unavailable)
        };
        self.run(remove).await
    }

    async fn remove_owned(&self, owner: OwnerKey) -> Result<(), StoreError> {
        let remove = move |store: &Self, database: &mut Connection| {
            let theirs = "DELETE FROM sessions WHERE key IN (SELECT key FROM owners WHERE owner = ?1)";
            database.execute(theirs, [store.key.name_of(&owner)]).map(drop).map_err(unavailable)
        };
        self.run(remove).await
    }
}

impl fmt::Debug for FileStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileStore").field("lifetime", &self.lifetime).finish_non_exhaustive()
    }
}

/// Adds the column that files of older versions do not have.
fn add_revisions(database: &Connection) -> rusqlite::Result<()> {
    let has_revisions = "SELECT count(*) FROM pragma_table_info('sessions') WHERE name = 'revision'";
    if database.query_row(has_revisions, [], |row| row.get::<_, u32>(0))? > 0 {
        return Ok(());
    }
    match database.execute_batch("ALTER TABLE sessions ADD COLUMN revision INTEGER NOT NULL DEFAULT 0") {
        // Another process has just added it.
        Err(error) if error.to_string().contains("duplicate column") => Ok(()),
        added => added,
    }
}

/// An error of [`FileStore::open`].
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The key cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The file is no store, or cannot be opened.
    #[error("could not open the session store {path}: {source}. To start anew without saved sessions, delete it.")]
    File {
        /// The file.
        path: PathBuf,
        /// SQLite's answer.
        source: rusqlite::Error,
    },
}

fn unavailable(error: rusqlite::Error) -> StoreError {
    StoreError::Unavailable(Box::new(error))
}

/// Only an error that may go away is a reason to ask again.
fn unread(error: rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::CannotOpen
            | ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::FileLockingProtocolFailed
            | ErrorCode::OperationInterrupted
            | ErrorCode::OutOfMemory
            | ErrorCode::SystemIoFailure,
        ) => unavailable(error),
        _ => StoreError::Damaged,
    }
}

/// Seconds since 1970.
fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}
