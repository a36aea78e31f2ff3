//! The board and its chat, in one SQLite file that several processes may share.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OptionalExtension, Row, TransactionBehavior};
use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use thiserror::Error;

use crate::note::{Note, Notes, Point};

/// The database file. It is opened for each use, which takes a fraction of a millisecond.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    path: Arc<Path>,
}

/// A change that a person wants. One with a key is done once, however often it is stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Change {
    Add { key: String, at: Point, hue: u16 },
    Write { id: u32, text: String },
    Move { id: u32, at: Point },
    Remove { id: u32 },
    Say { key: String, name: String, hue: u16, text: String },
}

/// A change that is stored, for all pages.
#[derive(Debug, PartialEq)]
pub(crate) enum News {
    Note(Note),
    Said(Said),
}

/// A line of the chat.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Said {
    pub(crate) id: i64,
    pub(crate) name: String,
    pub(crate) hue: u16,
    pub(crate) text: String,
}

/// All that a page shows of the database.
#[derive(Debug)]
pub(crate) struct Snapshot {
    pub(crate) notes: Notes,
    pub(crate) chat: Vec<Said>,
}

#[derive(Debug, Error)]
pub(crate) enum DatabaseError {
    #[error("the board is full: remove a note first")]
    Full,
    #[error("the database cannot be used: {0}")]
    Failed(#[from] rusqlite::Error),
}

/// Words that people say.
pub(crate) const CHAT: Topic<Said> = Topic::new("chat");

/// The most notes on the board.
pub(crate) const MOST_NOTES: u32 = 100;
/// The most lines of the chat that a page shows.
pub(crate) const MOST_LINES: usize = 100;
/// The most letters of a note, and of a line.
pub(crate) const LONGEST: usize = 500;

/// SQLite commits one writer after the other. So the numbers of changes are in the order of the changes.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE IF NOT EXISTS notes (
        id      INTEGER PRIMARY KEY,
        text    TEXT    NOT NULL DEFAULT '',
        hue     INTEGER NOT NULL,
        x       INTEGER NOT NULL,
        y       INTEGER NOT NULL,
        is_gone INTEGER NOT NULL DEFAULT 0,
        change  INTEGER NOT NULL,
        key     TEXT    NOT NULL UNIQUE
    ) STRICT;
    CREATE INDEX IF NOT EXISTS notes_by_change ON notes (change);
    CREATE TABLE IF NOT EXISTS chat (
        id   INTEGER PRIMARY KEY,
        name TEXT    NOT NULL,
        hue  INTEGER NOT NULL,
        text TEXT    NOT NULL,
        key  TEXT    NOT NULL UNIQUE
    ) STRICT;
";

/// The number of the next change.
macro_rules! next {
    () => {
        "(SELECT coalesce(max(change), 0) + 1 FROM notes)"
    };
}

/// The wait for another writer.
const LOCKED_AFTER: Duration = Duration::from_secs(2);

impl Database {
    /// Opens the database in this file, and creates it if there is none.
    pub(crate) fn create(path: &Path) -> Result<Self, DatabaseError> {
        let database = Self { path: path.into() };
        database.open()?.execute_batch(SCHEMA)?;
        Ok(database)
    }

    fn open(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open(&self.path)?;
        connection.busy_timeout(LOCKED_AFTER)?;
        Ok(connection)
    }

    /// Reads for `mount`, on a thread that may wait.
    pub(crate) async fn for_mount<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Self) -> Result<T, DatabaseError> + Send + 'static,
    ) -> Result<T, MountError> {
        let database = self.clone();
        let result = tokio::task::spawn_blocking(move || read(&database)).await;
        let result = result.map_err(|panic| MountError::Unavailable(panic.into()))?;
        result.map_err(|trouble| MountError::Unavailable(trouble.into()))
    }

    /// Reads the board and the end of the chat, at one moment.
    pub(crate) fn read(&self) -> Result<Snapshot, DatabaseError> {
        let mut connection = self.open()?;
        let moment = connection.transaction()?;
        let change = moment.query_row("SELECT coalesce(max(change), 0) FROM notes", [], |row| row.get(0))?;
        let mut notes = moment.prepare("SELECT * FROM notes WHERE NOT is_gone")?;
        let notes = notes.query_map([], note)?.collect::<Result<_, _>>()?;
        let mut lines = moment.prepare("SELECT * FROM chat ORDER BY id DESC LIMIT ?1")?;
        let chat = lines.query_map([MOST_LINES as i64], said)?.collect::<Result<_, _>>()?;
        Ok(Snapshot { notes: Notes::read(notes, change), chat })
    }

    /// Stores a change. Returns `None` if its note is gone.
    pub(crate) fn store(&self, change: &Change) -> Result<Option<News>, DatabaseError> {
        let mut connection = self.open()?;
        let books = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let news = apply(&books, change)?;
        books.commit()?;
        Ok(news)
    }
}

fn apply(books: &Connection, change: &Change) -> Result<Option<News>, DatabaseError> {
    let changed = match change {
        Change::Add { key, at, hue } => {
            let others = "SELECT count(*) FROM notes WHERE NOT is_gone AND key <> ?1";
            let count: u32 = books.query_row(others, [key], |row| row.get(0))?;
            if count >= MOST_NOTES {
                return Err(DatabaseError::Full);
            }
            let insert = concat!(
                "INSERT INTO notes (key, x, y, hue, change) VALUES (?1, ?2, ?3, ?4, ",
                next!(),
                ") ON CONFLICT (key) DO UPDATE SET key = key RETURNING *"
            );
            books.query_row(insert, (key, at.x, at.y, hue), note)
        }
        Change::Write { id, text } => {
            let update =
                concat!("UPDATE notes SET text = ?2, change = ", next!(), " WHERE id = ?1 AND NOT is_gone RETURNING *");
            books.query_row(update, (id, short(text)), note)
        }
        Change::Move { id, at } => {
            let update = concat!(
                "UPDATE notes SET x = ?2, y = ?3, change = ",
                next!(),
                " WHERE id = ?1 AND NOT is_gone RETURNING *"
            );
            books.query_row(update, (id, at.x, at.y), note)
        }
        Change::Remove { id } => {
            let update = concat!(
                "UPDATE notes SET text = '', is_gone = 1, change = ",
                next!(),
                " WHERE id = ?1 AND NOT is_gone RETURNING *"
            );
            books.query_row(update, [id], note)
        }
        Change::Say { key, name, hue, text } => {
            let insert = "INSERT INTO chat (key, name, hue, text) VALUES (?1, ?2, ?3, ?4)
                ON CONFLICT (key) DO UPDATE SET key = key RETURNING *";
            return Ok(Some(News::Said(books.query_row(insert, (key, name, hue, short(text)), said)?)));
        }
    };
    Ok(changed.optional()?.map(News::Note))
}

/// Cuts a text at its longest.
fn short(text: &str) -> &str {
    text.char_indices().nth(LONGEST).map_or(text, |(end, _)| &text[..end])
}

fn note(row: &Row<'_>) -> rusqlite::Result<Note> {
    Ok(Note {
        id: row.get("id")?,
        text: row.get("text")?,
        hue: row.get("hue")?,
        at: Point { x: row.get("x")?, y: row.get("y")? },
        is_gone: row.get("is_gone")?,
        change: row.get("change")?,
    })
}

fn said(row: &Row<'_>) -> rusqlite::Result<Said> {
    Ok(Said { id: row.get("id")?, name: row.get("name")?, hue: row.get("hue")?, text: row.get("text")? })
}

#[cfg(test)]
pub(crate) mod tests {
    use tempfile::TempDir;

    use super::*;

    /// Creates an empty database. It lives as long as its folder.
    pub(crate) fn empty() -> (TempDir, Database) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::create(&folder.path().join("board.db")).expect("a database");
        (folder, database)
    }

    pub(crate) fn add(n: u32) -> Change {
        Change::Add { key: n.to_string(), at: Point { x: 10, y: 20 }, hue: 7 }
    }

    fn store(database: &Database, change: Change) -> Option<Note> {
        match database.store(&change).expect("an answer")? {
            News::Note(note) => Some(note),
            News::Said(said) => panic!("{said:?}"),
        }
    }

    #[test]
    fn a_note_is_added_changed_and_removed() {
        let (_folder, database) = empty();
        let added = store(&database, add(1)).expect("a note");
        assert_eq!((added.id, added.change, added.at), (1, 1, Point { x: 10, y: 20 }));
        store(&database, Change::Write { id: 1, text: "ä".repeat(LONGEST + 1) });
        let moved = store(&database, Change::Move { id: 1, at: Point { x: 3, y: 4 } }).expect("a note");
        assert_eq!((moved.text, moved.at, moved.change), ("ä".repeat(LONGEST), Point { x: 3, y: 4 }, 3));
        assert!(store(&database, Change::Remove { id: 1 }).expect("a note").is_gone);
        assert_eq!(store(&database, Change::Move { id: 1, at: Point::default() }), None);
        assert_eq!(database.read().expect("a board").notes.iter().count(), 0);
        assert_eq!(store(&database, add(2)).expect("a note").id, 2, "numbers of notes are not used again");
    }

    #[test]
    fn the_board_has_a_limit() {
        let (_folder, database) = empty();
        (0..MOST_NOTES).for_each(|n| drop(store(&database, add(n))));
        assert!(matches!(database.store(&add(MOST_NOTES)), Err(DatabaseError::Full)));
        assert_eq!(store(&database, add(0)).expect("the note that is there").id, 1);
    }

    #[test]
    fn a_change_is_done_once_however_often_it_is_stored() {
        let (_folder, database) = empty();
        let say = Change::Say { key: "a".into(), name: "Ada".into(), hue: 1, text: "Hello".into() };
        for change in [&say, &add(1)] {
            let twice = [(); 2].map(|()| database.store(change).expect("an answer"));
            assert_eq!(twice[0], twice[1]);
        }
        let Snapshot { notes, chat } = database.read().expect("a board");
        assert_eq!((notes.iter().count(), chat.len()), (1, 1));
    }

    #[test]
    fn the_end_of_the_chat_is_read() {
        let (_folder, database) = empty();
        for n in 0..=MOST_LINES {
            let say = Change::Say { key: n.to_string(), name: "Ada".into(), hue: 1, text: n.to_string() };
            assert!(matches!(database.store(&say), Ok(Some(News::Said(_)))));
        }
        let chat = database.read().expect("a chat").chat;
        assert_eq!((chat.len(), chat[0].text.as_str()), (MOST_LINES, "100"));
    }
}
