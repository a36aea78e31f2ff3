use std::cell::Cell;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tealight_runtime::{Alarm, Close, Connection, Token, with_buffer};

use crate::event;

/// A page's connection, which its event stream and its posts share.
pub(crate) struct SharedConnection(Mutex<State>);

struct State {
    /// `None` after the stream's last event.
    connection: Option<Connection>,
    /// Lines that came while the connection could not take them. Each ends with a line feed.
    inbox: Vec<u8>,
    /// The number of the last post that was taken.
    post: u32,
    /// The stream has sent its first event, the connection's key.
    has_sent_key: bool,
    /// The transport's own reason to end the stream.
    closing: Option<Close>,
    /// The number of periods since the last post.
    silent_periods: u8,
    /// The stream has sent an event in this period.
    has_sent: bool,
    alarm: Alarm,
    /// Wakes the stream's task. `None` unless the stream waits.
    waker: Option<Waker>,
}

/// The result of a post.
pub(crate) enum Posted {
    /// Its messages are taken, now or by an earlier copy of the same post.
    Taken,
    /// A post before it has not arrived yet.
    Early,
    /// The post must wait until the page's session is mounted.
    Busy,
    /// The stream has ended.
    Gone,
}

/// The number of a post that does not wait for others. It repeats the messages that they may not have delivered.
const LAST_POST: u32 = 0;
/// A stream sends a comment after this time without an event.
const PERIOD: Duration = Duration::from_secs(20);
/// The stream ends after this number of periods without a post.
const MAX_SILENT_PERIODS: u8 = 4;

thread_local! {
    static EVENTS: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static MESSAGE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl SharedConnection {
    /// `attach` is the page's first message, if it came with the request for the stream.
    pub(crate) fn new(mut connection: Connection, attach: Option<&[u8]>, alarm: Alarm) -> Self {
        if let Some(attach) = attach {
            connection.receive(attach);
        }
        Self(Mutex::new(State {
            connection: Some(connection),
            inbox: Vec::new(),
            post: 0,
            has_sent_key: false,
            closing: None,
            silent_periods: 0,
            has_sent: false,
            alarm,
            waker: None,
        }))
    }

    /// Takes the lines of a post, once and in order. `limit` is the most bytes that may wait.
    pub(crate) fn post(&self, post: u32, lines: &[u8], limit: usize) -> Posted {
        let mut state = self.lock();
        if state.connection.is_none() || state.closing.is_some() {
            return Posted::Gone;
        }
        state.silent_periods = 0;
        if post != LAST_POST && post <= state.post {
            return Posted::Taken;
        }
        if post > state.post + 1 {
            return Posted::Early;
        }
        if state.inbox.len() + lines.len() > limit {
            return Posted::Busy;
        }
        state.post = state.post.max(post);
        state.inbox.extend_from_slice(lines);
        if !lines.is_empty() && !lines.ends_with(b"\n") {
            state.inbox.push(b'\n');
        }
        let can_send = state.waker.is_some();
        state.deliver(can_send);
        state.wake();
        Posted::Taken
    }

    /// Ends the stream because the page broke a rule of the transport.
    pub(crate) fn refuse(&self, close: Close) {
        let mut state = self.lock();
        if state.closing.is_none() {
            close.count();
            state.closing = Some(close);
            state.wake();
        }
    }

    /// Polls for the next bytes of the event stream. `None` is its end.
    pub(crate) fn poll_events(&self, key: &Token, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        with_buffer(&EVENTS, |out| {
            out.clear();
            let polled = self.lock().poll_events(key, cx, out);
            polled.map(|more| more.then(|| Bytes::copy_from_slice(out)))
        })
    }

    /// Detaches the page after its stream has ended. Returns true if posts that are under way can still be taken.
    pub(crate) fn hang_up(&self) -> bool {
        let mut state = self.lock();
        state.deliver(false);
        if state.closing.is_none() && state.connection.as_mut().is_some_and(Connection::hang_up) {
            state.release();
            return true;
        }
        drop(state.close());
        false
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn poll_events(&mut self, key: &Token, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<bool> {
        if self.connection.is_none() {
            return Poll::Ready(false);
        }
        if !self.has_sent_key {
            self.has_sent_key = true;
            event::named("connection", key.as_str(), out);
        }
        if !self.alarm.is_set() {
            self.alarm.set(PERIOD, cx);
        } else if self.alarm.is_due() {
            self.alarm.set(PERIOD, cx);
            self.end_period(out);
        }
        self.deliver(true);
        match self.poll_message(cx, out) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(close)) => {
                event::named("close", &format!("{} {}", close.code(), close.reason()), out);
                drop(self.close());
            }
            Poll::Pending if out.is_empty() => {
                if !self.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                    self.waker = Some(cx.waker().clone());
                }
                return Poll::Pending;
            }
            Poll::Pending => {}
        }
        Poll::Ready(true)
    }

    fn poll_message(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        if let Some(close) = self.closing {
            return Poll::Ready(Err(close));
        }
        let Some(connection) = &mut self.connection else { return Poll::Pending };
        with_buffer(&MESSAGE, |message| {
            message.clear();
            let polled = connection.poll_message(cx, message);
            if let Poll::Ready(Ok(())) = polled {
                event::message(message, out);
                self.has_sent = true;
            }
            polled
        })
    }

    /// Hands lines to the connection while it takes them. A stream that can send stops where the session wants to
    /// send a message first.
    fn deliver(&mut self, can_send: bool) {
        let Some(connection) = &mut self.connection else { return };
        let mut delivered = 0;
        while delivered < self.inbox.len() && connection.is_ready() && !(can_send && connection.wants_poll()) {
            let length = self.inbox[delivered..].iter().position(|&byte| byte == b'\n');
            let length = length.expect("every line in the inbox has its end");
            if length > 0 {
                connection.receive(&self.inbox[delivered..delivered + length]);
            }
            delivered += length + 1;
        }
        if delivered == self.inbox.len() {
            self.inbox = Vec::new();
        } else {
            self.inbox.drain(..delivered);
        }
    }

    /// Ends the stream of a page that has not posted for too long: a living page posts at least once a minute.
    fn end_period(&mut self, out: &mut Vec<u8>) {
        if self.silent_periods >= MAX_SILENT_PERIODS {
            Close::Silent.count();
            self.closing = Some(Close::Silent);
        } else {
            self.silent_periods += 1;
            if !mem::take(&mut self.has_sent) {
                out.extend_from_slice(event::COMMENT);
            }
        }
    }

    fn wake(&mut self) {
        if let Some(waker) = self.waker.take() {
            waker.wake();
        }
    }

    #[must_use]
    fn close(&mut self) -> Option<Connection> {
        self.release();
        mem::take(&mut self.connection)
    }

    /// Frees what only an open stream needs.
    fn release(&mut self) {
        self.alarm.clear();
        self.waker = None;
        self.inbox = Vec::new();
    }
}
