use std::collections::{HashSet, VecDeque};
use std::mem;
use std::sync::Arc;

use slab::Slab;
use tealight_core::session::TopicFilter;
use tealight_runtime::Subscriber;
use tokio::sync::watch;

/// A process's knowledge of its connection.
#[derive(Default)]
pub(crate) struct Link {
    is_up: watch::Sender<bool>,
    /// Each subscription, with its topics.
    pub(crate) subscribers: Slab<(TopicFilter, Subscriber)>,
    /// The topics of messages of which nobody knows yet whether the server has them, with their numbers.
    unconfirmed: VecDeque<(u64, Arc<str>)>,
    /// The topics of messages that may be lost.
    uncertain: Lost,
    /// The number of the last message.
    last: u64,
}

/// Topics of which messages may be lost.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lost {
    These(HashSet<Arc<str>>),
    /// Messages of any topic.
    All,
}

/// The most names that are kept.
const MOST: usize = 1024;

impl Default for Lost {
    fn default() -> Self {
        Self::These(HashSet::new())
    }
}

impl Lost {
    fn add(&mut self, topic: Arc<str>) {
        if let Self::These(topics) = self {
            topics.insert(topic);
            if topics.len() > MOST {
                *self = Self::All;
            }
        }
    }
}

impl Link {
    pub(crate) fn is_up(&self) -> bool {
        *self.is_up.borrow()
    }

    /// Returns a channel that holds whether the connection is up.
    pub(crate) fn watch(&self) -> watch::Receiver<bool> {
        self.is_up.subscribe()
    }

    /// Notes a message that is being sent. If the connection is down, it goes nowhere, and this returns false.
    pub(crate) fn note(&mut self, topic: &Arc<str>) -> bool {
        if !self.is_up() {
            self.uncertain.add(Arc::clone(topic));
            return false;
        }
        self.last += 1;
        self.unconfirmed.push_back((self.last, Arc::clone(topic)));
        if self.unconfirmed.len() > 64 * MOST {
            self.give_up();
        }
        true
    }

    /// A message could not be sent.
    pub(crate) fn fail(&mut self, topic: Arc<str>) {
        self.uncertain.add(topic);
    }

    /// Returns the number of the last message, if it is not confirmed.
    pub(crate) fn to_confirm(&self) -> Option<u64> {
        self.unconfirmed.back().map(|(number, _)| *number)
    }

    /// The server has all messages up to this number.
    pub(crate) fn confirm(&mut self, number: u64) {
        while self.unconfirmed.front().is_some_and(|(n, _)| *n <= number) {
            self.unconfirmed.pop_front();
        }
    }

    pub(crate) fn go_down(&mut self) {
        self.is_up.send_replace(false);
        self.give_up();
    }

    /// Returns the topics of messages that may be lost since the connection was up before.
    pub(crate) fn go_up(&mut self) -> Lost {
        self.is_up.send_replace(true);
        // A break that was so short that nobody has told of it.
        self.give_up();
        mem::take(&mut self.uncertain)
    }

    fn give_up(&mut self) {
        for (_, topic) in mem::take(&mut self.unconfirmed) {
            self.uncertain.add(topic);
        }
    }

    /// Returns the subscribers of a topic.
    pub(crate) fn of(&self, topic: &str) -> Vec<Subscriber> {
        let matching = self.subscribers.iter().filter(|(_, (filter, _))| filter.matches(topic));
        matching.map(|(_, (_, subscriber))| subscriber.clone()).collect()
    }

    pub(crate) fn all(&self) -> Vec<Subscriber> {
        self.subscribers.iter().map(|(_, (_, subscriber))| subscriber.clone()).collect()
    }
}
