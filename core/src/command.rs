use std::borrow::Cow;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;

use crate::call::Call;
use crate::effect::{self, Kind as EffectKind, PageEffect, Target};
use crate::html::url::inert;

/// Work that touches the world, as data: `update` returns it and the runtime carries it out.
///
/// What a command brings comes back as an internal event. A command ends with its session.
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
pub struct Command<E>(Kind<E>);

enum Kind<E> {
    None,
    One(Action<E>),
    Batch(Vec<Action<E>>),
}

/// A future that a session waits for; its output is an internal event.
pub type Task<E> = Pin<Box<dyn Future<Output = E> + Send>>;

/// One piece of work of a [`Command`].
pub(crate) enum Action<E> {
    Perform(Task<E>),
    After(Duration, E),
    Publish(Message),
    Page(PageCommand),
}

/// What `update` says to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PageCommand {
    /// [`Command::effect`] and [`Command::push`].
    Effect(PageEffect),
    /// [`Command::announce`].
    Announce(Cow<'static, str>),
    /// [`Command::title`].
    Title(Cow<'static, str>),
    /// [`Command::navigate`].
    Navigate(Cow<'static, str>),
    /// [`Command::reply`]: the number of the event that asked, and the answer as JSON.
    Reply(u32, String),
}

impl PageCommand {
    /// About how many bytes it is.
    pub(crate) fn weight(&self) -> usize {
        size_of::<Self>()
            + match self {
                Self::Effect(effect) => effect.weight(),
                Self::Announce(text) | Self::Title(text) | Self::Navigate(text) => text.len(),
                Self::Reply(_, value) => value.len(),
            }
    }
}

/// A message on its way to a topic's subscribers.
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
    /// When `message` has no JSON form, such as a map whose keys are not strings.
    pub fn new(topic: impl Into<Arc<str>>, message: &impl Serialize) -> Result<Self, serde_json::Error> {
        Ok(Self { topic: topic.into(), payload: serde_json::to_vec(message)?.into() })
    }
}

impl<E> Command<E> {
    /// Nothing to do.
    pub const fn none() -> Self {
        Self(Kind::None)
    }

    /// All of these; they run side by side.
    pub fn batch(commands: impl IntoIterator<Item = Self>) -> Self {
        Self::of(commands.into_iter().flat_map(Self::into_actions).collect())
    }

    pub(crate) fn of(mut actions: Vec<Action<E>>) -> Self {
        match actions.len() {
            0 => Self::none(),
            1 => Self(actions.pop().map_or(Kind::None, Kind::One)),
            _ => Self(Kind::Batch(actions)),
        }
    }

    /// Runs `future`, then hands its output to `update` as the event that `event` makes of it.
    ///
    /// The future runs after `update` has returned, so it cannot borrow from the application or the model. Clone what it
    /// needs, and move the clone into an `async move` block:
    ///
    /// ```
    /// use tealight_core::Command;
    ///
    /// #[derive(Clone)]
    /// struct Shop;
    ///
    /// impl Shop {
    ///     async fn latest(&self) -> u32 {
    ///         92
    ///     }
    /// }
    ///
    /// enum Internal { Latest(u32) }
    ///
    /// fn refresh(shop: &Shop) -> Command<Internal> {
    ///     let shop = shop.clone();
    ///     Command::perform(async move { shop.latest().await }, Internal::Latest)
    /// }
    /// # let _ = refresh(&Shop);
    /// ```
    ///
    /// Without the clone, `Command::perform(shop.latest(), Internal::Latest)` does not compile. The compiler reports E0521,
    /// "borrowed data escapes outside of function": the future of `latest(&self)` borrows `shop`.
    pub fn perform<T>(
        future: impl Future<Output = T> + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
    ) -> Self {
        Self(Kind::One(Action::Perform(Box::pin(async move { event(future.await) }))))
    }

    /// Tells `update` of `event` when `delay` has passed, once.
    pub const fn after(delay: Duration, event: E) -> Self {
        Self(Kind::One(Action::After(delay, event)))
    }

    /// Sends `message` to every session that subscribes to `topic`, this one too.
    ///
    /// So it is while a form is taken that was posted without JavaScript: what `update` publishes of it, on a topic that
    /// the model subscribed to before, has come back to `update` when the answer is made. Where another engine than the
    /// runtime's own carries messages, the answer does not wait for it.
    ///
    /// A message that has no JSON form (a map whose keys are not strings) is logged and not sent.
    pub fn publish(topic: impl Into<Arc<str>>, message: &impl Serialize) -> Self {
        let topic = topic.into();
        match Message::new(Arc::clone(&topic), message) {
            Ok(message) => Self(Kind::One(Action::Publish(message))),
            Err(error) => {
                tracing::error!(%topic, %error, "message not published: it has no JSON form");
                Self::none()
            }
        }
    }

    /// Has the page do this, or all of these in order, after it shows what the model now is.
    ///
    /// ```
    /// use tealight_core::Command;
    /// use tealight_core::effect::{close, focus};
    ///
    /// let command: Command<()> = Command::effect([close("#new"), focus("#list")]);
    /// # let _ = command;
    /// ```
    ///
    /// What is said to the page, in this way or by the functions below, is done exactly once, in order, even
    /// if the connection is lost meanwhile; it waits for a page that is away. Of more than 256 pieces, or
    /// 1 MiB, that a page is not known to have the oldest are dropped, which is logged and counted.
    pub fn effect(effects: impl IntoIterator<Item = PageEffect>) -> Self {
        Self::batch(
            effects
                .into_iter()
                .filter(|effect| effect.0 != EffectKind::Nothing)
                .map(|effect| Self::page(PageCommand::Effect(effect))),
        )
    }

    /// Dispatches a `CustomEvent` of this name at the target, for a hook or another script there; its
    /// `detail` is `message`.
    ///
    /// A message that has no JSON form (a map whose keys are not strings) is logged and not sent.
    pub fn push(target: impl Into<Target>, name: impl Into<Cow<'static, str>>, message: &impl Serialize) -> Self {
        Self::effect(effect::dispatch_with(target, name, message))
    }

    /// Has a screen reader say this when it has said what it is at.
    pub fn announce(text: impl Into<Cow<'static, str>>) -> Self {
        Self::page(PageCommand::Announce(text.into()))
    }

    /// Sets the document's title.
    ///
    /// The first HTML has the one that the command of `mount` says, in place of the layout's: before the page is live,
    /// and without JavaScript. The answer to a form that was posted without JavaScript has the one that `update` has
    /// said last, for what the form's commands have brought too.
    pub fn title(text: impl Into<Cow<'static, str>>) -> Self {
        Self::page(PageCommand::Title(text.into()))
    }

    /// Loads another page in place of this one, as a link does.
    ///
    /// A URL that a browser would run (`javascript:` and its like) is logged and not followed.
    pub fn navigate(url: impl Into<Cow<'static, str>>) -> Self {
        let url = url.into();
        if inert(&url, "navigate") != url {
            return Self::none();
        }
        Self::page(PageCommand::Navigate(url))
    }

    /// Answers a hook's `tealight.call(…)`: its promise resolves with `value`. Only the first answer counts.
    ///
    /// A value that has no JSON form (a map whose keys are not strings) is logged and not sent.
    pub fn reply<T>(call: &Call<T>, value: &impl Serialize) -> Self {
        match serde_json::to_string(value) {
            Ok(value) => Self::page(PageCommand::Reply(call.event(), value)),
            Err(error) => {
                tracing::error!(%error, "call not answered: the reply has no JSON form");
                Self::none()
            }
        }
    }

    const fn page(command: PageCommand) -> Self {
        Self(Kind::One(Action::Page(command)))
    }

    /// The same work, told to a parent: a component's commands inside the page that holds it.
    pub fn map<P>(self, event: impl Fn(E) -> P + Clone + Send + 'static) -> Command<P>
    where
        E: Send + 'static,
    {
        Command(match self.0 {
            Kind::None => Kind::None,
            Kind::One(action) => Kind::One(action.map(event)),
            Kind::Batch(actions) => Kind::Batch(actions.into_iter().map(|action| action.map(event.clone())).collect()),
        })
    }

    /// Whether there is nothing to do.
    pub const fn is_none(&self) -> bool {
        matches!(self.0, Kind::None)
    }

    pub(crate) fn into_actions(self) -> impl Iterator<Item = Action<E>> {
        let (one, batch) = match self.0 {
            Kind::None => (None, Vec::new()),
            Kind::One(action) => (Some(action), Vec::new()),
            Kind::Batch(actions) => (None, actions),
        };
        one.into_iter().chain(batch)
    }
}

impl<E> Action<E> {
    fn map<P>(self, event: impl FnOnce(E) -> P + Send + 'static) -> Action<P>
    where
        E: Send + 'static,
    {
        match self {
            Self::Perform(future) => Action::Perform(Box::pin(async move { event(future.await) })),
            Self::After(delay, inner) => Action::After(delay, event(inner)),
            Self::Publish(message) => Action::Publish(message),
            Self::Page(command) => Action::Page(command),
        }
    }
}

impl<E> fmt::Debug for Command<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::None => f.write_str("Command::none"),
            Kind::One(action) => action.fmt(f),
            Kind::Batch(actions) => f.debug_list().entries(actions).finish(),
        }
    }
}

impl<E> fmt::Debug for Action<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Perform(_) => f.write_str("Perform"),
            Self::After(delay, _) => f.debug_tuple("After").field(delay).finish(),
            Self::Publish(message) => f.debug_tuple("Publish").field(&message.topic).finish(),
            Self::Page(command) => command.fmt(f),
        }
    }
}
