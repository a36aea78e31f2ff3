use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use slab::Slab;
use tealight_core::session::Message;

use super::engine::{PubSub, Subscribed, Subscriber};
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
    topics: Arc<[Shard; SHARDS]>,
    hasher: RandomState,
}

type Shard = Mutex<HashMap<Arc<str>, Slab<Subscriber>>>;

const SHARDS: usize = 16;

#[async_trait]
impl PubSub for LocalPubSub {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        turn(|_| {
            let topics = lock(&self.topics[self.shard(&message.topic)]);
            for (_, subscriber) in topics.get(&message.topic).into_iter().flatten() {
                subscriber.deliver(Arc::clone(&message.payload));
            }
        });
        Ok(())
    }

    async fn subscribe(&self, topic: Arc<str>, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        let shard = self.shard(&topic);
        let key = lock(&self.topics[shard]).entry(Arc::clone(&topic)).or_default().insert(subscriber);
        Ok(Subscribed::new(Guard { topics: Arc::clone(&self.topics), shard, topic, key }))
    }
}

impl LocalPubSub {
    fn shard(&self, topic: &str) -> usize {
        self.hasher.hash_one(topic) as usize % SHARDS
    }
}

impl fmt::Debug for LocalPubSub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let topics: usize = self.topics.iter().map(|shard| lock(shard).len()).sum();
        f.debug_struct("LocalPubSub").field("topics", &topics).finish()
    }
}

/// Ends a subscription when it is dropped.
struct Guard {
    topics: Arc<[Shard; SHARDS]>,
    shard: usize,
    topic: Arc<str>,
    key: usize,
}

impl Drop for Guard {
    fn drop(&mut self) {
        let mut topics = lock(&self.topics[self.shard]);
        if let Some(subscribers) = topics.get_mut(&self.topic) {
            subscribers.try_remove(self.key);
            if subscribers.is_empty() {
                topics.remove(&self.topic);
            }
        }
    }
}
