use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tealight_core::PageRequest;
use tealight_runtime::{Live, Relay, Token};

use crate::connections::Connections;
use crate::forward::key_of;
use crate::shared::SharedConnection;

/// The body of an event stream. It ends when its page leaves.
///
/// It asks the session for a message each time that the server polls it. There is no channel and no task between
/// them.
pub(crate) struct EventStream {
    connection: Arc<SharedConnection>,
    key: Token,
    connections: Arc<Connections>,
    relay: Arc<Relay>,
}

impl EventStream {
    pub(crate) fn open(
        live: &Live,
        (connections, relay): (&Arc<Connections>, &Arc<Relay>),
        request: PageRequest,
        attach: Option<&[u8]>,
    ) -> Self {
        let (key, connection) =
            connections.add(SharedConnection::new(live.connect_over("sse", request), attach, live.alarm()));
        Self { connection, key, connections: Arc::clone(connections), relay: Arc::clone(relay) }
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.connection.poll_events(|| key_of(&self.key, &self.relay), cx)
    }
}

impl Drop for EventStream {
    fn drop(&mut self) {
        if self.connection.hang_up() {
            self.connections.retire(&self.key);
        } else {
            self.connections.remove(&self.key);
        }
    }
}
