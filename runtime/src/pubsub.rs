use std::any::Any;
use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::hash::{BuildHasher, RandomState};
use std::pin::Pin;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Waker};

use async_trait::async_trait;
use serde::Serialize;
use slab::Slab;
use tealight_core::session::Message;
use tokio::runtime::Handle;

use crate::error::PubSubError;
use crate::lock;
use crate::topics::Topics;
use crate::turn::turn;

/// What carries messages to all processes that have subscribers.
///
/// Within a process the runtime brings each message to its sessions; an engine is asked for one
/// subscription a topic, however many sessions there are. [`LocalPubSub`] is the engine of a
/// program that is alone.
///
/// Both futures are polled for the first time in the order in which the messages were published, on
/// the spot. An engine whose transport waits must have queued the message by then if it is to keep
/// their order.
#[async_trait]
pub trait PubSub: Send + Sync + 'static {
    /// Sends a message to every subscription of its topic, in this process too.
    ///
    /// # Errors
    /// When the message is lost. The runtime logs it; no session is told.
    async fn publish(&self, message: Message) -> Result<(), PubSubError>;

    /// Hands each message of `topic` to `subscriber`, until what this returns is dropped.
    ///
    /// An engine that loses its connection subscribes again by itself.
    ///
    /// # Errors
    /// When it never will. The runtime logs it.
    async fn subscribe(&self, topic: Arc<str>, subscriber: Subscriber) -> Result<Subscribed, PubSubError>;
}

/// Where an engine hands in the messages of one topic.
#[derive(Clone)]
pub struct Subscriber {
    topics: Weak<Topics>,
    topic: Arc<str>,
}

impl Subscriber {
    pub(crate) fn new(topics: &Arc<Topics>, topic: &Arc<str>) -> Self {
        Self { topics: Arc::downgrade(topics), topic: Arc::clone(topic) }
    }

    /// Delivers a message, as the JSON that was published, to this process's sessions. They get
    /// messages in the order of these calls.
    pub fn deliver(&self, payload: Arc<[u8]>) {
        if let Some(topics) = self.topics.upgrade() {
            turn(|_| topics.post(&self.topic, payload));
        }
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscriber").field(&self.topic).finish()
    }
}

/// An engine's subscription; dropping it ends it.
pub struct Subscribed {
    _guard: Box<dyn Any + Send + Sync>,
}

impl Subscribed {
    /// `guard`'s `Drop` ends the subscription.
    pub fn new(guard: impl Any + Send + Sync) -> Self {
        Self { _guard: Box::new(guard) }
    }
}

impl fmt::Debug for Subscribed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscribed")
    }
}

/// Messages within one process. Applications that are given the same one hear each other.
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
        Ok(Subscribed::new(LocalGuard { topics: Arc::clone(&self.topics), shard, topic, key }))
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

struct LocalGuard {
    topics: Arc<[Shard; SHARDS]>,
    shard: usize,
    topic: Arc<str>,
    key: usize,
}

impl Drop for LocalGuard {
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

/// Publishes from outside any session: a background task, another part of the program.
///
/// ```
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # struct Shop;
/// # impl LiveView for Shop {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), tealight_runtime::PubSubError> {
/// let live = tealight_runtime::Live::new(Shop);
/// let publisher = live.publisher();
/// publisher.publish("orders", &7)?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Publisher {
    engine: Arc<dyn PubSub>,
    handle: Handle,
}

impl Publisher {
    pub(crate) fn new(engine: Arc<dyn PubSub>, handle: Handle) -> Self {
        Self { engine, handle }
    }

    /// Sends `message` to every session that subscribes to `topic`.
    ///
    /// # Errors
    /// When `message` has no JSON form. What an engine cannot deliver later is logged.
    pub fn publish<M>(&self, topic: impl Into<Arc<str>>, message: &M) -> Result<(), PubSubError>
    where
        M: Serialize + ?Sized,
    {
        self.send(Message::new(topic, &message)?);
        Ok(())
    }

    pub(crate) fn send(&self, message: Message) {
        let (engine, topic) = (Arc::clone(&self.engine), Arc::clone(&message.topic));
        begin(&self.handle, async move {
            if let Err(error) = engine.publish(message).await {
                metrics::counter!("tealight_lost_messages_total").increment(1);
                tracing::error!(%topic, %error, "message lost");
            }
        });
    }

    pub(crate) fn subscribe(&self, subscriber: Subscriber, then: impl FnOnce(Subscribed) + Send + 'static) {
        let engine = Arc::clone(&self.engine);
        begin(&self.handle, async move {
            let topic = Arc::clone(&subscriber.topic);
            match engine.subscribe(Arc::clone(&topic), subscriber).await {
                Ok(subscribed) => then(subscribed),
                Err(error) => tracing::error!(%topic, %error, "topic cannot be subscribed to"),
            }
        });
    }
}

impl fmt::Debug for Publisher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Publisher")
    }
}

/// Runs a future here as far as it goes at once, and the rest of it, if any, in a task.
fn begin(handle: &Handle, future: impl Future<Output = ()> + Send + 'static) {
    let mut future: Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(future);
    if future.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending() {
        handle.spawn(future);
    }
}
