use std::collections::{HashMap, VecDeque};
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard, Weak};

use slab::Slab;
use tealight_core::session::SubscriptionId;
use tokio::runtime::Handle;

use crate::lock;
use crate::pubsub::{Publisher, Subscribed, Subscriber};
use crate::resident::Resident;
use crate::turn;

/// Who subscribes to what in this process.
///
/// No lock is held while a session is called. Messages of one topic are delivered in their order,
/// by one thread at a time: whoever posts while another delivers only adds to its queue.
pub(crate) struct Topics {
    shards: [Mutex<HashMap<Arc<str>, Topic>>; SHARDS],
    hasher: RandomState,
    publisher: Publisher,
    handle: Handle,
    count: AtomicUsize,
    generation: AtomicUsize,
}

struct Topic {
    subscribers: Slab<(Weak<dyn Resident>, SubscriptionId)>,
    queue: VecDeque<Arc<[u8]>>,
    in_delivery: bool,
    /// How many messages were queued, and how many of them all subscribers have.
    queued: u64,
    delivered: u64,
    generation: usize,
    subscribed: Option<Subscribed>,
}

const SHARDS: usize = 16;
const BATCH: usize = 32;

impl Topics {
    pub(crate) fn new(publisher: Publisher, handle: Handle) -> Arc<Self> {
        Arc::new(Self {
            shards: Default::default(),
            hasher: RandomState::new(),
            publisher,
            handle,
            count: AtomicUsize::new(0),
            generation: AtomicUsize::new(0),
        })
    }

    /// How many subscriptions sessions have.
    pub(crate) fn count(&self) -> usize {
        self.count.load(Relaxed)
    }

    pub(crate) fn subscribe(
        self: &Arc<Self>,
        name: &Arc<str>,
        resident: Weak<dyn Resident>,
        id: SubscriptionId,
    ) -> usize {
        self.count.fetch_add(1, Relaxed);
        let mut topics = self.lock(name);
        if let Some(topic) = topics.get_mut(name) {
            return topic.subscribers.insert((resident, id));
        }
        let generation = self.generation.fetch_add(1, Relaxed);
        let mut topic = Topic {
            subscribers: Slab::new(),
            queue: VecDeque::new(),
            in_delivery: false,
            queued: 0,
            delivered: 0,
            generation,
            subscribed: None,
        };
        let key = topic.subscribers.insert((resident, id));
        topics.insert(Arc::clone(name), topic);
        drop(topics);

        let (this, topic) = (Arc::downgrade(self), Arc::clone(name));
        self.publisher.subscribe(Subscriber::new(self, name), move |subscribed| {
            if let Some(this) = this.upgrade() {
                this.keep(&topic, generation, subscribed);
            }
        });
        key
    }

    pub(crate) fn unsubscribe(&self, name: &str, key: usize) {
        let mut topics = self.lock(name);
        let Some(topic) = topics.get_mut(name) else { return };
        if topic.subscribers.try_remove(key).is_some() {
            self.count.fetch_sub(1, Relaxed);
        }
        if topic.subscribers.is_empty() {
            let gone = topics.remove(name);
            drop(topics);
            drop(gone);
        }
    }

    /// Queues a message; it is delivered at the end of this thread's turn at the latest.
    pub(crate) fn post(self: &Arc<Self>, name: &Arc<str>, payload: Arc<[u8]>) {
        let mut topics = self.lock(name);
        let Some(topic) = topics.get_mut(name) else { return };
        topic.queue.push_back(payload);
        topic.queued += 1;
        if !mem::replace(&mut topic.in_delivery, true) {
            let drain = Drain {
                topics: Arc::clone(self),
                name: Arc::clone(name),
                generation: topic.generation,
                payload: None,
                at: 0,
            };
            drop(topics);
            turn::later(drain);
        }
    }

    /// How many messages of a topic have been queued so far.
    pub(crate) fn queued(&self, name: &str) -> u64 {
        self.lock(name).get(name).map_or(0, |topic| topic.queued)
    }

    /// Whether all subscribers have so many of its messages.
    pub(crate) fn has_delivered(&self, name: &str, count: u64) -> bool {
        self.lock(name).get(name).is_none_or(|topic| topic.delivered >= count)
    }

    /// Keeps the engine's subscription as long as the topic that it was made for.
    fn keep(&self, name: &str, generation: usize, subscribed: Subscribed) {
        let mut topics = self.lock(name);
        match topics.get_mut(name) {
            Some(topic) if topic.generation == generation => topic.subscribed = Some(subscribed),
            _ => {
                drop(topics);
                drop(subscribed);
            }
        }
    }

    fn lock(&self, name: &str) -> MutexGuard<'_, HashMap<Arc<str>, Topic>> {
        lock(&self.shards[self.hasher.hash_one(name) as usize % SHARDS])
    }
}

/// The delivery of what a topic has queued.
pub(crate) struct Drain {
    topics: Arc<Topics>,
    name: Arc<str>,
    generation: usize,
    payload: Option<Arc<[u8]>>,
    /// The subscriber that comes next.
    at: usize,
}

impl Drain {
    /// Delivers one message to a few subscribers; `false` when there is nothing left.
    pub(crate) fn deliver_batch(&mut self) -> bool {
        let mut batch = Vec::new();
        let payload = {
            let mut topics = self.topics.lock(&self.name);
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
            while self.at < end && batch.len() < BATCH {
                if let Some((resident, id)) = topic.subscribers.get(self.at) {
                    batch.push((Weak::clone(resident), *id));
                }
                self.at += 1;
            }
            if self.at < end {
                self.payload = Some(Arc::clone(&payload));
            } else {
                self.at = 0;
            }
            payload
        };
        for (resident, id) in batch {
            if let Some(resident) = resident.upgrade() {
                resident.message(id, &payload);
            }
        }
        true
    }

    /// Delivers the rest in a task that lets others have their turn.
    pub(crate) fn spawn(mut self) {
        let handle = self.topics.handle.clone();
        handle.spawn(async move {
            while self.deliver_batch() {
                tokio::task::yield_now().await;
            }
        });
    }
}
