use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

use async_trait::async_trait;
use tealight_core::session::{Message, TopicFilter, is_own};
use tokio::sync::watch;

use super::ends::Ends;
use super::fan_out::FanOut;
use super::subscribed::Subscribed;
use crate::error::PubSubError;
use crate::turn::turn;

/// An engine: it carries messages to all processes that subscribe to their topics.
///
/// Within a process, the runtime delivers each message to the sessions. It asks the engine for one subscription for
/// each topic, however many sessions subscribe, or for one subscription to everything. [`LocalPubSub`](crate::LocalPubSub) is the
/// engine for a single process.
///
/// The runtime polls both futures for the first time at once, in the order in which messages were published. An
/// engine that keeps this order must queue the message during that first poll.
///
/// An engine that loses its connection subscribes again by itself, and then calls [`Subscriber::lagged`]. Sessions hear of both changes
/// if it has [`connected`](Self::connected).
#[async_trait]
pub trait PubSub: Send + Sync + 'static {
    /// Sends a message to every subscription of its topic, also to those of this process.
    ///
    /// # Errors
    /// Returns an error if the message is lost. The runtime counts and logs it; sessions do not see it.
    async fn publish(&self, message: Message) -> Result<(), PubSubError>;

    /// Subscribes to topics: each message goes to `subscriber` until the returned [`Subscribed`] is dropped. When this returns, no
    /// further message is missed.
    ///
    /// # Errors
    /// Returns an error if the engine can never subscribe to the topic. The runtime logs it, and does not try again: sessions hear nothing
    /// of the topic.
    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError>;

    /// Returns true if no other process uses this engine. Sessions then need not be asked for elsewhere. The default is false.
    fn is_local(&self) -> bool {
        false
    }

    /// Returns a channel that holds false while the engine has no connection. The runtime asks once, when the application starts. The
    /// default returns `None`: the engine is always connected.
    fn connected(&self) -> Option<watch::Receiver<bool>> {
        None
    }

    /// Subscribes to all topics, for an engine that brings all messages to each process anyway. The runtime then calls
    /// [`subscribe`](Self::subscribe) no more, and no session misses a message that is published while it is mounted.
    ///
    /// Each message that is published after this call goes to `subscriber`. The default returns `None`.
    fn subscribe_all(&self, subscriber: Subscriber) -> Option<Subscribed> {
        let _ = subscriber;
        None
    }
}

/// Receives messages from an engine, for this process's sessions.
#[derive(Clone)]
pub struct Subscriber {
    fan_out: Weak<FanOut>,
    ends: Weak<Ends>,
    own: Arc<Own>,
    /// The subscription's topics, and their generation. `None` for all topics.
    topic: Option<(TopicFilter, u64)>,
}

/// Those that hear messages of Tealight's own.
pub(super) type Own = OnceLock<[Weak<dyn Hears>; 3]>;

/// Hears messages that are Tealight's own.
pub(crate) trait Hears: Send + Sync {
    /// Returns false if the message is not for it.
    fn hear(&self, topic: &str, payload: &[u8]) -> bool;
    /// Messages of this topic are lost, or of all topics.
    fn lagged(&self, topic: Option<&str>);
}

impl Subscriber {
    pub(super) fn new(
        fan_out: Weak<FanOut>,
        ends: &Arc<Ends>,
        own: Arc<Own>,
        topic: Option<(TopicFilter, u64)>,
    ) -> Self {
        Self { fan_out, ends: Arc::downgrade(ends), own, topic }
    }

    /// Delivers a message to this process's sessions.
    ///
    /// Sessions receive messages in the order of these calls.
    pub fn deliver(&self, message: Message) {
        let is_own = is_own(&message.topic);
        // Each is delivered by the subscription to its name too.
        if is_own && self.topic.as_ref().is_some_and(|(topic, _)| topic.is_pattern()) {
            return;
        }
        let is_taken = is_own && self.hear_own(&message);
        if !is_taken && let Some(fan_out) = self.fan_out.upgrade() {
            turn(|_| fan_out.post(self.topic.as_ref(), message));
        }
    }

    fn own(&self) -> impl Iterator<Item = Arc<dyn Hears>> {
        self.own.get().into_iter().flatten().filter_map(Weak::upgrade)
    }

    /// Takes a message of Tealight's own. Returns false if it is another one.
    fn hear_own(&self, Message { topic, payload }: &Message) -> bool {
        if **topic == *Ends::TOPIC {
            if let Some(ends) = self.ends.upgrade() {
                ends.hear(payload);
            }
            return true;
        }
        self.own().any(|own| own.hear(topic, payload))
    }

    /// Says that messages are lost, or may be, for example because the engine had no connection. When the engine calls this, it must
    /// have subscribed again.
    ///
    /// Sessions hear of it: see [`Subscription::lagged`](tealight_core::Subscription::lagged).
    pub fn lagged(&self) {
        if let Some(fan_out) = self.fan_out.upgrade() {
            turn(|_| fan_out.lag(self.topic.as_ref()));
        }
        for own in self.own() {
            own.lagged(self.topic.as_ref().map(|(topic, _)| &**topic.text()));
        }
    }

    /// Says as [`lagged`](Self::lagged) does that messages are lost, of one topic alone: for an engine that
    /// [subscribes to all](PubSub::subscribe_all).
    pub fn lagged_on(&self, topic: &str) {
        if let Some(fan_out) = self.fan_out.upgrade() {
            turn(|_| fan_out.lag_on(topic));
        }
        for own in self.own() {
            own.lagged(Some(topic));
        }
    }
}

impl fmt::Debug for Subscriber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Subscriber").field(&self.topic.as_ref().map(|(topic, _)| topic.text())).finish()
    }
}
