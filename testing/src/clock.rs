//! The tokio runtime of a test. Its time passes only when the test lets it.

use std::future::{Future, poll_fn};
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::runtime::{Builder, Runtime};

/// Work that blocks a thread for longer is considered endless.
const BLOCKING_FOR_LONG: Duration = Duration::from_secs(30);

pub(crate) struct Clock {
    runtime: Runtime,
    idle: Arc<Idle>,
}

/// Wakes the test when the runtime has nothing left to do.
#[derive(Default)]
struct Idle(Mutex<Option<Waker>>);

impl Idle {
    fn replace(&self, waker: Option<Waker>) -> Option<Waker> {
        std::mem::replace(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner), waker)
    }
}

impl Clock {
    pub(crate) fn new() -> Self {
        let idle = Arc::new(Idle::default());
        let reached = Arc::clone(&idle);
        let runtime = Builder::new_current_thread()
            .enable_all()
            .start_paused(true)
            // One thread keeps its queue in order: see `finish_blocking`.
            .max_blocking_threads(1)
            // Waking the test keeps the runtime from sleeping, and so from moving its paused clock to the next timer.
            .on_thread_park(move || reached.replace(None).into_iter().for_each(Waker::wake))
            .build()
            .expect("a runtime on this thread");
        Self { runtime, idle }
    }

    pub(crate) fn enter<T>(&self, make: impl FnOnce() -> T) -> T {
        let _guard = self.runtime.enter();
        make()
    }

    /// Runs a future. Time passes if it has to wait for a timer.
    pub(crate) fn run<T>(&self, future: impl Future<Output = T>) -> T {
        self.runtime.block_on(future)
    }

    /// Calls `step` until it has nothing to do and all tasks wait. No time passes.
    pub(crate) fn settle(&self, mut step: impl FnMut(&mut Context<'_>) -> bool) {
        let mut is_armed = false;
        self.runtime.block_on(poll_fn(|cx| {
            if step(cx) {
                is_armed = false;
            }
            let was_reached = self.idle.replace(None).is_none();
            if is_armed && was_reached {
                return Poll::Ready(());
            }
            is_armed = true;
            self.idle.replace(Some(cx.waker().clone()));
            Poll::Pending
        }));
    }

    /// Waits for all work on the runtime's thread for blocking work.
    pub(crate) fn finish_blocking(&self) {
        let (done, finished) = mpsc::channel();
        self.runtime.spawn_blocking(move || done.send(()));
        assert!(
            finished.recv_timeout(BLOCKING_FOR_LONG).is_ok(),
            "work of `spawn_blocking` takes longer than {BLOCKING_FOR_LONG:?}. Run what never ends on a thread of its own."
        );
    }
}
