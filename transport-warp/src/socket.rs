use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tealight_runtime::{Alarm, Close, Connection};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tungstenite::protocol::CloseFrame;
use tungstenite::protocol::frame::coding::{Data, OpCode};
use tungstenite::protocol::frame::{Frame, FrameHeader, Utf8Bytes};

use crate::buffers::{self, INCOMING, MESSAGE, OUTGOING};
use crate::reader::{Incoming, Reader};

/// A page's websocket, from the end of its handshake to the end of its connection.
///
/// It keeps no buffer: what comes in is read into its thread's, and so is what goes out; only what
/// the other side has sent half, or does not take, stays here.
pub(crate) struct Socket<S> {
    io: S,
    /// `None` once the close frame is on its way.
    connection: Option<Connection>,
    limit: usize,
    reader: Reader,
    /// What the wire did not take yet. As long as there is any, nothing is read and nothing is asked of
    /// the session.
    unwritten: Vec<u8>,
    alarm: Alarm,
    watch: Watch,
    is_flushed: bool,
    is_shut: bool,
}

/// What the alarm is set for, unless it is for half a message or for the farewell.
#[derive(Clone, Copy, PartialEq)]
enum Watch {
    /// The page has to attach.
    Attach,
    /// A ping is due when nothing else happens.
    Ping,
    /// A ping is out, and nothing has come since.
    Answer,
}

const CHUNK: usize = 16 * 1024;

/// Each time that the wire was silent for so long it is pinged, or closed if it was before.
const SILENCE: Duration = Duration::from_secs(30);
/// A message must be complete after so long, and so must the attach.
const HALF: Duration = Duration::from_secs(10);
/// The other side has so long to end the connection after the close frame.
const FAREWELL: Duration = Duration::from_secs(5);

impl<S: AsyncRead + AsyncWrite + Unpin> Socket<S> {
    /// `early` is what came with the handshake.
    pub(crate) fn new(io: S, early: &[u8], connection: Connection, limit: usize, alarm: Alarm) -> Self {
        Self {
            io,
            connection: Some(connection),
            limit,
            reader: Reader::new(early),
            unwritten: Vec::new(),
            alarm,
            watch: Watch::Attach,
            is_flushed: true,
            is_shut: false,
        }
    }

    fn poll_run(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.alarm.is_set() {
            self.alarm.set(HALF, cx);
        } else if self.alarm.is_due() {
            self.look(cx)?;
        }
        loop {
            ready!(self.poll_write_rest(cx))?;
            if self.connection.is_none() {
                return self.poll_end(cx);
            }
            if self.speak(cx)? {
                continue;
            }
            if !self.connection.as_ref().is_some_and(Connection::is_ready) {
                return Poll::Pending;
            }
            if self.reader.is_unread() {
                self.take(b"", cx)?;
            } else {
                ready!(self.poll_listen(cx))?;
            }
        }
    }

    /// Writes what the session has to say. Whether the wire wants attention: there may be more to say,
    /// or it did not take everything, or it is over.
    fn speak(&mut self, cx: &mut Context<'_>) -> io::Result<bool> {
        buffers::with(&OUTGOING, |out| {
            out.clear();
            let Some(connection) = &mut self.connection else { return Ok(true) };
            let asked = buffers::with(&MESSAGE, |message| {
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
            if let Poll::Ready(Some(close)) = asked {
                push_close(close, out);
                self.hang_up(cx);
            }
            self.write(out, cx)?;
            Ok(asked.is_ready() || self.is_blocked())
        })
    }

    fn poll_listen(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        buffers::with(&INCOMING, |buffer| {
            let bytes = ready!(poll_read(&mut self.io, cx, buffer))?;
            if bytes.is_empty() {
                return Poll::Ready(Err(io::ErrorKind::UnexpectedEof.into()));
            }
            self.note_life();
            Poll::Ready(self.take(bytes, cx))
        })
    }

    /// The wire has broken: what had come in before is still handed on.
    fn take_last(&mut self, cx: &mut Context<'_>) {
        self.unwritten = Vec::new();
        while self.connection.as_ref().is_some_and(Connection::is_ready) {
            let taken = if self.reader.is_unread() { Poll::Ready(self.take(b"", cx)) } else { self.poll_listen(cx) };
            if !matches!(taken, Poll::Ready(Ok(()))) {
                return;
            }
        }
    }

    /// Hands on what came in, and writes what the protocol answers by itself.
    fn take(&mut self, bytes: &[u8], cx: &mut Context<'_>) -> io::Result<()> {
        buffers::with(&OUTGOING, |out| {
            out.clear();
            let Some(connection) = &mut self.connection else { return Ok(()) };
            let was_half = self.reader.half_since();
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
                self.hang_up(cx);
            } else if self.reader.half_since().is_some_and(|since| Some(since) != was_half) {
                self.alarm.set(HALF, cx);
            }
            self.write(out, cx)
        })
    }

    /// The alarm is due: the wire has been silent, or a message is half, or the farewell takes too long.
    fn look(&mut self, cx: &mut Context<'_>) -> io::Result<()> {
        let Some(connection) = &self.connection else { return Err(io::ErrorKind::TimedOut.into()) };
        let half = self.reader.half_since().filter(|_| connection.is_ready());
        if half.is_some_and(|since| since.elapsed() >= HALF) {
            return self.refuse(Close::Broken, cx);
        }
        match self.watch {
            Watch::Attach if connection.session().is_none() && connection.is_ready() => self.refuse(Close::Broken, cx),
            Watch::Attach => {
                self.watch = Watch::Ping;
                self.alarm.set(SILENCE - HALF, cx);
                Ok(())
            }
            Watch::Ping => {
                self.watch = Watch::Answer;
                self.alarm.set(if half.is_some() { HALF } else { SILENCE }, cx);
                self.write_frame(Frame::ping(&b""[..]), cx)
            }
            Watch::Answer => self.refuse(Close::Silent, cx),
        }
    }

    fn note_life(&mut self) {
        if self.watch == Watch::Answer {
            self.watch = Watch::Ping;
        }
    }

    fn refuse(&mut self, close: Close, cx: &mut Context<'_>) -> io::Result<()> {
        close.count();
        self.hang_up(cx);
        self.write_frame(close_frame(close), cx)
    }

    /// Lets the session know that its page has gone; the wire has still to be ended.
    fn hang_up(&mut self, cx: &Context<'_>) {
        self.connection = None;
        self.reader = Reader::default();
        self.alarm.set(FAREWELL, cx);
    }

    /// Ends the wire after the close frame. Its other half is read to its end, since a connection that
    /// is closed with bytes unread is reset, and the page might not see why.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.is_shut {
            ready!(Pin::new(&mut self.io).poll_shutdown(cx))?;
            self.is_shut = true;
        }
        buffers::with(&INCOMING, |buffer| {
            while !ready!(poll_read(&mut self.io, cx, buffer))?.is_empty() {}
            Poll::Ready(Ok(()))
        })
    }

    fn write_frame(&mut self, frame: Frame, cx: &mut Context<'_>) -> io::Result<()> {
        buffers::with(&OUTGOING, |out| {
            out.clear();
            frame.format(out).expect("memory takes it all");
            self.write(out, cx)
        })
    }

    /// Writes as much as the wire takes, and keeps the rest.
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

    fn poll_write_rest(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
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
            // what it takes is a sign of life too
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
        // an end without good-bye is an end
        self.poll_run(cx).map(|result| {
            if let Err(error) = result {
                tracing::debug!(%error, "socket ended");
                self.take_last(cx);
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
    header.format(message.len() as u64, out).expect("memory takes it all");
    out.extend_from_slice(message);
}

fn push_close(close: Close, out: &mut Vec<u8>) {
    close_frame(close).format(out).expect("memory takes it all");
}

fn close_frame(close: Close) -> Frame {
    Frame::close(Some(CloseFrame { code: close.code().into(), reason: Utf8Bytes::from_static(close.reason()) }))
}
