//! Work of the server that a command begins: futures, streams, and functions that block their thread.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU64;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

use crate::Command;
use crate::batch::Batch;
use crate::command::Action;

/// Names a piece of work of one session: a newer one with the same key takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct WorkKey(NonZeroU64);

impl WorkKey {
    pub(crate) fn new(key: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        Self(NonZeroU64::new(hasher.finish()).unwrap_or(NonZeroU64::MIN))
    }

    /// Returns the key of the same name in a component.
    pub(crate) fn within(self, scope: u64) -> Self {
        Self::new((self.0, scope))
    }
}

/// A piece of work that a command begins. Its results are internal events.
pub struct Task<E> {
    /// The work.
    pub work: Work<E>,
    /// The event of [`Command::perform_or`](crate::Command::perform_or), in case that the work panics.
    pub failed: Option<E>,
    /// Work of this session that has the same key ends when this begins.
    pub key: Option<WorkKey>,
}

/// The kinds of work.
pub enum Work<E> {
    /// A future, with one event at its end.
    Future(Pin<Box<dyn Future<Output = E> + Send>>),
    /// A stream, with an event for each item. Take the next item when the session has had the one before.
    Stream(Pin<Box<dyn Stream<Item = E> + Send>>),
    /// A function that blocks its thread. Run it where that hinders nobody.
    Blocking(Box<dyn FnOnce() -> E + Send>),
}

impl<E> Command<E> {
    /// Runs `future`, then hands its output to `update` as the event that `event` makes of it.
    ///
    /// The future runs after `update` has returned, so it cannot borrow from the application or the model. Clone what
    /// it needs, and move the clone into an `async move` block:
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
    /// Without the clone, `Command::perform(shop.latest(), Internal::Latest)` does not compile. The compiler reports
    /// E0521, "borrowed data escapes outside of function": the future of `latest(&self)` borrows `shop`.
    pub fn perform<T>(
        future: impl Future<Output = T> + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
    ) -> Self {
        Self::work(Work::Future(Box::pin(async move { event(future.await) })), None)
    }

    /// Runs `future` as [`perform`](Self::perform) does, in place of earlier work of this session with the same key, which ends
    /// without an event.
    ///
    /// ```
    /// use tealight_core::Command;
    ///
    /// enum Internal { Found(Vec<String>) }
    ///
    /// # async fn search(_: String) -> Vec<String> { Vec::new() }
    /// fn typed(query: String) -> Command<Internal> {
    ///     Command::perform_keyed("search", search(query), Internal::Found)
    /// }
    /// # let _ = typed("tea".into());
    /// ```
    ///
    /// Each component has keys of its own.
    pub fn perform_keyed<T>(
        key: impl Hash,
        future: impl Future<Output = T> + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
    ) -> Self {
        Self::perform(future, event).keyed(key)
    }

    /// Runs `future` as [`perform`](Self::perform) does. If it panics, `update` gets the event `failed` in place of a result.
    ///
    /// Use it if the model waits for the result: otherwise it would wait for ever.
    ///
    /// ```
    /// use tealight_core::Command;
    ///
    /// enum Internal { Placed, NotPlaced }
    ///
    /// async fn place_order() {}
    ///
    /// let command = Command::perform_or(place_order(), |()| Internal::Placed, Internal::NotPlaced);
    /// # let _ = command;
    /// ```
    ///
    /// A panic of any other future reaches the model by [`LiveView::command_failed`](crate::LiveView::command_failed).
    pub fn perform_or<T>(
        future: impl Future<Output = T> + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
        failed: E,
    ) -> Self {
        Self::work(Work::Future(Box::pin(async move { event(future.await) })), Some(failed))
    }

    /// Hands each item of `stream` to `update`, as the event that `event` makes of it.
    ///
    /// The next item is taken when `update` has had the one before, so a stream is never faster than its session. It runs until it
    /// ends, or the session does, or [`cancel`](Self::cancel). The answer to a form that was posted without JavaScript does not wait
    /// for it.
    ///
    /// ```
    /// # use tealight_core::Command;
    /// # use futures_core::Stream;
    /// enum Internal { Line(String) }
    ///
    /// fn follow(log: impl Stream<Item = String> + Send + 'static) -> Command<Internal> {
    ///     Command::stream(log, Internal::Line).keyed("log")
    /// }
    /// ```
    pub fn stream<T: 'static>(
        stream: impl Stream<Item = T> + Send + 'static,
        event: impl FnMut(T) -> E + Send + 'static,
    ) -> Self
    where
        E: 'static,
    {
        Self::work(Work::Stream(Box::pin(Mapped { stream: Box::pin(stream), event })), None)
    }

    /// Runs a function that takes long or waits, on a thread of its own, and hands its result to `update` as the event that `event`
    /// makes of it: a password hash, a picture to scale, a driver without `async`.
    ///
    /// The server runs as many of them at once as it has cores, or as its builder says. Others wait. One that is cancelled while it
    /// waits never runs. One that runs goes on to its end, and its result is dropped.
    ///
    /// ```
    /// # use tealight_core::Command;
    /// enum Internal { Hashed(u64) }
    ///
    /// # fn hash(_: &str) -> u64 { 0 }
    /// fn log_in(password: String) -> Command<Internal> {
    ///     Command::blocking(move || hash(&password), Internal::Hashed)
    /// }
    /// # let _ = log_in("secret".into());
    /// ```
    pub fn blocking<T>(
        function: impl FnOnce() -> T + Send + 'static,
        event: impl FnOnce(T) -> E + Send + 'static,
    ) -> Self {
        Self::work(Work::Blocking(Box::new(move || event(function()))), None)
    }

    /// Gives the work of this command a key. Earlier work of this session with the same key ends without an event.
    ///
    /// Other commands stay the same. Give each piece of work in a batch a key of its own.
    pub fn keyed(self, key: impl Hash) -> Self {
        let key = WorkKey::new(key);
        Self(self.0.map(|action| match action {
            Action::Perform(task) => Action::Perform(Task { key: Some(key), ..task }),
            other => other,
        }))
    }

    /// Ends the work with this key, if there is any. It has no event. Of a [`blocking`](Self::blocking) function that runs already, the
    /// result is dropped.
    pub fn cancel(key: impl Hash) -> Self {
        Self(Batch::One(Action::Cancel(WorkKey::new(key))))
    }

    fn work(work: Work<E>, failed: Option<E>) -> Self {
        Self(Batch::One(Action::Perform(Task { work, failed, key: None })))
    }

    /// Keeps the keys of a component apart from all others.
    pub(crate) fn within(self, scope: u64) -> Self {
        Self(self.0.map(|action| match action {
            Action::Perform(Task { work, failed, key: Some(key) }) => {
                Action::Perform(Task { work, failed, key: Some(key.within(scope)) })
            }
            Action::Cancel(key) => Action::Cancel(key.within(scope)),
            other => other,
        }))
    }
}

impl<E: Send + 'static> Task<E> {
    pub(crate) fn map<P>(self, event: impl Fn(E) -> P + Send + 'static) -> Task<P> {
        let failed = self.failed.map(&event);
        let work = match self.work {
            Work::Future(future) => Work::Future(Box::pin(async move {
                let inner = future.await;
                event(inner)
            })),
            Work::Stream(stream) => Work::Stream(Box::pin(Mapped { stream, event })),
            Work::Blocking(function) => Work::Blocking(Box::new(move || event(function()))),
        };
        Task { work, failed, key: self.key }
    }
}

/// A stream whose items are converted to events.
pub(crate) struct Mapped<S: ?Sized, F> {
    pub(crate) stream: Pin<Box<S>>,
    pub(crate) event: F,
}

/// The function is never pinned.
impl<S: ?Sized, F> Unpin for Mapped<S, F> {}

impl<S: Stream + ?Sized, E, F: FnMut(S::Item) -> E> Stream for Mapped<S, F> {
    type Item = E;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<E>> {
        let this = &mut *self;
        this.stream.as_mut().poll_next(cx).map(|item| item.map(&mut this.event))
    }
}
