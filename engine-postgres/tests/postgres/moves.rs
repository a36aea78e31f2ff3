//! Pages that move between processes.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tealight_runtime::{Live, OwnerKey, SavedSession, Saving, SessionKey, SessionStore, StoreError, StoredSession};

use crate::connect;
use crate::counter::{Counter, move_between};
use crate::server::Server;

/// A store in memory, which the processes share. A disk may take longer than a process waits for another.
#[derive(Default)]
struct Sessions(Mutex<HashMap<SessionKey, (u32, Vec<u8>)>>);

#[async_trait]
impl SessionStore for Sessions {
    fn seed(&self) -> u64 {
        7
    }

    async fn save(&self, sessions: Vec<SavedSession>) -> Result<Vec<SessionKey>, StoreError> {
        let mut saved = self.0.lock().expect("no panic");
        saved.extend(sessions.into_iter().map(|session| (session.key, (session.revision, session.bytes))));
        Ok(Vec::new())
    }

    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let found = self.0.lock().expect("no panic").get(&key).cloned();
        Ok(found.map(|(revision, bytes)| StoredSession { revision, bytes }))
    }

    async fn claim(&self, key: SessionKey, revision: u32) -> Result<Option<Vec<u8>>, StoreError> {
        let mut saved = self.0.lock().expect("no panic");
        Ok(saved.get_mut(&key).filter(|(stored, _)| *stored == revision).map(|(stored, bytes)| {
            *stored += 1;
            bytes.clone()
        }))
    }

    async fn remove(&self, key: SessionKey, _: u32) -> Result<(), StoreError> {
        self.0.lock().expect("no panic").remove(&key);
        Ok(())
    }

    async fn remove_owned(&self, _: OwnerKey) -> Result<(), StoreError> {
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn processes_hand_over_sessions() {
    let server = Server::start();
    // The second time, only the session's own process has its newest state. Before the first save, a process reads its own program: that
    // may take longer than another process waits.
    for every in [Duration::ZERO, Duration::from_secs(3600)] {
        let store = Arc::new(Sessions::default());
        let mut processes = Vec::new();
        for _ in 0..2 {
            let saving = Saving::new(store.clone()).every(every);
            let engine = connect(&server.url()).await;
            processes.push(Live::builder(Counter).save_sessions(saving).pubsub(engine).start());
        }
        move_between([&processes[0], &processes[1]]).await;
    }
}
