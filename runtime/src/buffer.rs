//! Buffers of a thread, so that no connection keeps buffers of its own.

use std::cell::Cell;
use std::thread::LocalKey;

/// A thread does not keep a buffer that is larger than this.
const MAX_BUFFER: usize = 256 * 1024;

/// Runs `work` with a buffer of this thread. The buffer still has its old content.
///
/// The thread keeps the buffer for the next call, unless it has grown over 256 KiB.
///
/// ```
/// use std::cell::Cell;
/// use tealight_runtime::with_buffer;
///
/// thread_local! {
///     static OUTGOING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
/// }
///
/// let length = with_buffer(&OUTGOING, |out| {
///     out.clear();
///     out.extend_from_slice(b"a frame");
///     out.len()
/// });
/// assert_eq!(length, 7);
/// ```
pub fn with_buffer<R>(buffer: &'static LocalKey<Cell<Vec<u8>>>, work: impl FnOnce(&mut Vec<u8>) -> R) -> R {
    // The buffer is taken, not borrowed, because `work` may call this function again.
    let mut bytes = buffer.take();
    let result = work(&mut bytes);
    if bytes.capacity() <= MAX_BUFFER {
        buffer.set(bytes);
    }
    result
}
