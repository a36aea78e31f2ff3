//! Topics: messages between sessions, in one process and across processes.
//!
//! `update` publishes through a [`Publisher`], which hands the message to an engine ([`PubSub`]). The engine brings
//! it to the [`Subscriber`] of each process. From there, [`FanOut`] delivers it to the sessions.

mod ends;
mod engine;
mod fan_out;
mod local;
mod publisher;

use std::sync::{Arc, Weak};

use tealight_core::session::SubscriptionId;
use tokio::runtime::Handle;

use self::ends::Ends;
use self::fan_out::FanOut;
use crate::owners::Owners;

pub use engine::{PubSub, Subscribed, Subscriber};
pub(crate) use fan_out::Listener;
pub use local::LocalPubSub;
pub use publisher::Publisher;

/// The topics of a running application.
pub(crate) struct Topics {
    fan_out: Arc<FanOut>,
    publisher: Publisher,
    ends: Arc<Ends>,
}

impl Topics {
    pub(crate) fn new(engine: Arc<dyn PubSub>, handle: Handle, owners: Arc<Owners>) -> Self {
        let ends = Arc::new(Ends::new(owners, handle.clone()));
        let fan_out = Arc::new(FanOut::new(handle.clone()));
        Self { fan_out, publisher: Publisher::new(engine, handle, Arc::clone(&ends)), ends }
    }

    /// Hears from now on when another process ends all sessions of an owner.
    pub(crate) fn hear_ends(&self) {
        if self.ends.must_subscribe() {
            let ends = Arc::downgrade(&self.ends);
            self.publisher.subscribe(Subscriber::ends(&self.ends), move |subscribed| {
                if let Some(ends) = ends.upgrade() {
                    ends.keep(subscribed.into_guard());
                }
            });
        }
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
