use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tealight_runtime::{Alarm, Close, Connection, with_buffer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::Instant;
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader, Utf8Bytes};

use crate::reader::{Incoming, Reader};

/// A page's websocket, from the end of its handshake to the end of its TCP connection.
///
/// It reads and writes with the buffers of its thread. It keeps bytes of its own only if a message has arrived in
/// part, or if the page does not read.
pub(crate) struct Socket<S> {
    io: S,
    /// `None` after the close frame.
    connection: Option<Connection>,
    limit: usize,
    reader: Reader,
    /// Bytes that the page has not read yet. While there are any, the socket neither reads nor asks the session for
    /// messages.
    unwritten: Vec<u8>,
    alarm: Alarm,
    watch: Watch,
    /// When the page has last read or written something.
    alive: Instant,
    is_flushed: bool,
    is_shut: bool,
}

/// The reason for the alarm, unless a message is incomplete or the close frame was sent.
#[derive(Clone, Copy, PartialEq)]
enum Watch {
    /// The page must attach.
    Attach,
    /// A ping is due if the page stays silent.
    Ping,
    /// A ping was sent, and nothing has arrived since.
    Answer,
}

thread_local! {
    static INCOMING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static OUTGOING: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static MESSAGE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

const CHUNK: usize = 16 * 1024;

/// A page that is silent for this time is pinged. Our own page asks the server a little earlier.
const SILENCE: Duration = Duration::from_secs(26);
/// The time limit for any sign of life after a ping.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(9);
/// The time limit for a message that has begun, and for the attach.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(10);
/// The time limit for the end of the TCP connection after the close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// `early` are bytes that arrived together with the handshake.
    pub(crate) fn new(io: S, early: &[u8], connection: Connection, limit: usize, alarm: Alarm) -> Self {
        Self {
            io,
            connection: Some(connection),
            limit,
            reader: Reader::new(early),
            unwritten: Vec::new(),
            alarm,
            watch: Watch::Attach,
            alive: Instant::now(),
            is_flushed: true,
            is_shut: false,
        }
    }

    fn poll_socket(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.alarm.is_set() {
            self.alarm.set(MESSAGE_TIMEOUT, cx);
        } else if self.alarm.is_due() {
            self.on_alarm(cx)?;
        }
        loop {
            ready!(self.poll_write_unwritten(cx))?;
            if self.connection.is_none() {
                return self.poll_end(cx);
            }
            if self.send_messages(cx)? {
                continue;
            }
            if !self.connection.as_ref().is_some_and(Connection::is_ready) {
                return Poll::Pending;
            }
            if self.reader.is_unread() {
                self.deliver(b"", cx)?;
            } else {
                ready!(self.poll_receive(cx))?;
            }
        }
    }

    /// Writes the messages of the session. Returns true if there is more to do: there may be more messages, or bytes
    /// are left to write, or the connection has ended.
    fn send_messages(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        with_buffer(&OUTGOING, |out| {
            out.clear();
            let Some(connection) = &mut self.connection else { return Ok(true) };
            let polled = with_buffer(&MESSAGE, |message| {
                loop {
                    message.clear();
                    match connection.poll_message(cx, message) {
                        Poll::Ready(Ok(())) => push_text(message, out),
                        Poll::Ready(Err(close)) => return Poll::Ready(Some(close)),
                        Poll::Pending => return Poll::Pending,
                    }
                    if out.len() >= CHUNK {
                        return Poll::Ready(None);
                    }
                }
            });
            if let Poll::Ready(Some(close)) = polled {
                push_close(close, out);
                self.detach(cx);
            }
            self.write(out, cx)?;
            Ok(polled.is_ready() || self.is_blocked())
        })
    }

    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        with_buffer(&INCOMING, |buffer| {
            let bytes = ready!(poll_read(&mut self.io, cx, buffer))?;
            if bytes.is_empty() {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            self.note_life();
            Poll::Ready(self.deliver(bytes, cx))
        })
    }

    /// Delivers the messages that arrived before the connection broke.
    fn deliver_rest(&mut self, cx: &mut Context<'_>) {
        self.unwritten = Vec::new();
        while self.connection.as_ref().is_some_and(Connection::is_ready) {
            let taken =
                if self.reader.is_unread() { Poll::Ready(self.deliver(b"", cx)) } else { self.poll_receive(cx) };
            if !matches!(taken, Poll::Ready(Ok(()))) {
                return;
            }
        }
    }

    /// Delivers messages to the session, and writes the answers to pings and close frames.
    fn deliver(&mut self, bytes: &[u8], cx: &mut Context<'_>) -> io::Result<()> {
        with_buffer(&OUTGOING, |out| {
            out.clear();
            let Some(connection) = &mut self.connection else { return Ok(()) };
            let incomplete_since = self.reader.incomplete_since();
            let mut is_closed = false;
            let read = self.reader.read(bytes, self.limit, out, |incoming| match incoming {
                Incoming::Text(text) => {
                    connection.receive(text.as_bytes());
                    connection.is_ready() && !connection.wants_poll()
                }
                Incoming::Closed => {
                    is_closed = true;
                    false
                }
            });
            if let Err(close) = read {
                close.count();
                push_close(close, out);
            }
            if is_closed || read.is_err() {
                self.detach(cx);
            } else if self.reader.incomplete_since().is_some_and(|since| Some(since) != incomplete_since) {
                self.alarm.set(MESSAGE_TIMEOUT, cx);
            }
            self.write(out, cx)
        })
    }

    /// Acts on the alarm: the page is silent, or a message is incomplete, or the connection does not end.
    fn on_alarm(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let Some(connection) = &self.connection else { return Err(io::ErrorKind::TimedOut.into()) };
        let incomplete = self.reader.incomplete_since().filter(|_| connection.is_ready());
        if incomplete.is_some_and(|since| since.elapsed() >= MESSAGE_TIMEOUT) {
            return self.refuse(Close::Broken, cx);
        }
        match self.watch {
            Watch::Attach if connection.session().is_none() && connection.is_ready() => self.refuse(Close::Broken, cx),
            Watch::Attach => {
                self.watch = Watch::Ping;
                self.on_alarm(cx)
            }
            Watch::Ping => match SILENCE.checked_sub(self.alive.elapsed()).filter(|left| !left.is_zero()) {
                Some(left) => {
                    self.alarm.set(if incomplete.is_some() { left.min(MESSAGE_TIMEOUT) } else { left }, cx);
                    Ok(())
                }
                None => {
                    self.watch = Watch::Answer;
                    self.alarm.set(ANSWER_TIMEOUT, cx);
                    self.write_frame(Frame::ping(&b""[..]), cx)
                }
            },
            Watch::Answer => self.refuse(Close::Silent, cx),
        }
    }

    fn note_life(&mut self) {
        self.alive = Instant::now();
        if self.watch == Watch::Answer {
            self.watch = Watch::Ping;
        }
    }

    fn refuse(&mut self, close: Close, cx: &mut Context<'_>) -> io::Result<()> {
        close.count();
        self.detach(cx);
        self.write_frame(close_frame(close), cx)
    }

    /// Detaches the page from its session. The TCP connection is still to be ended.
    fn detach(&mut self, cx: &Context<'_>) {
        self.connection = None;
        self.reader = Reader::default();
        self.alarm.set(CLOSE_TIMEOUT, cx);
    }

    /// Ends the TCP connection after the close frame. It reads to the end first: closing a connection with unread
    /// bytes resets it, and the page might lose the close frame.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_shut {
            ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
            self.is_shut = true;
        }
        with_buffer(&INCOMING, |buffer| {
            while !ready!(poll_read(&mut self.io, cx, buffer))?.is_empty() {}
            Poll::Ready(Ok(()))
        })
    }

    fn write_frame(&mut self, frame: Frame, cx: &mut Context<'_>) -> io::Result<()> {
        with_buffer(&OUTGOING, |out| {
            out.clear();
            frame.format(out).expect("writing to memory does not fail");
            self.write(out, cx)
        })
    }

    /// Writes as many bytes as the page reads, and keeps the rest.
    fn write(&mut self, bytes: &[u8], cx: &mut Context<'_>) -> io::Result<()> {
        let mut left = bytes;
        while self.unwritten.is_empty() && !left.is_empty() {
            match poll_write(&mut self.io, cx, left) {
                Poll::Ready(written) => left = &left[written?..],
                Poll::Pending => break,
            }
        }
        self.unwritten.extend_from_slice(left);
        if self.unwritten.is_empty() && !bytes.is_empty() {
            self.is_flushed = Pin::new(&mut self.io).poll_flush(cx)?.is_ready();
        }
        Ok(())
    }

    fn poll_write_unwritten(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_blocked() {
            return Poll::Ready(Ok(()));
        }
        let mut written = 0;
        while written < self.unwritten.len() {
            match poll_write(&mut self.io, cx, &self.unwritten[written..]) {
                Poll::Ready(more) => written += more?,
                Poll::Pending => break,
            }
        }
        if written > 0 {
            // a page that reads is alive
            self.note_life();
        }
        if written < self.unwritten.len() {
            self.unwritten.drain(..written);
            return Poll::Pending;
        }
        self.unwritten = Vec::new();
        ready!(Pin::new(&mut self.io).poll_flush(cx))?;
        self.is_flushed = true;
        Poll::Ready(Ok(()))
    }

    fn is_blocked(&self) -> bool {
        !self.unwritten.is_empty() || !self.is_flushed
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Future for Socket<S> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        // a connection may end without a close frame
        self.poll_socket(cx).map(|result| {
            if let Err(error) = result {
                tracing::debug!(%error, "websocket ended without a close frame");
                self.deliver_rest(cx);
            }
        })
    }
}

fn poll_read<'a>(
    io: &mut (impl AsyncRead + Unpin),
    cx: &mut Context<'_>,
    buffer: &'a mut Vec<u8>,
) -> Poll<io::Result<&'a [u8]>> {
    buffer.resize(CHUNK, 0);
    let mut bytes = ReadBuf::new(buffer);
    ready!(Pin::new(io).poll_read(cx, &mut bytes))?;
    let length = bytes.filled().len();
    Poll::Ready(Ok(&buffer[..length]))
}

fn poll_write(io: &mut (impl AsyncWrite + Unpin), cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
    match ready!(Pin::new(io).poll_write(cx, bytes))? {
        0 => Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
        written => Poll::Ready(Ok(written)),
    }
}

fn push_text(message: &[u8], out: &mut Vec<u8>) {
    let header = FrameHeader { opcode: OpCode::Data(Data::Text), ..FrameHeader::default() };
    header.format(message.len() as u64, out).expect("writing to memory does not fail");
    out.extend_from_slice(message);
}

fn push_close(close: Close, out: &mut Vec<u8>) {
    close_frame(close).format(out).expect("writing to memory does not fail");
}

fn close_frame(close: Close) -> Frame {
    Frame::close(Some(CloseFrame { code: close.code().into(), reason: Utf8Bytes::from_static(close.reason()) }))
}
