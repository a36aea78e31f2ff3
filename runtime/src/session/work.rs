//! The work of a session: futures, streams and blocking functions.

use std::future::poll_fn;
use std::sync::Weak;

use tealight_core::LiveView;
use tealight_core::session::{Input, Task, Work};
use tokio::task::AbortHandle;
use tracing::Instrument;

use super::RunningSession;
use crate::error::{Panicked, catch_async, discard};
use crate::watch::{Function, watch_async};

impl<A: LiveView> RunningSession<A> {
    /// Begins a piece of work. It gets this number.
    pub(super) fn spawn(&self, number: u32, task: Task<A::InternalEvent>) -> AbortHandle {
        let (this, name) = (Weak::clone(&self.this), self.app.name);
        let Task { work, failed, .. } = task;
        let (tasks, span) = (&self.app.runtime.tasks, self.named().command());
        match work {
            Work::Future(future) => tasks.spawn(async move {
                let result =
                    catch_async("command", watch_async(name, Function::Command, future).instrument(span)).await;
                finish(&this, number, result, failed);
            }),
            Work::Stream(mut stream) => tasks.spawn(async move {
                loop {
                    let next = poll_fn(|cx| stream.as_mut().poll_next(cx));
                    let item =
                        catch_async("command", watch_async(name, Function::Command, next).instrument(span.clone()))
                            .await;
                    let Some(session) = this.upgrade() else { return };
                    match item {
                        Ok(Some(event)) => {
                            if !session.take_item(number, event) {
                                return;
                            }
                        }
                        Ok(None) => {
                            discard(failed);
                            return session.end_stream(number);
                        }
                        Err(Panicked) => return finish(&this, number, Err(Panicked), failed),
                    }
                    drop(session);
                    // A stream that always has an item would keep its thread from others.
                    tokio::task::yield_now().await;
                }
            }),
            Work::Blocking(function) => {
                let blocking = tasks.blocking();
                tasks.spawn(async move {
                    let result = blocking.run(function).await;
                    finish(&this, number, result, failed);
                })
            }
        }
    }

    /// Takes an item of a stream. Returns false if the stream was cancelled.
    fn take_item(&self, number: u32, event: A::InternalEvent) -> bool {
        self.turn(|inner, scratch| {
            if !inner.resources.has_task(number) {
                discard(event);
                return false;
            }
            let _ = self.handle(inner, scratch, Input::Event(event));
            inner.resources.has_task(number)
        })
    }

    fn end_stream(&self, number: u32) {
        self.turn(|inner, _| inner.resources.remove_task(number));
    }
}

/// Hands the result of a piece of work to its session, or the event `failed` if it has panicked.
fn finish<A: LiveView>(
    session: &Weak<RunningSession<A>>,
    number: u32,
    result: Result<A::InternalEvent, Panicked>,
    failed: Option<A::InternalEvent>,
) {
    let Some(session) = session.upgrade() else { return };
    match result {
        Ok(event) => {
            discard(failed);
            session.finish_task(number, Input::Event(event));
        }
        Err(Panicked) => session.finish_task(number, failed.map_or(Input::Failed, Input::Event)),
    }
}
