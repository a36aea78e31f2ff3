use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;

use crate::error::{Panicked, catch, discard};

/// Spawns the work of commands, and counts what runs.
pub(crate) struct Tasks {
    handle: Handle,
    running: Arc<AtomicUsize>,
    blocking: Blocking,
}

impl Tasks {
    /// `threads`: the most blocking functions that run at once.
    pub(crate) fn new(handle: Handle, threads: usize) -> Self {
        let blocking = Blocking { handle: handle.clone(), threads: Arc::new(Semaphore::new(threads)) };
        Self { handle, running: Arc::default(), blocking }
    }

    pub(crate) fn handle(&self) -> &Handle {
        &self.handle
    }

    pub(crate) fn count(&self) -> usize {
        self.running.load(Relaxed)
    }

    pub(crate) fn spawn(&self, future: impl Future<Output = ()> + Send + 'static) -> AbortHandle {
        let counted = Counted::new(&self.running);
        let task = self.handle.spawn(async move {
            let _counted = counted;
            future.await;
        });
        task.abort_handle()
    }

    pub(crate) fn blocking(&self) -> Blocking {
        self.blocking.clone()
    }
}

/// Runs functions that block their thread, a few at once.
#[derive(Clone)]
pub(crate) struct Blocking {
    handle: Handle,
    threads: Arc<Semaphore>,
}

impl Blocking {
    /// Waits for a thread, and runs the function there. If nobody waits any more for the end, its result is dropped.
    pub(crate) async fn run<T: Send + 'static>(&self, function: Box<dyn FnOnce() -> T + Send>) -> Result<T, Panicked> {
        let permit = Arc::clone(&self.threads).acquire_owned().await.map_err(|_| Panicked)?;
        let run = self.handle.spawn_blocking(move || {
            let result = catch("command", function);
            drop(permit);
            Unwanted(Some(result))
        });
        let mut result = run.await.map_err(|_| Panicked)?;
        result.0.take().unwrap_or(Err(Panicked))
    }
}

/// A result that may find nobody. The `Drop` of the application's value may panic.
struct Unwanted<T>(Option<Result<T, Panicked>>);

impl<T> Drop for Unwanted<T> {
    fn drop(&mut self) {
        if let Some(result) = self.0.take() {
            discard(result);
        }
    }
}

/// Counts one task until it is dropped, also when the task is aborted.
struct Counted(Arc<AtomicUsize>);

impl Counted {
    fn new(running: &Arc<AtomicUsize>) -> Self {
        running.fetch_add(1, Relaxed);
        Self(Arc::clone(running))
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}
