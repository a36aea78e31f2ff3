//! Buffers of a thread, which no connection keeps.

use std::cell::Cell;
use std::thread::LocalKey;

pub(crate) type Buffer = LocalKey<Cell<Vec<u8>>>;

thread_local! {
    pub(crate) static INCOMING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    pub(crate) static OUTGOING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    pub(crate) static MESSAGE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A buffer larger than this is not kept.
const KEPT: usize = 256 * 1024;

/// Runs `work` with a buffer of this thread, which holds whatever it held before.
pub(crate) fn with<R>(buffer: &'static Buffer, work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    // taken, not borrowed: what runs here may come back to this thread's buffers
    let mut bytes = buffer.take();
    let result = work(&mut bytes);
    if bytes.capacity() <= KEPT {
        buffer.set(bytes);
    }
    result
}
