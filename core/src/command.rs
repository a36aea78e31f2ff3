mod work;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Route;
use crate::batch::Batch;
use crate::call::Call;
use crate::effect::{self, Operation, PageEffect, Target};
use crate::html::url::{inert, may_leave_host};
use crate::topic::TopicName;
use crate::wire::bounded_flash;
use crate::work::{Task, WorkKey};

/// Work that `update` or `mount` returns, for the runtime to carry out.
///
/// Results come back as internal events. When a session ends, its commands end too.
///
/// ```
/// use std::time::Duration;
/// use tealight_core::Command;
///
/// enum Internal { Loaded(u32), Remind }
///
/// let command = Command::batch([
///     Command::perform(async { 42 }, Internal::Loaded),
///     Command::after(Duration::from_secs(5), Internal::Remind),
/// ]);
/// # let _ = command;
/// ```
#[must_use = "a command does nothing unless `update` or `mount` returns it"]
pub struct Command<E>(Batch<Action<E>>);

/// One piece of work of a [`Command`].
pub(crate) enum Action<E> {
    Perform(Task<E>),
    Cancel(WorkKey),
    After(Duration, E),
    Publish(Message),
    Page(PageCommand),
}

/// A command that the page carries out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum PageCommand {
    /// [`Command::effect`] and [`Command::push`].
    Effect(PageEffect),
    /// [`Command::announce`].
    Announce(Cow<'static, str>),
    /// [`Command::title`].
    Title(Cow<'static, str>),
    /// [`Command::flash`]. An empty text takes back the last one.
    Flash(Cow<'static, str>),
    /// [`Command::navigate`] and [`Command::leave_to`].
    Navigate(Cow<'static, str>),
    /// [`Command::go`]. The session makes it a `Follow` if the model does not hear the route.
    Go { address: String, replaces: bool },
    /// [`Command::reply`]: the number of the call's event, and the answer as JSON.
    Reply(u32, String),
    /// The page follows a link to this address.
    Follow(String),
}

impl PageCommand {
    /// Returns true if the part `effects` of the page's script runs this command.
    pub(crate) fn needs_effects(&self) -> bool {
        !matches!(self, Self::Reply(..))
    }

    /// Returns the approximate size in bytes.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Effect(effect) => effect.weight(),
                Self::Announce(text) | Self::Title(text) | Self::Flash(text) | Self::Navigate(text) => text.len(),
                Self::Go { address, .. } | Self::Follow(address) => address.len(),
                Self::Reply(_, value) => value.len(),
            }
    }
}

/// A message for the subscribers of a topic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The topic's name.
    pub topic: Arc<str>,
    /// The message as JSON.
    pub payload: Arc<[u8]>,
}

impl Message {
    /// Encodes `message` for the subscribers of `topic`.
    ///
    /// # Errors
    /// Fails if `message` cannot be encoded as JSON, such as a map whose keys are not strings.
    pub fn new(topic: impl Into<Arc<str>>, message: &(impl Serialize + ?Sized)) -> Result<Self, serde_json::Error> {
        Ok(Self { topic: topic.into(), payload: serde_json::to_vec(message)?.into() })
    }
}

impl<E> Command<E> {
    /// Returns the command that does nothing.
    pub const fn none() -> Self {
        Self(Batch::None)
    }

    /// Joins commands into one. They run side by side.
    pub fn batch(commands: impl IntoIterator<Item = Self>) -> Self {
        Self::of(commands.into_iter().flat_map(Self::into_actions).collect())
    }

    pub(crate) fn of(actions: Vec<Action<E>>) -> Self {
        Self(actions.into())
    }

    /// Delivers `event` to `update` once, after `delay`.
    pub const fn after(delay: Duration, event: E) -> Self {
        Self(Batch::One(Action::After(delay, event)))
    }

    /// Sends `message` to every session that subscribes to `topic`, including this one.
    ///
    /// The answer to a form that was posted without JavaScript waits until `update` has received the messages that the
    /// form published on topics to which the model was subscribed. It does not wait for messages that an engine other
    /// than the runtime's own delivers.
    ///
    /// `topic` is a [`Topic`](crate::Topic), one of its names, or a text. A message that cannot be encoded as JSON, such as a map
    /// whose keys are not strings, is logged and not sent.
    pub fn publish<M: Serialize + ?Sized>(topic: impl Into<TopicName<M>>, message: &M) -> Self {
        let topic: Arc<str> = topic.into().as_str().into();
        match Message::new(Arc::clone(&topic), message) {
            Ok(message) => Self(Batch::One(Action::Publish(message))),
            Err(error) => {
                tracing::error!(?topic, %error, "could not publish a message: it cannot be encoded as JSON");
                Self::none()
            }
        }
    }

    /// Performs an effect on the page, or several in order, after the page shows the new model.
    ///
    /// ```
    /// use tealight_core::Command;
    /// use tealight_core::effect::{close, focus};
    ///
    /// let command: Command<()> = Command::effect([close("#new"), focus("#list")]);
    /// # let _ = command;
    /// ```
    ///
    /// The page performs effects, and the commands of the functions below, exactly once and in order, even if the
    /// connection is lost in between. They wait while the page is away. At most 256 of them, or 1 MiB, wait for one
    /// page: beyond that the oldest are dropped, logged and counted.
    pub fn effect(effects: impl IntoIterator<Item = PageEffect>) -> Self {
        Self::batch(
            effects
                .into_iter()
                .filter(|effect| effect.0 != Operation::Nothing)
                .map(|effect| Self::page(PageCommand::Effect(effect))),
        )
    }

    /// Dispatches a `CustomEvent` at the target, for a hook or another script. Its `detail` is `message`.
    ///
    /// A message that cannot be encoded as JSON, such as a map whose keys are not strings, is logged and not sent.
    pub fn push(target: impl Into<Target>, name: impl Into<Cow<'static, str>>, message: &impl Serialize) -> Self {
        Self::effect(effect::dispatch_with(target, name, message))
    }

    /// Lets a screen reader announce `text`, after what it is reading.
    pub fn announce(text: impl Into<Cow<'static, str>>) -> Self {
        Self::page(PageCommand::Announce(text.into()))
    }

    /// Sets the document's title.
    ///
    /// A title in the command of `mount` is part of the first HTML, in place of the layout's title, so it needs no
    /// JavaScript. The answer to a form that was posted without JavaScript has the last title that `update` set for the
    /// form or for the results of its commands.
    pub fn title(text: impl Into<Cow<'static, str>>) -> Self {
        Self::page(PageCommand::Title(text.into()))
    }

    /// Leaves a short text for the page that comes next: "Order 7 was placed".
    ///
    /// The next `mount` of this tab reads it with [`PageRequest::flash`](crate::PageRequest::flash), once. The text goes with
    /// [`navigate`](Self::navigate), with a [`go`](Self::go) to another view, and with a link that the person follows. It also goes
    /// with the redirect that answers a form posted without JavaScript. A `mount` that only redirects does not use it up. If nothing
    /// is mounted for a minute, it is forgotten.
    ///
    /// ```
    /// use tealight_core::Command;
    ///
    /// fn placed(order: u64) -> Command<()> {
    ///     Command::batch([Command::flash(format!("Order {order} was placed")), Command::navigate("/orders")])
    /// }
    /// # let _ = placed(7);
    /// ```
    ///
    /// A `go` to a route that the model hears mounts nothing, and drops the text: show it from the model there. Of several texts the last one counts,
    /// and an empty one takes the others back. A text of more than 1,024 bytes is cut, and logged as an error.
    pub fn flash(text: impl Into<Cow<'static, str>>) -> Self {
        Self::page(PageCommand::Flash(bounded_flash(text.into())))
    }

    /// Goes to a route: the address bar shows it, the history has a new entry, and a model with
    /// [`Subscription::route`](crate::Subscription::route) gets its event at once, as if the person had followed a link. Without
    /// that subscription the page is loaded.
    ///
    /// ```
    /// use tealight_core::{Command, Route};
    ///
    /// #[derive(Hash, Route)]
    /// # #[route(crate = tealight_core)]
    /// #[route("/orders?page")]
    /// struct Orders { page: Option<u32> }
    ///
    /// fn next(page: u32) -> Command<()> {
    ///     Command::go(Orders { page: Some(page + 1) })
    /// }
    ///
    /// /// Every letter of a search is in the address, but not in the history.
    /// fn settle(page: u32) -> Command<()> {
    ///     Command::go(Orders { page: Some(page) }).replace()
    /// }
    /// # let _ = (next(1), settle(1));
    /// ```
    pub fn go(route: impl Route) -> Self {
        Self::page(PageCommand::Go { address: route.address(), replaces: false })
    }

    /// Makes [`go`](Self::go) replace the present entry of the history. Other commands stay the same.
    pub fn replace(self) -> Self {
        Self(self.0.map(|action| match action {
            Action::Page(PageCommand::Go { address, .. }) => Action::Page(PageCommand::Go { address, replaces: true }),
            other => other,
        }))
    }

    /// Loads another page of this host in place of this one, as a link does.
    ///
    /// The URL is a path, or relative to the page's. Anything else is logged and not followed: a scheme, `//` at the beginning, and
    /// tabs and line feeds, which browsers skip. So a URL that comes from a person leads nowhere else. To leave this host, use
    /// [`leave_to`](Self::leave_to).
    pub fn navigate(url: impl Into<Cow<'static, str>>) -> Self {
        let url = url.into();
        if may_leave_host(&url) {
            tracing::error!(
                "`Command::navigate` was not followed, because its URL may leave this host: use `Command::leave_to`"
            );
            return Self::none();
        }
        Self::page(PageCommand::Navigate(url))
    }

    /// Loads a page in place of this one, also one of another host. The URL must not come from a person unchecked.
    ///
    /// A URL that a browser would run as a program, such as `javascript:`, is logged and not followed.
    pub fn leave_to(url: impl Into<Cow<'static, str>>) -> Self {
        let url = url.into();
        if inert(&url, "leave_to") != url {
            return Self::none();
        }
        Self::page(PageCommand::Navigate(url))
    }

    /// Resolves the promise of a hook's `tealight.call(…)` with `value`. Only the first answer counts.
    ///
    /// A value that cannot be encoded as JSON, such as a map whose keys are not strings, is logged and not sent.
    pub fn reply<T>(call: &Call<T>, value: &impl Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(value) => Self::page(PageCommand::Reply(call.event(), value)),
            Err(error) => {
                tracing::error!(%error, "could not answer a call: the reply cannot be encoded as JSON");
                Self::none()
            }
        }
    }

    const fn page(command: PageCommand) -> Self {
        Self(Batch::One(Action::Page(command)))
    }

    /// Converts the events of a component's command to those of its parent.
    pub fn map<P>(self, event: impl Fn(E) -> P + Clone + Send + 'static) -> Command<P>
    where
        E: Send + 'static,
    {
        Command(self.0.map(|action| action.map(event.clone())))
    }

    /// Returns true if this is the command that does nothing.
    pub const fn is_none(&self) -> bool {
        matches!(self.0, Batch::None)
    }

    pub(crate) fn into_actions(self) -> impl Iterator<Item = Action<E>> {
        self.0.into_items()
    }
}

impl<E> Action<E> {
    fn map<P>(self, event: impl Fn(E) -> P + Send + 'static) -> Action<P>
    where
        E: Send + 'static,
    {
        match self {
            Self::Perform(task) => Action::Perform(task.map(event)),
            Self::Cancel(key) => Action::Cancel(key),
            Self::After(delay, inner) => Action::After(delay, event(inner)),
            Self::Publish(message) => Action::Publish(message),
            Self::Page(command) => Action::Page(command),
        }
    }
}

impl<E> fmt::Debug for Command<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Batch::None => f.write_str("Command::none"),
            Batch::One(action) => action.fmt(f),
            Batch::Many(actions) => f.debug_list().entries(actions).finish(),
        }
    }
}

impl<E> fmt::Debug for Action<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Perform(_) => f.write_str("Perform"),
            Self::Cancel(_) => f.write_str("Cancel"),
            Self::After(delay, _) => f.debug_tuple("After").field(delay).finish(),
            Self::Publish(message) => f.debug_tuple("Publish").field(&message.topic).finish(),
            Self::Page(command) => command.fmt(f),
        }
    }
}
