use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use tealight_core::session::Message;
use tealight_runtime::{LocalPubSub, PubSubError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::error::{PostgresError, unavailable};
use crate::frame;
use crate::lock;
use crate::lost::Lost;

/// The publishers and the worker have this in common.
pub(crate) struct Shared {
    /// The subscribers of this process.
    pub(crate) local: LocalPubSub,
    pub(crate) is_up: watch::Sender<bool>,
    /// The bytes that may still wait.
    room: Arc<Semaphore>,
    /// The topics of messages for which there was no room.
    pub(crate) lost: Mutex<Lost>,
    /// The number of messages so far.
    numbers: AtomicU64,
    pub(crate) ignored: AtomicU64,
}

/// A message on its way to the server.
pub(crate) struct Outgoing {
    pub(crate) message: Message,
    pub(crate) payloads: Vec<String>,
    _room: OwnedSemaphorePermit,
}

/// The most bytes of messages that wait for the server.
const ROOM: usize = 16 << 20;
/// The room that a message takes besides its payloads.
const MESSAGE_BYTES: usize = 256;

impl Shared {
    pub(crate) fn new() -> Self {
        Self {
            local: LocalPubSub::default(),
            is_up: watch::Sender::new(true),
            room: Arc::new(Semaphore::new(ROOM)),
            lost: Mutex::default(),
            numbers: AtomicU64::new(0),
            ignored: AtomicU64::new(0),
        }
    }

    /// Makes a message ready for the queue, if there is room.
    pub(crate) fn outgoing(&self, message: Message) -> Result<Outgoing, PubSubError> {
        let payloads = self.write(&message)?;
        let bytes = MESSAGE_BYTES + message.payload.len() + payloads.iter().map(String::len).sum::<usize>();
        let bytes = u32::try_from(bytes).expect("the longest message is 1 MiB");
        let room = Arc::clone(&self.room).try_acquire_many_owned(bytes);
        let Ok(room) = room else {
            lock(&self.lost).add(message.topic);
            return Err(unavailable(PostgresError::Full(ROOM)));
        };
        Ok(Outgoing { message, payloads, _room: room })
    }

    /// Writes a message as payloads that no other message has.
    pub(crate) fn write(&self, message: &Message) -> Result<Vec<String>, PubSubError> {
        frame::write(message, self.numbers.fetch_add(1, Relaxed))
    }
}
