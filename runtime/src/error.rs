use std::any::Any;
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::task::Poll;

use thiserror::Error;

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

/// Runs application code, and catches a panic. `place` names the code in logs and metrics.
pub(crate) fn catch<T>(place: &'static str, code: impl FnOnce() -> T) -> Result<T, Panicked> {
    catch_unwind(AssertUnwindSafe(code)).map_err(|panic| report(place, &*panic))
}

/// Awaits application code, and catches a panic.
pub(crate) async fn catch_async<T>(place: &'static str, future: impl Future<Output = T>) -> Result<T, Panicked> {
    let mut future = pin!(future);
    poll_fn(|cx| match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(cx))) {
        Ok(poll) => poll.map(Ok),
        Err(panic) => Poll::Ready(Err(report(place, &*panic))),
    })
    .await
}

fn report(place: &'static str, panic: &(dyn Any + Send)) -> Panicked {
    let message = panic.downcast_ref::<&str>().copied();
    let message = message.or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?");
    metrics::counter!("tealight_panics_total", "in" => place).increment(1);
    tracing::error!(r#in = place, message, "the application panicked");
    Panicked
}
