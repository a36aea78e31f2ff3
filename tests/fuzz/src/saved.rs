//! The bytes of a saved session, as a store returns them.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tealight_core::PageRequest;
use tealight_runtime::{Live, OwnerKey, SavedSession, SessionKey, SessionStore, StoreError, StoredSession};
use tokio::runtime::Builder;
use tokio::time::timeout;

use crate::app::Desk;

/// A store that returns the same bytes for each session.
#[derive(Clone, Default)]
struct Same(Arc<Mutex<Vec<u8>>>);

#[async_trait]
impl SessionStore for Same {
    fn seed(&self) -> u64 {
        7
    }

    async fn save(&self, mut sessions: Vec<SavedSession>) -> Result<Vec<SessionKey>, StoreError> {
        if let Some(session) = sessions.pop() {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = session.bytes;
        }
        Ok(Vec::new())
    }

    async fn load(&self, _: SessionKey) -> Result<Option<StoredSession>, StoreError> {
        let bytes = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        Ok((!bytes.is_empty()).then_some(StoredSession { revision: 0, bytes }))
    }

    async fn claim(&self, key: SessionKey, _: u32) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.load(key).await?.map(|stored| stored.bytes))
    }

    async fn remove(&self, _: SessionKey, _: u32) -> Result<(), StoreError> {
        Ok(())
    }

    async fn remove_owned(&self, _: OwnerKey) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Restores a session, attaches a page to it, and sends events. If the first byte is even, the rest is the saved session. Otherwise
/// the rest changes one that was really saved: three bytes each are a place and the byte that is written there.
pub(crate) fn saved(bytes: &[u8]) {
    let Some((first, rest)) = bytes.split_first() else { return };
    if first % 2 == 0 {
        return restore(rest.to_vec());
    }
    let mut bytes = VALID.with(Clone::clone);
    for change in rest.chunks_exact(3) {
        let at = usize::from(u16::from_le_bytes([change[0], change[1]])) % bytes.len();
        bytes[at] = change[2];
    }
    restore(bytes);
}

thread_local! {
    static VALID: Vec<u8> = valid();
}

fn restore(bytes: Vec<u8>) {
    run(Same(Arc::new(Mutex::new(bytes))));
}

/// A saved session, after some events.
fn valid() -> Vec<u8> {
    let store = Same::default();
    run(store.clone());
    let bytes = store.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert!(!bytes.is_empty(), "a session was saved");
    bytes
}

fn run(store: Same) {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    runtime.block_on(async {
        let live = Live::builder(Desk).save_sessions(store).start();
        let mut connection = live.connect(PageRequest::new("/", ""));
        connection.receive(br#"{"tealight":1,"session":"AAAAAAAAAAAAAAAAAAAAAA","patch":0,"event":0}"#);
        for message in [&b"[1,0,[99]]"[..], b"[2,0,[2]]", b"[3,1,[16,0,0]]", br#"{"remount":1}"#, b"[4,2,[17,0]]"] {
            let mut out = Vec::new();
            let polled = poll_fn(|cx| connection.poll_message(cx, &mut out));
            if timeout(Duration::from_secs(1), polled).await.is_ok_and(|polled| polled.is_err()) {
                break;
            }
            if connection.is_ready() {
                connection.receive(message);
            }
        }
        connection.hang_up();
        // Sessions hold their application, so without an end it would never be freed.
        live.shutdown().await;
    });
}
