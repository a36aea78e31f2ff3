use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use tealight_core::session::Message;
use tokio::runtime::Handle;

use super::subscribed::Subscribed;
use crate::error::PubSubError;
use crate::owners::Owners;
use crate::store::OwnerKey;
use crate::sync::lock;
use crate::token::random_bytes;

/// Hears from other processes that all sessions of an owner are to end.
pub(super) struct Ends {
    owners: Arc<Owners>,
    handle: Handle,
    /// Names this process, which hears itself too.
    process: u64,
    is_subscribed: AtomicBool,
    /// The engine's subscription ends when this is dropped.
    guard: Mutex<Option<Subscribed>>,
}

impl Ends {
    /// The topic of these messages. Messages of the application's own do no harm there, but it should not use it.
    pub(super) const TOPIC: &str = "tealight:end-sessions";

    pub(super) fn new(owners: Arc<Owners>, handle: Handle) -> Self {
        let process = u64::from_ne_bytes(random_bytes());
        Self { owners, handle, process, is_subscribed: AtomicBool::new(false), guard: Mutex::default() }
    }

    pub(super) fn owners(&self) -> &Owners {
        &self.owners
    }

    /// Returns true the first time.
    pub(super) fn must_subscribe(&self) -> bool {
        !self.is_subscribed.load(Relaxed) && !self.is_subscribed.swap(true, Relaxed)
    }

    pub(super) fn keep(&self, guard: Subscribed) {
        *lock(&self.guard) = Some(guard);
    }

    pub(super) fn message(&self, owner: OwnerKey) -> Result<Message, PubSubError> {
        Ok(Message::new(Self::TOPIC, &(self.process, owner.as_bytes()))?)
    }

    /// Takes a message of any process. A task ends the sessions: the engine may call this in a turn.
    pub(super) fn hear(self: &Arc<Self>, payload: &[u8]) {
        let Ok((process, owner)) = serde_json::from_slice::<(u64, [u8; 32])>(payload) else {
            return tracing::warn!(topic = Self::TOPIC, "a message that is not Tealight's own was ignored");
        };
        if process != self.process {
            let owners = Arc::clone(&self.owners);
            self.handle.spawn(async move {
                if let Err(error) = owners.end(OwnerKey::new(owner)).await {
                    tracing::error!(%error, "saved sessions of an owner could not be removed");
                }
            });
        }
    }
}
