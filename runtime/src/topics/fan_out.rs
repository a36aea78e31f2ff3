use std::any::Any;
use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use slab::Slab;
use tealight_core::session::SubscriptionId;
use tokio::runtime::Handle;

use crate::error::catch;
use crate::sync::lock;
use crate::turn::{Deferred, defer};

/// A session, as its topics see it.
pub(crate) trait Listener: Send + Sync {
    /// Takes a message, as JSON.
    fn hear(&self, id: SubscriptionId, payload: &[u8]);
}

/// The subscriptions of this process's sessions, by topic, with the messages that wait for them.
///
/// No lock is held while a session is called. One thread at a time delivers the messages of a topic, which keeps
/// their order: a message that comes meanwhile only enters the topic's queue.
pub(super) struct FanOut {
    shards: [Mutex<HashMap<Arc<str>, Topic>>; SHARDS],
    hasher: RandomState,
    handle: Handle,
    /// The number of all subscriptions.
    count: AtomicUsize,
    next_generation: AtomicUsize,
}

struct Topic {
    subscribers: Slab<(Weak<dyn Listener>, SubscriptionId)>,
    queue: VecDeque<Arc<[u8]>>,
    in_delivery: bool,
    /// The number of messages that were ever queued.
    queued: u64,
    /// The number of those that all subscribers have received.
    delivered: u64,
    /// Tells this topic from an earlier one of the same name.
    generation: usize,
    /// The engine's subscription ends when this is dropped.
    guard: Option<Guard>,
}

type Guard = Box<dyn Any + Send + Sync>;

const SHARDS: usize = 16;
/// The number of subscribers that receive a message before other work may run.
const BATCH: usize = 32;

impl FanOut {
    pub(super) fn new(handle: Handle) -> Self {
        Self {
            shards: Default::default(),
            hasher: RandomState::new(),
            handle,
            count: AtomicUsize::new(0),
            next_generation: AtomicUsize::new(0),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count.load(Relaxed)
    }

    /// Adds a subscription. Returns its key, and the topic's generation if this is the topic's first subscription:
    /// the engine must then subscribe to the topic.
    pub(super) fn subscribe(
        &self,
        name: &Arc<str>,
        session: Weak<dyn Listener>,
        id: SubscriptionId,
    ) -> (usize, Option<usize>) {
        self.count.fetch_add(1, Relaxed);
        let mut topics = self.lock(name);
        if let Some(topic) = topics.get_mut(name) {
            return (topic.subscribers.insert((session, id)), None);
        }
        let generation = self.next_generation.fetch_add(1, Relaxed);
        let mut topic = Topic {
            subscribers: Slab::new(),
            queue: VecDeque::new(),
            in_delivery: false,
            queued: 0,
            delivered: 0,
            generation,
            guard: None,
        };
        let key = topic.subscribers.insert((session, id));
        topics.insert(Arc::clone(name), topic);
        (key, Some(generation))
    }

    /// Removes a subscription, and its topic if it was the last one.
    pub(super) fn unsubscribe(&self, name: &str, key: usize) {
        let mut topics = self.lock(name);
        let Some(topic) = topics.get_mut(name) else { return };
        if topic.subscribers.try_remove(key).is_some() {
            self.count.fetch_sub(1, Relaxed);
        }
        if topic.subscribers.is_empty() {
            // dropped without the lock: the guard runs the engine's code
            let removed = topics.remove(name);
            drop(topics);
            drop(removed);
        }
    }

    /// Keeps the engine's subscription, unless its topic is gone.
    pub(super) fn keep(&self, name: &str, generation: usize, guard: Guard) {
        let mut topics = self.lock(name);
        match topics.get_mut(name) {
            Some(topic) if topic.generation == generation => topic.guard = Some(guard),
            _ => {
                drop(topics);
                drop(guard);
            }
        }
    }

    /// Queues a message. If no thread delivers the topic's messages, this one does so at the end of its turn.
    pub(super) fn post(self: &Arc<Self>, name: &Arc<str>, payload: Arc<[u8]>) {
        let mut topics = self.lock(name);
        let Some(topic) = topics.get_mut(name) else { return };
        topic.queue.push_back(payload);
        topic.queued += 1;
        if !mem::replace(&mut topic.in_delivery, true) {
            let generation = topic.generation;
            drop(topics);
            let fan_out = Arc::clone(self);
            defer(Delivery { fan_out, name: Arc::clone(name), generation, payload: None, next: 0 });
        }
    }

    pub(super) fn queued(&self, name: &str) -> u64 {
        self.lock(name).get(name).map_or(0, |topic| topic.queued)
    }

    pub(super) fn has_delivered(&self, name: &str, count: u64) -> bool {
        self.lock(name).get(name).is_none_or(|topic| topic.delivered >= count)
    }

    fn lock(&self, name: &str) -> MutexGuard<'_, HashMap<Arc<str>, Topic>> {
        lock(&self.shards[self.hasher.hash_one(name) as usize % SHARDS])
    }
}

/// Delivers the messages in a topic's queue.
struct Delivery {
    fan_out: Arc<FanOut>,
    name: Arc<str>,
    generation: usize,
    /// The message that some subscribers have received.
    payload: Option<Arc<[u8]>>,
    /// The next subscriber to receive it.
    next: usize,
}

impl Deferred for Delivery {
    /// Delivers one message to a batch of subscribers.
    fn step(&mut self) -> bool {
        let mut batch = Vec::new();
        let payload = {
            let mut topics = self.fan_out.lock(&self.name);
            let Some(topic) = topics.get_mut(&self.name) else { return false };
            if topic.generation != self.generation {
                return false;
            }
            if self.payload.is_none() {
                topic.delivered = topic.queued - topic.queue.len() as u64;
            }
            let Some(payload) = self.payload.take().or_else(|| topic.queue.pop_front()) else {
                topic.in_delivery = false;
                topic.queue.shrink_to(BATCH);
                return false;
            };
            let end = topic.subscribers.capacity();
            while self.next < end && batch.len() < BATCH {
                if let Some((session, id)) = topic.subscribers.get(self.next) {
                    batch.push((Weak::clone(session), *id));
                }
                self.next += 1;
            }
            if self.next < end {
                self.payload = Some(Arc::clone(&payload));
            } else {
                self.next = 0;
            }
            payload
        };
        for (session, id) in batch {
            // The sessions of other pages hear it too.
            let _ = catch("drop", || {
                if let Some(session) = session.upgrade() {
                    session.hear(id, &payload);
                }
            });
        }
        true
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
