//! The shop's orders and reviews, in one SQLite file.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags};
use thiserror::Error;

/// The database file. It is opened for each use, which takes a fraction of a millisecond. So no state is lost when the
/// file was locked, deleted, damaged, or restored from a backup.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    path: Arc<Path>,
}

/// The figures that the dashboard shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Figures {
    /// The time of reading, in seconds of Unix time. All times here are.
    pub(crate) at: i64,
    /// The number of orders in the last minute.
    pub(crate) new_orders: u32,
    /// Sales of the last hour, in cents.
    pub(crate) sales_amount: i64,
    /// The mean of the latest reviews, from 1 to 5 stars.
    pub(crate) rating: Option<f64>,
    /// Sales in each second of the minute before `at`, in cents.
    pub(crate) by_second: Vec<i64>,
}

#[derive(Clone, Debug, Error)]
pub(crate) enum DatabaseError {
    #[error("the database is locked")]
    Locked,
    #[error("the database file is missing")]
    Missing,
    #[error("the database file is damaged")]
    Damaged,
    #[error("the database cannot be read")]
    Failed(#[source] Arc<rusqlite::Error>),
}

pub(crate) const MINUTE: i64 = 60;
pub(crate) const HOUR: i64 = 60 * MINUTE;

const SCHEMA: &str = "
    CREATE TABLE IF NOT EXISTS orders (
        at    INTEGER NOT NULL,
        cents INTEGER NOT NULL CHECK (cents > 0)
    ) STRICT;
    CREATE INDEX IF NOT EXISTS orders_by_time ON orders (at, cents);
    CREATE TABLE IF NOT EXISTS reviews (
        at    INTEGER NOT NULL,
        stars INTEGER NOT NULL CHECK (stars BETWEEN 1 AND 5)
    ) STRICT;
";

/// The wait for a lock: longer than any write of the simulator.
const LOCKED_AFTER: Duration = Duration::from_millis(250);

impl Database {
    /// Opens the database in this file, and creates it if there is none.
    pub(crate) fn create(path: &Path) -> Result<Self, DatabaseError> {
        let database = Self { path: path.into() };
        database.restore()?;
        Ok(database)
    }

    /// Creates the file and the tables if they are missing.
    pub(crate) fn restore(&self) -> Result<(), DatabaseError> {
        self.open(OpenFlags::SQLITE_OPEN_CREATE)?.execute_batch(SCHEMA)?;
        Ok(())
    }

    /// Reads the figures at this time.
    pub(crate) fn figures(&self, now: i64) -> Result<Figures, DatabaseError> {
        let mut connection = self.open(OpenFlags::empty())?;
        let books = connection.transaction()?;
        let (new_orders, sales_amount) = books.query_row(
            "SELECT count(*) FILTER (WHERE at > ?1 - 60), coalesce(sum(cents), 0) FROM orders
             WHERE at > ?1 - 3600 AND at <= ?1",
            [now],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?;
        let rating = books.query_row(
            "SELECT avg(stars) FROM (SELECT stars FROM reviews ORDER BY rowid DESC LIMIT 20)",
            [],
            |row| row.get(0),
        )?;
        let mut by_second = vec![0; MINUTE as usize];
        let mut seconds =
            books.prepare("SELECT at - ?1 + 60, sum(cents) FROM orders WHERE at >= ?1 - 60 AND at < ?1 GROUP BY at")?;
        for second in seconds.query_map([now], |row| Ok((row.get::<_, u16>(0)?, row.get(1)?)))? {
            let (second, cents) = second?;
            by_second[usize::from(second)] = cents;
        }
        Ok(Figures { at: now, new_orders, sales_amount, rating, by_second })
    }

    /// Writes entries in one transaction.
    pub(crate) fn write(&self, entries: impl FnOnce(&Connection) -> rusqlite::Result<()>) -> Result<(), DatabaseError> {
        let mut connection = self.open(OpenFlags::empty())?;
        let transaction = connection.transaction()?;
        entries(&transaction)?;
        Ok(transaction.commit()?)
    }

    fn open(&self, more: OpenFlags) -> Result<Connection, DatabaseError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
        let connection = Connection::open_with_flags(&self.path, flags)?;
        connection.busy_timeout(LOCKED_AFTER)?;
        Ok(connection)
    }
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            Some(ErrorCode::CannotOpen) => Self::Missing,
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged,
            _ => Self::Failed(Arc::new(error)),
        }
    }
}

pub(crate) fn add_order(books: &Connection, at: i64, cents: i64) -> rusqlite::Result<()> {
    books.execute("INSERT INTO orders (at, cents) VALUES (?1, ?2)", [at, cents])?;
    Ok(())
}

pub(crate) fn add_review(books: &Connection, at: i64, stars: i64) -> rusqlite::Result<()> {
    books.execute("INSERT INTO reviews (at, stars) VALUES (?1, ?2)", [at, stars])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    const NOW: i64 = 1_800_000_000;

    /// Creates a database with one order of a dollar, a second ago. It lives as long as its folder.
    fn shop() -> (TempDir, Database) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::create(&folder.path().join("shop.db")).expect("a database");
        database.write(|books| add_order(books, NOW - 1, 100)).expect("an order");
        (folder, database)
    }

    #[test]
    fn figures_are_of_their_time() {
        let (_folder, database) = shop();
        let written = database.write(|books| {
            for (before, cents) in [(0, 1), (59, 20), (60, 300), (3599, 4_000), (3600, 50_000), (-1, 600_000)] {
                add_order(books, NOW - before, cents)?;
            }
            for stars in [1, 1, 2, 3].into_iter().chain([4; 10]).chain([5; 10]) {
                add_review(books, NOW, stars)?;
            }
            Ok(())
        });
        written.expect("orders and reviews");

        let mut by_second = vec![0; 60];
        (by_second[0], by_second[1], by_second[59]) = (300, 20, 100);
        let expected = Figures { at: NOW, new_orders: 3, sales_amount: 4_421, rating: Some(4.5), by_second };
        assert_eq!(database.figures(NOW).expect("figures"), expected);
    }

    #[test]
    fn an_empty_shop_has_no_rating() {
        let (_folder, database) = shop();
        assert_eq!(database.figures(NOW).expect("figures").rating, None);
    }

    /// Returns the error of a faulty database, and checks that it works again after the repair.
    fn check(expected: &str, harm: impl FnOnce(&Path), mend: impl FnOnce(&Path)) {
        let (_folder, database) = shop();
        harm(&database.path);
        let error = database.figures(NOW).expect_err(expected);
        assert_eq!(error.to_string(), expected);
        mend(&database.path);
        assert_eq!(database.figures(NOW).expect("figures").sales_amount, 100);
    }

    #[test]
    fn a_locked_file() {
        let holder = std::cell::OnceCell::new();
        check(
            "the database is locked",
            |path| {
                let connection = Connection::open(path).expect("another connection");
                connection.execute_batch("BEGIN EXCLUSIVE").expect("a lock");
                holder.set(connection).expect("one holder");
            },
            |_| holder.get().expect("the holder").execute_batch("COMMIT").expect("no lock"),
        );
    }

    #[test]
    fn a_deleted_file() {
        let aside = |path: &Path| path.with_extension("aside");
        check(
            "the database file is missing",
            |path| fs::rename(path, aside(path)).expect("away"),
            |path| fs::rename(aside(path), path).expect("back"),
        );
    }

    #[test]
    fn a_damaged_file() {
        let backup = |path: &Path| path.with_extension("backup");
        check(
            "the database file is damaged",
            |path| {
                fs::copy(path, backup(path)).expect("a backup");
                fs::write(path, [7; 4096]).expect("garbage");
            },
            |path| assert!(fs::copy(backup(path), path).is_ok(), "the backup"),
        );
    }

    #[test]
    fn tables_are_made_again() {
        let (_folder, database) = shop();
        fs::write(&*database.path, "").expect("an empty file");
        assert_eq!(database.figures(NOW).expect_err("no tables").to_string(), "the database cannot be read");
        database.restore().expect("tables");
        assert_eq!(database.figures(NOW).expect("figures").new_orders, 0);
    }
}
