use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tealight_core::wire::{Attach, Refusal};
use tealight_core::{MountError, PageRequest};
use tokio::sync::futures::OwnedNotified;

use crate::mounting::{Application, Mounting};
use crate::resident::{Resident, count_refused};

/// A page's wire, as its session sees it: messages come in, and messages go out when the wire can
/// take them. See [the contract](crate#the-contract-of-a-transport).
///
/// Dropping it tells the session that the page has gone.
#[must_use = "dropping a connection detaches its page"]
pub struct Connection {
    app: Arc<dyn Application>,
    link: Link,
    closing: Option<Close>,
    is_hung_up: bool,
    wants_to_speak: bool,
}

enum Link {
    /// Nothing has come in yet.
    Fresh(Box<Fresh>),
    /// The attach was refused, and the page has not been told yet.
    Refused(Refusal),
    /// The session was gone: another is being mounted.
    Mounting(Mounting<Arc<dyn Resident>>),
    Attached(Arc<dyn Resident>, u32),
    Closed,
}

struct Fresh {
    request: PageRequest,
    shutdown: Pin<Box<OwnedNotified>>,
}

/// A page says that it leaves this connection: it goes on with another one, from all that this one has
/// brought.
const LEAVE: &[u8] = b"null";

/// Why a connection ends: the code for the websocket's close frame, and a word for people and metrics.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Close {
    /// 1000: the page has said that it leaves, and has been told all there was.
    Left,
    /// 1001: the page did not answer pings.
    Silent,
    /// 1002: the page broke the rules of the transport.
    Broken,
    /// 1003: the page sent something that is not a text.
    Binary,
    /// 1007: the page sent a text that is not UTF-8.
    NotUtf8,
    /// 1009: the page sent a message over the limit.
    TooLong,
    /// 1011: `update` or `view` panicked; the session is gone.
    Panicked,
    /// 1012: the server is going down; another one may be up soon.
    GoingDown,
    /// 1013: there is nothing to show at the moment.
    TryAgain,
    /// 4001: the page has attached elsewhere.
    TakenOver,
    /// 4400: a message was of no shape that the protocol has.
    Malformed,
    /// 4406: the page speaks another version of the protocol.
    Version,
    /// 4406 too: there is another page at this address now. The page reloads itself.
    Elsewhere,
    /// 4409: an event is missing; the page attaches again.
    Order,
}

impl Close {
    /// The websocket's close code.
    pub const fn code(self) -> u16 {
        match self {
            Self::Left => 1000,
            Self::Silent => 1001,
            Self::Broken => 1002,
            Self::Binary => 1003,
            Self::NotUtf8 => 1007,
            Self::TooLong => 1009,
            Self::Panicked => 1011,
            Self::GoingDown => 1012,
            Self::TryAgain => 1013,
            Self::TakenOver => 4001,
            Self::Malformed => 4400,
            Self::Version | Self::Elsewhere => 4406,
            Self::Order => 4409,
        }
    }

    /// A word that says why.
    pub const fn reason(self) -> &'static str {
        match self {
            Self::Left => "left",
            Self::Silent => "silent",
            Self::Broken => "broken",
            Self::Binary => "binary",
            Self::NotUtf8 => "not-utf8",
            Self::TooLong => "too-long",
            Self::Panicked => "panicked",
            Self::GoingDown => "going-down",
            Self::TryAgain => "try-again",
            Self::TakenOver => "taken-over",
            Self::Malformed => "malformed",
            Self::Version => "version",
            Self::Elsewhere => "elsewhere",
            Self::Order => "order",
        }
    }

    /// Counts and logs a connection that the transport itself ends, as the runtime does with those
    /// that it ends.
    pub fn count(self) {
        count_refused(self.reason());
        tracing::debug!(code = self.code(), reason = self.reason(), "connection closed");
    }
}

impl From<Refusal> for Close {
    /// A refusal that ends the connection.
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Version => Self::Version,
            Refusal::Order => Self::Order,
            _ => Self::Malformed,
        }
    }
}

impl From<&MountError> for Close {
    fn from(error: &MountError) -> Self {
        match error {
            MountError::Unavailable(_) => Self::TryAgain,
            _ => Self::Elsewhere,
        }
    }
}

impl Connection {
    pub(crate) fn new(app: Arc<dyn Application>, request: PageRequest) -> Self {
        app.runtime().connection_opened();
        let shutdown = Box::pin(Arc::clone(&app.runtime().shutdown).notified_owned());
        Self {
            app,
            link: Link::Fresh(Box::new(Fresh { request, shutdown })),
            closing: None,
            is_hung_up: false,
            wants_to_speak: false,
        }
    }

    /// Whether a message can be handed in now. It cannot while a session is being mounted;
    /// [`poll_message`](Self::poll_message) is what goes on with that.
    pub fn is_ready(&self) -> bool {
        !matches!(self.link, Link::Mounting(_))
    }

    /// Whether to ask [`poll_message`](Self::poll_message) before another message is handed in, if the wire can take
    /// one: the page is to see what came of what was typed, as it would if the next event came later. Who does not
    /// ask loses no event; but a control that the next event empties may keep its text.
    pub fn wants_to_speak(&self) -> bool {
        self.wants_to_speak
    }

    /// The id of the page's session, once it has attached: a secret between the page and the server.
    pub fn session(&self) -> Option<&str> {
        match &self.link {
            Link::Attached(resident, _) => Some(resident.id()),
            _ => None,
        }
    }

    /// Takes a message of the page. What comes of it is learned from
    /// [`poll_message`](Self::poll_message), which must be asked after one or more messages: this
    /// wakes nobody.
    ///
    /// A message that is handed in against [`is_ready`](Self::is_ready) ends the connection.
    pub fn receive(&mut self, message: &[u8]) {
        if self.closing.is_some() {
            return;
        }
        if message.len() > self.app.runtime().config.message_limit {
            self.close(Close::TooLong);
            return;
        }
        if message == LEAVE {
            // no fault, so it is not counted
            self.closing = Some(Close::Left);
            return;
        }
        match mem::replace(&mut self.link, Link::Closed) {
            Link::Fresh(fresh) => self.link = self.attach(message, fresh.request),
            Link::Attached(resident, attachment) => {
                let received = resident.receive(attachment, message);
                self.link = Link::Attached(resident, attachment);
                match received {
                    Ok(wants_to_speak) => self.wants_to_speak = wants_to_speak,
                    Err(close) => drop(self.close(close)),
                }
            }
            Link::Mounting(_) => {
                self.close(Close::Order);
            }
            link @ (Link::Refused(_) | Link::Closed) => self.link = link,
        }
    }

    /// Tells the session that the page has gone, as dropping it does, but goes on taking what the page had
    /// sent before: for transports on which that may arrive after the end. It counts as long as the page has
    /// not attached again; then the page sends it again. Whether there is a session that may take it.
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
    /// // nothing has attached
    /// assert!(!connection.hang_up());
    /// assert_eq!(live.stats().connections, 0);
    /// # }
    /// ```
    pub fn hang_up(&mut self) -> bool {
        if mem::replace(&mut self.is_hung_up, true) {
            return false;
        }
        let is_attached = if let Link::Attached(resident, attachment) = &self.link {
            resident.detach(*attachment);
            true
        } else {
            self.link = Link::Closed;
            false
        };
        self.app.runtime().connection_closed();
        is_attached && self.closing.is_none()
    }

    /// Appends the next message for the page to `out`. Call it only when the wire can take a message,
    /// and until it is pending.
    ///
    /// Pending: there is nothing to say; the task of `cx` is woken when that may have changed.
    ///
    /// # Errors
    /// The connection is at its end: the wire is to be closed for this reason. It stays so.
    pub fn poll_message(&mut self, cx: &mut Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        self.wants_to_speak = false;
        loop {
            self.link = match &mut self.link {
                Link::Attached(resident, attachment) => match resident.poll(*attachment, cx, out) {
                    Poll::Ready(Ok(())) => return Poll::Ready(Ok(())),
                    Poll::Ready(Err(close)) => return Poll::Ready(Err(self.close(close))),
                    Poll::Pending => return self.closing.map_or(Poll::Pending, |close| Poll::Ready(Err(close))),
                },
                Link::Refused(refusal) => {
                    refusal.encode(out);
                    self.link = Link::Closed;
                    return Poll::Ready(Ok(()));
                }
                Link::Fresh(_) | Link::Mounting(_) if self.closing.is_some() => Link::Closed,
                Link::Fresh(_) | Link::Mounting(_) if self.app.runtime().sessions.is_closed() => {
                    self.close(Close::GoingDown);
                    Link::Closed
                }
                Link::Fresh(fresh) => {
                    if fresh.shutdown.as_mut().poll(cx).is_pending() {
                        return Poll::Pending;
                    }
                    continue;
                }
                Link::Mounting(mounting) => match ready!(mounting.as_mut().poll(cx)) {
                    Ok(resident) => Link::attach(resident, u32::MAX, 0).unwrap_or(Link::Closed),
                    Err(error) => {
                        self.close(Close::from(&error));
                        Link::Closed
                    }
                },
                Link::Closed => return Poll::Ready(Err(self.close(Close::GoingDown))),
            };
        }
    }

    fn attach(&mut self, message: &[u8], request: PageRequest) -> Link {
        let Attach { session, patch, event } = match Attach::decode(message) {
            Ok(attach) => attach,
            Err(refusal) => {
                self.close(refusal.into());
                return Link::Refused(refusal);
            }
        };
        let resident = self.app.runtime().sessions.find(&session);
        let attached = resident.and_then(|resident| Link::attach(resident, patch, event));
        attached.unwrap_or_else(|| Link::Mounting(Arc::clone(&self.app).session(request)))
    }

    /// Why it closes: for this reason, unless there has been one before.
    fn close(&mut self, close: Close) -> Close {
        *self.closing.get_or_insert_with(|| {
            close.count();
            close
        })
    }
}

impl Link {
    /// `None` if the session has just ended.
    fn attach(resident: Arc<dyn Resident>, patch: u32, event: u32) -> Option<Self> {
        let attachment = resident.attach(patch, event)?;
        Some(Self::Attached(resident, attachment))
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        self.hang_up();
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = match &self.link {
            Link::Fresh(_) => "fresh",
            Link::Refused(_) => "refused",
            Link::Mounting(_) => "mounting",
            Link::Attached(..) => "attached",
            Link::Closed => "closed",
        };
        f.debug_struct("Connection").field("state", &state).field("closing", &self.closing).finish()
    }
}
