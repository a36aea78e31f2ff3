use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use tokio::runtime::Handle;
use tokio::task::AbortHandle;

/// Spawns the futures of commands, and counts those that run.
pub(crate) struct Tasks {
    handle: Handle,
    running: Arc<AtomicUsize>,
}

impl Tasks {
    pub(crate) fn new(handle: Handle) -> Self {
        Self { handle, running: Arc::default() }
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
