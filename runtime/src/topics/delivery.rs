use std::mem;
use std::sync::{Arc, Weak};

use tealight_core::session::{Keep, SubscriptionId, TopicFilter};

use super::backlog::Taken;
use super::fan_out::FanOut;
use super::topic::{Called, Listener, Topic};
use crate::error::catch;
use crate::turn::Deferred;

/// Delivers the messages of a topic to its subscribers, each as many as wait for it.
pub(super) struct Delivery {
    fan_out: Arc<FanOut>,
    topic: TopicFilter,
    generation: u64,
    taken: Taken,
    /// The messages in `taken` are those after this one, up to the newest: the next subscriber may want the same.
    taken_after: Option<(u64, u64)>,
    /// The subscriber whose session was called last.
    called: Option<Called>,
}

/// A subscriber whose session is to be called.
struct Next {
    session: Weak<dyn Listener>,
    id: SubscriptionId,
    has_lagged: bool,
    key: usize,
    call: u64,
    until: u64,
}

/// The number of subscribers that are called before other work may run.
const BATCH: usize = 32;

impl Delivery {
    pub(super) fn new(fan_out: Arc<FanOut>, topic: TopicFilter, generation: u64) -> Self {
        Self { fan_out, topic, generation, taken: Taken::default(), taken_after: None, called: None }
    }

    /// Calls the next subscriber's session. Returns false if none waits.
    fn call_next(&mut self) -> bool {
        let Some(next) = self.next() else { return false };
        let Next { session, id, has_lagged, key, call, until } = next;
        let messages = &self.taken.messages;
        // Its `update` may panic, and its session may end here.
        let is_done = catch("drop", || session.upgrade().is_none_or(|session| session.hear(id, messages, has_lagged)));
        self.called = Some(Called { key, call, is_done: is_done.unwrap_or(true), has_lagged, until });
        true
    }

    /// Notes what has become of the last call, and finds the next subscriber.
    fn next(&mut self) -> Option<Next> {
        let Self { fan_out, topic, generation, taken, taken_after, called } = self;
        fan_out.with(topic, |topics| {
            let entry = topics.get_mut(topic.text()).filter(|entry| entry.generation == *generation)?;
            if let Some(called) = called.take() {
                entry.note(called);
            }
            let key = entry.find_next()?;
            let Topic { subscribers, backlog, calls, .. } = entry;
            let subscription = &mut subscribers[key];
            let mut has_lagged = mem::take(&mut subscription.has_lagged);
            let until = if let Some(early) = &subscription.early {
                *taken_after = None;
                taken.messages = early.to_vec();
                subscription.taken
            } else {
                let wanted = (subscription.taken, backlog.last());
                let keeps_all = matches!(subscription.keep, Keep::All);
                if !keeps_all || *taken_after != Some(wanted) {
                    backlog.take(subscription.taken, subscription.keep, taken);
                    *taken_after = keeps_all.then_some(wanted);
                }
                has_lagged |= taken.has_lagged;
                taken.until
            };
            *calls += 1;
            subscription.call = Some(*calls);
            subscription.goes_on = false;
            let (session, id) = (Weak::clone(&subscription.session), subscription.id);
            Some(Next { session, id, has_lagged, key, call: *calls, until })
        })
    }
}

impl Deferred for Delivery {
    fn step(&mut self) -> bool {
        (0..BATCH).all(|_| self.call_next())
    }

    fn spawn(mut self: Box<Self>) {
        let handle = self.fan_out.handle.clone();
        handle.spawn(async move {
            while self.step() {
                tokio::task::yield_now().await;
            }
        });
    }
}
