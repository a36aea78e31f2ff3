use std::fmt;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use slab::Slab;
use tealight_core::session::{Message, TopicFilter};

use super::engine::{PubSub, Subscriber};
use super::subscribed::Subscribed;
use crate::error::PubSubError;
use crate::sync::lock;
use crate::turn::turn;

/// An engine for one process.
///
/// Applications that share an engine receive each other's messages:
///
/// ```
/// use std::sync::Arc;
/// use tealight_runtime::LocalPubSub;
///
/// let engine = Arc::new(LocalPubSub::default());
/// // Live::builder(shop).pubsub(engine.clone()), Live::builder(back_office).pubsub(engine)
/// # let _ = engine;
/// ```
#[derive(Default)]
pub struct LocalPubSub {
    subscribers: Arc<Mutex<Subscribers>>,
}

/// The subscribers, each with its topics. An application subscribes once, to all.
type Subscribers = Slab<(Option<TopicFilter>, Subscriber)>;

#[async_trait]
impl PubSub for LocalPubSub {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        self.deliver(&message);
        Ok(())
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        Ok(self.add(Some(topic), subscriber))
    }

    fn is_local(&self) -> bool {
        true
    }

    fn subscribe_all(&self, subscriber: Subscriber) -> Option<Subscribed> {
        Some(self.add(None, subscriber))
    }
}

impl LocalPubSub {
    /// Delivers a message to the subscribers of its topic: for an engine that has this one for the subscribers of its own process.
    pub fn deliver(&self, message: &Message) {
        turn(|_| {
            // The lock keeps the order of messages. Sessions receive them at the end of the turn.
            let subscribers = lock(&self.subscribers);
            let wants = |topic: &Option<TopicFilter>| topic.as_ref().is_none_or(|topic| topic.matches(&message.topic));
            for (_, (_, subscriber)) in subscribers.iter().filter(|(_, (topic, _))| wants(topic)) {
                subscriber.deliver(message.clone());
            }
        });
    }

    /// Says that messages of a topic may be lost, or of all topics: for such an engine.
    pub fn lagged(&self, topic: Option<&str>) {
        let all: Vec<_> = lock(&self.subscribers).iter().map(|(_, subscriber)| subscriber.clone()).collect();
        for (filter, subscriber) in all {
            match (topic, filter) {
                (Some(topic), None) => subscriber.lagged_on(topic),
                (Some(topic), Some(filter)) if !filter.matches(topic) => {}
                _ => subscriber.lagged(),
            }
        }
    }

    fn add(&self, topic: Option<TopicFilter>, subscriber: Subscriber) -> Subscribed {
        let key = lock(&self.subscribers).insert((topic, subscriber));
        Subscribed::new(Guard { subscribers: Arc::clone(&self.subscribers), key })
    }
}

impl fmt::Debug for LocalPubSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LocalPubSub").field("subscribers", &lock(&self.subscribers).len()).finish()
    }
}

/// Ends a subscription when it is dropped.
struct Guard {
    subscribers: Arc<Mutex<Subscribers>>,
    key: usize,
}

impl Drop for Guard {
    fn drop(&mut self) {
        lock(&self.subscribers).try_remove(self.key);
    }
}
