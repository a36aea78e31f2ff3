//! Connections: the links between pages and their sessions.

mod ahead;
mod links;
mod run;

use std::fmt;
use std::mem;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tealight_core::PageRequest;
use tealight_core::session::Refusal;
use tealight_core::wire::{self, Attach};
use tokio::sync::futures::OwnedNotified;

use self::links::{Going, Links, Step};
use crate::application::{AnyApplication, Asks, Found};
use crate::close::Close;
use crate::limits::{Limit, Share, group};
use crate::owners::Since;
use crate::registry::{AnySession, Asked};
use crate::runtime::{MountFuture, reached};
use crate::telemetry::Transport;
use crate::time::Alarm;

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
    transport: Transport,
    state: State,
    /// The reason for the end, once it is known.
    closing: Option<Close>,
    is_hung_up: bool,
    wants_poll: bool,
    /// The page was told when to come back.
    is_told: bool,
    /// Its client, as [`Shares`](crate::Shares) know it.
    client: Option<IpAddr>,
    /// It counts as a connection of its client.
    is_counted: bool,
    /// In a box of its own, because a page that needs none of it is small.
    rare: Option<Box<Rare>>,
}

/// The state that most connections do not need.
#[derive(Default)]
struct Rare {
    /// Set while the page sends too much.
    pause: Option<Pause>,
    /// The needs of a link to another view, if the application has several.
    links: Option<Links>,
}

/// The time for which a connection takes no messages.
enum Pause {
    /// It has just begun.
    Of(Duration),
    Until(Alarm),
}

enum State {
    /// The page has sent nothing yet.
    New(Box<New>),
    /// The page's first message was refused. The refusal has not been sent yet.
    Refused(Refusal),
    /// The page's session is not here, or a guard runs: it is being restored, or another one mounted.
    Mounting(Box<Mounting>),
    /// The page follows a link to another view, whose session is being found or mounted.
    Going(Box<Going>),
    /// The page is attached; the number names this attachment.
    Attached(Arc<dyn AnySession>, u32),
    Closed,
}

/// The attach of a page: its last patch, its last event, and the number by which it names itself.
#[derive(Clone, Copy)]
struct Claim {
    patch: Option<u32>,
    event: u32,
    page: u32,
}

struct Mounting {
    session: MountFuture<Found>,
    claim: Claim,
}

struct New {
    request: PageRequest,
    since: Since,
    shutdown: Pin<Box<OwnedNotified>>,
}

impl Connection {
    pub(crate) fn new(app: Arc<dyn AnyApplication>, request: PageRequest, transport: Transport) -> Self {
        let runtime = app.runtime();
        runtime.connections.opened();
        runtime.wires.of(transport).opened.increment(1);
        // A page that attaches again has not gone anywhere: the flash is for the page that comes next.
        let request = runtime.locate(request).with_flash("");
        let client = request.address().map(group);
        let is_counted = runtime.connected.take_for(client, 1);
        let is_over = (!is_counted).then(|| reached(Limit::Connections, request.address()));
        let is_over = is_over.or_else(|| runtime.admit(request.address()).err());
        let shutdown = Box::pin(runtime.connections.shutdown());
        let state = State::New(Box::new(New { request, since: runtime.owners.now(), shutdown }));
        let mut connection = Self {
            app,
            transport,
            state,
            closing: None,
            is_hung_up: false,
            wants_poll: false,
            is_told: false,
            client,
            is_counted,
            rare: None,
        };
        if is_over.is_some() {
            connection.close(Close::TryAgain);
        }
        connection
    }

    /// Returns true if [`receive`](Self::receive) can take a message. It is false while a session is being mounted, and for a
    /// moment when the page has sent more than [`Limits::events_per_second`](crate::Limits#structfield.events_per_second).
    /// Leave the page's messages in the socket until then: the network slows the page down. [`poll_message`](Self::poll_message)
    /// wakes its task when it is true again.
    pub fn is_ready(&self) -> bool {
        let is_paused = match self.rare.as_ref().and_then(|rare| rare.pause.as_ref()) {
            None => false,
            Some(Pause::Of(_)) => true,
            Some(Pause::Until(alarm)) => !alarm.is_due(),
        };
        !is_paused && !matches!(self.state, State::Mounting(_) | State::Going(_))
    }

    /// The most bytes of a message: see [`Live::message_limit`](crate::Live::message_limit).
    pub fn message_limit(&self) -> usize {
        self.app.runtime().config.limits.message_bytes
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
            State::Attached(session, _) => Some(session.id().as_str()),
            _ => None,
        }
    }

    /// Takes a message of the page.
    ///
    /// Call [`poll_message`](Self::poll_message) after one or more messages: it returns the result, and `receive`
    /// wakes no task. A message that comes while [`is_ready`](Self::is_ready) is false ends the connection.
    pub fn receive(&mut self, message: &[u8]) {
        self.app.runtime().wires.of(self.transport).receive(message.len());
        if self.closing.is_some() {
            return;
        }
        if message.len() > self.message_limit() {
            self.close(Close::TooLong);
            return;
        }
        if wire::is_leave(message) {
            // This is not a fault, so it is not counted.
            self.closing = Some(Close::Left);
            return;
        }
        match mem::replace(&mut self.state, State::Closed) {
            State::New(new) => self.state = self.open(message, *new),
            state @ State::Attached(..) if self.is_for_left(message) => self.state = state,
            State::Attached(session, attachment) => {
                let received = session.receive(attachment, message);
                let asked = match received {
                    Ok(received) => {
                        self.wants_poll = received.wants_poll;
                        self.pause(received.wait);
                        received.asked
                    }
                    Err(close) => {
                        self.close(close);
                        None
                    }
                };
                self.state = match asked.map(|asked| *asked) {
                    Some(Asked::Link(to)) => self.follow(to, (session, attachment)),
                    Some(Asked::Prefetch(address)) => {
                        self.prefetch(address);
                        State::Attached(session, attachment)
                    }
                    None => State::Attached(session, attachment),
                };
            }
            State::Mounting(_) => {
                self.close(Close::Order);
            }
            State::Going(going) => {
                going.detach();
                self.close(Close::Order);
            }
            state @ (State::Refused(_) | State::Closed) => self.state = state,
        }
    }

    /// Takes no messages for this time.
    fn pause(&mut self, wait: Option<Duration>) {
        if wait.is_some() || self.rare.is_some() {
            self.rare.get_or_insert_default().pause = wait.map(Pause::Of);
        }
    }

    /// Takes bytes of memory for the page's client, as long as the share lives: see [`Live::hold`](crate::Live::hold). A transport
    /// does this for long messages that wait for a page that does not read. If it returns `None`, end the connection.
    pub fn hold(&self, bytes: usize) -> Option<Share> {
        let held = self.app.runtime().held.take(self.client, bytes);
        if held.is_none() {
            reached(Limit::Held, self.client);
        }
        held
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
        let is_attached = match &self.state {
            State::Attached(session, attachment) => {
                session.detach(*attachment);
                true
            }
            other => {
                if let State::Going(going) = other {
                    going.detach();
                }
                self.state = State::Closed;
                false
            }
        };
        self.pause(None);
        if let Some(links) = self.links_mut() {
            links.ahead = None;
        }
        let runtime = self.app.runtime();
        if self.is_counted {
            runtime.connected.give_back(self.client, 1);
        }
        runtime.connections.closed();
        runtime.wires.of(self.transport).closed.increment(1);
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
        let before = out.len();
        let polled = self.poll_told(cx, out);
        if polled == Poll::Ready(Ok(())) {
            self.app.runtime().wires.of(self.transport).send(out.len() - before);
        }
        polled
    }

    fn poll_told(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        self.wants_poll = false;
        self.poll_pause(cx);
        let polled = self.poll_session(cx, out);
        let runtime = self.app.runtime();
        if polled == Poll::Ready(Err(Close::GoingDown)) && runtime.registry.is_closed() && !self.is_told {
            self.is_told = true;
            wire::back(out, runtime.connections.next_return());
            return Poll::Ready(Ok(()));
        }
        polled
    }

    fn poll_session(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        loop {
            self.state = match &mut self.state {
                State::Attached(session, attachment) => match session.poll(*attachment, cx, out) {
                    Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
                    Poll::Ready(Err(close)) => return Poll::Ready(Err(self.close(close))),
                    Poll::Pending => {
                        return match self.closing {
                            Some(close) => Poll::Ready(Err(close)),
                            None => self.poll_ahead(cx, out).map(Ok),
                        };
                    }
                },
                State::Refused(refusal) => {
                    refusal.encode(out);
                    self.state = State::Closed;
                    return Poll::Ready(Ok(()));
                }
                State::New(_) | State::Mounting(_) if self.closing.is_some() => State::Closed,
                State::New(_) | State::Mounting(_) if self.app.runtime().registry.is_closed() => {
                    self.close(Close::GoingDown);
                    State::Closed
                }
                State::New(new) => {
                    // after the shutdown, the registry is closed
                    ready!(new.shutdown.as_mut().poll(cx));
                    continue;
                }
                State::Mounting(mounting) => match ready!(mounting.session.as_mut().poll(cx)) {
                    Ok(Found::Own(session)) => State::attach(session, mounting.claim).unwrap_or(State::Closed),
                    Ok(Found::Mounted(session)) => {
                        let claim = Claim { patch: None, event: 0, page: mounting.claim.page };
                        State::attach(session, claim).unwrap_or(State::Closed)
                    }
                    Err(error) => {
                        self.close(Close::from(&error));
                        State::Closed
                    }
                },
                State::Going(going) => {
                    let page = self.rare.as_ref().and_then(|rare| rare.links.as_ref()).map_or(0, |links| links.page);
                    match ready!(going.poll(page, self.closing, cx, out)) {
                        Step::Message(Ok(())) => return Poll::Ready(Ok(())),
                        Step::Message(Err(close)) => return Poll::Ready(Err(self.close(close))),
                        Step::Nowhere => {
                            let (from, event, is_shown) = going.give_up();
                            self.refuse_link(from, event, is_shown)
                        }
                        Step::Arrived { next, is_ahead } => {
                            let left = going.arrive(is_ahead, out);
                            self.arrive(next, left);
                            return Poll::Ready(Ok(()));
                        }
                    }
                }
                State::Closed => return Poll::Ready(Err(self.close(Close::GoingDown))),
            };
        }
    }

    /// Wakes the task when the page may send again.
    fn poll_pause(&mut self, cx: &Context<'_>) {
        let Some(pause) = self.rare.as_mut().and_then(|rare| rare.pause.as_mut()) else { return };
        match pause {
            Pause::Of(wait) => {
                let mut alarm = Alarm::new(&self.app.runtime().clock);
                alarm.set(*wait, cx);
                *pause = Pause::Until(alarm);
            }
            Pause::Until(alarm) => alarm.wake_again(cx),
        }
    }

    /// Takes the first message: attaches to the page's session, or mounts another one.
    fn open(&mut self, message: &[u8], New { request, since, .. }: New) -> State {
        let Attach { session, patch, event, page } = match Attach::decode(message) {
            Ok(attach) => attach,
            Err(refusal) => {
                self.close(refusal.into());
                return State::Refused(refusal);
            }
        };
        let runtime = self.app.runtime();
        if runtime.registry.attached() >= runtime.config.limits.attached {
            reached(Limit::Attached, request.address());
            self.close(Close::TryAgain);
            return State::Closed;
        }
        if runtime.config.has_router {
            self.rare.get_or_insert_default().links = Some(Links::new(request.clone(), since, page));
        }
        let found = self.app.open_session(&session, &request);
        let claim = Claim { patch: Some(patch), event, page };
        let attached = found.and_then(|session| State::attach(session, claim));
        attached.unwrap_or_else(|| {
            let session = Arc::clone(&self.app).session(session.to_string(), Asks::ForItsOwn, request, since);
            State::Mounting(Box::new(Mounting { session, claim }))
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
    fn attach(session: Arc<dyn AnySession>, Claim { patch, event, page }: Claim) -> Option<Self> {
        let attachment = session.attach(patch, event, page)?;
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
            State::Mounting(_) => "mounting",
            State::Going(_) => "going",
            State::Attached(..) => "attached",
            State::Closed => "closed",
        };
        f.debug_struct("Connection").field("state", &state).field("closing", &self.closing).finish()
    }
}
