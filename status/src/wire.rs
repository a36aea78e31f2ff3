//! The messages between the processes that share an engine. Each process checks every message.

use serde::{Deserialize, Serialize};
use tealight_core::Topic;
use tealight_runtime::overview::SessionState;

/// The topic of all messages.
pub(crate) const TOPIC: Topic<Said> = Topic::new(NAME);
pub(crate) const NAME: &str = "tealight:status";

/// The longest message that is read, in bytes. A full report has about ten thousand.
const BYTES: usize = 64 * 1024;
/// The longest name, in bytes.
pub(crate) const NAME_BYTES: usize = 96;
/// The most views of a report.
pub(crate) const VIEWS: usize = 20;
/// The most sessions of a report.
pub(crate) const SESSIONS: usize = 15;
/// The most topics of a report.
pub(crate) const TOPICS: usize = 15;
/// The most reasons of refusals of a report, and the most limits.
pub(crate) const REASONS: usize = 48;
/// The buckets of times: the first is for less than a microsecond, and each has twice the time of the one before.
pub(crate) const BUCKETS: usize = 24;

/// A message to all processes.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) enum Said {
    /// Somebody watches: each process reports.
    Watch,
    Report(Box<Report>),
    /// Somebody wants the counters of a session.
    Look(Named),
    /// The counters of a session, unless it has ended.
    Looked(Named, Option<Session>),
    /// The process of this session ends it.
    End(Named),
}

/// A session of a process. Neither number is a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Named {
    pub(crate) process: u64,
    pub(crate) session: u64,
}

/// The numbers of one process. Counts begin with the process.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Report {
    pub(crate) process: u64,
    pub(crate) name: String,
    pub(crate) version: String,
    /// In milliseconds.
    pub(crate) uptime: u64,
    /// Not yet attached, attached, detached.
    pub(crate) sessions: [u64; 3],
    pub(crate) connections: u64,
    pub(crate) commands: u64,
    pub(crate) timers: u64,
    pub(crate) subscriptions: u64,
    pub(crate) events: u64,
    pub(crate) patches: u64,
    /// The times from events to patches, by bucket.
    pub(crate) latency: [u64; BUCKETS],
    /// The slowest views.
    pub(crate) views: Vec<View>,
    pub(crate) other_views: u64,
    /// The sessions with the largest pages.
    pub(crate) largest: Vec<Session>,
    /// The busiest topics.
    pub(crate) topics: Vec<Topics>,
    pub(crate) other_topics: u64,
    pub(crate) refused: Vec<(String, u64)>,
    pub(crate) limits: Vec<(String, u64)>,
}

/// The numbers of a view. Times are in microseconds, and 99 of 100 do not exceed them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct View {
    pub(crate) name: String,
    pub(crate) sessions: [u64; 3],
    pub(crate) events: u64,
    pub(crate) patches: u64,
    pub(crate) bytes: u64,
    pub(crate) latency: u64,
    pub(crate) update: u64,
    pub(crate) render: u64,
}

/// The counters of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) number: u64,
    pub(crate) view: String,
    pub(crate) state: State,
    /// In seconds.
    pub(crate) age: u64,
    pub(crate) events: u32,
    pub(crate) patches: u32,
    pub(crate) received: u64,
    pub(crate) sent: u64,
    /// In microseconds.
    pub(crate) slowest: u64,
    /// In milliseconds.
    pub(crate) unsent: Option<u64>,
    pub(crate) page_bytes: u64,
    pub(crate) resources: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum State {
    Unattached,
    Attached,
    Detached,
}

/// The traffic of the topics whose names begin with the same part.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Topics {
    pub(crate) first: String,
    pub(crate) topics: u64,
    pub(crate) subscribers: u64,
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
    pub(crate) waiting: u64,
}

impl Said {
    /// Reads a message of any process. Returns `None` if it is not one of these, or too large.
    pub(crate) fn read(message: &[u8]) -> Option<Self> {
        if message.len() > BYTES {
            return None;
        }
        let said: Self = serde_json::from_slice(message).ok()?;
        let is_sound = match &said {
            Self::Report(report) => report.is_sound(),
            Self::Looked(_, Some(session)) => is_name(&session.view),
            _ => true,
        };
        is_sound.then_some(said)
    }
}

impl Report {
    fn is_sound(&self) -> bool {
        let Self { name, version, views, largest, topics, refused, limits, .. } = self;
        let counted = || refused.iter().chain(limits);
        let mut names = [name, version]
            .into_iter()
            .chain(views.iter().map(|view| &view.name))
            .chain(largest.iter().map(|session| &session.view))
            .chain(topics.iter().map(|topic| &topic.first))
            .chain(counted().map(|(name, _)| name));
        views.len() <= VIEWS
            && largest.len() <= SESSIONS
            && topics.len() <= TOPICS
            && refused.len() <= REASONS
            && limits.len() <= REASONS
            && names.all(|name| is_name(name))
    }
}

fn is_name(name: &str) -> bool {
    name.len() <= NAME_BYTES
}

/// Shortens a name to the longest that others read.
pub(crate) fn shortened(name: &str) -> String {
    let end = (0..=name.len().min(NAME_BYTES)).rfind(|end| name.is_char_boundary(*end)).unwrap_or_default();
    name[..end].to_owned()
}

/// Adds to counts. Those of another process may be of any size.
pub(crate) fn add_all<'c>(counts: impl IntoIterator<Item = &'c mut u64>, more: impl IntoIterator<Item = u64>) {
    for (count, more) in counts.into_iter().zip(more) {
        *count = count.saturating_add(more);
    }
}

pub(crate) fn sum(counts: &[u64]) -> u64 {
    counts.iter().fold(0, |sum, count| sum.saturating_add(*count))
}

impl From<SessionState> for State {
    fn from(state: SessionState) -> Self {
        match state {
            SessionState::Unattached => Self::Unattached,
            SessionState::Attached => Self::Attached,
            SessionState::Detached => Self::Detached,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn read(said: &Said) -> Option<Said> {
        Said::read(&serde_json::to_vec(said).expect("it is JSON"))
    }

    /// A report with as much as a report may have.
    pub(crate) fn full() -> Report {
        let name = "é".repeat(NAME_BYTES / 2);
        let most = u64::MAX;
        let session = Session {
            number: most,
            view: name.clone(),
            state: State::Detached,
            age: most,
            events: u32::MAX,
            patches: u32::MAX,
            received: most,
            sent: most,
            slowest: most,
            unsent: Some(most),
            page_bytes: most,
            resources: most,
        };
        let view = View {
            name: name.clone(),
            sessions: [most; 3],
            events: most,
            patches: most,
            bytes: most,
            latency: most,
            update: most,
            render: most,
        };
        let topics =
            Topics { first: name.clone(), topics: most, subscribers: most, messages: most, bytes: most, waiting: most };
        Report {
            name: name.clone(),
            version: name.clone(),
            latency: [most; BUCKETS],
            views: vec![view; VIEWS],
            largest: vec![session; SESSIONS],
            topics: vec![topics; TOPICS],
            refused: vec![(name.clone(), most); REASONS],
            limits: vec![(name, most); REASONS],
            ..Report::default()
        }
    }

    #[test]
    fn the_largest_report_is_read() {
        let said = Said::Report(Box::new(full()));
        assert_eq!(read(&said), Some(said));
    }

    #[test]
    fn a_report_with_too_much_is_not_read() {
        let breaks: [fn(&mut Report); 6] = [
            |report| report.name.push('x'),
            |report| report.views.extend(full().views),
            |report| report.largest.extend(full().largest),
            |report| report.topics.extend(full().topics),
            |report| report.refused[0].0.push('x'),
            |report| report.limits.extend(full().limits),
        ];
        for break_it in breaks {
            let mut report = full();
            break_it(&mut report);
            assert_eq!(read(&Said::Report(Box::new(report))), None);
        }
        assert_eq!(Said::read(&[b' '; BYTES + 1]), None);
        assert_eq!(Said::read(b"\"Watch\""), Some(Said::Watch));
        assert_eq!(Said::read(b"{\"Watch\":\"me\"}"), None);
    }

    #[test]
    fn names_are_shortened_between_characters() {
        assert_eq!(shortened(&format!("x{}", "é".repeat(NAME_BYTES))).len(), NAME_BYTES - 1);
        assert_eq!(shortened("shop"), "shop");
    }
}
