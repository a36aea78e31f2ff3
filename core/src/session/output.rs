use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::command::Message;
use crate::refusal::Refusal;
use crate::subscription::SubscriptionId;
use crate::topic::{Keep, TopicFilter};
use crate::work::{Task, WorkKey};

/// Work that a [`Session`](super::Session) hands to its runtime.
pub enum Output<E> {
    /// Run a piece of work. Its results come back as [`Input::Event`](super::Input::Event), or a panic as that or
    /// [`Input::Failed`](super::Input::Failed). If it has a key, first cancel the work that has the same.
    Perform(Task<E>),
    /// End the work with this key. It has no event.
    Cancel(WorkKey),
    /// Deliver the event as [`Input::Event`](super::Input::Event) after this time.
    After(Duration, E),
    /// Send a message to all subscribers of its topic, including this session.
    Publish(Message),
    /// Start a timer. Each tick is an [`Input::Timer`](super::Input::Timer).
    Every {
        /// The timer's name, until [`Output::Stop`].
        id: SubscriptionId,
        /// The time between two ticks.
        period: Duration,
    },
    /// Subscribe to topics. Each message is an [`Input::Message`](super::Input::Message).
    Subscribe {
        /// The subscription's name, until [`Output::Stop`].
        id: SubscriptionId,
        /// The topics.
        topic: TopicFilter,
        /// The messages to keep if the session is behind.
        keep: Keep,
    },
    /// Say who is at a place, and then who comes, changes and leaves. Each news is an [`Input::Message`](super::Input::Message): a JSON
    /// object whose `people` are pairs of a key and the list of its devices, and whose `all` says that nobody else is there.
    Place {
        /// The subscription's name, until [`Output::Stop`].
        id: SubscriptionId,
        /// The place's name.
        place: Arc<str>,
    },
    /// The page is at a place, as long as it is attached.
    Device {
        /// The device's name, until [`Output::Stop`].
        id: SubscriptionId,
        /// The place's name.
        place: Arc<str>,
        /// The key of its person.
        person: Arc<str>,
        /// The value that others see of it, as JSON.
        about: Arc<str>,
    },
    /// Stop a timer, or leave a topic or a place.
    Stop(SubscriptionId),
    /// Count a refused event of the page. The connection stays open.
    Refused(Refusal),
    /// The page asks for an address that its model does not hear. Answer with [`Session::refuse_link`](super::Session::refuse_link),
    /// and the page loads the address, or show the page another session and call [`Session::leave`](super::Session::leave). Hand in
    /// no message of the page before.
    Elsewhere(Elsewhere),
    /// The page may go to this address soon, the path and the query, and its model does not hear it. You may mount the view there, and
    /// send the page its full render.
    Prefetch(String),
    /// Count a full render that the page has asked for. It is the next message of [`Session::flush`](super::Session::flush).
    /// If the page asks again and again, wait before you call that.
    Remount,
    /// Count a page command that was dropped because too many were waiting.
    Dropped,
}

/// A page's way to an address that its model does not hear.
#[derive(Clone, PartialEq, Eq)]
pub struct Elsewhere {
    /// The number of the event.
    pub event: u32,
    /// The path and the query.
    pub address: String,
    /// The session that the page had there when it was last there, if it goes back or forward.
    pub session: Option<String>,
    /// The text that the page before has left for the next `mount`, with [`Command::flash`](crate::Command::flash).
    pub flash: Option<String>,
    /// The page shows a render of `session` already, because it was sent ahead: the one with this patch number.
    pub patch: Option<u32>,
}

impl<E> fmt::Debug for Output<E> {
    /// Leaves out the application's events and messages, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Perform(_) => f.write_str("Perform"),
            Self::Cancel(_) => f.write_str("Cancel"),
            Self::After(delay, _) => f.debug_tuple("After").field(delay).finish(),
            Self::Publish(message) => f.debug_tuple("Publish").field(&message.topic).finish(),
            Self::Every { period, .. } => f.debug_tuple("Every").field(period).finish(),
            Self::Subscribe { topic, .. } => f.debug_tuple("Subscribe").field(topic.text()).finish(),
            Self::Place { place, .. } => f.debug_tuple("Place").field(place).finish(),
            Self::Device { place, .. } => f.debug_tuple("Device").field(place).finish(),
            Self::Stop(_) => f.write_str("Stop"),
            Self::Refused(refusal) => f.debug_tuple("Refused").field(refusal).finish(),
            Self::Elsewhere(_) => f.write_str("Elsewhere"),
            Self::Prefetch(_) => f.write_str("Prefetch"),
            Self::Remount => f.write_str("Remount"),
            Self::Dropped => f.write_str("Dropped"),
        }
    }
}
