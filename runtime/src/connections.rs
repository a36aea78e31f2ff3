use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

/// Counts the open connections of an application, and notifies them of its shutdown.
#[derive(Default)]
pub(crate) struct Connections {
    open: AtomicUsize,
    none_open: Notify,
    shutdown: Arc<Notify>,
}

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
