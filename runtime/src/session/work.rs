//! The work of a session: futures, streams and blocking functions.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Weak;
use std::time::Duration;

use tealight_core::LiveView;
use tealight_core::session::{Attempts, Input, Task, Work};
use tokio::task::AbortHandle;
use tokio::time::{sleep, timeout};
use tracing::Instrument;

use super::RunningSession;
use crate::error::{Panicked, catch, catch_async, discard};
use crate::token::random_bytes;
use crate::watch::{Function, watch_async};

impl<A: LiveView> RunningSession<A> {
    /// Begins a piece of work. It gets this number.
    pub(super) fn spawn(&self, number: u32, task: Task<A::InternalEvent>) -> AbortHandle {
        let (this, name) = (Weak::clone(&self.this), self.app.name);
        let Task { work, failed, limit, .. } = task;
        let (tasks, span) = (&self.app.runtime.tasks, self.named().command());
        match work {
            Work::Future(future) => tasks.spawn(async move {
                let work = watch_async(name, Function::Command, future).instrument(span);
                finish(&this, number, catch_async("command", within(limit, work)).await, failed);
            }),
            Work::Attempts(attempts) => tasks.spawn(async move {
                let work = watch_async(name, Function::Command, succeed(attempts)).instrument(span);
                finish(&this, number, catch_async("command", within(limit, work)).await, failed);
            }),
            Work::Stream(mut stream) => tasks.spawn(async move {
                let (limit, late) = limit.unzip();
                loop {
                    let next = poll_fn(|cx| stream.as_mut().poll_next(cx));
                    let next = watch_async(name, Function::Command, next).instrument(span.clone());
                    let next = catch_async("command", next);
                    let item = match limit {
                        Some(limit) => timeout(limit, next).await.ok(),
                        None => Some(next.await),
                    };
                    let Some(item) = item else {
                        discard(stream);
                        return finish(&this, number, late.ok_or(Panicked), failed);
                    };
                    let Some(session) = this.upgrade() else { return };
                    match item {
                        Ok(Some(event)) => {
                            if !session.take_item(number, event) {
                                return;
                            }
                        }
                        Ok(None) => {
                            discard(failed);
                            discard(late);
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
                    let limit = limit.map(|(limit, late)| (limit, Ok(late)));
                    finish(&this, number, within(limit, blocking.run(function)).await, failed);
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

/// Runs a future, unless it takes longer than the limit: then this drops it, and returns the limit's event.
async fn within<E>(limit: Option<(Duration, E)>, work: impl Future<Output = E>) -> E {
    let Some((limit, late)) = limit else { return work.await };
    let mut work = pin!(Some(work));
    let ended =
        timeout(limit, poll_fn(|cx| work.as_mut().as_pin_mut().expect("it is dropped at the end").poll(cx))).await;
    let _ = catch("drop", || work.set(None));
    match ended {
        Ok(event) => {
            discard(late);
            event
        }
        Err(_) => late,
    }
}

/// Makes attempts until one succeeds, or the last one fails.
async fn succeed<E>(Attempts { retry, mut begin }: Attempts<E>) -> E {
    let mut failed = 0;
    loop {
        match begin().await {
            Ok(event) => return event,
            Err(event) => {
                failed += 1;
                let Some(pause) = retry.pause(failed, u64::from_ne_bytes(random_bytes())) else { return event };
                discard(event);
                sleep(pause).await;
            }
        }
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
