//! Work of the server: futures, streams, and functions that block their thread.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU64;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;

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
