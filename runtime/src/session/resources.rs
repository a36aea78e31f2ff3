use std::sync::Arc;

use tealight_core::session::{SubscriptionId, TopicFilter, WorkKey};
use tealight_core::timer::TimerKey;
use tokio::task::AbortHandle;

use crate::error::catch;
use crate::presence::Presence;
use crate::runtime::Runtime;
use crate::topics::Topics;

/// The tasks, timers and topics of one session. They end with it.
pub(super) struct Resources<E> {
    held: Vec<Resource<E>>,
}

enum Resource<E> {
    Work(Running),
    /// A single timer and its event.
    After(u32, TimerKey, Box<E>),
    Every(SubscriptionId, TimerKey),
    Topic(Box<Subscribed>),
    /// The session hears who is at a place.
    Place(Box<At>),
    /// Its page is at a place.
    Device(Box<At>),
    /// A message that a posted form has published: its topic, and its number at least.
    Delivery(Box<(TopicFilter, u64)>),
}

/// A subscription to topics.
struct Subscribed {
    id: SubscriptionId,
    topic: TopicFilter,
    key: u32,
    /// It hears nothing yet.
    is_held: bool,
}

/// A subscription to a place, or a device there.
struct At {
    id: SubscriptionId,
    place: Arc<str>,
    key: u64,
}

/// A piece of work that runs.
pub(super) struct Running {
    pub(super) number: u32,
    /// A page that is being made does not wait for the end of a stream.
    pub(super) is_stream: bool,
    pub(super) key: Option<WorkKey>,
    pub(super) handle: AbortHandle,
}

impl<E> Resources<E> {
    pub(super) const fn new() -> Self {
        Self { held: Vec::new() }
    }

    /// The number of things that it holds.
    pub(super) fn count(&self) -> usize {
        self.held.len()
    }

    pub(super) fn add_task(&mut self, task: Running) {
        self.add(Resource::Work(task));
    }

    /// Returns false if it was cancelled.
    pub(super) fn remove_task(&mut self, number: u32) -> bool {
        self.take(|resource| matches!(resource, Resource::Work(task) if task.number == number)).is_some()
    }

    pub(super) fn has_task(&self, number: u32) -> bool {
        self.held.iter().any(|resource| matches!(resource, Resource::Work(task) if task.number == number))
    }

    /// Returns true if work runs that ends by itself.
    pub(super) fn has_tasks(&self) -> bool {
        self.held.iter().any(|resource| matches!(resource, Resource::Work(task) if !task.is_stream))
    }

    /// Ends the work with this key.
    pub(super) fn cancel(&mut self, key: WorkKey) {
        if let Some(Resource::Work(task)) =
            self.take(|resource| matches!(resource, Resource::Work(task) if task.key == Some(key)))
        {
            task.handle.abort();
        }
    }

    pub(super) fn add_event(&mut self, number: u32, timer: TimerKey, event: E) {
        self.add(Resource::After(number, timer, Box::new(event)));
    }

    /// Takes the event of a single timer that is due. Returns `None` if the timer was cancelled meanwhile.
    pub(super) fn take_event(&mut self, number: u32) -> Option<E> {
        match self.take(|resource| matches!(resource, Resource::After(n, ..) if *n == number))? {
            Resource::After(_, _, event) => Some(*event),
            _ => None,
        }
    }

    pub(super) fn add_timer(&mut self, id: SubscriptionId, timer: TimerKey) {
        self.add(Resource::Every(id, timer));
    }

    pub(super) fn add_topic(&mut self, id: SubscriptionId, topic: TopicFilter, key: usize, is_held: bool) {
        let key = u32::try_from(key).expect("a topic has fewer than 2³² subscribers");
        self.add(Resource::Topic(Box::new(Subscribed { id, topic, key, is_held })));
    }

    pub(super) fn add_place(&mut self, id: SubscriptionId, place: Arc<str>, key: usize) {
        self.add(Resource::Place(Box::new(At { id, place, key: key as u64 })));
    }

    pub(super) fn add_device(&mut self, id: SubscriptionId, place: Arc<str>, number: u64) {
        self.add(Resource::Device(Box::new(At { id, place, key: number })));
    }

    /// The page has gone away, or has come back.
    pub(super) fn set_away(&self, is_away: bool, presence: &Presence) {
        for resource in &self.held {
            let Resource::Device(at) = resource else { continue };
            if is_away { presence.go_away(&at.place, at.key) } else { presence.come_back(&at.place, at.key) }
        }
    }

    /// Lets a held subscription hear its messages. Returns false if there is none.
    pub(super) fn release_topic(&mut self, id: SubscriptionId, topics: &Topics) -> bool {
        let Some(subscribed) = self.topic(id, true) else { return false };
        subscribed.is_held = false;
        topics.release(&subscribed.topic, subscribed.key as usize);
        true
    }

    /// Lets a subscription hear nothing until it is released again. Its messages wait.
    pub(super) fn hold_topic(&mut self, id: SubscriptionId, topics: &Topics) {
        if let Some(subscribed) = self.topic(id, false) {
            subscribed.is_held = true;
            topics.hold(&subscribed.topic, subscribed.key as usize);
        }
    }

    fn topic(&mut self, id: SubscriptionId, is_held: bool) -> Option<&mut Subscribed> {
        self.held.iter_mut().find_map(|resource| match resource {
            Resource::Topic(subscribed) if subscribed.id == id && subscribed.is_held == is_held => {
                Some(&mut **subscribed)
            }
            _ => None,
        })
    }

    /// Leaves the topics that are still held.
    pub(super) fn leave_held(&mut self, runtime: &Runtime) {
        while let Some(held) = self.take(|resource| matches!(resource, Resource::Topic(topic) if topic.is_held)) {
            held.end(runtime);
        }
    }

    /// Adds a message that is just being published, if this session subscribes to its topic.
    pub(super) fn add_delivery(&mut self, topic: &str, topics: &Topics) {
        let subscribed = self.topics().filter(|(filter, _)| filter.matches(topic));
        let deliveries: Vec<_> = subscribed
            .map(|(filter, _)| Resource::Delivery(Box::new((filter.clone(), topics.newest(filter)))))
            .collect();
        deliveries.into_iter().for_each(|delivery| self.add(delivery));
    }

    /// Returns true if the session has not heard yet what it has published.
    pub(super) fn has_deliveries(&self, topics: &Topics) -> bool {
        self.held.iter().any(|resource| match resource {
            Resource::Delivery(delivery) => {
                let (topic, number) = &**delivery;
                self.topics().any(|(filter, key)| filter == topic && !topics.has_delivered(topic, key, *number))
            }
            _ => false,
        })
    }

    /// Returns the topics that the session hears, with the keys of its subscriptions.
    pub(super) fn topics(&self) -> impl Iterator<Item = (&TopicFilter, usize)> {
        self.held.iter().filter_map(|resource| match resource {
            Resource::Topic(subscribed) if !subscribed.is_held => Some((&subscribed.topic, subscribed.key as usize)),
            _ => None,
        })
    }

    /// Returns the places of which the session hears, with the keys of its subscriptions.
    pub(super) fn places(&self) -> impl Iterator<Item = (&Arc<str>, usize)> {
        self.held.iter().filter_map(|resource| match resource {
            Resource::Place(at) => Some((&at.place, at.key as usize)),
            _ => None,
        })
    }

    /// Stops a repeating timer, or leaves a topic.
    pub(super) fn stop(&mut self, id: SubscriptionId, runtime: &Runtime) {
        let found = self.take(|resource| match resource {
            Resource::Every(other, _) => *other == id,
            Resource::Topic(subscribed) => subscribed.id == id,
            Resource::Place(at) | Resource::Device(at) => at.id == id,
            _ => false,
        });
        if let Some(resource) = found {
            resource.end(runtime);
        }
    }

    /// Ends everything.
    pub(super) fn end(&mut self, runtime: &Runtime) {
        for resource in std::mem::take(&mut self.held) {
            resource.end(runtime);
        }
    }

    fn add(&mut self, resource: Resource<E>) {
        if self.held.len() == self.held.capacity() {
            // most sessions hold one timer, and a `Vec` would make room for four
            self.held.reserve_exact(self.held.len().max(1));
        }
        self.held.push(resource);
    }

    fn take(&mut self, is_it: impl FnMut(&Resource<E>) -> bool) -> Option<Resource<E>> {
        let at = self.held.iter().position(is_it)?;
        Some(self.held.swap_remove(at))
    }
}

impl<E> Resource<E> {
    /// Ends it. The `Drop` of an event may panic; the other resources end nevertheless.
    fn end(self, runtime: &Runtime) {
        let _ = catch("drop", || self.end_uncaught(runtime));
    }

    fn end_uncaught(self, runtime: &Runtime) {
        match self {
            Self::Work(task) => task.handle.abort(),
            Self::After(_, timer, _) | Self::Every(_, timer) => runtime.clock.cancel(timer),
            Self::Topic(subscribed) => runtime.topics.unsubscribe(&subscribed.topic, subscribed.key as usize),
            Self::Place(at) => runtime.presence.ignore(&at.place, at.key as usize),
            Self::Device(at) => runtime.presence.leave(&at.place, at.key),
            Self::Delivery(..) => {}
        }
    }
}
