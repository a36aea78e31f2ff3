//! Counters of views, sessions and topics. They never have the data of people.

use std::time::Duration;

/// The life of one view's sessions on this process; see [`Overview::views`](crate::overview::Overview::views).
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct ViewReport {
    /// The name of the type that implements [`LiveView`](tealight_core::LiveView).
    pub live_view: &'static str,
    /// Its sessions, by their [state](SessionState).
    pub sessions: [usize; 3],
    /// The events that its sessions have handled, and the messages of topics.
    pub events: u64,
    /// The time from an event to the patch that shows it.
    pub latency: Times,
    /// The time of an event in its session.
    pub update: Times,
    /// The time of a render.
    pub render: Times,
    /// The messages to pages that change what they show.
    pub patches: u64,
    /// The length of these messages, in bytes, to within a sixteenth.
    pub patch_bytes: u64,
}

/// The time that something took, measured many times. Each measured time is exact to a sixteenth.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Times {
    counts: Vec<(Duration, u64)>,
}

/// The state of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionState {
    /// It waits for its page to attach for the first time.
    Unattached,
    /// Its page is attached.
    Attached,
    /// Its page has lost its connection, and may attach again.
    Detached,
}

/// The counters of one session; see [`Overview::sessions`](crate::overview::Overview::sessions).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionReport {
    /// Tells it from others of this process, also in [spans](crate::telemetry#spans). The number is no secret, and has 48 bits.
    pub number: u64,
    /// The name of the type of its view.
    pub live_view: &'static str,
    /// Its state: its page is attached, was, or is still to come.
    pub state: SessionState,
    /// The time since it was mounted or restored on this process.
    pub age: Duration,
    /// The events that it has handled, and the messages of topics.
    pub events: u32,
    /// The number of its last patch.
    pub patches: u32,
    /// The length of all messages from its page, in bytes.
    pub received: u64,
    /// The length of all messages to its page, in bytes.
    pub sent: u64,
    /// The longest time of an event.
    pub slowest: Duration,
    /// The time since the first event that its attached page has not been shown.
    pub unsent: Option<Duration>,
    /// The memory in which it keeps what its page shows, in bytes.
    pub page_bytes: usize,
    /// Its running commands, timers, topics and places.
    pub resources: usize,
}

/// The traffic of topics whose names begin with the same part; see [`Overview::topics`](crate::overview::Overview::topics).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TopicReport {
    /// The first part of their names, such as `room` of `room:7`.
    pub first: String,
    /// The topics that this process hears, for its sessions and for [listeners](crate::overview::Overview::listen).
    pub topics: usize,
    /// The subscriptions to them.
    pub subscribers: usize,
    /// The messages that have come since each topic had its first subscriber.
    pub messages: u64,
    /// The length of these messages, in bytes.
    pub bytes: u64,
    /// The messages that some session has not heard yet.
    pub waiting: usize,
}

impl Times {
    /// Takes times, the shortest first, and how often each one was measured.
    pub(crate) fn new(counts: Vec<(Duration, u64)>) -> Self {
        Self { counts }
    }

    /// Returns the measured times, the shortest first, and how often each one was measured.
    #[must_use]
    pub fn counts(&self) -> &[(Duration, u64)] {
        &self.counts
    }

    /// Returns how often something was measured.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.counts.iter().map(|(_, count)| count).sum()
    }

    /// Returns the time that this part of the measured ones did not exceed, such as 0.99. Returns `None` if nothing was measured.
    ///
    /// ```
    /// assert_eq!(tealight_runtime::overview::Times::default().quantile(0.99), None);
    /// ```
    #[must_use]
    pub fn quantile(&self, part: f64) -> Option<Duration> {
        let rank = (self.count() as f64 * part).ceil();
        let mut sum = 0;
        let reaches = |(_, count): &&(Duration, u64)| {
            sum += count;
            sum as f64 >= rank
        };
        self.counts.iter().find(reaches).map(|(time, _)| *time)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quantile_is_a_time_that_was_measured() {
        let ms = Duration::from_millis;
        let times = Times::new(vec![(ms(1), 90), (ms(2), 9), (ms(100), 1)]);
        let of = |part| times.quantile(part);
        assert_eq!([of(0.5), of(0.9), of(0.99), of(1.0)].map(Option::unwrap), [ms(1), ms(1), ms(2), ms(100)]);
        assert_eq!(times.count(), 100);
    }
}
