use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tealight_runtime::Token;
use tokio::time::Instant;

use crate::shared::SharedConnection;

/// All connections with an open stream, and those whose stream has just ended, so that late posts find them.
#[derive(Default)]
pub(crate) struct Connections(Mutex<State>);

#[derive(Default)]
struct State {
    /// By the [fingerprints](Token::fingerprint) of their keys.
    by_name: HashMap<String, Arc<SharedConnection>>,
    /// Those whose stream has ended, the oldest first.
    retired: VecDeque<(Instant, String)>,
}

/// The time for which posts are still taken after the end of their stream.
const RETIREMENT: Duration = Duration::from_secs(10);
/// The most connections that are kept for late posts.
const MAX_RETIRED: usize = 4096;

impl Connections {
    pub(crate) fn add(&self, connection: Arc<SharedConnection>) -> (Token, Arc<SharedConnection>) {
        let key = Token::random();
        self.lock().by_name.insert(key.fingerprint(), Arc::clone(&connection));
        (key, connection)
    }

    /// Finds a connection by the fingerprint of its key.
    pub(crate) fn find(&self, name: &str) -> Option<Arc<SharedConnection>> {
        let (expired, found) = {
            let mut state = self.lock();
            (state.take_expired(MAX_RETIRED), state.by_name.get(name).cloned())
        };
        drop(expired);
        found
    }

    pub(crate) fn remove(&self, key: &Token) {
        let removed = self.lock().by_name.remove(&key.fingerprint());
        drop(removed);
    }

    /// Keeps a connection for late posts after its stream has ended.
    pub(crate) fn retire(&self, key: &Token) {
        let expired = {
            let mut state = self.lock();
            let expired = state.take_expired(MAX_RETIRED - 1);
            state.retired.push_back((Instant::now(), key.fingerprint()));
            expired
        };
        drop(expired);
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Removes the retired connections whose time is over, and the oldest if there are more than `most`.
    #[must_use = "connections are dropped after the lock is released"]
    fn take_expired(&mut self, most: usize) -> Vec<Arc<SharedConnection>> {
        let is_expired = |(since, _): &(Instant, String)| since.elapsed() >= RETIREMENT;
        let mut expired = self.retired.iter().take_while(|retired| is_expired(retired)).count();
        expired = expired.max(self.retired.len().saturating_sub(most));
        self.retired.drain(..expired).filter_map(|(_, name)| self.by_name.remove(&name)).collect()
    }
}
