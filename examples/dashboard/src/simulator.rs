//! Simulated customers, who order and review.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::database::{Database, DatabaseError, HOUR, add_order, add_review};
use crate::shop::now;

/// A thread of customers. It ends when this is dropped.
pub(crate) struct Simulator {
    thread: Option<JoinHandle<()>>,
    close: Option<mpsc::Sender<()>>,
}

/// A file that is missing for this long is created again.
const REOPENS_AFTER: Duration = Duration::from_secs(5);

impl Simulator {
    /// Starts the thread. A shop without sales in the last hour first gets the sales of an hour.
    pub(crate) fn start(database: Database) -> Result<Self, DatabaseError> {
        let mut customers = Customers { seed: now() as u64 };
        if database.figures(now())?.sales_amount == 0 {
            customers.fill_an_hour(&database, now())?;
        }
        let (close, closed) = mpsc::channel();
        let thread = thread::spawn(move || customers.come_and_go(&database, &closed));
        Ok(Self { thread: Some(thread), close: Some(close) })
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        drop(self.close.take());
        let ended = self.thread.take().map(JoinHandle::join);
        debug_assert!(matches!(ended, Some(Ok(()))), "customers do not panic");
    }
}

/// A SplitMix64 generator: the same seed gives the same customers.
struct Customers {
    seed: u64,
}

/// Prices in cents.
const MENU: [i64; 8] = [450, 690, 850, 1_090, 1_190, 1_250, 1_490, 1_890];

impl Customers {
    fn come_and_go(&mut self, database: &Database, closed: &mpsc::Receiver<()>) {
        let mut wait = self.until_the_next();
        while closed.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
            wait = match self.serve(database, now()) {
                Err(DatabaseError::Missing) => match closed.recv_timeout(REOPENS_AFTER) {
                    Err(RecvTimeoutError::Timeout) => {
                        // if it cannot be created, the next customer fails and tries again
                        let _ = database.restore();
                        Duration::ZERO
                    }
                    _ => return,
                },
                // this order is lost, and the next customer tries again
                _ => self.until_the_next(),
            };
        }
    }

    /// Adds an order of a customer, and sometimes a review.
    fn serve(&mut self, database: &Database, now: i64) -> Result<(), DatabaseError> {
        let order = self.order();
        let review = self.review();
        database.write(|books| {
            add_order(books, now, order)?;
            review.map_or(Ok(()), |stars| add_review(books, now, stars))
        })
    }

    fn fill_an_hour(&mut self, database: &Database, now: i64) -> Result<(), DatabaseError> {
        database.write(|books| {
            let mut passed = Duration::ZERO;
            while passed.as_secs() < HOUR as u64 {
                let at = now - HOUR + passed.as_secs() as i64;
                add_order(books, at, self.order())?;
                if let Some(stars) = self.review() {
                    add_review(books, at, stars)?;
                }
                passed += self.until_the_next();
            }
            Ok(())
        })
    }

    /// Returns the price of up to four dishes, in cents.
    fn order(&mut self) -> i64 {
        (0..=self.below(4)).map(|_| MENU[self.below(MENU.len() as u64) as usize]).sum()
    }

    /// Returns the stars of a review. One customer in four writes one, and most are content.
    fn review(&mut self) -> Option<i64> {
        const STARS: [i64; 12] = [1, 2, 3, 3, 4, 4, 4, 5, 5, 5, 5, 5];
        (self.below(4) == 0).then(|| STARS[self.below(12) as usize])
    }

    fn until_the_next(&mut self) -> Duration {
        Duration::from_millis(40 + self.below(600) * self.below(100) / 40)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_shop_has_the_sales_of_an_hour() {
        const NOW: i64 = 1_800_000_000;
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::create(&folder.path().join("shop.db")).expect("a database");
        let mut customers = Customers { seed: 7 };
        customers.fill_an_hour(&database, NOW).expect("an hour");
        customers.serve(&database, NOW).expect("one more");

        let figures = database.figures(NOW).expect("figures");
        assert!((60..=300).contains(&figures.new_orders), "{figures:?}");
        assert!((8_000_000..=50_000_000).contains(&figures.sales_amount), "{figures:?}");
        assert!(figures.rating.is_some_and(|rating| rating > 3.0), "{figures:?}");
        assert!(figures.by_second.iter().filter(|sales| **sales > 0).count() > 30, "{figures:?}");
    }

    #[test]
    fn a_shop_with_sales_gets_no_others_at_the_start() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = Database::create(&folder.path().join("shop.db")).expect("a database");
        database.write(|books| add_order(books, now(), 1)).expect("an order");
        drop(Simulator::start(database.clone()).expect("customers"));
        assert!(database.figures(now()).expect("figures").new_orders < 5);
    }
}
