//! The TCP connection below HTTP: it ends if the client does not read.

use std::io::{self, IoSlice};
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::task::{Context, Poll};
use std::time::Duration;

use socket2::SockRef;
use tealight_runtime::{Limit, Share};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::{Sleep, sleep};

use crate::door::Guest;

/// The bytes that a connection with live messages keeps in the kernel before they are sent. A page that stops reading is shown
/// no more old states than these when it reads again.
const UNSENT: u32 = 16 * 1024;
/// A client that takes less than this in the time limit does not read.
const PROGRESS: usize = 16 * 1024;

/// A TCP connection that carries HTTP. It ends if the client takes nothing of what is written for too long.
pub(crate) struct Guarded {
    stream: TcpStream,
    peer: IpAddr,
    /// Its place among the connections of the client.
    _share: Share,
    exchange: Arc<Exchange>,
    keeps_little: bool,
    write_time: Duration,
    /// Set while bytes wait to be written.
    deadline: Option<Pin<Box<Sleep>>>,
    /// The bytes that were written since the deadline was set.
    written: usize,
}

/// The request and the answer that a connection carries now.
#[derive(Default)]
pub(crate) struct Exchange {
    /// The answer is an event stream.
    pub(crate) is_event_stream: AtomicBool,
    /// A part of a request has come, and no answer to it has begun.
    pub(crate) is_asking: AtomicBool,
}

impl Guarded {
    pub(crate) fn new(guest: Guest, write_time: Duration) -> Self {
        let Guest { stream, peer, share } = guest;
        Self {
            stream,
            peer: peer.ip(),
            _share: share,
            exchange: Arc::default(),
            keeps_little: false,
            write_time,
            deadline: None,
            written: 0,
        }
    }

    /// The notes that the connection and its service write for each other.
    pub(crate) fn exchange(&self) -> Arc<Exchange> {
        Arc::clone(&self.exchange)
    }

    /// The bare connection, after an upgrade.
    pub(crate) fn into_stream(self) -> TcpStream {
        self.stream
    }

    fn poll_write_with(
        &mut self,
        cx: &mut Context<'_>,
        write: impl FnOnce(Pin<&mut TcpStream>, &mut Context<'_>) -> Poll<io::Result<usize>>,
    ) -> Poll<io::Result<usize>> {
        if !self.keeps_little && self.exchange.is_event_stream.load(Relaxed) {
            self.keeps_little = true;
            keep_little_unsent(&self.stream);
        }
        let polled = write(Pin::new(&mut self.stream), cx);
        match &polled {
            Poll::Ready(Ok(written)) => {
                self.written += written;
                self.exchange.is_asking.store(false, Relaxed);
                if self.written >= PROGRESS {
                    self.deadline = None;
                }
            }
            Poll::Ready(Err(_)) => {}
            Poll::Pending => {
                if self.deadline.is_none() {
                    self.written = 0;
                }
                let deadline = self.deadline.get_or_insert_with(|| Box::pin(sleep(self.write_time)));
                if deadline.as_mut().poll(cx).is_ready() {
                    Limit::Write.count(Some(self.peer));
                    return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
                }
            }
        }
        polled
    }
}

impl AsyncRead for Guarded {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(cx, buf);
        if buf.filled().len() > before {
            self.exchange.is_asking.store(true, Relaxed);
        }
        polled
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        self.poll_write_with(cx, |stream, cx| stream.poll_write(cx, buf))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_write_with(cx, |stream, cx| stream.poll_write_vectored(cx, bufs))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // HTTP flushes when all is written
        self.deadline = None;
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Lets the kernel accept bytes only if few wait to be sent. The throughput stays: bytes under way do not count.
pub(crate) fn keep_little_unsent(stream: &TcpStream) {
    let socket = SockRef::from(stream);
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let set = socket.set_tcp_notsent_lowat(UNSENT);
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let set = socket.set_send_buffer_size(2 * UNSENT as usize);
    if let Err(error) = set {
        tracing::debug!(%error, "could not keep the kernel from storing messages");
    }
}
