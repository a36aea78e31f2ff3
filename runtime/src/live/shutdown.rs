use std::sync::Arc;
use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use super::Live;
use crate::close::Close;
use crate::error::catch;

/// The sessions that are saved at once.
const BATCH: usize = 1_000;

/// A clock cannot add every duration.
const LONGEST: Duration = Duration::from_secs(365 * 86_400);

impl Live {
    /// Shuts the application down: saves all sessions, if it [saves](crate::Builder::save_sessions) them, ends them and their
    /// tasks, and closes all connections with 1012. New ones are refused.
    ///
    /// Each page is told when to come back: one after the other, a millisecond apart, and all within three seconds.
    ///
    /// Returns when the last connection is closed. A transport may have to wait for a page that does not answer, so
    /// put a timeout around this, such as [`shutdown_timeout`](Self::shutdown_timeout).
    pub async fn shutdown(&self) {
        self.shutdown_within(self.shutdown_timeout()).await;
    }

    /// Shuts the application down as [`shutdown`](Self::shutdown) does. The store has four fifths of `time` to save the
    /// sessions. A server that has been ending for a while passes the time that is left.
    pub async fn shutdown_within(&self, time: Duration) {
        let runtime = self.app.runtime();
        let until = Instant::now() + time.min(LONGEST) / 5 * 4;
        let sessions = runtime.registry.close();
        runtime.connections.expect_return();
        let mut lost = 0;
        // Pages come back as soon as they hear of the end, so everything must be saved by then.
        for batch in sessions.chunks(BATCH) {
            let mut saved = Vec::new();
            for session in batch {
                saved.extend(session.freeze().map(|saved| (Arc::clone(session), saved)));
                // the other connections go on meanwhile
                tokio::task::coop::consume_budget().await;
            }
            let count = saved.len();
            if count > 0 && timeout_at(until, self.app.save(saved)).await != Ok(true) {
                lost += count;
            }
        }
        if lost > 0 {
            metrics::counter!("tealight_sessions_lost_total").increment(lost as u64);
            tracing::error!(lost, "the server ends without these sessions saved: their pages will get new ones");
        }
        runtime.presence.shut_down();
        for session in sessions {
            let _ = catch("drop", || session.end(Close::GoingDown));
        }
        runtime.connections.shut_down().await;
    }

    /// The time that a shutdown may take. See [`Builder::shutdown_timeout`](crate::Builder::shutdown_timeout).
    pub fn shutdown_timeout(&self) -> Duration {
        self.app.runtime().config.shutdown_timeout
    }
}
