use std::borrow::Cow;
use std::fmt;
use std::iter;
use std::mem;
use std::time::Duration;

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::batch::Batch;
use crate::html::fingerprint;
use crate::presence::{Here, Person};
use crate::topic::{ENGINE_CONNECTED, Keep, TopicFilter, TopicName, TopicParameters};
use crate::{Route, Topic};

/// The timers, topics, places and routes that a model wants.
///
/// An application does not start or stop them. After each `update`, the session compares the result of `subscriptions`
/// with what is running, and starts and stops the difference.
///
/// A timer keeps running while its period and the variant of its event stay the same. The event's data may change: each
/// tick delivers the newest. A topic keeps running while its name and its constructor stay the same.
///
/// ```
/// use std::time::Duration;
/// use tealight_core::Subscription;
///
/// #[derive(Clone)]
/// enum Internal { Tick, Said(String) }
///
/// fn subscriptions(paused: bool) -> Subscription<Internal> {
///     if paused {
///         return Subscription::none();
///     }
///     Subscription::batch([
///         Subscription::every(Duration::from_secs(1), Internal::Tick),
///         Subscription::topic("chat", Internal::Said),
///     ])
/// }
/// # let _ = subscriptions(false);
/// ```
#[must_use = "a subscription does nothing unless `subscriptions` returns it"]
pub struct Subscription<E>(Batch<Source<E>>);

/// One timer, topic, device at a place, or route. The scope says to which component it belongs: 0 is the page itself.
pub(crate) enum Source<E> {
    Every { period: Duration, event: E, scope: u64 },
    Topic(TopicSource<E>),
    Device { place: Cow<'static, str>, person: String, about: String, scope: u64 },
    Route { parse: Parse<E> },
}

/// The messages of one topic, or of all topics of a pattern.
pub(crate) struct TopicSource<E> {
    pub(crate) name: Cow<'static, str>,
    is_pattern: bool,
    /// The messages are news of the people at the place of this name.
    pub(crate) is_place: bool,
    pub(crate) keep: Keep,
    constructor: &'static str,
    pub(crate) decode: Decode<E>,
    pub(crate) lagged: Option<E>,
    scope: u64,
}

/// Reads the address of a route that the model hears.
type Parse<E> = Box<dyn Fn(&str) -> Option<E>>;

/// Reads a message of the topic with this name. Returns `None` if it is of another topic.
type Decode<E> = Box<dyn Fn(&str, &[u8]) -> Option<Result<E, serde_json::Error>>>;

/// Identifies a running subscription of a session.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub(crate) u64);

impl<E> Subscription<E> {
    /// Returns no timers, topics or routes.
    pub const fn none() -> Self {
        Self(Batch::None)
    }

    /// Joins subscriptions into one.
    pub fn batch(subscriptions: impl IntoIterator<Item = Self>) -> Self {
        Self(subscriptions.into_iter().flat_map(|subscription| subscription.0.into_items()).collect::<Vec<_>>().into())
    }

    /// Delivers `event` each time `period` has passed.
    ///
    /// The shortest period is one millisecond. A late timer skips the ticks that it missed. A runtime may start a timer
    /// up to a fiftieth of its period late, and at most 20 milliseconds, so that the timers of many pages coincide.
    pub fn every(period: Duration, event: E) -> Self {
        Self(Batch::One(Source::Every { period: period.max(Duration::from_millis(1)), event, scope: 0 }))
    }

    /// Delivers each message that is published on a topic, converted by `event`.
    ///
    /// `topic` is a [`Topic`], one of its names, or a text. `event` is a constructor, or a closure that captures nothing. A
    /// message that does not decode to `M` is logged and does not reach `update`.
    ///
    /// The session hears everything that is published since its `mount` began, or since the `update` that has added the topic, in the
    /// order of the engine. What is published before its page attaches reaches `update` when it does. A session that misses messages
    /// hears that it has [lagged](Self::lagged).
    pub fn topic<M: DeserializeOwned>(topic: impl Into<TopicName<M>>, event: impl Fn(M) -> E + 'static) -> Self {
        let constructor = name_of(&event);
        let decode: Decode<E> = Box::new(move |_, payload| Some(serde_json::from_slice(payload).map(&event)));
        Self::source(topic.into(), false, constructor, decode)
    }

    /// Delivers each message that is published on any topic of this pattern, with the parameters of its name.
    ///
    /// ```
    /// use tealight_core::{Subscription, Topic};
    ///
    /// const ROOM: Topic<String, u32> = Topic::new("room:{id}");
    ///
    /// enum InternalEvent { Said(u32, String) }
    ///
    /// fn subscriptions() -> Subscription<InternalEvent> {
    ///     Subscription::topics(ROOM, InternalEvent::Said)
    /// }
    /// # let _ = subscriptions();
    /// ```
    pub fn topics<M: DeserializeOwned + 'static, P: TopicParameters + 'static>(
        topic: Topic<M, P>,
        event: impl Fn(P, M) -> E + 'static,
    ) -> Self {
        let constructor = name_of(&event);
        let decode: Decode<E> = Box::new(move |name, payload| {
            let parameters = topic.parameters(name)?;
            Some(serde_json::from_slice(payload).map(|message| event(parameters, message)))
        });
        Self::source(topic.filter(), true, constructor, decode)
    }

    fn source<M>(topic: TopicName<M>, is_pattern: bool, constructor: &'static str, decode: Decode<E>) -> Self {
        let (name, keep) = topic.into_parts();
        Self(Batch::One(Source::Topic(TopicSource {
            name,
            is_pattern,
            is_place: false,
            keep,
            constructor,
            decode,
            lagged: None,
            scope: 0,
        })))
    }

    /// Delivers who is at a place, and says that this page is there, as a device of `me`. With `None` it only looks on.
    ///
    /// A place is named like a topic: `M` is what others see of a person's device. The first news names all who are there, and the next
    /// ones those who have come, changed or left: hand them to [`People::apply`](crate::presence::People::apply). `event` is a
    /// constructor, or a closure that captures nothing.
    ///
    /// The page is there from its attach on, and until the model wants this no more. If its line breaks, it is there for another five
    /// seconds. If `me` has changed after an `update`, others hear of it. All that happens at a place within a second comes together.
    ///
    /// If `about` cannot be encoded as JSON, that is logged, and the page only looks on.
    pub fn presence<M: Serialize + DeserializeOwned>(
        place: impl Into<TopicName<M>>,
        me: Option<Person<M>>,
        event: impl Fn(Here<M>) -> E + 'static,
    ) -> Self {
        let place = place.into().into_parts().0;
        let device = me.and_then(|me| match serde_json::to_string(me.about()) {
            Ok(about) => Some(Source::Device { place: place.clone(), person: me.key().to_owned(), about, scope: 0 }),
            Err(error) => {
                tracing::error!(?place, %error, "a person is not present: they cannot be encoded as JSON");
                None
            }
        });
        let constructor = name_of(&event);
        let decode: Decode<E> = Box::new(move |_, news| Some(serde_json::from_slice(news).map(&event)));
        let mut news = Self::source(TopicName::<M>::from(place), false, constructor, decode);
        if let Batch::One(Source::Topic(source)) = &mut news.0 {
            source.is_place = true;
        }
        Self::batch(iter::once(news).chain(device.map(|device| Self(Batch::One(device)))))
    }

    /// Delivers whether the engine of topics has its connection: how it is when the page attaches, and then each change. A page can so say that
    /// it does not hear of others. The first HTML is made before.
    ///
    /// While it has none, this process is cut off: sessions go on, what they publish reaches this process only, and they miss what others
    /// publish. When it is back, each subscription to a topic also hears that it has [lagged](Self::lagged), before or after this.
    /// The default engine always has its connection.
    ///
    /// ```
    /// use tealight_core::Subscription;
    ///
    /// enum InternalEvent { Connected(bool) }
    ///
    /// fn subscriptions() -> Subscription<InternalEvent> {
    ///     Subscription::engine_connected(InternalEvent::Connected)
    /// }
    /// # let _ = subscriptions();
    /// ```
    pub fn engine_connected(event: impl Fn(bool) -> E + 'static) -> Self {
        Self::topic(TopicName::from(ENGINE_CONNECTED), event)
    }

    /// Delivers `event` when the session has missed messages of its topic, or may have. `update` should then read again what the
    /// messages say. What it hears while the command reads may be newer than what was read: let messages have a number that grows, and
    /// keep the newer ones.
    ///
    /// A session misses messages if more of them wait for it than the runtime keeps, if the engine loses its connection, or if the
    /// session was away while its server restarted. Without such an event, this is logged.
    ///
    /// Call it on the subscription to one topic, before [`batch`](Self::batch). One to presence needs no such event: it begins again with
    /// all who are there.
    ///
    /// # Panics
    /// With debug assertions, panics if this is not the subscription to one topic. Without them, nothing happens.
    ///
    /// ```
    /// # use tealight_core::{Subscription, Topic};
    /// # const ORDERS: Topic<u32> = Topic::new("orders");
    /// # #[derive(Clone)]
    /// enum InternalEvent { Placed(u32), ReadAgain }
    ///
    /// fn subscriptions() -> Subscription<InternalEvent> {
    ///     Subscription::topic(ORDERS, InternalEvent::Placed).lagged(InternalEvent::ReadAgain)
    /// }
    /// # let _ = subscriptions();
    /// ```
    pub fn lagged(self, event: E) -> Self {
        match self.0 {
            Batch::One(Source::Topic(source)) => {
                Self(Batch::One(Source::Topic(TopicSource { lagged: Some(event), ..source })))
            }
            other => {
                debug_assert!(false, "`lagged` is for the subscription to one topic");
                Self(other)
            }
        }
    }

    /// Delivers the route when a person follows a link to it, goes back or forward in the history, or `update` returns
    /// [`Command::go`](crate::Command::go). The page stays: its model and its connection go on, and the view is patched.
    ///
    /// Links are ordinary: `<a href={Page::Order { id: 7 }}>`. A link to any other address loads a page, and so do all links
    /// without JavaScript. Then `mount` reads the route with [`PageRequest::route`](crate::PageRequest::route). Return this
    /// subscription for every state of the model: a page learns when it is painted that its model hears routes. If several
    /// subscriptions read an address, the first one counts.
    ///
    /// ```
    /// use tealight_core::{Route, Subscription};
    ///
    /// #[derive(Hash, Route)]
    /// # #[route(crate = tealight_core)]
    /// #[route("/orders?page")]
    /// struct Orders { page: Option<u32> }
    ///
    /// enum Internal { Went(Orders) }
    ///
    /// fn subscriptions() -> Subscription<Internal> {
    ///     Subscription::route(Internal::Went)
    /// }
    /// # let _ = subscriptions();
    /// ```
    pub fn route<R: Route>(event: impl Fn(R) -> E + 'static) -> Self {
        Self(Batch::One(Source::Route { parse: Box::new(move |address| R::parse(address).map(&event)) }))
    }

    /// Returns the event of the first route that reads this address.
    pub(crate) fn event_of(&self, address: &str) -> Option<E> {
        self.as_slice().iter().find_map(|source| match source {
            Source::Route { parse } => parse(address),
            _ => None,
        })
    }

    /// Returns true if the model hears a route.
    pub(crate) fn hears_routes(&self) -> bool {
        self.as_slice().iter().any(|source| matches!(source, Source::Route { .. }))
    }

    /// Converts the events of a component's subscriptions to those of its parent.
    pub fn map<P>(self, event: impl Fn(E) -> P + Clone + 'static) -> Subscription<P>
    where
        E: 'static,
    {
        Subscription(self.0.map(|source| source.map(event.clone())))
    }

    /// Tells these timers and topics from those of the same component with another number. Call it before [`map`](Self::map),
    /// which makes the variants of a component's events one variant of the parent's.
    pub(crate) fn within(self, number: u64) -> Self {
        Self(self.0.map(|source| source.within(number)))
    }

    /// Keeps the topics only.
    #[cold]
    pub(crate) fn only_topics(self) -> Self {
        let is_topic = |source: &Source<E>| matches!(source, Source::Topic(source) if !source.is_place);
        Self(Batch::Many(self.0.into_items().filter(is_topic).collect()))
    }

    /// Returns each source with its identity.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (SubscriptionId, &Source<E>)> {
        let sources = self.as_slice();
        sources.iter().enumerate().map(|(i, source)| (identify(source, &sources[..i]), source))
    }

    pub(crate) const fn is_none(&self) -> bool {
        matches!(self.0, Batch::None)
    }

    pub(crate) fn as_slice(&self) -> &[Source<E>] {
        self.0.as_slice()
    }

    /// Takes the source with this identity, if the model still wants it.
    pub(crate) fn take(self, id: SubscriptionId) -> Option<Source<E>> {
        let at = self.sources().position(|(other, _)| other == id)?;
        match self.0 {
            Batch::None => None,
            Batch::One(source) => Some(source),
            Batch::Many(mut sources) => Some(sources.swap_remove(at)),
        }
    }
}

impl<E> Source<E> {
    fn map<P>(self, event: impl Fn(E) -> P + 'static) -> Source<P>
    where
        E: 'static,
    {
        match self {
            Self::Every { period, event: inner, scope } => Source::Every { period, event: event(inner), scope },
            Self::Topic(source) => {
                let TopicSource { name, is_pattern, is_place, keep, constructor, decode, lagged, scope } = source;
                let lagged = lagged.map(&event);
                let decode: Decode<P> = Box::new(move |name, payload| Some(decode(name, payload)?.map(&event)));
                Source::Topic(TopicSource { name, is_pattern, is_place, keep, constructor, decode, lagged, scope })
            }
            Self::Device { place, person, about, scope } => Source::Device { place, person, about, scope },
            Self::Route { parse } => Source::Route { parse: Box::new(move |address| parse(address).map(&event)) },
        }
    }

    fn within(mut self, number: u64) -> Self {
        match &mut self {
            Self::Every { event, scope, .. } => *scope = fingerprint::of(&(number, mem::discriminant(event), *scope)),
            Self::Topic(TopicSource { scope, .. }) | Self::Device { scope, .. } => {
                *scope = fingerprint::of(&(number, *scope));
            }
            Self::Route { .. } => {}
        }
        self
    }

    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Every { period: a, event: x, scope: s }, Self::Every { period: b, event: y, scope: t }) => {
                s == t && a == b && mem::discriminant(x) == mem::discriminant(y)
            }
            (Self::Topic(one), Self::Topic(other)) => one.is_like(other),
            (
                Self::Device { place: a, person: p, about: x, scope: s },
                Self::Device { place: b, person: q, about: y, scope: t },
            ) => s == t && a == b && p == q && x == y,
            (Self::Route { .. }, Self::Route { .. }) => true,
            _ => false,
        }
    }
}

impl<E> TopicSource<E> {
    fn is_like(&self, other: &Self) -> bool {
        self.scope == other.scope
            && self.name == other.name
            && self.is_pattern == other.is_pattern
            && self.is_place == other.is_place
            && self.constructor == other.constructor
    }

    pub(crate) fn filter(&self) -> TopicFilter {
        if self.is_pattern { TopicFilter::pattern(&*self.name) } else { TopicFilter::name(&*self.name) }
    }
}

fn name_of<T>(_: &T) -> &'static str {
    std::any::type_name::<T>()
}

/// Returns a source's identity. Equal sources are told apart by their order.
#[inline]
fn identify<E>(source: &Source<E>, before: &[Source<E>]) -> SubscriptionId {
    let alike = before.iter().filter(|other| other.is_like(source)).count();
    SubscriptionId(match source {
        Source::Every { period, event, scope } => {
            fingerprint::of(&(period.as_millis() as u64, mem::discriminant(event), alike, *scope))
        }
        Source::Topic(TopicSource { name, is_pattern, is_place, constructor, scope, .. }) => {
            fingerprint::of(&(&**name, *is_pattern, *is_place, *constructor, alike, *scope))
        }
        Source::Device { place, person, about, scope } => {
            fingerprint::of(&("device", &**place, &**person, &**about, alike, *scope))
        }
        Source::Route { .. } => fingerprint::of(&("route", alike)),
    })
}

impl<E> fmt::Debug for Subscription<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for source in self.as_slice() {
            match source {
                Source::Every { period, .. } => list.entry(&format_args!("every {period:?}")),
                Source::Topic(source) => list.entry(&format_args!("topic {}", source.name)),
                Source::Device { place, .. } => list.entry(&format_args!("device at {place}")),
                Source::Route { .. } => list.entry(&format_args!("route")),
            };
        }
        list.finish()
    }
}
