use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use tealight_core::PageRequest;
use tealight_runtime::Live;

use crate::wire::Wire;
use crate::wires::{Key, Wires};

/// A response that goes on until its page leaves. It asks the session itself whenever the server asks it:
/// nothing lies between the two, neither a channel nor a task.
pub(crate) struct Stream {
    wire: Arc<Wire>,
    key: Key,
    wires: Arc<Wires>,
}

impl Stream {
    pub(crate) fn open(live: &Live, wires: &Arc<Wires>, request: PageRequest, attach: Option<&[u8]>) -> Self {
        let (key, wire) = wires.add(Wire::new(live.connect(request), attach, live.alarm()));
        Self { wire, key, wires: Arc::clone(wires) }
    }

    pub(crate) fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        self.wire.poll_down(&self.key, cx)
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        if self.wire.hang_up() {
            self.wires.retire(self.key);
        } else {
            self.wires.remove(&self.key);
        }
    }
}
