//! The things that several processes share besides the database.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tealight::runtime::{LocalPubSub, PubSub, Saving, SessionStore};
use tealight_nats::NatsOptions;
use tealight_store::Key;

/// By default nothing: messages stay in the process, and sessions end with it.
pub(crate) struct Shared {
    /// Carries messages between pages.
    pub(crate) engine: Arc<dyn PubSub>,
    /// Keeps sessions, so that a page may come back to any process.
    pub(crate) sessions: Option<Arc<dyn SessionStore>>,
}

impl Default for Shared {
    fn default() -> Self {
        Self { engine: Arc::new(LocalPubSub::default()), sessions: None }
    }
}

impl Shared {
    /// Shares messages and sessions over a NATS server with JetStream. The file has the key that seals the sessions; it is made if there
    /// is none.
    pub(crate) async fn over_nats(server: &str, key: &Path) -> Result<Self, Box<dyn Error>> {
        let nats = NatsOptions::default().prefix("board").connect(server).await?;
        let sessions = nats.store(Key::from_file(key)?).open().await?;
        Ok(Self { engine: Arc::new(nats), sessions: Some(Arc::new(sessions)) })
    }
}

/// Saves a session after each event, before the page hears of it.
///
/// A page repeats the events of which it has not heard. If its process was killed, their changes may be in the database already. The
/// restored session gives them the same keys again (`Writer::key`), so that they are not stored twice. With a longer time between two
/// savings, the session could be older than the page, and would use a key for another change.
pub(crate) fn saving<M>(sessions: &Arc<dyn SessionStore>) -> Saving<M> {
    Saving::new(Arc::clone(sessions)).every(Duration::ZERO)
}
