use std::cell::Cell;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::task::{Context, Poll, Wake, Waker, ready};
use std::time::Duration;

use bytes::Bytes;
use tealight_runtime::{Alarm, Close, Connection, Limit, Share, with_buffer};

use crate::event;

/// A page's connection, which its event stream and its posts share.
pub(crate) struct SharedConnection(Mutex<State>);

struct State {
    /// `None` after the stream's last event.
    connection: Option<Connection>,
    /// Lines that came while the connection could not take them. Each ends with a line feed.
    inbox: Vec<u8>,
    /// The memory for the inbox.
    inbox_share: Option<Share>,
    /// The number of the last post that was taken.
    post: u32,
    /// The stream has sent its first event, the connection's key.
    has_sent_key: bool,
    /// The transport's own reason to end the stream.
    closing: Option<Close>,
    /// The number of periods since the last post.
    silent_periods: u8,
    /// The number of periods since the server last took an event from the stream.
    unread_periods: u8,
    had_time_to_attach: bool,
    /// The stream has sent an event in this period.
    has_sent: bool,
    /// The stream must send something.
    needs_comment: bool,
    /// Ends periods. It wakes the ticker, not the stream's task: that one is not polled while the page does not read.
    alarm: Alarm,
    ticker: Waker,
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
/// The stream ends after this number of periods in which nobody has read it, although there was something to read.
const MAX_UNREAD_PERIODS: u8 = 2;
/// Events up to this number of bytes do not count as memory of the client.
const UNCOUNTED: usize = 64 * 1024;
/// The time limit for the attach.
const ATTACH_TIMEOUT: Duration = Duration::from_secs(10);

/// Events that the page has not read yet.
struct Unread {
    events: Box<[u8]>,
    _share: Share,
}

impl AsRef<[u8]> for Unread {
    fn as_ref(&self) -> &[u8] {
        &self.events
    }
}

/// Ends the periods of a connection.
struct Ticker(Weak<SharedConnection>);

impl Wake for Ticker {
    fn wake(self: Arc<Self>) {
        if let Some(connection) = self.0.upgrade() {
            connection.tick();
        }
    }
}

thread_local! {
    static EVENTS: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static MESSAGE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl SharedConnection {
    /// `attach` is the page's first message, if it came with the request for the stream.
    pub(crate) fn new(mut connection: Connection, attach: Option<&[u8]>, mut alarm: Alarm) -> Arc<Self> {
        if let Some(attach) = attach {
            connection.receive(attach);
        }
        Arc::new_cyclic(|this| {
            let ticker = Waker::from(Arc::new(Ticker(Weak::clone(this))));
            alarm.set(ATTACH_TIMEOUT, &Context::from_waker(&ticker));
            Self(Mutex::new(State {
                connection: Some(connection),
                inbox: Vec::new(),
                inbox_share: None,
                post: 0,
                has_sent_key: false,
                closing: None,
                silent_periods: 0,
                unread_periods: 0,
                had_time_to_attach: false,
                has_sent: false,
                needs_comment: false,
                alarm,
                ticker,
                waker: None,
            }))
        })
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
        if !state.may_wait(lines.len()) {
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
            state.end_with(close);
        }
    }

    fn tick(&self) {
        let ended = self.lock().end_period();
        drop(ended);
    }

    /// Polls for the next bytes of the event stream. `None` is its end. `key` makes the text of the first event.
    pub(crate) fn poll_events(&self, key: impl FnOnce() -> String, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        with_buffer(&EVENTS, |out| {
            out.clear();
            let mut state = self.lock();
            let more = ready!(state.poll_events(key, cx, out));
            if !more || out.len() <= UNCOUNTED {
                return Poll::Ready(more.then(|| Bytes::copy_from_slice(out)));
            }
            let share = state.connection.as_ref().map(|connection| connection.hold(out.len()));
            Poll::Ready(match share {
                // the last event, of a connection that has ended
                None => Some(Bytes::copy_from_slice(out)),
                Some(Some(share)) => Some(Bytes::from_owner(Unread { events: out.as_slice().into(), _share: share })),
                Some(None) => {
                    drop(state.close());
                    None
                }
            })
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
    fn poll_events(&mut self, key: impl FnOnce() -> String, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<bool> {
        if self.connection.is_none() {
            return Poll::Ready(false);
        }
        if !self.has_sent_key {
            self.has_sent_key = true;
            event::named("connection", &key(), out);
        }
        self.unread_periods = 0;
        if mem::take(&mut self.needs_comment) {
            out.extend_from_slice(event::COMMENT);
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

    /// Takes memory for lines, until the connection has taken all lines. Returns false if there is none.
    fn may_wait(&mut self, length: usize) -> bool {
        match (&mut self.inbox_share, &self.connection) {
            (Some(share), _) => share.grow(length),
            (None, Some(connection)) => {
                self.inbox_share = connection.hold(length);
                self.inbox_share.is_some()
            }
            (None, None) => true,
        }
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
            self.inbox_share = None;
        } else {
            self.inbox.drain(..delivered);
        }
    }

    /// Ends the stream of a page that does not attach, has not posted for too long, or does not read: a living page posts at
    /// least once a minute. Returns the connection if nobody reads why it ends.
    #[must_use]
    fn end_period(&mut self) -> Option<Connection> {
        let connection = self.connection.as_ref()?;
        if self.closing.is_some() {
            return self.close();
        }
        if !mem::replace(&mut self.had_time_to_attach, true) {
            self.alarm.set(PERIOD - ATTACH_TIMEOUT, &Context::from_waker(&self.ticker));
            if connection.session().is_none() && connection.is_ready() {
                self.end_with(Close::Broken);
            }
            return None;
        }
        if self.waker.is_none() && self.unread_periods >= MAX_UNREAD_PERIODS {
            Limit::Write.count(None);
            return self.close();
        }
        self.alarm.set(PERIOD, &Context::from_waker(&self.ticker));
        if self.silent_periods >= MAX_SILENT_PERIODS {
            self.end_with(Close::Silent);
            return None;
        }
        self.silent_periods += 1;
        self.unread_periods += 1;
        self.needs_comment = !mem::take(&mut self.has_sent);
        self.wake();
        None
    }

    /// Ends the stream for this reason, as soon as the page reads it.
    fn end_with(&mut self, close: Close) {
        close.count();
        self.closing = Some(close);
        self.wake();
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
        self.inbox_share = None;
    }
}
