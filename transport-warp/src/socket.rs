use std::cell::Cell;
use std::future::Future;
use std::io;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tealight_core::PageRequest;
use tealight_runtime::{Alarm, Close, Connection, Live, Share, with_buffer};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::task::yield_now;
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
    reader: Reader,
    /// While there is something, the socket neither reads nor asks the session for messages.
    unwritten: Option<Box<Unwritten>>,
    alarm: Alarm,
    watch: Watch,
    /// When the page has last read or written something, as the alarm's milliseconds.
    alive: u32,
    is_flushed: bool,
    is_shut: bool,
    /// The bytes that were read after the close frame, in units of [`DISCARD`].
    discarded: u8,
}

/// Bytes that the page has not read yet.
#[derive(Default)]
struct Unwritten {
    bytes: Vec<u8>,
    /// Their memory, if it is much.
    share: Option<Share>,
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
/// The most times that a socket reads or writes before it lets others run. Sooner, it does so after a full chunk or this number
/// of messages: a flood brings those.
const MOST_TURNS: usize = 8;
const MOST_MESSAGES: usize = 64;
/// Unwritten bytes up to this number do not count as memory of the client.
const UNCOUNTED: usize = 64 * 1024;

/// A page that is silent for this time is pinged. Our own page asks the server a little earlier.
const SILENCE: Duration = Duration::from_secs(26);
/// The time limit for any sign of life after a ping.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(9);
/// The time limit for a message that has begun, and for the attach.
const MESSAGE_TIMEOUT: Duration = Duration::from_secs(10);
/// The time limit for the end of the TCP connection after the close frame.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);
/// After the close frame at most 255 of these are read, which is 1 MiB. An honest page has less under way.
const DISCARD: usize = 4 * 1024;

/// Runs a websocket whose handshake is over, on any I/O. This is for tests of hostile bytes.
pub fn websocket<S: AsyncRead + AsyncWrite + Unpin>(
    io: S,
    early: &[u8],
    live: &Live,
    request: PageRequest,
) -> impl Future<Output = ()> + use<S> {
    Socket::new(io, early, live.connect_over("ws", request), live.alarm())
}

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// `early` are bytes that arrived together with the handshake.
    pub(crate) fn new(io: S, early: &[u8], connection: Connection, alarm: Alarm) -> Self {
        Self {
            io,
            connection: Some(connection),
            reader: Reader::new(early),
            unwritten: None,
            alive: alarm.now(),
            alarm,
            watch: Watch::Attach,
            is_flushed: true,
            is_shut: false,
            discarded: 0,
        }
    }

    fn poll_socket(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.alarm.is_set() {
            self.alarm.set(MESSAGE_TIMEOUT, cx);
        } else if self.alarm.is_due() {
            self.on_alarm(cx)?;
        }
        // others wait for this thread
        for _ in 0..MOST_TURNS {
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
            let is_flood =
                if self.reader.is_unread() { self.deliver(b"", cx)? } else { ready!(self.poll_receive(cx))? };
            if is_flood {
                break;
            }
        }
        poll_again(cx)
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

    /// Reads once, and delivers what was read. Returns true if the page sends so much that others must run first.
    fn poll_receive(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<bool>> {
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
        self.unwritten = None;
        while self.connection.as_ref().is_some_and(Connection::is_ready) {
            let is_delivered = if self.reader.is_unread() {
                self.deliver(b"", cx).is_ok()
            } else {
                matches!(self.poll_receive(cx), Poll::Ready(Ok(_)))
            };
            if !is_delivered {
                return;
            }
        }
    }

    /// Delivers messages to the session, and writes the answers to pings and close frames. Returns true as
    /// [`poll_receive`](Self::poll_receive) does.
    fn deliver(&mut self, bytes: &[u8], cx: &mut Context<'_>) -> io::Result<bool> {
        with_buffer(&OUTGOING, |out| {
            out.clear();
            let Some(connection) = &mut self.connection else { return Ok(false) };
            let incomplete_since = self.reader.incomplete_since();
            let (mut taken, mut is_closed) = (0, false);
            let read = self.reader.read(bytes, connection.message_limit(), out, |incoming| match incoming {
                Incoming::Text(text) => {
                    connection.receive(text.as_bytes());
                    taken += 1;
                    connection.is_ready() && !connection.wants_poll() && taken < MOST_MESSAGES
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
            self.write(out, cx)?;
            Ok(bytes.len() == CHUNK || taken == MOST_MESSAGES)
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
            Watch::Ping => match SILENCE.checked_sub(self.silence()).filter(|left| !left.is_zero()) {
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
        self.alive = self.alarm.now();
        if self.watch == Watch::Answer {
            self.watch = Watch::Ping;
        }
    }

    /// The time for which the page has neither read nor written anything. It is never more than a minute.
    fn silence(&self) -> Duration {
        Duration::from_millis(self.alarm.now().wrapping_sub(self.alive).into())
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
    /// bytes resets it, and the page might lose the close frame. A client that goes on sending is cut off.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_shut {
            ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
            self.is_shut = true;
        }
        with_buffer(&INCOMING, |buffer| {
            loop {
                let length = ready!(poll_read(&mut self.io, cx, buffer))?.len();
                self.discarded = self.discarded.saturating_add(length.div_ceil(DISCARD) as u8);
                if length == 0 || self.discarded == u8::MAX {
                    return Poll::Ready(Ok(()));
                }
                if length == CHUNK {
                    return poll_again(cx);
                }
            }
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
        while self.unwritten.is_none() && !left.is_empty() {
            match poll_write(&mut self.io, cx, left) {
                Poll::Ready(written) => left = &left[written?..],
                Poll::Pending => break,
            }
        }
        if !left.is_empty() {
            self.keep(left)?;
        } else if self.unwritten.is_none() && !bytes.is_empty() {
            self.is_flushed = Pin::new(&mut self.io).poll_flush(cx)?.is_ready();
        }
        Ok(())
    }

    /// Keeps bytes that the page does not read now.
    fn keep(&mut self, bytes: &[u8]) -> io::Result<()> {
        let unwritten = self.unwritten.get_or_insert_default();
        unwritten.bytes.extend_from_slice(bytes);
        if unwritten.share.is_none()
            && unwritten.bytes.len() > UNCOUNTED
            && let Some(connection) = &self.connection
        {
            let share = connection.hold(unwritten.bytes.len());
            unwritten.share = Some(share.ok_or(io::ErrorKind::OutOfMemory)?);
        }
        Ok(())
    }

    fn poll_write_unwritten(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if let Some(unwritten) = &mut self.unwritten {
            let mut written = 0;
            while written < unwritten.bytes.len() {
                match poll_write(&mut self.io, cx, &unwritten.bytes[written..]) {
                    Poll::Ready(more) => written += more?,
                    Poll::Pending => break,
                }
            }
            let is_all = written == unwritten.bytes.len();
            unwritten.bytes.drain(..written);
            if written > 0 {
                // a page that reads is alive
                self.note_life();
            }
            if !is_all {
                return Poll::Pending;
            }
            self.unwritten = None;
            self.is_flushed = false;
        }
        if !self.is_flushed {
            ready!(Pin::new(&mut self.io).poll_flush(cx))?;
            self.is_flushed = true;
        }
        Poll::Ready(Ok(()))
    }

    fn is_blocked(&self) -> bool {
        self.unwritten.is_some() || !self.is_flushed
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

/// Lets others run, and then this task. Unlike a waker, it lets the runtime look for their input first.
fn poll_again<T>(cx: &mut Context<'_>) -> Poll<T> {
    let yielded = pin!(yield_now()).poll(cx);
    debug_assert!(yielded.is_pending());
    Poll::Pending
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

#[cfg(all(test, target_os = "linux", target_pointer_width = "64"))]
mod tests {
    use tokio::net::TcpStream;

    use super::Socket;

    #[test]
    fn the_task_of_a_page_is_small() {
        // tokio adds 96 bytes, and rounds up to a multiple of 128
        assert_eq!((size_of::<Socket<TcpStream>>() + 96).next_multiple_of(128), 256);
    }
}
