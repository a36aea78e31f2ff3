//! Topics: messages between sessions, in one process and across processes.
//!
//! `update` publishes through a [`Publisher`], which hands the message to an engine ([`PubSub`]). The engine brings
//! it to the [`Subscriber`] of each process. From there, [`FanOut`] delivers it to the sessions.

mod backlog;
mod connection;
mod delivery;
mod ends;
mod engine;
mod fan_out;
mod local;
mod publisher;
mod recent;
mod subscribed;
mod topic;
mod traffic;
mod watch;

use std::sync::{Arc, Weak};

use tealight_core::session::{ENGINE_CONNECTED, Keep, Message, SubscriptionId, TopicFilter};
use tokio::runtime::Handle;

use self::connection::Connection;
use self::ends::Ends;
use self::fan_out::FanOut;
use crate::owners::Owners;
use crate::report::TopicReport;
use crate::turn::turn;

pub(crate) use engine::Hears;
use engine::Own;
pub use engine::{PubSub, Subscriber};
pub(crate) use fan_out::Since;
pub use local::LocalPubSub;
pub use publisher::Publisher;
pub use subscribed::Subscribed;
pub(crate) use topic::Listener;

/// The topics of a running application.
pub(crate) struct Topics {
    fan_out: Arc<FanOut>,
    publisher: Publisher,
    ends: Arc<Ends>,
    own: Arc<Own>,
    connection: Connection,
    is_local: bool,
    /// The engine's subscription to all topics, if it has such.
    all: Option<Subscribed>,
}

/// The time in which a page is mounted. What is published meanwhile is kept for its topics.
pub(crate) struct Mounting {
    fan_out: Arc<FanOut>,
    began: u64,
}

impl Mounting {
    pub(crate) fn since(&self) -> Since {
        Since::Message(self.began)
    }
}

impl Drop for Mounting {
    fn drop(&mut self) {
        self.fan_out.end_mount();
    }
}

impl Topics {
    pub(crate) fn new(engine: Arc<dyn PubSub>, handle: Handle, owners: Arc<Owners>) -> Self {
        let own = Arc::new(Own::new());
        let ends = Arc::new(Ends::new(owners, handle.clone()));
        let publisher = Publisher::new(engine, handle.clone(), Arc::clone(&ends));
        let mut all = None;
        let fan_out = Arc::new_cyclic(|fan_out| {
            all = publisher.subscribe_all(Subscriber::new(Weak::clone(fan_out), &ends, Arc::clone(&own), None));
            FanOut::new(handle.clone(), all.is_some(), watch::start())
        });
        let connection = Connection::watch(publisher.connected(), &fan_out, &handle);
        let is_local = publisher.is_local();
        Self { fan_out, publisher, ends, own, connection, is_local, all }
    }

    /// Lets these hear messages that are Tealight's own. They need the topics, so they are made after them.
    pub(crate) fn let_hear(&self, own: [Weak<dyn Hears>; 3]) {
        let is_first = self.own.set(own).is_ok();
        debug_assert!(is_first, "an application has one of each");
    }

    /// Hears from now on when another process ends all sessions of an owner.
    pub(crate) fn hear_ends(&self) {
        if self.all.is_none() && self.ends.must_subscribe() {
            let (ends, topic) = (Arc::downgrade(&self.ends), TopicFilter::name(Ends::TOPIC));
            self.publisher.subscribe(topic.clone(), self.subscriber(topic, 0), move |subscribed| {
                if let Some(ends) = ends.upgrade() {
                    ends.keep(subscribed);
                }
            });
        }
    }

    pub(crate) fn publisher(&self) -> &Publisher {
        &self.publisher
    }

    /// The traffic of all topics, by the first part of their names.
    pub(crate) fn report(&self) -> Vec<TopicReport> {
        self.fan_out.report()
    }

    /// The number of subscriptions that sessions have.
    pub(crate) fn subscriptions(&self) -> usize {
        self.fan_out.count()
    }

    /// Keeps what is published from now on, for the topics of a page that is being mounted.
    pub(crate) fn begin_mount(&self) -> Mounting {
        Mounting { fan_out: Arc::clone(&self.fan_out), began: self.fan_out.begin_mount() }
    }

    /// Subscribes a session to topics. If it is held, it hears nothing before [`release`](Self::release). Returns the key for
    /// [`unsubscribe`](Self::unsubscribe).
    pub(crate) fn subscribe(
        &self,
        topic: &TopicFilter,
        session: (Weak<dyn Listener>, SubscriptionId),
        keep: Keep,
        since: Since,
        is_held: bool,
    ) -> usize {
        if **topic.text() == *ENGINE_CONNECTED {
            return self.connection.listen(&self.fan_out, topic, session, is_held);
        }
        let (key, first) = self.fan_out.subscribe(topic, session, keep, since, is_held);
        if let Some(generation) = first {
            let (fan_out, name) = (Arc::downgrade(&self.fan_out), topic.clone());
            self.publisher.subscribe(topic.clone(), self.subscriber(topic.clone(), generation), move |subscribed| {
                if let Some(fan_out) = fan_out.upgrade() {
                    turn(|_| fan_out.keep(&name, generation, subscribed));
                }
            });
        }
        key
    }

    fn subscriber(&self, topic: TopicFilter, generation: u64) -> Subscriber {
        Subscriber::new(Arc::downgrade(&self.fan_out), &self.ends, Arc::clone(&self.own), Some((topic, generation)))
    }

    /// No other process uses the engine.
    pub(crate) fn is_local(&self) -> bool {
        self.is_local
    }

    pub(crate) fn is_connected(&self) -> bool {
        self.connection.is_up()
    }

    /// The engine brings all messages to this process.
    pub(crate) fn hears_all(&self) -> bool {
        self.all.is_some()
    }

    /// Subscribes to one of Tealight's own topics, for the one that [hears](Hears) them.
    pub(crate) fn subscribe_own(&self, topic: TopicFilter, then: impl FnOnce(Subscribed) + Send + 'static) {
        self.publisher.subscribe(topic.clone(), self.subscriber(topic, 0), then);
    }

    /// Lets a session hear this message, and then what this process [tells](Self::tell) on a topic. Returns the key for
    /// [`unsubscribe`](Self::unsubscribe).
    pub(crate) fn listen(
        &self,
        topic: &TopicFilter,
        session: (Weak<dyn Listener>, SubscriptionId),
        first: Message,
    ) -> usize {
        self.fan_out.listen(topic, session, first, Keep::All, false)
    }

    /// Sends a message to the sessions of this process that [listen](Self::listen) to a topic.
    pub(crate) fn tell(&self, message: Message) {
        self.fan_out.post(None, message);
    }

    /// Lets a held subscription hear its messages.
    pub(crate) fn release(&self, topic: &TopicFilter, key: usize) {
        self.fan_out.release(topic, key);
    }

    /// Lets a subscription go on whose session was busy.
    pub(crate) fn go_on(&self, topic: &TopicFilter, key: usize) {
        self.fan_out.go_on(topic, key);
    }

    /// Keeps the messages of a subscription until it is released again.
    pub(crate) fn hold(&self, topic: &TopicFilter, key: usize) {
        self.fan_out.hold(topic, key);
    }

    pub(crate) fn unsubscribe(&self, topic: &TopicFilter, key: usize) {
        self.fan_out.unsubscribe(topic, key);
    }

    /// The number of the newest message of a topic.
    pub(crate) fn newest(&self, topic: &TopicFilter) -> u64 {
        self.fan_out.newest(topic)
    }

    /// Returns true if a subscriber has received the messages of a topic up to this number.
    pub(crate) fn has_delivered(&self, topic: &TopicFilter, key: usize, number: u64) -> bool {
        self.fan_out.has_delivered(topic, key, number)
    }
}
