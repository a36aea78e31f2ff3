//! The last number of each page, in one SQLite file that the processes share.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rusqlite::Connection;

#[derive(Clone)]
pub(crate) struct Database(Arc<Mutex<Connection>>);

// A killed process loses nothing that it has committed: only a machine without power would.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = OFF;
    CREATE TABLE IF NOT EXISTS counts (
        room INTEGER NOT NULL,
        page INTEGER NOT NULL,
        last INTEGER NOT NULL,
        PRIMARY KEY (room, page)
    ) STRICT, WITHOUT ROWID;
";
const STORE: &str = "
    INSERT INTO counts (room, page, last) VALUES (?1, ?2, ?3)
    ON CONFLICT DO UPDATE SET last = max(last, excluded.last)
";
/// The wait for another process that writes.
const LOCKED_AFTER: Duration = Duration::from_secs(60);

impl Database {
    pub(crate) fn open(path: &Path) -> rusqlite::Result<Self> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(LOCKED_AFTER)?;
        connection.execute_batch(SCHEMA)?;
        Ok(Self(Arc::new(Mutex::new(connection))))
    }

    /// Stores a page's last number, unless a greater one is stored.
    pub(crate) fn store(&self, room: u32, page: u32, last: u32) {
        let connection = self.0.lock().expect("nobody panics with it");
        let stored = connection.prepare(STORE).and_then(|mut store| store.execute((room, page, last)));
        stored.expect("the file can be written");
    }

    /// Returns the last number of each page in a room.
    pub(crate) fn read(&self, room: u32) -> Vec<(u32, u32)> {
        let connection = self.0.lock().expect("nobody panics with it");
        let mut read = connection.prepare("SELECT page, last FROM counts WHERE room = ?1").expect("it is SQL");
        let rows = read.query_map([room], |row| Ok((row.get(0)?, row.get(1)?))).expect("the file can be read");
        rows.collect::<Result<_, _>>().expect("rows of numbers")
    }
}
