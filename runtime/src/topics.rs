//! Topics: messages between sessions, in one process and across processes.
//!
//! `update` publishes through a [`Publisher`], which hands the message to an engine ([`PubSub`]). The engine brings
//! it to the [`Subscriber`] of each process. From there, [`FanOut`] delivers it to the sessions.

mod engine;
mod fan_out;
mod local;
mod publisher;

use std::sync::{Arc, Weak};

use tealight_core::session::SubscriptionId;
use tokio::runtime::Handle;

use self::fan_out::FanOut;

pub use engine::{PubSub, Subscribed, Subscriber};
pub(crate) use fan_out::Listener;
pub use local::LocalPubSub;
pub use publisher::Publisher;

/// The topics of a running application.
pub(crate) struct Topics {
    fan_out: Arc<FanOut>,
    publisher: Publisher,
}

impl Topics {
    pub(crate) fn new(engine: Arc<dyn PubSub>, handle: Handle) -> Self {
        Self { fan_out: Arc::new(FanOut::new(handle.clone())), publisher: Publisher::new(engine, handle) }
    }

    pub(crate) fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    /// The number of subscriptions that sessions have.
    pub(crate) fn subscriptions(&self) -> usize {
        self.fan_out.count()
    }

    /// Subscribes a session to a topic. Returns the key for [`unsubscribe`](Self::unsubscribe).
    pub(crate) fn subscribe(&self, topic: &Arc<str>, session: Weak<dyn Listener>, id: SubscriptionId) -> usize {
        let (key, first) = self.fan_out.subscribe(topic, session, id);
        if let Some(generation) = first {
            let (fan_out, name) = (Arc::downgrade(&self.fan_out), Arc::clone(topic));
            self.publisher.subscribe(Subscriber::new(&self.fan_out, topic), move |subscribed| {
                if let Some(fan_out) = fan_out.upgrade() {
                    fan_out.keep(&name, generation, subscribed.into_guard());
                }
            });
        }
        key
    }

    pub(crate) fn unsubscribe(&self, topic: &str, key: usize) {
        self.fan_out.unsubscribe(topic, key);
    }

    /// The number of messages of a topic that have been queued so far.
    pub(crate) fn queued(&self, topic: &str) -> u64 {
        self.fan_out.queued(topic)
    }

    /// Returns true if all subscribers have received the first `count` messages of a topic.
    pub(crate) fn has_delivered(&self, topic: &str, count: u64) -> bool {
        self.fan_out.has_delivered(topic, count)
    }
}
