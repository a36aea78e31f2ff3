//! Topics as values: a name, the type of its messages, and what to keep of those that wait.

mod name;
mod parameter;

use std::fmt;
use std::hash::{BuildHasher, Hash, RandomState};
use std::marker::PhantomData;
use std::sync::LazyLock;

use serde::de::DeserializeOwned;

pub use self::name::{TopicFilter, TopicName, is_own};
pub use self::parameter::{TopicParameter, TopicParameters};

/// The topic of [`Subscription::engine_connected`](crate::Subscription::engine_connected). Its messages are true or false. It never
/// leaves the process. Each session hears first how it is.
pub const ENGINE_CONNECTED: &str = "tealight:engine-connected";

/// A topic whose messages have the type `M`, declared once for all that publish and subscribe.
///
/// Its name may have parameters of the types `P`: none, one, or a tuple of two or three.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use tealight_core::{Command, Subscription, Topic};
///
/// #[derive(Serialize, Deserialize)]
/// struct Said { by: String, text: String }
///
/// const NEWS: Topic<String> = Topic::new("news");
/// const ROOM: Topic<Said, u32> = Topic::new("room:{id}");
///
/// enum InternalEvent { News(String), Said(Said), SaidIn(u32, Said) }
///
/// fn subscriptions(room: Option<u32>) -> Subscription<InternalEvent> {
///     Subscription::batch([
///         Subscription::topic(NEWS, InternalEvent::News),
///         match room {
///             Some(id) => Subscription::topic(ROOM.of(id), InternalEvent::Said),
///             None => Subscription::topics(ROOM, InternalEvent::SaidIn),
///         },
///     ])
/// }
///
/// fn say(room: u32, said: &Said) -> Command<InternalEvent> {
///     Command::publish(ROOM.of(room), said)
/// }
/// # let _ = (subscriptions(None), say(7, &Said { by: String::new(), text: String::new() }));
/// # assert_eq!(ROOM.of(7).as_str(), "room:7");
/// ```
///
/// Messages are JSON. A topic that other programs share can also be named by a text wherever a topic is expected, such as
/// `"room:7"`.
pub struct Topic<M: ?Sized, P = ()> {
    pattern: &'static str,
    keep: Keep,
    types: PhantomData<fn(P) -> M>,
}

/// The messages that a topic keeps for a session that is behind.
#[derive(Clone, Copy, Debug, Default)]
pub enum Keep {
    /// All of them, up to the runtime's limit. Beyond it, the session hears that it has missed some.
    #[default]
    All,
    /// The newest one.
    Newest,
    /// The newest one of each name and key, up to the runtime's limit. The function reads the key of a message.
    Keyed(fn(&[u8]) -> Option<u64>),
}

/// A message that is about something with a key: a newer one of the same key makes it out of date.
///
/// See [`Topic::newest_by_key`].
pub trait Keyed {
    /// The key's type.
    type Key: Hash;

    /// Returns the key.
    fn key(&self) -> Self::Key;
}

impl<M: ?Sized, P: TopicParameters> Topic<M, P> {
    /// Declares a topic. The pattern is a name: parts with a colon between them, such as `"orders"` or `"house:{house}:room:{id}"`.
    /// A part in braces stands for a parameter.
    ///
    /// # Panics
    /// Panics if the pattern and `P` differ in their number of parameters, if a parameter has no name or is not a whole part, if a part is
    /// empty, or if the pattern has an asterisk. In a `const`, that is an error of the compiler.
    #[must_use]
    pub const fn new(pattern: &'static str) -> Self {
        name::check(pattern, P::COUNT);
        Self { pattern, keep: Keep::All, types: PhantomData }
    }

    /// Keeps only the newest message for a session that is behind. Use it for messages that say all there is to say, such as the
    /// present price. A subscription to all names keeps the newest one of each.
    #[must_use]
    pub const fn newest(self) -> Self {
        Self { keep: Keep::Newest, ..self }
    }

    /// Returns the topic with these parameters.
    #[must_use]
    pub fn of(self, parameters: P) -> TopicName<M> {
        TopicName::new(name::fill(self.pattern, &parameters).into(), self.keep)
    }

    /// Returns the filter of all its names.
    pub(crate) fn filter(self) -> TopicName<M> {
        let keep = match self.keep {
            // The newest one of each name: a runtime takes equal keys of two names for different ones.
            Keep::Newest => Keep::Keyed(|_| Some(0)),
            keep => keep,
        };
        TopicName::new(name::filter(self.pattern).into(), keep)
    }

    /// Reads the parameters of a name.
    pub(crate) fn parameters(self, name: &str) -> Option<P> {
        name::read(self.pattern, name)
    }
}

impl<M: Keyed + DeserializeOwned, P: TopicParameters> Topic<M, P> {
    /// Keeps only the newest message of each key for a session that is behind.
    ///
    /// ```
    /// use serde::{Deserialize, Serialize};
    /// use tealight_core::{Keyed, Topic};
    ///
    /// #[derive(Serialize, Deserialize)]
    /// struct Price { share: String, cents: u64 }
    ///
    /// impl Keyed for Price {
    ///     type Key = String;
    ///
    ///     fn key(&self) -> String {
    ///         self.share.clone()
    ///     }
    /// }
    ///
    /// const PRICES: Topic<Price> = Topic::new("prices").newest_by_key();
    /// # let _ = PRICES;
    /// ```
    #[must_use]
    pub const fn newest_by_key(self) -> Self {
        Self { keep: Keep::Keyed(key_of::<M>), ..self }
    }
}

/// Nobody can choose keys whose hashes are equal.
static KEYS: LazyLock<RandomState> = LazyLock::new(RandomState::new);

fn key_of<M: Keyed + DeserializeOwned>(payload: &[u8]) -> Option<u64> {
    let message: M = serde_json::from_slice(payload).ok()?;
    Some(KEYS.hash_one(message.key()))
}

impl<M: ?Sized, P> Clone for Topic<M, P> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<M: ?Sized, P> Copy for Topic<M, P> {}

impl<M: ?Sized, P> fmt::Debug for Topic<M, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Topic").field(&self.pattern).finish()
    }
}

impl<M: ?Sized> From<Topic<M>> for TopicName<M> {
    fn from(topic: Topic<M>) -> Self {
        Self::new(topic.pattern.into(), topic.keep)
    }
}
