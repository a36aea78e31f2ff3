use std::future::poll_fn;
use std::task::{Context, Poll};

use tealight_core::session::{FormAddress, Output, PostError};
use tealight_core::{FormData, LiveView};

use super::RunningSession;
use super::lifecycle::State;
use crate::error::{Panicked, discard_all};
use crate::telemetry::Kind;
use crate::watch::Function;

/// The steps of a form that a browser without JavaScript has posted. They run before the session waits for its page.
impl<A: LiveView> RunningSession<A> {
    /// Hands the form to `update`. The page must have been painted, so that the form's handler can be found.
    pub(crate) fn post(&self, address: &FormAddress, data: &FormData) -> Result<Result<(), PostError>, Panicked> {
        self.turn(|inner, scratch| {
            let session = inner.session.as_mut().ok_or(Panicked)?;
            let mut outputs = Vec::new();
            scratch.set_messages(self.messages);
            let _span = self.named().event(Kind::Post).entered();
            let (posted, began) = self.catch_timed("update", Function::Update, || {
                session.post(&self.app.live_view, scratch, address, data, &mut outputs)
            });
            if let Ok(Ok(())) = posted {
                self.count_update(inner.rare.as_deref_mut(), Kind::Post, 1, began);
            }
            match posted {
                Ok(_) => self.run_outputs(inner, outputs),
                Err(Panicked) => {
                    discard_all(outputs);
                    self.end_panicked(inner, scratch);
                }
            }
            posted
        })
    }

    /// Waits until all tasks have ended, and the session has heard the messages that the form has published.
    pub(crate) async fn settled(&self) {
        let settled = |cx: &mut Context<'_>| {
            self.turn(|inner, _| match &mut inner.state {
                State::Painting(waker) if inner.resources.has_tasks() => {
                    *waker = Some(cx.waker().clone());
                    Poll::Pending
                }
                State::Painting(_) if !inner.resources.has_deliveries(&self.app.runtime.topics) => Poll::Ready(()),
                State::Painting(_) => {
                    // a task delivers them, and that task yields: try again after it
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            })
        };
        poll_fn(settled).await;
    }

    /// Ends the handling of the form: the messages of its topics wait until its page attaches.
    pub(crate) fn end_post(&self) {
        self.turn(|inner, _| {
            let Some(session) = &mut inner.session else { return };
            let mut outputs = Vec::new();
            session.end_post(&mut outputs);
            for output in outputs {
                match output {
                    Output::Stop(id) => inner.resources.hold_topic(id, &self.app.runtime.topics),
                    other => self.run_output(inner, other),
                }
            }
        });
    }

    /// The URL to which `update` has sent the page, if any.
    pub(crate) fn navigation(&self) -> Option<String> {
        self.turn(|inner, _| inner.session.as_ref()?.navigation().map(str::to_owned))
    }
}
