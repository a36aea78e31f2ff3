//! The life of a running application in numbers, for a status page. It never has the data of people.
//!
//! An [`Overview`] is made for a view by [`Router::live_with`](crate::Router::live_with). Every view of that router then counts its events and
//! times, as it does for a [recorder of metrics](crate::telemetry).

use std::cmp::Reverse;
use std::fmt;
use std::sync::{Arc, Weak};

use tealight_core::session::{Keep, Message, SubscriptionId, TopicFilter};

pub use crate::report::{SessionReport, SessionState, Times, TopicReport, ViewReport};

use crate::close::{self, Close};
use crate::error::catch;
use crate::limits::Limit;
use crate::runtime::Runtime;
use crate::stats::Stats;
use crate::topics::{Listener, Publisher, Since};

/// The counters of a running application, and a hand on its sessions.
///
/// Each method looks at this process only. To see others, [`listen`](Self::listen) to a topic on which they publish their numbers.
#[derive(Clone)]
pub struct Overview {
    runtime: Arc<Runtime>,
}

impl Overview {
    pub(crate) fn new(runtime: Arc<Runtime>) -> Self {
        Self { runtime }
    }

    /// The resources that the application holds at this moment.
    #[must_use]
    pub fn stats(&self) -> Stats {
        self.runtime.stats()
    }

    /// Returns the counters of each view since the start. Two places of a router may have views of one type.
    #[must_use]
    pub fn views(&self) -> Vec<ViewReport> {
        self.runtime.meters.all().iter().map(|meter| meter.report()).collect()
    }

    /// Returns how many sessions there are of the view of this type, by their [state](SessionState). The name is that of
    /// [`type_name`](std::any::type_name).
    #[must_use]
    pub fn sessions_of(&self, live_view: &str) -> [usize; 3] {
        let mut sum = [0; 3];
        for meter in self.runtime.meters.all().iter().filter(|meter| meter.live_view() == live_view) {
            for (sum, count) in sum.iter_mut().zip(meter.sessions()) {
                *sum += count;
            }
        }
        sum
    }

    /// Looks at all sessions, and returns at most `most` of them: those that keep most bytes for their pages, the largest first. Sessions
    /// that are busy are left out.
    ///
    /// This takes about a quarter of a microsecond for each session.
    #[must_use]
    pub fn sessions(&self, most: usize) -> Vec<SessionReport> {
        let mut largest: Vec<SessionReport> = Vec::new();
        let keep = |reports: &mut Vec<SessionReport>| {
            reports.sort_by_key(|report| (Reverse(report.page_bytes), report.number));
            reports.truncate(most);
        };
        self.runtime.registry.for_each(|session| {
            largest.extend(session.report());
            if largest.len() > most.saturating_mul(2) {
                keep(&mut largest);
            }
        });
        keep(&mut largest);
        largest
    }

    /// Returns the counters of the session with this [number](SessionReport::number). A session that is busy has none.
    ///
    /// # Errors
    /// Returns [`NoSession`] if this process has no such session.
    pub fn session(&self, number: u64) -> Result<Option<SessionReport>, NoSession> {
        Ok(self.runtime.registry.find_number(number).ok_or(NoSession)?.report())
    }

    /// Ends the session with this [number](SessionReport::number). Its page attaches again, and gets a new session.
    ///
    /// # Errors
    /// Returns [`NoSession`] if this process has no such session.
    pub fn end_session(&self, number: u64) -> Result<(), NoSession> {
        let session = self.runtime.registry.find_number(number).ok_or(NoSession)?;
        // The model's `Drop` may panic.
        let _ = catch("drop", || session.end(Close::Ended));
        Ok(())
    }

    /// Returns the traffic of the topics that sessions hear, by the first part of their names.
    ///
    /// This looks at each topic.
    #[must_use]
    pub fn topics(&self) -> Vec<TopicReport> {
        self.runtime.topics.report()
    }

    /// Returns how many messages, forms and requests this process has refused, and how many connections it has ended, by reason.
    #[must_use]
    pub fn refusals(&self) -> Vec<(&'static str, u64)> {
        close::refusals()
    }

    /// Returns how often each limit was reached in this process, for those that were.
    #[must_use]
    pub fn limits_reached(&self) -> Vec<(Limit, u64)> {
        Limit::all_reached()
    }

    /// Returns a publisher for messages from outside of sessions.
    #[must_use]
    pub fn publisher(&self) -> Publisher {
        self.runtime.topics.publisher().clone()
    }

    /// Hears the messages of one topic outside of all sessions, until the returned value is dropped. They are JSON, if [`Publisher`] has sent
    /// them.
    ///
    /// `hear` should return soon: other sessions of the same thread wait for it.
    #[must_use = "it hears nothing any more when this is dropped"]
    pub fn listen(&self, topic: &'static str, hear: impl Fn(&[u8]) + Send + Sync + 'static) -> Listening {
        let topic = TopicFilter::name(topic);
        let ear: Arc<dyn Listener> = Arc::new(Ear(hear));
        let listener = (Arc::downgrade(&ear), SubscriptionId::default());
        let key = self.runtime.topics.subscribe(&topic, listener, Keep::All, Since::Now, false);
        Listening { runtime: Arc::downgrade(&self.runtime), topic, key, _ear: ear }
    }
}

impl fmt::Debug for Overview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Overview").field(&self.stats()).finish()
    }
}

/// This process has no session of this number: it has ended, or has moved to another process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this process has no session of this number")]
pub struct NoSession;

/// Hears a topic as long as it lives. Made by [`Overview::listen`].
pub struct Listening {
    runtime: Weak<Runtime>,
    topic: TopicFilter,
    key: usize,
    _ear: Arc<dyn Listener>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.upgrade() {
            runtime.topics.unsubscribe(&self.topic, self.key);
        }
    }
}

impl fmt::Debug for Listening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Listening").field(&self.topic.text()).finish()
    }
}

struct Ear<F>(F);

impl<F: Fn(&[u8]) + Send + Sync> Listener for Ear<F> {
    fn hear(&self, _: SubscriptionId, messages: &[Message], _: bool) -> bool {
        for message in messages {
            let _ = catch("pubsub", || (self.0)(&message.payload));
        }
        true
    }
}
