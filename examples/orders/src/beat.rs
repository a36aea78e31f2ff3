//! A thread that does its work again and again.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// The thread. It ends when this is dropped.
pub(crate) struct Beat {
    thread: Option<JoinHandle<()>>,
    end: Option<mpsc::Sender<()>>,
}

impl Beat {
    /// Starts a thread that works after each pause.
    pub(crate) fn every(pause: Duration, mut work: impl FnMut() + Send + 'static) -> Self {
        let (end, ended) = mpsc::channel();
        let thread = thread::spawn(move || {
            while ended.recv_timeout(pause) == Err(RecvTimeoutError::Timeout) {
                work();
            }
        });
        Self { thread: Some(thread), end: Some(end) }
    }
}

impl Drop for Beat {
    fn drop(&mut self) {
        drop(self.end.take());
        let ended = self.thread.take().map(JoinHandle::join);
        debug_assert!(matches!(ended, Some(Ok(()))), "the work does not panic");
    }
}
