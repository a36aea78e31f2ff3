//! Connections: the links between pages and their sessions.

mod run;

use std::fmt;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tealight_core::PageRequest;
use tealight_core::session::Refusal;
use tealight_core::wire::{self, Attach};
use tokio::sync::futures::OwnedNotified;

use crate::application::{AnyApplication, Found, MountFuture};
use crate::close::Close;
use crate::registry::AnySession;

/// A page's link to its session.
///
/// A transport hands in the page's messages with [`receive`](Self::receive), and asks for messages to the page with
/// [`poll_message`](Self::poll_message) when it can send one. See
/// [the contract](crate#the-contract-of-a-transport).
///
/// Dropping a connection detaches its page: the session then waits for the page to attach again.
#[must_use = "dropping a connection detaches its page"]
pub struct Connection {
    app: Arc<dyn AnyApplication>,
    state: State,
    /// The reason for the end, once it is known.
    closing: Option<Close>,
    is_hung_up: bool,
    wants_poll: bool,
}

enum State {
    /// The page has sent nothing yet.
    New(Box<New>),
    /// The page's first message was refused. The refusal has not been sent yet.
    Refused(Refusal),
    /// The page's session is not here: it is being restored, or another one mounted. The numbers are those of the attach.
    Mounting(MountFuture<Found>, u32, u32),
    /// The page is attached; the number names this attachment.
    Attached(Arc<dyn AnySession>, u32),
    Closed,
}

struct New {
    request: PageRequest,
    shutdown: Pin<Box<OwnedNotified>>,
}

impl Connection {
    pub(crate) fn new(app: Arc<dyn AnyApplication>, request: PageRequest) -> Self {
        let connections = &app.runtime().connections;
        connections.opened();
        let shutdown = Box::pin(connections.shutdown());
        let state = State::New(Box::new(New { request, shutdown }));
        Self { app, state, closing: None, is_hung_up: false, wants_poll: false }
    }

    /// Returns true if [`receive`](Self::receive) can take a message. It is false while a session is being mounted.
    pub fn is_ready(&self) -> bool {
        !matches!(self.state, State::Mounting(..))
    }

    /// Returns true if the transport should call [`poll_message`](Self::poll_message) before it hands in another
    /// message, if it can send one.
    ///
    /// This is the case when the last event brought text that a person typed. Skipping it loses no events, but an
    /// input that the next event clears may keep its text.
    pub fn wants_poll(&self) -> bool {
        self.wants_poll
    }

    /// The id of the page's session, once the page is attached. It is a secret between the page and the server.
    pub fn session(&self) -> Option<&str> {
        match &self.state {
            State::Attached(session, _) => Some(session.id()),
            _ => None,
        }
    }

    /// Takes a message of the page.
    ///
    /// Call [`poll_message`](Self::poll_message) after one or more messages: it returns the result, and `receive`
    /// wakes no task. A message that comes while [`is_ready`](Self::is_ready) is false ends the connection.
    pub fn receive(&mut self, message: &[u8]) {
        if self.closing.is_some() {
            return;
        }
        if message.len() > self.app.runtime().config.message_limit {
            self.close(Close::TooLong);
            return;
        }
        if wire::is_leave(message) {
            // This is not a fault, so it is not counted.
            self.closing = Some(Close::Left);
            return;
        }
        match mem::replace(&mut self.state, State::Closed) {
            State::New(new) => self.state = self.open(message, new.request),
            State::Attached(session, attachment) => {
                let received = session.receive(attachment, message);
                self.state = State::Attached(session, attachment);
                match received {
                    Ok(wants_poll) => self.wants_poll = wants_poll,
                    Err(close) => drop(self.close(close)),
                }
            }
            State::Mounting(..) => {
                self.close(Close::Order);
            }
            state @ (State::Refused(_) | State::Closed) => self.state = state,
        }
    }

    /// Detaches the page, as dropping the connection does, but still takes messages. Returns true if the session can
    /// take them.
    ///
    /// This is for transports where a page's messages may arrive after its connection has ended. They count until
    /// the page attaches again; it then sends them again.
    ///
    /// ```
    /// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
    /// # struct Shop;
    /// # impl LiveView for Shop {
    /// #     type Model = ();
    /// #     type ExternalEvent = ();
    /// #     type InternalEvent = ();
    /// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
    /// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
    /// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
    /// # }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let live = tealight_runtime::Live::new(Shop);
    /// let mut connection = live.connect(PageRequest::new("/", ""));
    /// // no page has attached
    /// assert!(!connection.hang_up());
    /// assert_eq!(live.stats().connections, 0);
    /// # }
    /// ```
    pub fn hang_up(&mut self) -> bool {
        if mem::replace(&mut self.is_hung_up, true) {
            return false;
        }
        let is_attached = if let State::Attached(session, attachment) = &self.state {
            session.detach(*attachment);
            true
        } else {
            self.state = State::Closed;
            false
        };
        self.app.runtime().connections.closed();
        is_attached && self.closing.is_none()
    }

    /// Appends the next message for the page to `out`. Call it only when you can send a message, and until it
    /// is pending.
    ///
    /// It is pending while there is nothing to send. The task of `cx` is woken when that may have changed.
    ///
    /// # Errors
    /// The connection has ended. Close the socket for the returned reason; later calls return it too.
    pub fn poll_message(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        self.wants_poll = false;
        loop {
            self.state = match &mut self.state {
                State::Attached(session, attachment) => match session.poll(*attachment, cx, out) {
                    Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
                    Poll::Ready(Err(close)) => return Poll::Ready(Err(self.close(close))),
                    Poll::Pending => return self.closing.map_or(Poll::Pending, |close| Poll::Ready(Err(close))),
                },
                State::Refused(refusal) => {
                    refusal.encode(out);
                    self.state = State::Closed;
                    return Poll::Ready(Ok(()));
                }
                State::New(_) | State::Mounting(..) if self.closing.is_some() => State::Closed,
                State::New(_) | State::Mounting(..) if self.app.runtime().registry.is_closed() => {
                    self.close(Close::GoingDown);
                    State::Closed
                }
                State::New(new) => {
                    // after the shutdown, the registry is closed
                    ready!(new.shutdown.as_mut().poll(cx));
                    continue;
                }
                State::Mounting(mounting, patch, event) => match ready!(mounting.as_mut().poll(cx)) {
                    Ok(Found::Restored(session)) => {
                        State::attach(session, Some(*patch), *event).unwrap_or(State::Closed)
                    }
                    Ok(Found::Mounted(session)) => State::attach(session, None, 0).unwrap_or(State::Closed),
                    Err(error) => {
                        self.close(Close::from(&error));
                        State::Closed
                    }
                },
                State::Closed => return Poll::Ready(Err(self.close(Close::GoingDown))),
            };
        }
    }

    /// Takes the first message: attaches to the page's session, or mounts another one.
    fn open(&mut self, message: &[u8], request: PageRequest) -> State {
        let Attach { session, patch, event } = match Attach::decode(message) {
            Ok(attach) => attach,
            Err(refusal) => {
                self.close(refusal.into());
                return State::Refused(refusal);
            }
        };
        let found = self.app.runtime().registry.find(&session);
        let attached = found.and_then(|session| State::attach(session, Some(patch), event));
        attached.unwrap_or_else(|| {
            let session = Arc::clone(&self.app).session(session.to_string(), request);
            State::Mounting(session, patch, event)
        })
    }

    /// Ends the connection for this reason, unless it has ended before. Returns the first reason.
    fn close(&mut self, close: Close) -> Close {
        *self.closing.get_or_insert_with(|| {
            close.count();
            close
        })
    }
}

impl State {
    /// Returns `None` if the session has just ended.
    fn attach(session: Arc<dyn AnySession>, patch: Option<u32>, event: u32) -> Option<Self> {
        let attachment = session.attach(patch, event)?;
        Some(Self::Attached(session, attachment))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.hang_up();
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.state {
            State::New(_) => "new",
            State::Refused(_) => "refused",
            State::Mounting(..) => "mounting",
            State::Attached(..) => "attached",
            State::Closed => "closed",
        };
        f.debug_struct("Connection").field("state", &state).field("closing", &self.closing).finish()
    }
}
