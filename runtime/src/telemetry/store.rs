use std::time::Duration;

use crate::store::SavedSession;

/// Counts a page that waits for the store, as long as it lives.
pub(crate) struct WaitsForStore(());

impl WaitsForStore {
    pub(crate) fn new() -> Self {
        metrics::gauge!("tealight_pages_waiting_for_store").increment(1.0);
        Self(())
    }
}

impl Drop for WaitsForStore {
    fn drop(&mut self) {
        metrics::gauge!("tealight_pages_waiting_for_store").decrement(1.0);
    }
}

/// The number of some sessions that are saved, and their bytes.
#[derive(Clone, Copy)]
pub(crate) struct Saved {
    sessions: usize,
    bytes: usize,
}

impl Saved {
    pub(crate) fn of(sessions: &[SavedSession]) -> Self {
        Self { sessions: sessions.len(), bytes: sessions.iter().map(|session| session.bytes.len()).sum() }
    }

    pub(crate) fn count(self) {
        metrics::counter!("tealight_saves_total").increment(self.sessions as u64);
        metrics::counter!("tealight_saved_bytes_total").increment(self.bytes as u64);
    }
}

pub(crate) fn count_save_time(took: Duration) {
    metrics::histogram!("tealight_save_seconds").record(took);
}

pub(crate) fn count_load_time(took: Duration) {
    metrics::histogram!("tealight_load_seconds").record(took);
}
