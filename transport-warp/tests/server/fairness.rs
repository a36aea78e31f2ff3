//! A page that sends as much as it can lets others run.

use std::io;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::task::{Context, Poll};

use tealight_core::PageRequest;
use tealight_runtime::Live;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::support::{Counter, attach, text};

/// The most bytes that a websocket reads before others run.
const CHUNK: usize = 16 * 1024;
/// The most bytes that it reads after its close frame.
const DISCARDED: usize = 1024 * 1024;
const FLOOD: usize = 2 * DISCARDED;

/// A client that always has more to send until the end, and reads everything.
struct Flood {
    messages: Vec<u8>,
    sent: Arc<AtomicUsize>,
}

impl AsyncRead for Flood {
    fn poll_read(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let left = &self.messages[self.sent.load(Relaxed)..];
        let bytes = &left[..left.len().min(buffer.remaining())];
        buffer.put_slice(bytes);
        self.sent.fetch_add(bytes.len(), Relaxed);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Flood {
    fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Poll::Ready(Ok(bytes.len()))
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

/// Returns the bytes that the server reads of these messages, at most in one turn and in all.
async fn read_of(messages: Vec<u8>) -> (usize, usize) {
    let live = Live::new(Counter::default());
    let sent = Arc::new(AtomicUsize::new(0));
    let flood = Flood { messages, sent: Arc::clone(&sent) };
    let mut socket = pin!(tealight_warp::websocket(flood, &attach(""), &live, PageRequest::new("/", "")));
    let (mut most, mut before) = (0, 0);
    std::future::poll_fn(|cx| {
        let polled = socket.as_mut().poll(cx);
        let now = sent.load(Relaxed);
        most = most.max(now - before);
        before = now;
        polled
    })
    .await;
    (most, before)
}

#[tokio::test(start_paused = true)]
async fn a_flood_is_read_in_turns() {
    let long = "x".repeat(60_000);
    for (message, is_refused) in [
        (r#"{"ping":1}"#, false),
        (r#"{"remount":0}"#, false),
        ("[1,0,[4294967295,7]]", false),
        ("[[[[[[[[", true),
        (&long, true),
    ] {
        let shown = &message[..8];
        let message = text(message);
        let flood = message.repeat(FLOOD / message.len());
        let length = flood.len();
        let (most, all) = read_of(flood).await;
        assert!(most <= CHUNK, "{shown}: {most} bytes in one turn");
        let expected = if is_refused { DISCARDED..=DISCARDED + 10 * CHUNK } else { length..=length };
        assert!(expected.contains(&all), "{shown}: {all} bytes in all");
    }
}
