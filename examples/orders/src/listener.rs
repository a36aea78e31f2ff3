//! Hears changes of the database, whoever makes them, and tells the pages of this process.
//!
//! One thread asks SQLite whether another connection has written, which reads no table. Only then it reads the changed orders and the
//! figures: once for all pages.

use std::time::Duration;

use rusqlite::Connection;
use tealight::runtime::Publisher;

use crate::beat::Beat;
use crate::database::{Database, DatabaseError, changes, figures, now};
use crate::figures::{FIGURES, Figures};
use crate::order::{ORDER, Order};

/// The time between two looks at the database.
const PAUSE: Duration = Duration::from_millis(100);

/// The most orders that are read at once. After an import of many, others follow with the next look.
const MOST: usize = 500;

/// Starts the thread. It ends when the result is dropped.
pub(crate) fn listen(database: &Database, publisher: Publisher) -> Result<Beat, DatabaseError> {
    let mut watch = Watch::start(database, now())?;
    Ok(Beat::every(PAUSE, move || {
        // A database that cannot be read now may be read at the next look.
        if let Ok(Some(news)) = watch.look(now()) {
            tell(&publisher, &news);
        }
    }))
}

pub(crate) struct Watch {
    connection: Connection,
    /// SQLite's number of the last write that was looked at. `None` to look in any case.
    version: Option<i64>,
    /// The last change that was told.
    change: i64,
    minute: i64,
}

#[derive(Debug, PartialEq)]
pub(crate) struct News {
    orders: Vec<Order>,
    figures: Figures,
}

impl Watch {
    pub(crate) fn start(database: &Database, now: i64) -> Result<Self, DatabaseError> {
        let connection = database.open()?;
        let Figures { change, minute, .. } = figures(&connection, now)?;
        Ok(Self { connection, version: None, change, minute })
    }

    /// Returns the changes since the last look, or none.
    pub(crate) fn look(&mut self, now: i64) -> rusqlite::Result<Option<News>> {
        let version = self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?;
        if self.version == Some(version) && self.minute == now / 60 {
            return Ok(None);
        }
        let orders = changes(&self.connection, self.change, MOST)?;
        let figures = figures(&self.connection, now)?;
        self.change = orders.last().map_or(self.change, |order| order.change);
        self.version = (orders.len() < MOST).then_some(version);
        let is_new = !orders.is_empty() || self.minute != figures.minute;
        self.minute = figures.minute;
        Ok(is_new.then_some(News { orders, figures }))
    }
}

pub(crate) fn tell(publisher: &Publisher, News { orders, figures }: &News) {
    for order in orders {
        publisher.publish(ORDER.of(order.number), order).expect("an order is JSON");
    }
    publisher.publish(FIGURES, figures).expect("figures are JSON");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::database::place;
    use crate::database::tests::{NOW, shop};
    use crate::order::State;

    #[test]
    fn each_change_is_told_once_whoever_makes_it() {
        let (_folder, database) = shop(&["Ada"]);
        let mut watch = Watch::start(&database, NOW).expect("a watch");
        let mut told = |now| {
            let news = watch.look(now).expect("a look");
            news.map(|news| news.orders.iter().map(|order| (order.number, order.state)).collect::<Vec<_>>())
        };
        assert_eq!(told(NOW), None);

        // Another program writes to the file.
        let other = database.open().expect("another connection");
        place(&other, None, ("Bob", "1 × Sencha", 700), NOW).expect("an order");
        other.execute("UPDATE orders SET state = 'packed' WHERE number = 1", []).expect("a change");
        assert_eq!(told(NOW), Some(vec![(2, State::New), (1, State::Packed)]));
        assert_eq!(told(NOW), None);
        assert_eq!(told(NOW + 60), Some(vec![]), "a new minute has other figures");
        assert_eq!(told(NOW + 60), None);
    }

    #[test]
    fn an_import_is_told_in_parts() {
        let (_folder, database) = shop(&[]);
        let mut watch = Watch::start(&database, NOW).expect("a watch");
        let import = |books: &Connection| {
            (0..MOST + 1).try_for_each(|_| place(books, None, ("Ada", "1 × Assam", 1), NOW).map(drop))
        };
        database.write(import).expect("orders");
        let mut told = || watch.look(NOW).expect("a look").map_or(0, |news| news.orders.len());
        assert_eq!([told(), told(), told()], [MOST, 1, 0]);
    }
}
