use std::collections::HashMap;
use std::sync::{self, Arc};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};
use tracing::Instrument;

use crate::error::{catch, catch_async};
use crate::store::{OwnerKey, SavedSession, SessionKey, SessionStore, StoreError, StoredSession};
use crate::sync::lock;
use crate::telemetry::{Saved, WaitsForStore, count_load_time, count_save_time, spans};

/// A store whose changes are made one after the other. Otherwise an older state of a session could replace a newer one, or come
/// back after the session has ended. A store that panics counts as unavailable.
pub(crate) struct Ordered {
    store: Arc<dyn SessionStore>,
    turn: Mutex<()>,
    /// The sessions that were asked for and have not been loaded, each with the time of the first attempt.
    missed: sync::Mutex<HashMap<SessionKey, Instant>>,
}

/// A page whose session was saved by a newer version of the program comes back so long, until a process of that version has it.
const UPGRADE: Duration = Duration::from_secs(30);
/// The most sessions in `missed`. Beyond it, the page of another one tries again without an end.
const MOST_MISSED: usize = 10_000;
/// The time limit for a store that has not loaded a session for as long as its page waits.
const LAST_CHANCE: Duration = Duration::from_secs(1);

impl Ordered {
    pub(super) fn new(store: Arc<dyn SessionStore>) -> Self {
        Self { store, turn: Mutex::default(), missed: sync::Mutex::default() }
    }

    pub(crate) fn seed(&self) -> u64 {
        self.store.seed()
    }

    /// Loads a session, for a page that waits for it for at most `patience`. A store that does not answer within `time` is
    /// unavailable. A session that `can_read` refuses waits for another process for at most [`UPGRADE`].
    ///
    /// # Errors
    /// See [`LoadError`].
    pub(crate) async fn load(
        &self,
        key: SessionKey,
        time: Duration,
        patience: Duration,
        can_read: impl Fn(&StoredSession) -> bool,
    ) -> Result<Option<StoredSession>, LoadError> {
        let waited = self.note_attempt(key, patience);
        let has_waited = waited >= patience;
        let time = if has_waited { time.min(LAST_CHANCE) } else { time };
        let (waits, began) = (WaitsForStore::new(), Instant::now());
        let loaded = timeout(time, try_store(self.store.load(key))).await;
        drop(waits);
        count_load_time(began.elapsed());
        let loaded = loaded.unwrap_or_else(|elapsed| Err(StoreError::Unavailable(Box::new(elapsed))));
        match loaded {
            Err(error @ StoreError::Unavailable(_)) if !has_waited => Err(LoadError::TryAgain(error)),
            Ok(Some(stored)) if waited < UPGRADE.min(patience) && !can_read(&stored) => {
                Err(LoadError::TryAgain(StoreError::Unavailable(Box::new(TooNew))))
            }
            loaded => {
                lock(&self.missed).remove(&key);
                loaded.map_err(LoadError::Lost)
            }
        }
    }

    /// Returns how long ago the first attempt was to load this session. A page may give up an attempt before the store answers,
    /// so each is noted when it begins.
    fn note_attempt(&self, key: SessionKey, patience: Duration) -> Duration {
        let mut missed = lock(&self.missed);
        // A page tries again every few seconds, so a much older attempt belongs to a page that has left.
        let is_old = |first: &Instant| first.elapsed() > patience.saturating_mul(2);
        if missed.len() >= MOST_MISSED && !missed.contains_key(&key) {
            missed.retain(|_, first| !is_old(first));
            if missed.len() >= MOST_MISSED {
                return Duration::ZERO;
            }
        }
        let first = missed.entry(key).or_insert_with(Instant::now);
        if is_old(first) {
            *first = Instant::now();
        }
        first.elapsed()
    }

    /// Claims a session that was loaded. Returns its bytes, or `None` if another process was quicker. A store that does not answer
    /// within `time` is unavailable.
    pub(crate) async fn claim(
        &self,
        key: SessionKey,
        revision: u32,
        time: Duration,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let claim = async {
            let _turn = self.turn.lock().await;
            try_store(self.store.claim(key, revision)).await
        };
        timeout(time, claim).await.unwrap_or_else(|elapsed| Err(StoreError::Unavailable(Box::new(elapsed))))
    }

    /// Saves what `sessions` returns when all earlier changes are made. Returns the sessions that another process has claimed. A
    /// failure is counted and logged.
    pub(crate) async fn save(
        &self,
        sessions: impl FnOnce() -> Vec<SavedSession>,
    ) -> Result<Vec<SessionKey>, StoreError> {
        self.save_then(sessions, |saved| saved).await
    }

    /// Saves as [`save`](Self::save) does, and hands the result to `then` before another save begins.
    pub(crate) async fn save_then<T>(
        &self,
        sessions: impl FnOnce() -> Vec<SavedSession>,
        then: impl FnOnce(Result<Vec<SessionKey>, StoreError>) -> T,
    ) -> T {
        let _turn = self.turn.lock().await;
        let sessions = sessions();
        let (saved, began) = (Saved::of(&sessions), Instant::now());
        let span = spans::save(sessions.len());
        let result = try_store(self.store.save(sessions)).instrument(span).await;
        count_save_time(began.elapsed());
        match &result {
            Ok(_) => saved.count(),
            Err(error) => {
                metrics::counter!("tealight_saves_failed_total").increment(1);
                let _ = catch("store", || tracing::error!(%error, "sessions could not be saved"));
            }
        }
        then(result)
    }

    pub(crate) async fn remove_owned(&self, owner: OwnerKey) -> Result<(), StoreError> {
        let _turn = self.turn.lock().await;
        try_store(self.store.remove_owned(owner)).await
    }

    pub(crate) async fn remove(&self, key: SessionKey, revision: u32) {
        let _turn = self.turn.lock().await;
        if let Err(error) = try_store(self.store.remove(key, revision)).await {
            tracing::warn!(%error, "a session that has ended could not be removed from the store");
        }
    }
}

#[derive(Debug, thiserror::Error)]
#[error("a newer version of the program has saved the session")]
struct TooNew;

/// The reason why a session could not be loaded.
pub(crate) enum LoadError {
    /// The store is out of reach, but may come back. Or another process can read the session.
    TryAgain(StoreError),
    /// The session is damaged, or its page has waited for too long.
    Lost(StoreError),
}

async fn try_store<T>(action: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
    let done = catch_async("store", action).await;
    done.unwrap_or_else(|panicked| Err(StoreError::Unavailable(Box::new(panicked))))
}
