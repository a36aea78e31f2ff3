use std::borrow::Cow;
use std::fmt;
use std::mem;
use std::time::Duration;

use serde::de::DeserializeOwned;

/// What lasts: the timers and topics that a model wants, declared rather than started and stopped.
///
/// After each `update` the runtime compares what `subscriptions` answers with what runs, and starts
/// and stops the difference. The same timer is one with the same period and the same variant of
/// event (the data in the event may change: the newest is delivered); the same topic is one with the
/// same name and constructor.
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
pub struct Subscription<E>(Kind<E>);

enum Kind<E> {
    None,
    One(Source<E>),
    Batch(Vec<Source<E>>),
}

pub(crate) enum Source<E> {
    Every { period: Duration, event: E },
    Topic { name: Cow<'static, str>, constructor: &'static str, decode: Decode<E> },
}

type Decode<E> = Box<dyn Fn(&[u8]) -> Result<E, serde_json::Error>>;

/// Names one running timer or topic of a session, for as long as it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(pub(crate) u64);

impl<E> Subscription<E> {
    /// Nothing.
    pub const fn none() -> Self {
        Self(Kind::None)
    }

    /// All of these.
    pub fn batch(subscriptions: impl IntoIterator<Item = Self>) -> Self {
        let mut sources = Vec::new();
        for subscription in subscriptions {
            match subscription.0 {
                Kind::None => {}
                Kind::One(source) => sources.push(source),
                Kind::Batch(more) => sources.extend(more),
            }
        }
        Self(Kind::Batch(sources))
    }

    /// A timer: `event`, each time that `period` has passed. A late timer skips what it missed.
    /// The shortest period is a millisecond. A runtime may begin a timer later by a fiftieth of its period, and
    /// up to 20 milliseconds, so that many pages' timers come together.
    pub fn every(period: Duration, event: E) -> Self {
        Self(Kind::One(Source::Every { period: period.max(Duration::from_millis(1)), event }))
    }

    /// A topic: each message that is published under `name`, as the event that `event` makes of it.
    ///
    /// `event` is a constructor or a closure that captures nothing. A message that is not an `M` is
    /// logged and counted, and does not reach `update`.
    pub fn topic<M: DeserializeOwned>(name: impl Into<Cow<'static, str>>, event: impl Fn(M) -> E + 'static) -> Self {
        fn name_of<T>(_: &T) -> &'static str {
            std::any::type_name::<T>()
        }
        let constructor = name_of(&event);
        let decode: Decode<E> = Box::new(move |payload| serde_json::from_slice(payload).map(&event));
        Self(Kind::One(Source::Topic { name: name.into(), constructor, decode }))
    }

    /// The same, told to a parent: a component's subscriptions inside the page that holds it.
    pub fn map<P>(self, event: impl Fn(E) -> P + Clone + 'static) -> Subscription<P>
    where
        E: 'static,
    {
        Subscription(match self.0 {
            Kind::None => Kind::None,
            Kind::One(source) => Kind::One(source.map(event)),
            Kind::Batch(sources) => Kind::Batch(sources.into_iter().map(|source| source.map(event.clone())).collect()),
        })
    }

    /// Without the timers.
    #[cold]
    pub(crate) fn topics(self) -> Self {
        let (one, batch) = match self.0 {
            Kind::None => (None, Vec::new()),
            Kind::One(source) => (Some(source), Vec::new()),
            Kind::Batch(sources) => (None, sources),
        };
        let is_topic = |source: &Source<E>| matches!(source, Source::Topic { .. });
        Self(Kind::Batch(one.into_iter().chain(batch).filter(is_topic).collect()))
    }

    /// Each source with its identity.
    pub(crate) fn sources(&self) -> impl Iterator<Item = (SubscriptionId, &Source<E>)> {
        let sources = self.as_slice();
        sources.iter().enumerate().map(|(i, source)| (identify(source, &sources[..i]), source))
    }

    pub(crate) const fn is_none(&self) -> bool {
        matches!(self.0, Kind::None)
    }

    pub(crate) fn as_slice(&self) -> &[Source<E>] {
        match &self.0 {
            Kind::None => &[],
            Kind::One(source) => std::slice::from_ref(source),
            Kind::Batch(sources) => sources,
        }
    }

    /// The source that runs under `id`, if the model still wants it.
    pub(crate) fn take(self, id: SubscriptionId) -> Option<Source<E>> {
        let at = self.sources().position(|(other, _)| other == id)?;
        match self.0 {
            Kind::None => None,
            Kind::One(source) => Some(source),
            Kind::Batch(mut sources) => Some(sources.swap_remove(at)),
        }
    }
}

impl<E> Source<E> {
    fn map<P>(self, event: impl Fn(E) -> P + 'static) -> Source<P>
    where
        E: 'static,
    {
        match self {
            Self::Every { period, event: inner } => Source::Every { period, event: event(inner) },
            Self::Topic { name, constructor, decode } => {
                Source::Topic { name, constructor, decode: Box::new(move |payload| decode(payload).map(&event)) }
            }
        }
    }

    fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Every { period: a, event: x }, Self::Every { period: b, event: y }) => {
                a == b && mem::discriminant(x) == mem::discriminant(y)
            }
            (Self::Topic { name: a, constructor: x, .. }, Self::Topic { name: b, constructor: y, .. }) => {
                a == b && x == y
            }
            _ => false,
        }
    }
}

/// A source's identity; among sources that are alike it is their order that tells them apart.
#[inline]
fn identify<E>(source: &Source<E>, before: &[Source<E>]) -> SubscriptionId {
    use crate::html::fingerprint;
    let alike = before.iter().filter(|other| other.is_like(source)).count();
    SubscriptionId(match source {
        Source::Every { period, event } => {
            fingerprint::of(&(period.as_millis() as u64, mem::discriminant(event), alike))
        }
        Source::Topic { name, constructor, .. } => fingerprint::of(&(&**name, *constructor, alike)),
    })
}

impl<E> fmt::Debug for Subscription<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut list = f.debug_list();
        for source in self.as_slice() {
            match source {
                Source::Every { period, .. } => list.entry(&format_args!("every {period:?}")),
                Source::Topic { name, .. } => list.entry(&format_args!("topic {name}")),
            };
        }
        list.finish()
    }
}
