use std::any::Any;
use std::future::{Future, poll_fn};
use std::mem;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use thiserror::Error;

use crate::store::StoreError;

/// An error of publishing, or of subscribing to a topic.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PubSubError {
    /// The message cannot be encoded as JSON. An example is a map whose keys are not strings.
    #[error("could not encode the message as JSON: {0}")]
    Encode(#[from] serde_json::Error),
    /// The engine cannot reach the other processes.
    #[error("the pub/sub engine is unavailable: {0}")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The application's code panicked.
///
/// It is the source of a [`MountError::Unavailable`](tealight_core::MountError::Unavailable).
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the application panicked")]
pub struct Panicked;

/// The application is shutting down: [`Live::shutdown`](crate::Live::shutdown) was called.
///
/// It is the source of a [`MountError::Unavailable`](tealight_core::MountError::Unavailable).
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the server is shutting down")]
pub struct ShuttingDown;

/// Not all sessions of an owner could be ended: see [`Publisher::end_sessions`](crate::Publisher::end_sessions). Try again.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EndSessionsError {
    /// Saved sessions could not be removed.
    #[error("saved sessions could not be removed: {0}")]
    Store(#[from] StoreError),
    /// The other processes could not be told.
    #[error("other servers could not be told to end sessions: {0}")]
    PubSub(#[from] PubSubError),
}

/// The owner's sessions were ended while the request was answered.
#[derive(Clone, Copy, Debug, Error)]
#[error("the person has just logged out")]
pub(crate) struct LoggedOut;

/// Runs application code, and catches a panic. `place` names the code in logs and metrics.
pub(crate) fn catch<T>(place: &'static str, code: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| report(place, panic))
}

/// Drops a value of the application, and catches a panic of its `Drop`.
pub(crate) fn discard<T>(value: T) {
    let _ = catch("drop", || drop(value));
}

/// Drops values of the application one by one. If a collection drops them, two that panic end the process.
pub(crate) fn discard_all<T>(values: impl IntoIterator<Item = T>) {
    values.into_iter().for_each(discard);
}

/// Awaits application code, and catches a panic.
pub(crate) async fn catch_async<T>(place: &'static str, future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(Some(future));
    let result = poll_fn(|cx| {
        let polled = catch(place, || future.as_mut().as_pin_mut().expect("it is dropped at the end").poll(cx));
        polled.map_or_else(|panicked| Poll::Ready(Err(panicked)), |poll| poll.map(Ok))
    });
    let result = result.await;
    // its `Drop` may panic too
    let _ = catch("drop", || future.set(None));
    result
}

fn report(place: &'static str, panic: Box<dyn Any + Send>) -> Panicked {
    let message = panic.downcast_ref::<&str>().copied();
    let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?");
    metrics::counter!("tealight_panics_total", "in" => place).increment(1);
    tracing::error!(r#in = place, message, "the application panicked");
    if let Err(another) = catch_unwind(AssertUnwindSafe(|| drop(panic))) {
        // a value that panics when it is dropped, and whose panic is such a value again
        mem::forget(another);
    }
    Panicked
}
