//! The requests that a server still answers when it ends: those that have begun, and those that are about to.

use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch::{Receiver, Sender};
use tokio::time::timeout;

/// The longest time for the first request of a connection that was just accepted. Browsers also open connections that they may
/// never use.
const FIRST_REQUEST: Duration = Duration::from_millis(500);
/// The longest time for the head of an answer, such as a slow `mount`.
const ANSWER: Duration = Duration::from_secs(2);

/// Counts connections without a request, and requests without an answer.
#[derive(Clone)]
pub(crate) struct Drain {
    fresh: Arc<Sender<()>>,
    answering: Arc<Sender<()>>,
    first_request: Duration,
    answer: Duration,
}

/// A connection, counted until its first request.
pub(crate) struct Counted {
    fresh: Mutex<Option<Receiver<()>>>,
    answering: Arc<Sender<()>>,
}

impl Drain {
    /// Takes at most four tenths of `time`: sessions must be saved in the rest.
    pub(crate) fn within(time: Duration) -> Self {
        let part = time / 10;
        Self {
            fresh: Arc::default(),
            answering: Arc::default(),
            first_request: FIRST_REQUEST.min(part),
            answer: ANSWER.min(part.saturating_mul(3)),
        }
    }

    pub(crate) fn connection(&self) -> Counted {
        let fresh = Mutex::new(Some(self.fresh.subscribe()));
        Counted { fresh, answering: Arc::clone(&self.answering) }
    }

    /// Waits until each connection has sent a request. No connection may be accepted meanwhile.
    pub(crate) async fn all_asked(&self) {
        let _ = timeout(self.first_request, self.fresh.closed()).await;
    }

    /// Waits until each request has an answer. An event stream is answered when it begins.
    pub(crate) async fn all_answered(&self) {
        if timeout(self.answer, self.answering.closed()).await.is_err() {
            tracing::warn!("the server ends while it still makes answers");
        }
    }
}

impl Counted {
    /// Counts a request until `answer` is ready.
    pub(crate) fn request<F: Future>(&self, answer: F) -> impl Future<Output = F::Output> + use<F> {
        let answering = self.answering.subscribe();
        *self.fresh.lock().unwrap_or_else(PoisonError::into_inner) = None;
        async move {
            let answer = answer.await;
            drop(answering);
            answer
        }
    }
}
