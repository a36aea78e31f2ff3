use std::mem;
use std::sync::Weak;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use slab::Slab;
use tealight_core::session::{Keep, Message, SubscriptionId, TopicFilter};

use super::backlog::Backlog;
use super::subscribed::Subscribed;

/// A session, as its topics see it.
pub(crate) trait Listener: Send + Sync {
    /// Takes messages. Before them, `has_lagged` says that some are lost. Returns false if the session is busy. It then
    /// lets its topics go on as soon as it is not.
    fn hear(&self, id: SubscriptionId, messages: &[Message], has_lagged: bool) -> bool;
}

/// One topic, or all topics of a pattern.
pub(super) struct Topic {
    pub(super) subscribers: Slab<Subscription>,
    pub(super) backlog: Backlog,
    pub(super) key: Option<KeyOf>,
    /// The number of deliveries that run.
    pub(super) workers: usize,
    /// The messages so far, and their bytes.
    pub(super) messages: u64,
    pub(super) bytes: u64,
    /// The number of calls of sessions so far.
    pub(super) calls: u64,
    /// A task looks after its deliveries.
    pub(super) is_watched: bool,
    /// The next subscriber that a delivery looks at.
    pub(super) next: usize,
    /// After the last subscriber, a delivery begins again with the first.
    pub(super) must_go_on: bool,
    /// Tells this topic from an earlier one of the same name.
    pub(super) generation: u64,
    /// The number of the moment since which the engine's subscription is there.
    pub(super) since: Option<u64>,
    /// The engine's subscription ends when this is dropped.
    pub(super) guard: Option<Subscribed>,
}

/// A session's subscription.
pub(super) struct Subscription {
    pub(super) session: Weak<dyn Listener>,
    pub(super) id: SubscriptionId,
    pub(super) keep: Keep,
    /// It takes no messages yet.
    pub(super) is_held: bool,
    /// The number of the call of its session that runs.
    pub(super) call: Option<u64>,
    /// Its session is busy with something else.
    pub(super) is_busy: bool,
    /// Its session has let it go on since the last call began.
    pub(super) goes_on: bool,
    pub(super) has_lagged: bool,
    /// The newest message that its session has received.
    pub(super) taken: u64,
    /// Messages from the time of its mount.
    pub(super) early: Option<Box<[Message]>>,
}

/// Reads the key of a message.
pub(super) type KeyOf = fn(&[u8]) -> Option<u64>;

/// The most deliveries of one topic at the same time.
pub(super) const MOST_WORKERS: usize = 4;
/// From this many waiting messages on, one delivery more begins, on the thread that publishes: it does not publish meanwhile.
const MESSAGES_EACH: usize = 128;

/// A delivery that must begin.
#[derive(Clone, Copy)]
pub(super) struct Begun {
    pub(super) generation: u64,
    pub(super) calls: u64,
    pub(super) must_watch: bool,
}

/// A call of a session that has come to its end.
pub(super) struct Called {
    pub(super) key: usize,
    pub(super) call: u64,
    pub(super) is_done: bool,
    pub(super) has_lagged: bool,
    pub(super) until: u64,
}

impl Topic {
    pub(super) fn new(now: u64, since: Option<u64>) -> Self {
        static GENERATIONS: AtomicU64 = AtomicU64::new(0);
        Self {
            subscribers: Slab::new(),
            backlog: Backlog::new(now),
            key: None,
            workers: 0,
            messages: 0,
            bytes: 0,
            calls: 0,
            is_watched: false,
            next: 0,
            must_go_on: false,
            generation: GENERATIONS.fetch_add(1, Relaxed),
            since,
            guard: None,
        }
    }

    /// Returns true if this subscription of the engine is for this topic, and not for an earlier one of its name.
    pub(super) fn is_of(&self, subscription: Option<&(TopicFilter, u64)>) -> bool {
        subscription.is_none_or(|(_, generation)| *generation == self.generation)
    }

    /// Forgets the messages that all subscribers have received.
    pub(super) fn clear_if_done(&mut self) {
        let Self { subscribers, backlog, workers, .. } = self;
        if *workers == 0 && !backlog.is_empty() && subscribers.iter().all(|(_, s)| s.taken >= backlog.last()) {
            backlog.clear();
        }
    }

    /// Lets all subscribers hear that messages are lost.
    pub(super) fn lag(&mut self) -> Option<Begun> {
        for (_, subscription) in &mut self.subscribers {
            subscription.has_lagged = true;
        }
        self.begin_delivery()
    }

    /// Returns a delivery, if none runs, or too few for the messages that wait.
    pub(super) fn begin_delivery(&mut self) -> Option<Begun> {
        self.must_go_on = true;
        let wanted = (1 + self.backlog.len() / MESSAGES_EACH).min(MOST_WORKERS).min(self.subscribers.len());
        (self.workers < wanted.max(1)).then(|| {
            self.workers += 1;
            // A session that is alone holds up nobody.
            let must_watch = self.subscribers.len() > 1 && !mem::replace(&mut self.is_watched, true);
            Begun { generation: self.generation, calls: self.calls, must_watch }
        })
    }

    pub(super) fn note(&mut self, called: Called) {
        let Called { key, call, is_done, has_lagged, until } = called;
        // Another session may have its place by now.
        let Some(subscription) = self.subscribers.get_mut(key).filter(|s| s.call == Some(call)) else { return };
        subscription.call = None;
        if is_done {
            subscription.taken = until;
            subscription.early = None;
        } else {
            subscription.is_busy = !subscription.goes_on;
            subscription.has_lagged |= has_lagged;
        }
        self.must_go_on |= subscription.waits(&self.backlog);
    }

    /// Finds the next subscriber for whom something waits. If there is none, the delivery ends.
    pub(super) fn find_next(&mut self) -> Option<usize> {
        loop {
            let end = self.subscribers.capacity();
            while self.next < end {
                let key = self.next;
                self.next += 1;
                if self.subscribers.get(key).is_some_and(|subscription| subscription.waits(&self.backlog)) {
                    return Some(key);
                }
            }
            self.next = 0;
            if !mem::take(&mut self.must_go_on) {
                break;
            }
        }
        self.workers -= 1;
        self.clear_if_done();
        None
    }
}

impl Subscription {
    pub(super) fn new(session: Weak<dyn Listener>, id: SubscriptionId, keep: Keep, taken: u64) -> Self {
        Self {
            session,
            id,
            keep,
            is_held: false,
            call: None,
            is_busy: false,
            goes_on: false,
            has_lagged: false,
            taken,
            early: None,
        }
    }

    /// Returns true if a delivery must call its session.
    pub(super) fn waits(&self, backlog: &Backlog) -> bool {
        let is_free = !self.is_held && !self.is_busy && self.call.is_none();
        is_free && (self.taken < backlog.last() || self.has_lagged || self.early.is_some())
    }
}
