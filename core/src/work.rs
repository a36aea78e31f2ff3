//! Work of the server: futures, streams, and functions that block their thread.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::num::NonZeroU64;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;

use crate::retry::Retry;

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
    /// The time after which the work ends, and its event then. Of a stream, each item has this time.
    pub limit: Option<(Duration, E)>,
}

/// The kinds of work.
pub enum Work<E> {
    /// A future, with one event at its end.
    Future(Pin<Box<dyn Future<Output = E> + Send>>),
    /// A future that is made anew after each failure, with one event at its end.
    Attempts(Attempts<E>),
    /// A stream, with an event for each item. Take the next item when the session has had the one before.
    Stream(Pin<Box<dyn Stream<Item = E> + Send>>),
    /// A function that blocks its thread. Run it where that hinders nobody.
    Blocking(Box<dyn FnOnce() -> E + Send>),
}

impl<E: Send + 'static> Task<E> {
    pub(crate) fn map<P>(self, event: impl Fn(E) -> P + Send + 'static) -> Task<P> {
        let failed = self.failed.map(&event);
        let limit = self.limit.map(|(limit, late)| (limit, event(late)));
        let work = match self.work {
            Work::Future(future) => Work::Future(Box::pin(async move {
                let inner = future.await;
                event(inner)
            })),
            Work::Attempts(Attempts { retry, mut begin }) => {
                let event = Arc::new(Mutex::new(event));
                let begin = move || -> Attempt<P> {
                    let (attempt, event) = (begin(), Arc::clone(&event));
                    Box::pin(async move {
                        let inner = attempt.await;
                        let event = event.lock().unwrap_or_else(PoisonError::into_inner);
                        inner.map(&*event).map_err(&*event)
                    })
                };
                Work::Attempts(Attempts { retry, begin: Box::new(begin) })
            }
            Work::Stream(stream) => Work::Stream(Box::pin(Mapped { stream, event })),
            Work::Blocking(function) => Work::Blocking(Box::new(move || event(function()))),
        };
        Task { work, failed, key: self.key, limit }
    }
}

/// A future that may fail, and how often it is made.
pub struct Attempts<E> {
    /// The number of attempts, and the pauses between them.
    pub retry: Retry,
    /// Makes the future of the next attempt.
    pub begin: Box<dyn FnMut() -> Attempt<E> + Send>,
}

/// One attempt. Both a success and a failure have an event; that of a failure counts if it was the last attempt.
pub type Attempt<E> = Pin<Box<dyn Future<Output = Result<E, E>> + Send>>;

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
