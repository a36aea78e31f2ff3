use std::any::Any;
use std::fmt;
use std::sync::{Arc, Weak};

use async_trait::async_trait;
use tealight_core::session::Message;

use super::ends::Ends;
use super::fan_out::FanOut;
use crate::error::PubSubError;
use crate::turn::turn;

/// An engine: it carries messages to all processes that subscribe to their topics.
///
/// Within a process, the runtime delivers each message to the sessions. It asks the engine for one subscription for
/// each topic, however many sessions subscribe. [`LocalPubSub`](crate::LocalPubSub) is the engine for a single
/// process.
///
/// The runtime polls both futures for the first time at once, in the order in which messages were published. An
/// engine that keeps this order must queue the message during that first poll.
#[async_trait]
pub trait PubSub: Send + Sync + 'static {
    /// Sends a message to every subscription of its topic, also to those of this process.
    ///
    /// # Errors
    /// Returns an error if the message is lost. The runtime counts and logs it; sessions do not see it.
    async fn publish(&self, message: Message) -> Result<(), PubSubError>;

    /// Subscribes to `topic`: each message goes to `subscriber` until the returned [`Subscribed`] is dropped.
    ///
    /// An engine that loses its connection must subscribe again by itself.
    ///
    /// # Errors
    /// Returns an error if the engine can never subscribe to the topic. The runtime logs it.
    async fn subscribe(&self, topic: Arc<str>, subscriber: Subscriber) -> Result<Subscribed, PubSubError>;
}

/// Receives the messages of one topic from an engine, for this process's sessions.
#[derive(Clone)]
pub struct Subscriber {
    to: To,
    topic: Arc<str>,
}

#[derive(Clone)]
enum To {
    Sessions(Weak<FanOut>),
    Ends(Weak<Ends>),
}

impl Subscriber {
    pub(super) fn new(fan_out: &Arc<FanOut>, topic: &Arc<str>) -> Self {
        Self { to: To::Sessions(Arc::downgrade(fan_out)), topic: Arc::clone(topic) }
    }

    pub(super) fn ends(ends: &Arc<Ends>) -> Self {
        Self { to: To::Ends(Arc::downgrade(ends)), topic: Ends::TOPIC.into() }
    }

    pub(super) fn topic(&self) -> &Arc<str> {
        &self.topic
    }

    /// Delivers a message to this process's sessions. `payload` is the JSON that was published.
    ///
    /// Sessions receive messages in the order of these calls.
    pub fn deliver(&self, payload: Arc<[u8]>) {
        match &self.to {
            To::Sessions(fan_out) => {
                if let Some(fan_out) = fan_out.upgrade() {
                    turn(|_| fan_out.post(&self.topic, payload));
                }
            }
            To::Ends(ends) => {
                if let Some(ends) = ends.upgrade() {
                    ends.hear(&payload);
                }
            }
        }
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscriber").field(&self.topic).finish()
    }
}

/// An engine's subscription. It ends when this is dropped.
pub struct Subscribed {
    guard: Box<dyn Any + Send + Sync>,
}

impl Subscribed {
    /// Makes a subscription that drops `guard` when it ends.
    pub fn new(guard: impl Any + Send + Sync) -> Self {
        Self { guard: Box::new(guard) }
    }

    pub(super) fn into_guard(self) -> Box<dyn Any + Send + Sync> {
        self.guard
    }
}

impl fmt::Debug for Subscribed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subscribed")
    }
}
