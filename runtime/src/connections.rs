use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

/// Counts the open connections of an application, and notifies them of its shutdown.
#[derive(Default)]
pub(crate) struct Connections {
    open: AtomicUsize,
    none_open: Notify,
    shutdown: Arc<Notify>,
    /// The connections that were open when the shutdown began, and how many of their pages were told when to come back.
    to_return: AtomicUsize,
    told: AtomicUsize,
}

/// The time between the returns of two pages after a shutdown, unless there are so many that all would take longer than
/// `RETURN_WITHIN`.
const RETURN_APART: Duration = Duration::from_millis(1);
const RETURN_WITHIN: Duration = Duration::from_secs(3);

impl Connections {
    pub(crate) fn count(&self) -> usize {
        self.open.load(Relaxed)
    }

    pub(crate) fn opened(&self) {
        self.open.fetch_add(1, Relaxed);
    }

    pub(crate) fn closed(&self) {
        if self.open.fetch_sub(1, Relaxed) == 1 {
            self.none_open.notify_waiters();
        }
    }

    /// Notes that the shutdown begins, for [`next_return`](Self::next_return).
    pub(crate) fn expect_return(&self) {
        self.to_return.store(self.count(), Relaxed);
    }

    /// Returns how long the next page waits before it comes back. Each page has another place, so that not all come at once.
    pub(crate) fn next_return(&self) -> Duration {
        let all = u32::try_from(self.to_return.load(Relaxed)).unwrap_or(u32::MAX).max(1);
        let place = u32::try_from(self.told.fetch_add(1, Relaxed)).unwrap_or(u32::MAX) % all;
        let apart = RETURN_APART.min(RETURN_WITHIN / all);
        apart * (place + 1)
    }

    /// Completes when [`shut_down`](Self::shut_down) is called.
    pub(crate) fn shutdown(&self) -> OwnedNotified {
        Arc::clone(&self.shutdown).notified_owned()
    }

    /// Notifies all connections of the shutdown, and waits until none is open.
    pub(crate) async fn shut_down(&self) {
        self.shutdown.notify_waiters();
        loop {
            let none_open = self.none_open.notified();
            if self.count() == 0 {
                return;
            }
            none_open.await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_come_back_one_after_the_other_and_within_three_seconds() {
        for (pages, first, last) in [(1, 1_000, 1_000), (1_000, 1_000, 1_000_000), (30_000, 100, 3_000_000)] {
            let connections = Connections::default();
            (0..pages).for_each(|_| connections.opened());
            connections.expect_return();
            let returns: Vec<_> = (0..pages).map(|_| connections.next_return().as_micros()).collect();
            assert!(returns.is_sorted_by(|a, b| a < b));
            assert_eq!((returns[0], returns[returns.len() - 1]), (first, last), "{pages}");
            // one that was not counted
            assert!(connections.next_return() <= RETURN_WITHIN);
        }
    }
}
