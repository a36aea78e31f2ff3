//! The pointers of all people over the board.
//!
//! With 100 people who each move ten times a second, each page would hear 1,000 messages a second. So each process collects the hands of
//! its pages, and tells of all of them at once, at most ten times a second.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::Publisher;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};

use crate::guest::random;
use crate::note::Point;

/// The pointer of a page.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hand {
    pub(crate) page: u64,
    pub(crate) at: Point,
    pub(crate) grip: Option<Grip>,
}

/// A note that a hand holds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Grip {
    pub(crate) note: u32,
    /// The position of the hand on the note.
    pub(crate) at: Point,
}

/// All hands of a process.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Hands {
    process: u64,
    hands: Vec<Hand>,
}

/// The hands that a page knows, by its page.
#[derive(Debug, Default)]
pub(crate) struct Others(BTreeMap<u64, (u64, Hand)>);

/// The hands of this process. Clones are the same tray.
#[derive(Clone, Default)]
pub(crate) struct Tray(Arc<Mutex<Laid>>);

#[derive(Default)]
struct Laid {
    hands: Dated,
    is_changed: bool,
}

/// The hands of pages, each with the time of its last move.
type Dated = BTreeMap<u64, (Instant, Hand)>;

pub(crate) const HANDS: Topic<Hands> = Topic::new("hands").newest_by_key();

/// The time between two messages of a process.
const PAUSE: Duration = Duration::from_millis(100);

/// A hand that does not move for this long is not shown. So are the last hands of pages that are gone.
const IDLE: Duration = Duration::from_secs(30);

impl Keyed for Hands {
    type Key = u64;

    fn key(&self) -> u64 {
        self.process
    }
}

impl Grip {
    /// Returns the position of the note, if the hand is here.
    pub(crate) fn carries_to(self, hand: Point) -> Point {
        hand.minus(self.at).for_note()
    }
}

impl Others {
    pub(crate) fn take(&mut self, Hands { process, hands }: Hands) {
        self.0.retain(|_, (of, _)| *of != process);
        self.0.extend(hands.into_iter().map(|hand| (hand.page, (process, hand))));
    }

    /// Keeps only hands of these pages.
    pub(crate) fn retain(&mut self, is_here: impl Fn(u64) -> bool) {
        self.0.retain(|page, _| is_here(*page));
    }

    pub(crate) fn get(&self, page: u64) -> Option<&Hand> {
        self.0.get(&page).map(|(_, hand)| hand)
    }
}

impl Tray {
    /// Lays a page's hand on the tray, in place of the one before.
    pub(crate) fn lay(&self, hand: Hand) -> impl Future<Output = ()> + use<> {
        self.change(move |hands| {
            hands.insert(hand.page, (Instant::now(), hand));
        })
    }

    /// Takes a page's hand from the tray.
    pub(crate) fn lift(&self, page: u64) -> impl Future<Output = ()> + use<> {
        self.change(move |hands| {
            hands.remove(&page);
        })
    }

    /// Publishes the hands as long as the result lives.
    pub(crate) fn publish(&self, publisher: Publisher) -> JoinSet<()> {
        let (tray, process) = (self.clone(), random());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut ticks = interval(PAUSE);
            loop {
                ticks.tick().await;
                if let Some(hands) = tray.news() {
                    publisher.publish(HANDS, &Hands { process, hands }).expect("hands are JSON");
                }
            }
        });
        tasks
    }

    /// Returns all hands, if one has changed since the last call.
    fn news(&self) -> Option<Vec<Hand>> {
        let mut laid = self.lock();
        let before = laid.hands.len();
        laid.hands.retain(|_, (since, _)| since.elapsed() < IDLE);
        let is_changed = std::mem::take(&mut laid.is_changed) || laid.hands.len() < before;
        is_changed.then(|| laid.hands.values().map(|(_, hand)| *hand).collect())
    }

    fn change<F: FnOnce(&mut Dated)>(&self, change: F) -> impl Future<Output = ()> + use<F> {
        let tray = self.clone();
        async move {
            let mut laid = tray.lock();
            change(&mut laid.hands);
            laid.is_changed = true;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Laid> {
        self.0.lock().expect("nobody panics with the tray")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn all_hands_of_a_process_are_one_message() {
        let tray = Tray::default();
        assert_eq!(tray.news(), None);
        for page in (0..100).chain(0..100) {
            tray.lay(Hand { page, at: Point::default(), grip: None }).await;
        }
        assert_eq!(tray.news().map(|hands| hands.len()), Some(100));
        assert_eq!(tray.news(), None);
        tray.lift(7).await;
        assert_eq!(tray.news().map(|hands| hands.len()), Some(99));
    }

    #[test]
    fn a_process_replaces_its_own_hands() {
        let hand = |page| Hand { page, at: Point::default(), grip: None };
        let mut others = Others::default();
        others.take(Hands { process: 1, hands: vec![hand(1), hand(2)] });
        others.take(Hands { process: 2, hands: vec![hand(3)] });
        others.take(Hands { process: 1, hands: vec![hand(2)] });
        assert_eq!([1, 2, 3].map(|page| others.get(page).is_some()), [false, true, true]);
    }
}
