use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::mem;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, Weak};

use tealight_core::session::{Keep, Message, SubscriptionId, TopicFilter, is_own};
use tokio::runtime::Handle;

use super::recent::Recent;
use super::subscribed::Subscribed;
use super::topic::{Begun, Listener, Subscription, Topic};
use super::traffic::add_to;
use crate::error::catch;
use crate::report::TopicReport;
use crate::sync::lock;

/// The subscriptions of this process's sessions, by topic, with the messages that wait for them.
///
/// No lock is held while a session is called. A topic's subscribers are called one after the other, by four deliveries at
/// most, each with the messages that wait for it. One that is busy is left out until it lets its topics go on.
pub(crate) struct FanOut {
    shards: [Mutex<Topics>; SHARDS],
    shared: Mutex<Shared>,
    hasher: RandomState,
    pub(super) handle: Handle,
    /// Begins deliveries at the end of this thread's turn.
    start: Start,
    /// The engine brings all messages to this process.
    hears_all: bool,
    /// The number of all subscriptions that are not held.
    count: AtomicUsize,
    /// The number of topics whose messages have keys.
    keyed: AtomicUsize,
}

/// Begins a delivery.
pub(super) type Start = Box<dyn Fn(&Arc<FanOut>, TopicFilter, Begun) + Send + Sync>;

type Topics = HashMap<Arc<str>, Topic>;

/// All topics share this. Its lock is taken after that of a shard.
#[derive(Default)]
struct Shared {
    recent: Recent,
    /// The topics of subscriptions to all names of a pattern.
    patterns: Topics,
}

const SHARDS: usize = 16;

/// The time from which on a subscription hears messages.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Since {
    /// Since this message, which was the newest when its mount began.
    Message(u64),
    /// From now on.
    Now,
    /// It was subscribed before, and nobody knows since when it was not.
    Unknown,
}

impl FanOut {
    pub(super) fn new(handle: Handle, hears_all: bool, start: Start) -> Self {
        Self {
            shards: Default::default(),
            shared: Mutex::default(),
            hasher: RandomState::new(),
            handle,
            start,
            hears_all,
            count: AtomicUsize::new(0),
            keyed: AtomicUsize::new(0),
        }
    }

    pub(super) fn count(&self) -> usize {
        self.count.load(Relaxed)
    }

    /// Adds a subscription. If it is held, it takes no messages before [`release`](Self::release). Returns its key, and the topic's
    /// generation if this is its first subscription and the engine must subscribe to it.
    pub(super) fn subscribe(
        self: &Arc<Self>,
        topic: &TopicFilter,
        (session, id): (Weak<dyn Listener>, SubscriptionId),
        keep: Keep,
        since: Since,
        is_held: bool,
    ) -> (usize, Option<u64>) {
        if !is_held {
            self.count.fetch_add(1, Relaxed);
        }
        let (added, delivery) = self.with_shared(topic, |topics, recent| {
            let now = recent.last();
            let mut is_new = false;
            let entry = topics.entry(Arc::clone(topic.text())).or_insert_with(|| {
                is_new = true;
                Topic::new(now, self.hears_all.then_some(0))
            });
            if entry.key.is_none()
                && let Keep::Keyed(key) = keep
            {
                entry.key = Some(key);
                self.keyed.fetch_add(1, Relaxed);
            }
            let is_covered = |number: u64| entry.since.is_some_and(|since| since <= number);
            let (mut early, is_complete) = match since {
                Since::Message(number) if is_covered(number) => recent.since(number, topic),
                Since::Now => (Vec::new(), is_covered(now)),
                Since::Message(_) | Since::Unknown => (Vec::new(), false),
            };
            let mut has_lagged = !is_complete;
            if matches!(keep, Keep::Newest)
                && let Some(newest) = early.pop()
            {
                early = vec![newest];
                has_lagged = false;
            }
            let mut subscription = Subscription::new(session, id, keep, now);
            subscription.is_held = is_held;
            // If the engine's subscription is not there yet, it hears so when it is.
            subscription.has_lagged = has_lagged && entry.since.is_some();
            subscription.early = (!early.is_empty()).then(|| early.into_boxed_slice());
            let must_deliver = !is_held && subscription.waits(&entry.backlog);
            let key = entry.subscribers.insert(subscription);
            let delivery = must_deliver.then(|| entry.begin_delivery()).flatten();
            ((key, (is_new && !self.hears_all).then_some(entry.generation)), delivery)
        });
        self.deliver(topic, delivery);
        added
    }

    /// Adds a subscription to a topic of this process's own, to which no engine subscribes. It hears `first` before all others, and nothing
    /// before [`release`](Self::release) if it is held.
    pub(super) fn listen(
        self: &Arc<Self>,
        topic: &TopicFilter,
        (session, id): (Weak<dyn Listener>, SubscriptionId),
        first: Message,
        keep: Keep,
        is_held: bool,
    ) -> usize {
        if !is_held {
            self.count.fetch_add(1, Relaxed);
        }
        let (key, delivery) = self.with_shared(topic, |topics, recent| {
            let now = recent.last();
            let entry = topics.entry(Arc::clone(topic.text())).or_insert_with(|| Topic::new(now, Some(0)));
            let mut subscription = Subscription::new(session, id, keep, now);
            subscription.early = Some([first].into());
            subscription.is_held = is_held;
            let key = entry.subscribers.insert(subscription);
            (key, if is_held { None } else { entry.begin_delivery() })
        });
        self.deliver(topic, delivery);
        key
    }

    /// Lets a held subscription take its messages.
    pub(super) fn release(self: &Arc<Self>, topic: &TopicFilter, key: usize) {
        self.count.fetch_add(1, Relaxed);
        let delivery = self.with(topic, |topics| {
            let entry = topics.get_mut(topic.text())?;
            let subscription = entry.subscribers.get_mut(key)?;
            subscription.is_held = false;
            subscription.waits(&entry.backlog).then(|| entry.begin_delivery())?
        });
        self.deliver(topic, delivery);
    }

    /// Lets a subscription take its messages whose session was busy.
    pub(super) fn go_on(self: &Arc<Self>, topic: &TopicFilter, key: usize) {
        let delivery = self.with(topic, |topics| {
            let entry = topics.get_mut(topic.text())?;
            let subscription = entry.subscribers.get_mut(key)?;
            // If a call is just ending because the session was busy, it must see this.
            subscription.goes_on = true;
            let was_busy = mem::take(&mut subscription.is_busy);
            (was_busy && subscription.waits(&entry.backlog)).then(|| entry.begin_delivery())?
        });
        self.deliver(topic, delivery);
    }

    /// Lets a subscription take no messages before the next [`release`](Self::release).
    pub(super) fn hold(&self, topic: &TopicFilter, key: usize) {
        self.with(topic, |topics| {
            if let Some(subscription) = topics.get_mut(topic.text()).and_then(|entry| entry.subscribers.get_mut(key)) {
                subscription.is_held = true;
                self.count.fetch_sub(1, Relaxed);
            }
        });
    }

    /// Removes a subscription, and its topic if it was the last one.
    pub(super) fn unsubscribe(&self, topic: &TopicFilter, key: usize) {
        let removed = self.with(topic, |topics| {
            let entry = topics.get_mut(topic.text())?;
            let subscription = entry.subscribers.try_remove(key);
            if subscription.as_ref().is_some_and(|subscription| !subscription.is_held) {
                self.count.fetch_sub(1, Relaxed);
            }
            if !entry.subscribers.is_empty() {
                entry.clear_if_done();
                return Some((subscription, None));
            }
            if entry.key.is_some() {
                self.keyed.fetch_sub(1, Relaxed);
            }
            Some((subscription, topics.remove(topic.text())))
        });
        // Without the lock: the guard runs the engine's code.
        drop(removed);
    }

    /// Keeps the engine's subscription, unless its topic is gone. The subscribers may have missed messages before it was there.
    pub(super) fn keep(self: &Arc<Self>, topic: &TopicFilter, generation: u64, guard: Subscribed) {
        let mut guard = Some(guard);
        let delivery = self.with_shared(topic, |topics, recent| {
            let entry = topics.get_mut(topic.text()).filter(|entry| entry.generation == generation)?;
            entry.guard = guard.take();
            entry.since = Some(recent.mark());
            entry.lag()
        });
        self.deliver(topic, delivery);
        // Without the lock, if nobody wants it.
        drop(guard);
    }

    /// Says that messages of a topic are lost, or of all topics.
    pub(super) fn lag(self: &Arc<Self>, via: Option<&(TopicFilter, u64)>) {
        match via {
            Some((topic, _)) => self.lag_topic(topic, via),
            None => {
                lock(&self.shared).recent.lose();
                self.all().iter().for_each(|topic| self.lag_topic(topic, None));
            }
        }
    }

    /// Says that messages of one name are lost, if the engine brings all.
    pub(super) fn lag_on(self: &Arc<Self>, name: &str) {
        // Nobody knows yet who of those that are being mounted will subscribe to it.
        lock(&self.shared).recent.lose();
        self.lag_topic(&TopicFilter::name(name), None);
        for pattern in self.patterns().iter().filter(|pattern| pattern.matches(name)) {
            self.lag_topic(pattern, None);
        }
    }

    fn lag_topic(self: &Arc<Self>, topic: &TopicFilter, via: Option<&(TopicFilter, u64)>) {
        let delivery = self.with_shared(topic, |topics, recent| {
            let entry = topics.get_mut(topic.text()).filter(|entry| entry.is_of(via))?;
            entry.since = Some(recent.mark());
            entry.lag()
        });
        self.deliver(topic, delivery);
    }

    /// The traffic of all topics, by the first part of their names.
    pub(super) fn report(&self) -> Vec<TopicReport> {
        let mut reports = HashMap::new();
        for shard in &self.shards {
            add_to(&mut reports, &lock(shard));
        }
        add_to(&mut reports, &lock(&self.shared).patterns);
        reports.into_values().collect()
    }

    /// Returns all topics that an engine brings.
    fn all(&self) -> Vec<TopicFilter> {
        let mut all = Vec::new();
        for shard in &self.shards {
            let names = lock(shard);
            let names = names.keys().filter(|name| !is_own(name));
            all.extend(names.map(|name| TopicFilter::name(Arc::clone(name))));
        }
        all.extend(self.patterns());
        all
    }

    fn patterns(&self) -> Vec<TopicFilter> {
        lock(&self.shared).patterns.keys().map(|pattern| TopicFilter::pattern(Arc::clone(pattern))).collect()
    }

    /// Takes a message of the engine.
    pub(super) fn post(self: &Arc<Self>, subscription: Option<&(TopicFilter, u64)>, message: Message) {
        let name = TopicFilter::name(Arc::clone(&message.topic));
        let via = subscription.map(|(topic, _)| topic.clone());
        let key = self.key_of(via.as_ref().unwrap_or(&name), &message);
        let mut deliveries = Vec::new();
        {
            let is_pattern = via.as_ref().is_some_and(TopicFilter::is_pattern);
            let mut exact = (!is_pattern).then(|| lock(self.shard(&message.topic)));
            let Shared { recent, patterns } = &mut *lock(&self.shared);
            if let Some(topic) = &via {
                let topics = exact.as_deref().unwrap_or(patterns);
                if topics.get(topic.text()).is_none_or(|topic| !topic.is_of(subscription)) {
                    // It has ended, and the engine does not know yet.
                    return;
                }
            }
            let number = recent.add(&via, &message);
            let mut add = |topic: &mut Topic, filter: &dyn Fn() -> TopicFilter, key| {
                topic.messages += 1;
                topic.bytes += message.payload.len() as u64;
                topic.backlog.push(number, key, message.clone());
                if let Some(begun) = topic.begin_delivery() {
                    deliveries.push((filter(), begun));
                }
            };
            if let Some(topic) = exact.as_mut().and_then(|topics| topics.get_mut(&message.topic)) {
                add(topic, &|| name.clone(), key);
            }
            match &via {
                None if patterns.is_empty() => {}
                Some(via) if !via.is_pattern() => {}
                _ => {
                    for (pattern, topic) in patterns.iter_mut() {
                        let filter = TopicFilter::pattern(Arc::clone(pattern));
                        if via.as_ref().is_none_or(|via| *via == filter) && filter.matches(&message.topic) {
                            // The name tells messages of equal keys apart, and belongs to the key.
                            let key = key.map(|key| self.hasher.hash_one((key, &message.topic)));
                            add(topic, &|| filter.clone(), key);
                        }
                    }
                }
            }
        }
        for (topic, begun) in deliveries {
            self.deliver(&topic, Some(begun));
        }
    }

    /// Reads a message's key, without a lock: this runs the application's code.
    fn key_of(&self, topic: &TopicFilter, message: &Message) -> Option<u64> {
        if self.keyed.load(Relaxed) == 0 {
            return None;
        }
        let mut key = self.with(topic, |topics| topics.get(topic.text())?.key);
        if key.is_none() {
            let Shared { patterns, .. } = &*lock(&self.shared);
            let mut of_pattern = patterns.iter().filter(|(pattern, topic)| {
                topic.key.is_some() && TopicFilter::pattern(Arc::clone(pattern)).matches(&message.topic)
            });
            key = of_pattern.next().and_then(|(_, topic)| topic.key);
        }
        let key = key?;
        catch("pubsub", || key(&message.payload)).unwrap_or_default()
    }

    /// Delivers a topic's messages at the end of this thread's turn.
    fn deliver(self: &Arc<Self>, topic: &TopicFilter, begun: Option<Begun>) {
        if let Some(begun) = begun {
            (self.start)(self, topic.clone(), begun);
        }
    }

    /// The number of the newest message of a topic.
    pub(super) fn newest(&self, topic: &TopicFilter) -> u64 {
        self.with(topic, |topics| topics.get(topic.text()).map_or(0, |topic| topic.backlog.last()))
    }

    /// Returns true if a subscriber has received a topic's messages up to this number.
    pub(super) fn has_delivered(&self, topic: &TopicFilter, key: usize, number: u64) -> bool {
        self.with(topic, |topics| {
            let subscription = topics.get(topic.text()).and_then(|topic| topic.subscribers.get(key));
            subscription.is_none_or(|subscription| subscription.taken >= number)
        })
    }

    pub(super) fn begin_mount(&self) -> u64 {
        lock(&self.shared).recent.begin_mount()
    }

    pub(super) fn end_mount(&self) {
        lock(&self.shared).recent.end_mount();
    }

    fn shard(&self, name: &str) -> &Mutex<Topics> {
        &self.shards[self.hasher.hash_one(name) as usize % SHARDS]
    }

    /// Locks the topics among which this one is.
    pub(super) fn with<R>(&self, topic: &TopicFilter, work: impl FnOnce(&mut Topics) -> R) -> R {
        if topic.is_pattern() {
            work(&mut lock(&self.shared).patterns)
        } else {
            work(&mut lock(self.shard(topic.text())))
        }
    }

    fn with_shared<R>(&self, topic: &TopicFilter, work: impl FnOnce(&mut Topics, &mut Recent) -> R) -> R {
        if topic.is_pattern() {
            let Shared { recent, patterns } = &mut *lock(&self.shared);
            work(patterns, recent)
        } else {
            let mut topics = lock(self.shard(topic.text()));
            work(&mut topics, &mut lock(&self.shared).recent)
        }
    }
}
