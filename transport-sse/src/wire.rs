use std::cell::Cell;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use tealight_runtime::{Alarm, Close, Connection};

use crate::event;
use crate::wires::Key;

/// A page's stream and its posts: two requests that share one connection.
pub(crate) struct Wire(Mutex<State>);

struct State {
    /// `None` when the stream has ended, or has said that it ends.
    connection: Option<Connection>,
    /// Lines that have come while the connection was not ready, each with its end.
    inbox: Vec<u8>,
    /// The number of the last post that was taken.
    post: u32,
    /// What the stream begins with.
    is_greeted: bool,
    /// Ends the stream when the connection has nothing more to say.
    closing: Option<Close>,
    /// So many periods have passed since something came up.
    unheard: u8,
    /// Something has gone down in this period.
    has_spoken: bool,
    alarm: Alarm,
    /// Of the stream's task, while it waits.
    waker: Option<Waker>,
}

/// What became of a post.
pub(crate) enum Taken {
    /// Its messages were taken, now or when it came before.
    All,
    /// One before it has not come yet.
    Early,
    /// There is no place for it until the page's session is there.
    Busy,
    /// The stream has ended.
    Gone,
}

/// The number of a post that need not wait for others: it repeats what they may not have brought.
const LAST_WORDS: u32 = 0;
/// A stream that was silent for so long gets a comment.
const PERIOD: Duration = Duration::from_secs(20);
/// After so many periods without a sign of life the page is gone.
const UNHEARD: u8 = 4;
/// A buffer larger than this is not kept.
const KEPT: usize = 256 * 1024;

thread_local! {
    static OUT: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
    static MESSAGE: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

impl Wire {
    /// `attach` is the page's first message, where it came with the request for the stream.
    pub(crate) fn new(mut connection: Connection, attach: Option<&[u8]>, alarm: Alarm) -> Self {
        if let Some(attach) = attach {
            connection.receive(attach);
        }
        Self(Mutex::new(State {
            connection: Some(connection),
            inbox: Vec::new(),
            post: 0,
            is_greeted: false,
            closing: None,
            unheard: 0,
            has_spoken: false,
            alarm,
            waker: None,
        }))
    }

    /// Takes the lines of a post, once and in order.
    pub(crate) fn take(&self, post: u32, lines: &[u8], limit: usize) -> Taken {
        let mut state = self.lock();
        if state.connection.is_none() || state.closing.is_some() {
            return Taken::Gone;
        }
        state.unheard = 0;
        if post != LAST_WORDS && post <= state.post {
            return Taken::All;
        }
        if post > state.post + 1 {
            return Taken::Early;
        }
        if state.inbox.len() + lines.len() > limit {
            return Taken::Busy;
        }
        state.post = state.post.max(post);
        state.inbox.extend_from_slice(lines);
        if !lines.is_empty() && !lines.ends_with(b"\n") {
            state.inbox.push(b'\n');
        }
        let can_speak = state.waker.is_some();
        state.hand_in(can_speak);
        state.wake();
        Taken::All
    }

    /// Ends the stream for a fault of the transport's own.
    pub(crate) fn refuse(&self, close: Close) {
        let mut state = self.lock();
        if state.closing.is_none() {
            close.count();
            state.closing = Some(close);
            state.wake();
        }
    }

    /// What goes down next; `None` when there is no more.
    pub(crate) fn poll_down(&self, key: &Key, cx: &mut Context<'_>) -> Poll<Option<Bytes>> {
        let mut out = OUT.take();
        out.clear();
        let polled = self.lock().poll_down(key, cx, &mut out);
        let bytes = polled.map(|more| more.then(|| Bytes::copy_from_slice(&out)));
        if out.capacity() <= KEPT {
            OUT.set(out);
        }
        bytes
    }

    /// The stream is gone, and with it the page. Whether posts that were on their way are still taken.
    pub(crate) fn hang_up(&self) -> bool {
        let mut state = self.lock();
        state.hand_in(false);
        if state.closing.is_none() && state.connection.as_mut().is_some_and(Connection::hang_up) {
            state.rest();
            return true;
        }
        drop(state.end());
        false
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn poll_down(&mut self, key: &Key, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<bool> {
        if self.connection.is_none() {
            return Poll::Ready(false);
        }
        if !self.is_greeted {
            self.is_greeted = true;
            event::named("connection", key.as_str(), out);
        }
        if !self.alarm.is_set() {
            self.alarm.set(PERIOD, cx);
        } else if self.alarm.is_due() {
            self.alarm.set(PERIOD, cx);
            self.look(out);
        }
        self.hand_in(true);
        match self.poll_message(cx, out) {
            Poll::Ready(Ok(())) => {}
            Poll::Ready(Err(close)) => {
                event::named("close", &format!("{} {}", close.code(), close.reason()), out);
                drop(self.end());
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
        let mut message = MESSAGE.take();
        message.clear();
        let polled = connection.poll_message(cx, &mut message);
        if let Poll::Ready(Ok(())) = polled {
            event::message(&message, out);
            self.has_spoken = true;
        }
        if message.capacity() <= KEPT {
            MESSAGE.set(message);
        }
        polled
    }

    /// Hands in what has come, as far as the connection takes it now; if the stream can speak, until it wants to.
    fn hand_in(&mut self, can_speak: bool) {
        let Some(connection) = &mut self.connection else { return };
        let mut taken = 0;
        while taken < self.inbox.len() && connection.is_ready() && !(can_speak && connection.wants_to_speak()) {
            let length = self.inbox[taken..].iter().position(|&byte| byte == b'\n');
            let length = length.expect("every line in the inbox has its end");
            if length > 0 {
                connection.receive(&self.inbox[taken..taken + length]);
            }
            taken += length + 1;
        }
        if taken == self.inbox.len() {
            self.inbox = Vec::new();
        } else {
            self.inbox.drain(..taken);
        }
    }

    /// A period is over. A living page has heard something in it, and says so before long.
    fn look(&mut self, out: &mut Vec<u8>) {
        if self.unheard >= UNHEARD {
            Close::Silent.count();
            self.closing = Some(Close::Silent);
        } else {
            self.unheard += 1;
            if !mem::take(&mut self.has_spoken) {
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
    fn end(&mut self) -> Option<Connection> {
        self.rest();
        mem::take(&mut self.connection)
    }

    fn rest(&mut self) {
        self.alarm.clear();
        self.waker = None;
        self.inbox = Vec::new();
    }
}
