//! The report of this process.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use tealight_runtime::overview::{Overview, SessionReport, Times, ViewReport};

use crate::wire::{BUCKETS, REASONS, Report, SESSIONS, Session, TOPICS, Topics, VIEWS, View, add_all, shortened};

/// The parts of a report for which all sessions and topics are looked at.
#[derive(Clone, Default)]
pub(crate) struct Scan {
    largest: Vec<Session>,
    topics: Vec<Topics>,
    other_topics: u64,
    /// The reports for which this is new enough.
    good_for: usize,
}

/// The sessions and topics that are looked at for one report: for more of them, more reports share a scan. It
/// then takes about five milliseconds each second.
const AT_ONCE: usize = 20_000;

impl Scan {
    /// Returns a scan for the next report: this one, if it is new enough.
    pub(crate) fn next(mut self, overview: &Overview) -> Self {
        if self.good_for > 0 {
            self.good_for -= 1;
            return self;
        }
        let largest = overview.sessions(SESSIONS).iter().map(Session::from).collect();
        let mut topics = overview.topics();
        topics.sort_by_key(|topic| Reverse(topic.messages));
        let seen = overview.stats().sessions() + topics.iter().map(|topic| topic.topics).sum::<usize>();
        let of_topic = |topic: tealight_runtime::overview::TopicReport| Topics {
            first: shortened(&topic.first),
            topics: topic.topics as u64,
            subscribers: topic.subscribers as u64,
            messages: topic.messages,
            bytes: topic.bytes,
            waiting: topic.waiting as u64,
        };
        let other_topics = topics.len().saturating_sub(TOPICS) as u64;
        let topics = topics.into_iter().take(TOPICS).map(of_topic).collect();
        Self { largest, topics, other_topics, good_for: seen / AT_ONCE }
    }
}

/// Adds the numbers of this process to a report that names it.
pub(crate) fn measure(overview: &Overview, scan: &Scan, named: Report) -> Report {
    let (stats, reports) = (overview.stats(), overview.views());
    let mut latency = [0; BUCKETS];
    for (time, count) in reports.iter().flat_map(|view| view.latency.counts()) {
        latency[bucket_of(*time)] += count;
    }
    let mut by_name = BTreeMap::new();
    for report in &reports {
        let view = view_of(report);
        by_name.entry(report.live_view).and_modify(|other: &mut View| other.add(&view)).or_insert(view);
    }
    let mut views: Vec<_> = by_name.into_values().collect();
    views.sort_by_key(|view| Reverse(view.slowness()));
    let other_views = views.len().saturating_sub(VIEWS) as u64;
    views.truncate(VIEWS);
    let refused = overview.refusals().into_iter().map(|(reason, count)| (shortened(reason), count));
    let limits = overview.limits_reached().into_iter().map(|(limit, count)| (limit.name().to_owned(), count));
    Report {
        sessions: [stats.unattached, stats.attached, stats.detached].map(|count| count as u64),
        connections: stats.connections as u64,
        commands: stats.tasks as u64,
        timers: stats.timers as u64,
        subscriptions: stats.subscriptions as u64,
        events: reports.iter().map(|view| view.events).sum(),
        patches: reports.iter().map(|view| view.patches).sum(),
        latency,
        views,
        other_views,
        largest: scan.largest.clone(),
        topics: scan.topics.clone(),
        other_topics: scan.other_topics,
        refused: refused.take(REASONS).collect(),
        limits: limits.take(REASONS).collect(),
        ..named
    }
}

impl View {
    /// Adds the numbers of the same view elsewhere. Times are those of the slower one.
    pub(crate) fn add(&mut self, other: &Self) {
        add_all(&mut self.sessions, other.sessions);
        let counts = [&mut self.events, &mut self.patches, &mut self.bytes];
        add_all(counts, [other.events, other.patches, other.bytes]);
        self.latency = self.latency.max(other.latency);
        self.update = self.update.max(other.update);
        self.render = self.render.max(other.render);
    }

    /// Views are listed by this: a person waits for both.
    pub(crate) fn slowness(&self) -> u64 {
        self.latency.max(self.update.saturating_add(self.render))
    }
}

fn view_of(report: &ViewReport) -> View {
    let most = |times: &Times| times.quantile(0.99).map_or(0, microseconds);
    View {
        name: shortened(report.live_view),
        sessions: report.sessions.map(|count| count as u64),
        events: report.events,
        patches: report.patches,
        bytes: report.patch_bytes,
        latency: most(&report.latency),
        update: most(&report.update),
        render: most(&report.render),
    }
}

impl From<&SessionReport> for Session {
    fn from(report: &SessionReport) -> Self {
        Self {
            number: report.number,
            view: shortened(report.live_view),
            state: report.state.into(),
            age: report.age.as_secs(),
            events: report.events,
            patches: report.patches,
            received: report.received,
            sent: report.sent,
            slowest: microseconds(report.slowest),
            unsent: report.unsent.map(|unsent| microseconds(unsent) / 1_000),
            page_bytes: report.page_bytes as u64,
            resources: report.resources as u64,
        }
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

fn bucket_of(time: Duration) -> usize {
    let powers = microseconds(time).checked_ilog2().map_or(0, |power| power as usize + 1);
    powers.min(BUCKETS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_has_a_bucket() {
        let of = |nanoseconds| bucket_of(Duration::from_nanos(nanoseconds));
        assert_eq!([of(0), of(999), of(1_000), of(1_999), of(2_000)], [0, 0, 1, 1, 2]);
        assert_eq!([of(1_024_000), of(4_194_304_000), of(u64::MAX)], [11, 23, 23]);
    }
}
