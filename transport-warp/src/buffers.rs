//! One set of buffers for each thread, so that no connection keeps its own.

use std::cell::Cell;
use std::thread::LocalKey;

pub(crate) type Buffer = LocalKey<Cell<Vec<u8>>>;

thread_local! {
    pub(crate) static INCOMING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    pub(crate) static OUTGOING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    pub(crate) static MESSAGE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// A thread does not keep a buffer that is larger than this.
const MAX_BUFFER: usize = 256 * 1024;

/// Runs `work` with a buffer of this thread. The buffer still has its old content.
pub(crate) fn with<R>(buffer: &'static Buffer, work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    // taken, not borrowed, because `work` may call this function again
    let mut bytes = buffer.take();
    let result = work(&mut bytes);
    if bytes.capacity() <= MAX_BUFFER {
        buffer.set(bytes);
    }
    result
}
