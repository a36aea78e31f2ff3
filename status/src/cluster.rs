//! The numbers of all processes, as this one has heard them.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use tokio::time::Instant;

use crate::wire::{BUCKETS, Named, Report, SESSIONS, Session, TOPICS, Topics, VIEWS, View, add_all};

/// The seconds that charts show.
pub(crate) const SECONDS: usize = 120;
/// The time between two looks.
pub(crate) const PERIOD: Duration = Duration::from_secs(1);
/// A look or a report that comes sooner after the last one is not needed. Timers are never so early.
pub(crate) const PAUSE: Duration = Duration::from_millis(900);
/// A process that has not reported for this time is silent.
const SILENT: Duration = Duration::from_secs(3);
/// A process that is silent for this time is forgotten.
const FORGOTTEN: Duration = Duration::from_secs(300);
/// The charts begin again when nobody has looked for this time.
const UNWATCHED: Duration = Duration::from_secs(5);
/// The most processes that are shown.
const PROCESSES: usize = 64;
/// The most sessions whose counters are kept for those who look at them.
const LOOKED: usize = 64;

/// Everything that was heard.
#[derive(Default)]
pub(crate) struct Cluster {
    processes: BTreeMap<u64, Process>,
    history: VecDeque<Second>,
    /// The times from events to patches since the last look.
    latest: [u64; BUCKETS],
    shown: Option<(Instant, Arc<Shown>)>,
    looked: HashMap<Named, (Instant, Option<Session>)>,
}

struct Process {
    report: Report,
    before: Option<Report>,
    heard: Instant,
}

/// One second of the charts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Second {
    pub(crate) events: f64,
    pub(crate) patches: f64,
    pub(crate) latency: [u64; BUCKETS],
}

/// The numbers that pages show. All pages of a process share them.
#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) processes: Vec<ShownProcess>,
    /// The sums of all processes that are not silent.
    pub(crate) sessions: [u64; 3],
    pub(crate) connections: u64,
    /// The last seconds, the oldest first.
    pub(crate) history: Vec<Second>,
    /// The times from events to patches in these seconds.
    pub(crate) latency: [u64; BUCKETS],
    pub(crate) views: Vec<View>,
    pub(crate) other_views: u64,
    pub(crate) largest: Vec<(Named, Session)>,
    pub(crate) topics: Vec<(Topics, f64)>,
    pub(crate) other_topics: u64,
    pub(crate) refused: Vec<(String, u64)>,
    pub(crate) limits: Vec<(String, u64)>,
}

#[derive(Debug)]
pub(crate) struct ShownProcess {
    pub(crate) report: Report,
    /// The seconds since its last report, if it is silent.
    pub(crate) silent: Option<u64>,
    pub(crate) events: f64,
    pub(crate) patches: f64,
}

impl Shown {
    /// The name of a process.
    pub(crate) fn name_of(&self, process: u64) -> &str {
        let found = self.processes.iter().find(|shown| shown.report.process == process);
        found.map_or("a process that is gone", |shown| &shown.report.name)
    }
}

impl Cluster {
    /// Takes a process's report.
    pub(crate) fn hear(&mut self, report: Report, now: Instant) {
        let before = self.processes.remove(&report.process);
        let before = before.map(|process| process.report).filter(|before| {
            let passed = report.uptime.saturating_sub(before.uptime);
            passed > 0 && u128::from(passed) < UNWATCHED.as_millis()
        });
        if let Some(before) = &before {
            let more = report.latency.iter().zip(before.latency).map(|(now, before)| now.saturating_sub(before));
            add_all(&mut self.latest, more);
        }
        if self.processes.len() >= PROCESSES {
            let longest = self.processes.iter().min_by_key(|(_, process)| process.heard).map(|(id, _)| *id);
            if let Some(id) = longest {
                self.processes.remove(&id);
            }
        }
        self.processes.insert(report.process, Process { report, before, heard: now });
    }

    /// Takes the counters of a session, or that it has ended.
    pub(crate) fn hear_looked(&mut self, named: Named, session: Option<Session>, now: Instant) {
        if self.looked.len() >= LOOKED {
            self.looked.retain(|_, (heard, _)| now - *heard < UNWATCHED);
        }
        if self.looked.len() < LOOKED || self.looked.contains_key(&named) {
            self.looked.insert(named, (now, session));
        }
    }

    /// Returns the counters of a session, if its process has told them lately. The inner `None` says that it has ended.
    pub(crate) fn looked(&self, named: Named, now: Instant) -> Option<Option<Session>> {
        let (heard, session) = self.looked.get(&named)?;
        (session.is_none() || now - *heard < UNWATCHED).then(|| session.clone())
    }

    /// Returns true if a session's counters were told a moment ago.
    pub(crate) fn has_just_looked(&self, named: Named, now: Instant) -> bool {
        self.looked.get(&named).is_some_and(|(heard, _)| now - *heard < PAUSE)
    }

    /// Returns the numbers of now. Looks that come together get the same.
    pub(crate) fn look(&mut self, now: Instant) -> Arc<Shown> {
        match &self.shown {
            Some((last, shown)) if now - *last < PAUSE => return Arc::clone(shown),
            Some((last, _)) if now - *last < UNWATCHED => {}
            _ => {
                self.history.clear();
                self.latest = [0; BUCKETS];
            }
        }
        self.processes.retain(|_, process| now - process.heard < FORGOTTEN);
        let mut second = Second { latency: std::mem::take(&mut self.latest), ..Second::default() };
        for process in self.processes.values().filter(|process| process.silent(now).is_none()) {
            second.events += process.rate(|report| report.events);
            second.patches += process.rate(|report| report.patches);
        }
        self.history.push_back(second);
        if self.history.len() > SECONDS {
            self.history.pop_front();
        }
        let shown = Arc::new(self.show(now));
        self.shown = Some((now, Arc::clone(&shown)));
        shown
    }

    fn show(&self, now: Instant) -> Shown {
        let mut shown = Shown { history: self.history.iter().copied().collect(), ..Shown::default() };
        for second in &shown.history {
            add_all(&mut shown.latency, second.latency);
        }
        let mut sums = Sums::default();
        for process in self.processes.values() {
            let silent = process.silent(now);
            if silent.is_none() {
                sums.add(process, &mut shown);
            }
            let [events, patches] = [|report: &Report| report.events, |report: &Report| report.patches];
            shown.processes.push(ShownProcess {
                report: process.report.clone(),
                silent,
                events: process.rate(events),
                patches: process.rate(patches),
            });
        }
        shown.processes.sort_by(|a, b| a.report.name.cmp(&b.report.name));
        sums.finish(&mut shown);
        shown
    }
}

impl Process {
    /// The seconds since its last report, if they are too many.
    fn silent(&self, now: Instant) -> Option<u64> {
        let since = now - self.heard;
        (since >= SILENT).then_some(since.as_secs())
    }

    /// The change of a count in a second.
    fn rate(&self, count: impl Fn(&Report) -> u64) -> f64 {
        let Some(before) = &self.before else { return 0.0 };
        let passed = self.report.uptime.saturating_sub(before.uptime).max(1) as f64 / 1e3;
        count(&self.report).saturating_sub(count(before)) as f64 / passed
    }
}

/// The sums of several processes, by name.
#[derive(Default)]
struct Sums {
    views: BTreeMap<String, View>,
    topics: BTreeMap<String, (Topics, f64)>,
    refused: BTreeMap<String, u64>,
    limits: BTreeMap<String, u64>,
}

impl Sums {
    fn add(&mut self, process: &Process, shown: &mut Shown) {
        let report = &process.report;
        add_all(&mut shown.sessions, report.sessions);
        add_all([&mut shown.connections], [report.connections]);
        shown.other_views = shown.other_views.max(report.other_views);
        shown.other_topics = shown.other_topics.max(report.other_topics);
        for view in &report.views {
            let known = self.views.entry(view.name.clone());
            known.and_modify(|known| known.add(view)).or_insert_with(|| view.clone());
        }
        for topic in &report.topics {
            let messages = |report: &Report| {
                report.topics.iter().find(|other| other.first == topic.first).map_or(0, |topic| topic.messages)
            };
            let (known, rates) = self.topics.entry(topic.first.clone()).or_default();
            known.add(topic);
            *rates += process.rate(messages);
        }
        for (reason, count) in &report.refused {
            add(&mut self.refused, reason, *count);
        }
        for (limit, count) in &report.limits {
            add(&mut self.limits, limit, *count);
        }
        let named = |session: &Session| Named { process: report.process, session: session.number };
        shown.largest.extend(report.largest.iter().map(|session| (named(session), session.clone())));
    }

    fn finish(self, shown: &mut Shown) {
        shown.largest.sort_by_key(|(named, session)| (Reverse(session.page_bytes), named.process, named.session));
        let mut seen = HashSet::new();
        shown.largest.retain(|(named, _)| seen.insert(*named));
        shown.largest.truncate(SESSIONS);
        shown.views = self.views.into_values().collect();
        shown.views.sort_by_key(|view| Reverse(view.slowness()));
        shown.other_views = shown.other_views.saturating_add(shown.views.len().saturating_sub(VIEWS) as u64);
        shown.views.truncate(VIEWS);
        shown.topics = self.topics.into_values().collect();
        shown.topics.sort_by_key(|(topic, _)| Reverse(topic.messages));
        shown.other_topics = shown.other_topics.saturating_add(shown.topics.len().saturating_sub(TOPICS) as u64);
        shown.topics.truncate(TOPICS);
        let most_first = |counts: BTreeMap<String, u64>| {
            let mut counts: Vec<_> = counts.into_iter().collect();
            counts.sort_by_key(|(_, count)| Reverse(*count));
            counts
        };
        (shown.refused, shown.limits) = (most_first(self.refused), most_first(self.limits));
    }
}

impl Topics {
    fn add(&mut self, other: &Self) {
        self.first.clone_from(&other.first);
        let counts = [&mut self.topics, &mut self.subscribers, &mut self.messages, &mut self.bytes, &mut self.waiting];
        add_all(counts, [other.topics, other.subscribers, other.messages, other.bytes, other.waiting]);
    }
}

fn add(counts: &mut BTreeMap<String, u64>, name: &str, more: u64) {
    add_all([counts.entry(name.to_owned()).or_default()], [more]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(uptime: u64, count: u64) -> Report {
        let mut latency = [0; BUCKETS];
        latency[3] = count;
        Report { process: 7, uptime, latency, ..Report::default() }
    }

    #[test]
    fn the_chart_of_times_begins_with_the_first_look() {
        let (mut cluster, began) = (Cluster::default(), Instant::now());
        let at = |second| began + PERIOD * second;
        for second in 1..=3 {
            cluster.hear(report(1_000 * u64::from(second), 10 * u64::from(second)), at(second));
        }
        assert_eq!(cluster.look(at(3)).latency, [0; BUCKETS], "nobody has looked before");
        cluster.hear(report(4_000, 45), at(4));
        assert_eq!(cluster.look(at(4)).latency[3], 15);
    }

    #[test]
    fn counters_of_a_session_are_shown_while_they_are_new() {
        let (mut cluster, began) = (Cluster::default(), Instant::now());
        let named = |session| Named { process: 7, session };
        let session = crate::wire::tests::full().largest.remove(0);
        for number in 0..LOOKED as u64 {
            cluster.hear_looked(named(number), Some(session.clone()), began);
        }
        assert_eq!(cluster.looked(named(0), began), Some(Some(session.clone())));
        cluster.hear_looked(named(0), None, began);
        assert_eq!(cluster.looked(named(0), began + UNWATCHED), Some(None), "it has ended");
        assert_eq!(cluster.looked(named(1), began + UNWATCHED), None);
    }
}
