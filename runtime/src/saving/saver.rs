use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::ordered::Ordered;
use crate::registry::AnySession;
use crate::store::{SessionKey, StoreError};
use crate::sync::lock;

/// How far a session's changes are saved.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Progress {
    #[default]
    Saved,
    Changed,
    /// The store is saving it.
    Saving,
    /// The store is saving it, and it has changed since.
    ChangedAgain,
}

/// Saves the sessions that have changed, from one task.
pub(crate) struct Saver {
    changed: Mutex<Vec<Weak<dyn AnySession>>>,
    notify: Arc<Notify>,
    period: Duration,
}

/// The most sessions that are saved at once.
const BATCH: usize = 1_000;
/// The time after which a store that fails is tried again.
const AGAIN: Duration = Duration::from_secs(1);

impl Saver {
    /// Starts to save. The task ends with the returned saver.
    pub(crate) fn start(handle: &Handle, store: Arc<Ordered>, period: Duration) -> Arc<Self> {
        let notify = Arc::new(Notify::new());
        let saver = Arc::new(Self { changed: Mutex::default(), notify: Arc::clone(&notify), period });
        let this = Arc::downgrade(&saver);
        handle.spawn(async move {
            loop {
                notify.notified().await;
                sleep(period).await;
                let Some(saver) = this.upgrade() else { return };
                saver.save(&store).await;
            }
        });
        saver
    }

    /// True if the page hears of an event only when it is saved.
    pub(crate) fn is_strict(&self) -> bool {
        self.period.is_zero()
    }

    pub(crate) fn add(&self, session: Weak<dyn AnySession>) {
        lock(&self.changed).push(session);
        self.notify.notify_one();
    }

    async fn save(&self, store: &Ordered) {
        let changed = std::mem::take(&mut *lock(&self.changed));
        for batch in changed.chunks(BATCH) {
            let sessions: Vec<_> = batch.iter().filter_map(Weak::upgrade).collect();
            let begin = || sessions.iter().filter_map(|session| session.begin_save()).collect();
            // Before another save begins, which has its own result.
            let end = |saved: Result<Vec<SessionKey>, StoreError>| {
                let moved = saved.as_deref().unwrap_or_default();
                for session in &sessions {
                    if !moved.is_empty() && moved.contains(&SessionKey::of(session.id())) {
                        session.end_moved();
                    } else {
                        session.end_save(saved.is_ok());
                    }
                }
                saved.is_ok()
            };
            if !store.save_then(begin, end).await {
                sleep(AGAIN).await;
            }
        }
    }
}

impl Drop for Saver {
    /// Ends the task.
    fn drop(&mut self) {
        self.notify.notify_one();
    }
}
