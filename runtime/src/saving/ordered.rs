use std::sync::Arc;

use tokio::sync::Mutex;

use crate::store::{SavedSession, SessionKey, SessionStore, StoreError};

/// A store whose changes are made one after the other. Otherwise an older state of a session could replace a newer one, or come
/// back after the session has ended.
pub(crate) struct Ordered {
    store: Arc<dyn SessionStore>,
    turn: Mutex<()>,
}

impl Ordered {
    pub(super) fn new(store: Arc<dyn SessionStore>) -> Self {
        Self { store, turn: Mutex::default() }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.store.seed()
    }

    pub(crate) async fn load(&self, key: SessionKey) -> Result<Option<Vec<u8>>, StoreError> {
        self.store.load(key).await
    }

    /// Saves what `sessions` returns when all earlier changes are made. A failure is counted and logged.
    pub(crate) async fn save(&self, sessions: impl FnOnce() -> Vec<SavedSession>) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        self.store.save(sessions()).await.inspect_err(|error| {
            metrics::counter!("tealight_saves_failed_total").increment(1);
            tracing::error!(%error, "sessions could not be saved");
        })
    }

    pub(crate) async fn remove(&self, key: SessionKey) {
        let _turn = self.turn.lock().await;
        if let Err(error) = self.store.remove(key).await {
            tracing::warn!(%error, "a session that has ended could not be removed from the store");
        }
    }
}
