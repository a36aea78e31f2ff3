/// The resources that a running application holds at this moment; see [`Live::stats`](crate::Live::stats).
///
/// An idle application holds nothing: its value is `Stats::default()`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Sessions that wait for their page to attach for the first time.
    pub unattached: usize,
    /// Sessions whose page is attached.
    pub attached: usize,
    /// Sessions whose page has lost its connection and may attach again.
    pub detached: usize,
    /// Open connections, attached or not.
    pub connections: usize,
    /// Timers of sessions, deadlines of waiting sessions, and transports' alarms.
    pub timers: usize,
    /// Futures of commands that are running.
    pub tasks: usize,
    /// Subscriptions of sessions to topics, without those of pages that have not attached yet.
    pub subscriptions: usize,
}

impl Stats {
    /// The number of all sessions.
    pub const fn sessions(&self) -> usize {
        self.unattached + self.attached + self.detached
    }
}
