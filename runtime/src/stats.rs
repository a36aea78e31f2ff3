/// What a runtime holds at this moment; see [`Live::stats`](crate::Live::stats).
///
/// A runtime that is idle has the value of `Stats::default()`: nothing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Sessions made for a page that has not attached yet.
    pub unattached: usize,
    /// Sessions whose page is there.
    pub attached: usize,
    /// Sessions whose page has gone, and may come back.
    pub detached: usize,
    /// Connections that a transport holds, attached or not.
    pub connections: usize,
    /// Timers: sessions' own, the ends of those that wait, and transports' alarms.
    pub timers: usize,
    /// Futures of commands that have not ended.
    pub tasks: usize,
    /// Subscriptions of sessions to topics.
    pub subscriptions: usize,
}

impl Stats {
    /// All sessions.
    pub const fn sessions(&self) -> usize {
        self.unattached + self.attached + self.detached
    }
}
