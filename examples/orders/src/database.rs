//! The orders, in one SQLite file that several processes and people may change at once.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, TransactionBehavior, named_params};
use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use thiserror::Error;

use crate::figures::{Figures, MINUTES, Sum};
use crate::order::{Order, State};

/// The database file. It is opened for each use, which takes a fraction of a millisecond.
#[derive(Clone, Debug)]
pub(crate) struct Database {
    path: Arc<Path>,
}

/// Some orders, the newest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Orders {
    pub(crate) rows: Vec<Order>,
    /// There are older ones.
    pub(crate) is_cut: bool,
}

/// The answer to a person who wants to change an order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Answer {
    Changed(Order),
    /// Somebody else has changed it meanwhile. Nothing was done.
    TooLate(Order),
}

#[derive(Clone, Debug, Error)]
pub(crate) enum DatabaseError {
    #[error("the database is locked")]
    Locked,
    #[error("the database cannot be used: {0}")]
    Failed(Arc<rusqlite::Error>),
}

/// The most orders of a list.
pub(crate) const MOST: usize = 50;

/// SQLite commits one writer after the other. So whoever has read all changes up to a number misses none when they go on from there.
const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    BEGIN IMMEDIATE;
    CREATE TABLE IF NOT EXISTS orders (
        number   INTEGER PRIMARY KEY,
        customer TEXT    NOT NULL CHECK (length(customer) BETWEEN 1 AND 80),
        goods    TEXT    NOT NULL,
        cents    INTEGER NOT NULL CHECK (cents > 0),
        state    TEXT    NOT NULL DEFAULT 'new' CHECK (state IN ('new', 'packed', 'sent', 'cancelled')),
        placed   INTEGER NOT NULL DEFAULT (unixepoch()),
        change   INTEGER NOT NULL DEFAULT 0
    ) STRICT;
    CREATE INDEX IF NOT EXISTS orders_by_change ON orders (change);
    CREATE INDEX IF NOT EXISTS orders_by_state ON orders (state, number, cents);
    CREATE INDEX IF NOT EXISTS orders_by_time ON orders (placed, state, cents);
    CREATE TRIGGER IF NOT EXISTS orders_placed AFTER INSERT ON orders BEGIN
        UPDATE orders SET change = (SELECT max(change) + 1 FROM orders) WHERE number = NEW.number;
    END;
    CREATE TRIGGER IF NOT EXISTS orders_changed AFTER UPDATE OF customer, goods, cents, state, placed ON orders BEGIN
        UPDATE orders SET change = (SELECT max(change) + 1 FROM orders) WHERE number = NEW.number;
    END;
    CREATE TRIGGER IF NOT EXISTS orders_kept BEFORE DELETE ON orders BEGIN
        SELECT raise(ABORT, 'orders are cancelled, and not deleted');
    END;
    COMMIT;
";

/// The wait for another writer.
const LOCKED_AFTER: Duration = Duration::from_secs(2);

impl Database {
    /// Opens the database in this file, and creates it if there is none.
    pub(crate) fn create(path: &Path) -> Result<Self, DatabaseError> {
        let database = Self { path: path.into() };
        let mut connection = database.open()?;
        connection.execute_batch(SCHEMA)?;
        let books = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let has_keys = "SELECT EXISTS (SELECT * FROM pragma_table_info('orders') WHERE name = 'key')";
        if !books.query_row(has_keys, [], |row| row.get(0))? {
            books.execute_batch(
                "ALTER TABLE orders ADD COLUMN key TEXT; CREATE UNIQUE INDEX orders_by_key ON orders (key);",
            )?;
        }
        books.commit()?;
        Ok(database)
    }

    pub(crate) fn open(&self) -> Result<Connection, DatabaseError> {
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

    /// Reads the newest orders in this state, whose customers have this text in their names.
    pub(crate) fn list(&self, state: Option<State>, customer: &str) -> Result<Orders, DatabaseError> {
        let connection = self.open()?;
        let mut query = connection.prepare(
            "SELECT * FROM orders WHERE state = coalesce(:state, state) AND instr(lower(customer), lower(:customer))
             ORDER BY number DESC LIMIT :most",
        )?;
        let values =
            named_params! { ":state": state.map(State::name), ":customer": customer, ":most": MOST as i64 + 1 };
        let mut rows = query.query_map(values, order)?.collect::<Result<Vec<_>, _>>()?;
        let is_cut = rows.len() > MOST;
        rows.truncate(MOST);
        Ok(Orders { rows, is_cut })
    }

    pub(crate) fn order(&self, number: u32) -> Result<Option<Order>, DatabaseError> {
        Ok(find(&self.open()?, number)?)
    }

    pub(crate) fn figures(&self, now: i64) -> Result<Figures, DatabaseError> {
        Ok(figures(&self.open()?, now)?)
    }

    /// Brings an order into this state, if its last change is still this one. Returns `None` if there is no such order.
    pub(crate) fn change(&self, number: u32, change: i64, to: State) -> Result<Option<Answer>, DatabaseError> {
        let connection = self.open()?;
        let update = "UPDATE orders SET state = ?3 WHERE number = ?1 AND change = ?2";
        let is_done = connection.execute(update, (number, change, to.name()))? == 1;
        let answer = if is_done { Answer::Changed } else { Answer::TooLate };
        Ok(find(&connection, number)?.map(answer))
    }

    /// Writes in one transaction.
    pub(crate) fn write<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T, DatabaseError> {
        let mut connection = self.open()?;
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let result = work(&transaction)?;
        transaction.commit()?;
        Ok(result)
    }
}

/// Reads at most `most` changes after this one, in their order.
pub(crate) fn changes(connection: &Connection, after: i64, most: usize) -> rusqlite::Result<Vec<Order>> {
    let mut query = connection.prepare("SELECT * FROM orders WHERE change > ?1 ORDER BY change LIMIT ?2")?;
    query.query_map((after, most as i64), order)?.collect()
}

/// Reads the figures at this time. All are of one moment.
pub(crate) fn figures(connection: &Connection, now: i64) -> rusqlite::Result<Figures> {
    let moment = connection.unchecked_transaction()?;
    let change = moment.query_row("SELECT coalesce(max(change), 0) FROM orders", [], |row| row.get(0))?;
    let minute = now / 60;
    let mut figures = Figures { change, minute, states: [Sum::default(); 4], by_minute: vec![0; MINUTES] };
    let mut sums = moment.prepare("SELECT state, count(*), sum(cents) FROM orders GROUP BY state")?;
    let mut rows = sums.query([])?;
    while let Some(row) = rows.next()? {
        figures.states[state(row, "state")? as usize] = Sum { count: row.get(1)?, cents: row.get(2)? };
    }
    let mut sales = moment.prepare(
        "SELECT placed / 60 - :first, sum(cents) FROM orders
         WHERE placed >= 60 * :first AND placed < 60 * (:first + :minutes) AND state <> 'cancelled' GROUP BY 1",
    )?;
    let values = named_params! { ":first": figures.first_minute(), ":minutes": MINUTES as i64 };
    let mut rows = sales.query(values)?;
    while let Some(row) = rows.next()? {
        figures.by_minute[usize::from(row.get::<_, u16>(0)?)] = row.get(1)?;
    }
    Ok(figures)
}

/// Adds an order, placed at this time. Returns its number. If an order has this key already, nothing is added.
pub(crate) fn place(
    books: &Connection,
    key: Option<&str>,
    (customer, goods, cents): (&str, &str, i64),
    at: i64,
) -> rusqlite::Result<u32> {
    let insert = "INSERT INTO orders (key, customer, goods, cents, placed) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT (key) DO UPDATE SET key = key RETURNING number";
    books.query_row(insert, (key, customer, goods, cents, at), |row| row.get(0))
}

/// Returns the current time in seconds of Unix time.
pub(crate) fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}

fn find(connection: &Connection, number: u32) -> rusqlite::Result<Option<Order>> {
    connection.query_row("SELECT * FROM orders WHERE number = ?1", [number], order).optional()
}

fn order(row: &Row<'_>) -> rusqlite::Result<Order> {
    Ok(Order {
        number: row.get("number")?,
        customer: row.get("customer")?,
        goods: row.get("goods")?,
        cents: row.get("cents")?,
        state: state(row, "state")?,
        placed: row.get("placed")?,
        change: row.get("change")?,
    })
}

fn state(row: &Row<'_>, column: &str) -> rusqlite::Result<State> {
    let name: String = row.get(column)?;
    Ok(name.parse().expect("the table holds only these states"))
}

impl From<rusqlite::Error> for DatabaseError {
    fn from(error: rusqlite::Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::Locked,
            _ => Self::Failed(Arc::new(error)),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use tempfile::TempDir;

    use super::*;

    pub(crate) const NOW: i64 = 1_800_000_000;

    /// Creates a database with these orders. It lives as long as its folder.
    pub(crate) fn shop(customers: &[&str]) -> (TempDir, Database) {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::create(&folder.path().join("orders.db")).expect("a database");
        for customer in customers {
            database.write(|books| place(books, None, (customer, "1 × Assam", 1_250), NOW - 60)).expect("an order");
        }
        (folder, database)
    }

    #[test]
    fn of_two_people_one_is_too_late() {
        let (_folder, database) = shop(&["Ada"]);
        let seen = database.order(1).expect("an answer").expect("an order");
        let change = |to| database.change(1, seen.change, to).expect("an answer").expect("an order");
        let packed = Order { state: State::Packed, change: seen.change + 1, ..seen.clone() };
        assert_eq!(change(State::Packed), Answer::Changed(packed.clone()));
        assert_eq!(change(State::Cancelled), Answer::TooLate(packed));
        assert_eq!(database.change(2, 1, State::Packed).expect("an answer"), None);
    }

    #[test]
    fn orders_are_found_by_state_and_customer() {
        let (_folder, database) = shop(&["Ada", "Bob", "Adam"]);
        database.change(1, 1, State::Packed).expect("an answer");
        let numbers = |state, customer| -> Vec<u32> {
            database.list(state, customer).expect("orders").rows.iter().map(|order| order.number).collect()
        };
        assert_eq!(numbers(None, ""), [3, 2, 1]);
        assert_eq!(numbers(None, "aDA"), [3, 1]);
        assert_eq!(numbers(Some(State::Packed), "Ad"), [1]);
    }

    #[test]
    fn a_long_list_is_cut() {
        let (_folder, database) = shop(&["Ada"; MOST]);
        assert_eq!(database.list(None, "").map(|it| (it.rows.len(), it.is_cut)).expect("orders"), (MOST, false));
        database.write(|books| place(books, None, ("Bob", "1 × Assam", 1), NOW)).expect("an order");
        assert_eq!(database.list(None, "").map(|it| (it.rows.len(), it.is_cut)).expect("orders"), (MOST, true));
    }

    #[test]
    fn figures_count_all_orders_and_chart_the_latest() {
        let (_folder, database) = shop(&["Ada", "Bob"]);
        database.write(|books| place(books, None, ("Cleo", "1 × Sencha", 700), NOW - 3_600)).expect("an order");
        database.change(2, 2, State::Cancelled).expect("an answer");
        let figures = database.figures(NOW).expect("figures");
        let sum = |count, cents| Sum { count, cents };
        assert_eq!(figures.states, [sum(2, 1_950), sum(0, 0), sum(0, 0), sum(1, 1_250)]);
        let mut by_minute = vec![0; MINUTES];
        by_minute[MINUTES - 2] = 1_250;
        assert_eq!((figures.change, figures.by_minute), (4, by_minute));
    }

    #[test]
    fn orders_are_not_deleted() {
        let (_folder, database) = shop(&["Ada"]);
        let error = database.write(|books| books.execute("DELETE FROM orders", [])).expect_err("a refusal");
        assert!(error.to_string().contains("orders are cancelled"), "{error}");
    }

    #[test]
    fn an_order_with_a_key_is_placed_once() {
        let (_folder, database) = shop(&["Ada"]);
        let place =
            |key| database.write(|books| place(books, Some(key), ("Bob", "1 × Sencha", 700), NOW)).expect("an order");
        assert_eq!((place("a"), place("b"), place("a")), (2, 3, 2));
        let change = database.order(2).expect("an answer").expect("an order").change;
        assert_eq!((change, place("a")), (2, 2), "nobody hears of it again");
        assert_eq!(database.order(2).expect("an answer").expect("an order").change, 2);
    }
}
