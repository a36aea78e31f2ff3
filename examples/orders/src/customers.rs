//! Simulated customers, and a shop that serves them.

use std::time::Duration;

use rusqlite::Connection;

use crate::beat::Beat;
use crate::database::{Database, DatabaseError, now, place};
use crate::figures::MINUTES;

const NAMES: [&str; 12] =
    ["Ada", "Bertrand", "Chidi", "Dunya", "Edith", "Farid", "Grace", "Hana", "Imre", "Joan", "Kofi", "Lena"];

/// Teas, with their prices in cents.
const TEAS: [(&str, i64); 6] = [
    ("Assam", 1_250),
    ("Sencha", 1_490),
    ("Oolong", 2_300),
    ("Rooibos", 890),
    ("Darjeeling", 1_850),
    ("Pu-erh", 3_100),
];

/// The time between two customers.
const PAUSE: Duration = Duration::from_millis(1_500);

/// Starts a thread of customers. It ends when the result is dropped. An empty shop first gets the orders of half an hour.
pub(crate) fn open_shop(database: Database) -> Result<Beat, DatabaseError> {
    database.write(|books| if is_empty(books)? { fill(books, now()) } else { Ok(()) })?;
    // While the file is locked, a customer leaves, and the next one tries again.
    Ok(Beat::every(PAUSE, move || drop(database.write(|books| serve(books, now())))))
}

/// Adds an order of some customer. Returns its number. If an order has this key already, nothing is added.
pub(crate) fn order(books: &Connection, key: Option<&str>, at: i64) -> rusqlite::Result<u32> {
    let (tea, cents) = TEAS[fastrand::usize(..TEAS.len())];
    let count = fastrand::i64(1..=4);
    let customer = NAMES[fastrand::usize(..NAMES.len())];
    place(books, key, (customer, &format!("{count} × {tea}"), count * cents), at)
}

/// Adds an order, and mostly brings the oldest ones that wait to their next states.
fn serve(books: &Connection, now: i64) -> rusqlite::Result<()> {
    order(books, None, now)?;
    if fastrand::u8(..20) > 0 {
        advance(books, "new", if fastrand::u8(..20) == 0 { "cancelled" } else { "packed" })?;
    }
    if fastrand::u8(..20) > 1 { advance(books, "packed", "sent") } else { Ok(()) }
}

fn advance(books: &Connection, from: &str, to: &str) -> rusqlite::Result<()> {
    let update = "UPDATE orders SET state = ?2 WHERE number = (SELECT min(number) FROM orders WHERE state = ?1)";
    books.execute(update, [from, to]).map(drop)
}

fn is_empty(books: &Connection) -> rusqlite::Result<bool> {
    books.query_row("SELECT NOT EXISTS (SELECT * FROM orders)", [], |row| row.get(0))
}

fn fill(books: &Connection, now: i64) -> rusqlite::Result<()> {
    (0..60 * MINUTES as i64).rev().step_by(20).try_for_each(|before| serve(books, now - before))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::tests::{NOW, shop};

    #[test]
    fn a_new_shop_has_the_orders_of_half_an_hour() {
        let (_folder, database) = shop(&[]);
        fastrand::seed(7);
        database.write(|books| fill(books, NOW)).expect("orders");
        let figures = database.figures(NOW).expect("figures");
        assert_eq!(figures.total().count, 90);
        assert!(figures.states.iter().take(3).all(|sum| sum.count > 0), "{figures:?}");
        assert!(figures.by_minute.iter().filter(|cents| **cents > 0).count() >= MINUTES - 2, "{figures:?}");
    }

    #[test]
    fn a_shop_with_orders_gets_no_others_at_the_start() {
        let (_folder, database) = shop(&["Ada"]);
        drop(open_shop(database.clone()).expect("customers"));
        assert!(database.figures(NOW).expect("figures").total().count < 5);
    }
}
