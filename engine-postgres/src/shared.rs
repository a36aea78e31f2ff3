use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use slab::Slab;
use tealight_core::session::{Message, TopicFilter};
use tealight_runtime::{PubSubError, Subscribed, Subscriber};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::error::PostgresError;
use crate::frame;
use crate::lock;
use crate::lost::Lost;

/// The publishers and the worker have this in common.
pub(crate) struct Shared {
    /// Each subscription, with its topics, or `None` for all.
    subscribers: Mutex<Slab<(Option<TopicFilter>, Subscriber)>>,
    pub(crate) is_up: watch::Sender<bool>,
    /// The bytes that may still wait.
    room: Arc<Semaphore>,
    /// The topics of messages for which there was no room.
    pub(crate) lost: Mutex<Lost>,
    /// The number of messages so far.
    numbers: AtomicU64,
    pub(crate) ignored: AtomicU64,
}

/// A message on its way to the server.
pub(crate) struct Outgoing {
    pub(crate) message: Message,
    pub(crate) payloads: Vec<String>,
    _room: OwnedSemaphorePermit,
}

/// The most bytes of messages that wait for the server.
const ROOM: usize = 16 << 20;
/// A message takes so much more room than its payloads.
const MESSAGE_BYTES: usize = 256;

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            subscribers: Mutex::default(),
            is_up: watch::Sender::new(true),
            room: Arc::new(Semaphore::new(ROOM)),
            lost: Mutex::default(),
            numbers: AtomicU64::new(0),
            ignored: AtomicU64::new(0),
        }
    }

    /// Makes a message ready for the queue, if there is room.
    pub(crate) fn outgoing(&self, message: Message) -> Result<Outgoing, PubSubError> {
        let payloads = self.write(&message)?;
        let bytes = MESSAGE_BYTES + message.payload.len() + payloads.iter().map(String::len).sum::<usize>();
        let bytes = u32::try_from(bytes).expect("the longest message is 1 MiB");
        let room = Arc::clone(&self.room).try_acquire_many_owned(bytes);
        let Ok(room) = room else {
            lock(&self.lost).add(message.topic);
            return Err(unavailable(PostgresError::Full(ROOM)));
        };
        Ok(Outgoing { message, payloads, _room: room })
    }

    /// Writes a message as payloads that no other message has.
    pub(crate) fn write(&self, message: &Message) -> Result<Vec<String>, PubSubError> {
        frame::write(message, self.numbers.fetch_add(1, Relaxed))
    }

    pub(crate) fn subscribe(self: &Arc<Self>, topic: Option<TopicFilter>, subscriber: Subscriber) -> Subscribed {
        let key = lock(&self.subscribers).insert((topic, subscriber));
        Subscribed::new(Guard { shared: Arc::clone(self), key })
    }

    /// Hands a message to the subscribers of its topic.
    pub(crate) fn deliver(&self, message: &Message) {
        for (_, subscriber) in self.subscribers(&message.topic) {
            subscriber.deliver(message.clone());
        }
    }

    /// Returns the subscribers of a topic, each with true if it hears all topics.
    fn subscribers(&self, topic: &str) -> Vec<(bool, Subscriber)> {
        let subscribers = lock(&self.subscribers);
        let wanting = subscribers.iter().map(|(_, subscriber)| subscriber);
        let wanting = wanting.filter(|(filter, _)| filter.as_ref().is_none_or(|filter| filter.matches(topic)));
        wanting.map(|(filter, subscriber)| (filter.is_none(), subscriber.clone())).collect()
    }

    /// Says that messages of a topic may be lost.
    pub(crate) fn lag(&self, topic: &str) {
        for (hears_all, subscriber) in self.subscribers(topic) {
            if hears_all { subscriber.lagged_on(topic) } else { subscriber.lagged() }
        }
    }

    /// Says that messages of all topics may be lost.
    pub(crate) fn lag_all(&self) {
        let all: Vec<_> = lock(&self.subscribers).iter().map(|(_, (_, subscriber))| subscriber.clone()).collect();
        all.iter().for_each(Subscriber::lagged);
    }
}

/// Ends a subscription when it is dropped.
struct Guard {
    shared: Arc<Shared>,
    key: usize,
}

impl Drop for Guard {
    fn drop(&mut self) {
        lock(&self.shared.subscribers).try_remove(self.key);
    }
}

pub(crate) fn unavailable(error: PostgresError) -> PubSubError {
    PubSubError::Unavailable(Box::new(error))
}
