use std::sync::MutexGuard;
use std::sync::atomic::{Ordering, fence};

use tealight_core::LiveView;

use super::{Inner, RunningSession};
use crate::sync::try_lock;

/// No topic waits for a session that is busy: the session lets its topics go on when its turn is over.
impl<A: LiveView> RunningSession<A> {
    /// Locks the session. If another thread has it, returns `None`, and that thread calls
    /// [`let_topics_go_on`](Self::let_topics_go_on) later.
    pub(super) fn lock_for_topics(&self) -> Option<MutexGuard<'_, Inner<A>>> {
        try_lock(&self.inner).or_else(|| {
            self.was_busy.store(true, Ordering::Relaxed);
            // Either the other thread sees the mark after it has unlocked, or this one sees that it has unlocked.
            fence(Ordering::SeqCst);
            try_lock(&self.inner)
        })
    }

    /// Lets the topics go on that have found the session busy. Call it after each turn, without the lock.
    pub(super) fn let_topics_go_on(&self) {
        fence(Ordering::SeqCst);
        while self.was_busy.load(Ordering::Relaxed) && self.was_busy.swap(false, Ordering::SeqCst) {
            let Some(inner) = self.lock_for_topics() else { return };
            let subscribed: Vec<_> = inner.resources.topics().map(|(topic, key)| (topic.clone(), key)).collect();
            drop(inner);
            for (topic, key) in subscribed {
                self.app.runtime.topics.go_on(&topic, key);
            }
        }
    }
}
