//! Links to other views: a page keeps its connection, and changes its session.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tealight_core::PageRequest;
use tealight_core::session::Elsewhere;
use tealight_core::wire;

use super::ahead::Ahead;
use super::{Claim, Connection, State};
use crate::application::Found;
use crate::close::Close;
use crate::owners::Since;
use crate::registry::{AnySession, Asked};
use crate::runtime::MountFuture;

/// The means by which a page goes to another view of its router.
pub(super) struct Links {
    /// The request that has opened the connection, and the time before anything has checked it.
    pub(super) request: PageRequest,
    pub(super) since: Since,
    /// The number by which the page names itself.
    pub(super) page: u32,
    /// Set from the end of one session until the page has heard of that.
    pub(super) left: Option<Left>,
    pub(super) ahead: Option<Box<Ahead>>,
}

impl Links {
    pub(super) fn new(request: PageRequest, since: Since, page: u32) -> Self {
        Self { request, since, page, left: None, ahead: None }
    }
}

/// The receiver of the page's messages while it has not heard that its session is another one.
pub(super) enum Left {
    /// They are still for the session before.
    To(Attachment),
    /// They are for a session that the page has shown too early.
    Nobody,
}

/// A session, and the number of its attachment.
pub(super) type Attachment = (Arc<dyn AnySession>, u32);

/// A page on its way to another view, whose session is being found or mounted. The session before stays attached until then.
pub(super) struct Going {
    session: MountFuture<Found>,
    from: Attachment,
    /// The link.
    event: u32,
    /// The patch of the next session that the page shows already.
    shown: Option<u32>,
}

/// The next step on the way.
pub(super) enum Step {
    /// The session before has a message for the page, or the connection ends.
    Message(Result<(), Close>),
    /// `is_ahead`: at the session that the page shows already.
    Arrived {
        next: State,
        is_ahead: bool,
    },
    Nowhere,
}

impl Going {
    pub(super) fn detach(&self) {
        let (session, attachment) = &self.from;
        session.detach(*attachment);
    }

    /// Appends the messages of the session before, and then finds the next session.
    pub(super) fn poll(
        &mut self,
        page: u32,
        closing: Option<Close>,
        cx: &mut Context<'_>,
        out: &mut Vec<u8>,
    ) -> Poll<Step> {
        let (session, attachment) = &self.from;
        if let Poll::Ready(message) = session.poll(*attachment, cx, out) {
            return Poll::Ready(Step::Message(message));
        }
        if let Some(close) = closing {
            return Poll::Ready(Step::Message(Err(close)));
        }
        if !session.is_idle() {
            return Poll::Pending;
        }
        let arrived = ready!(self.session.as_mut().poll(cx)).ok().and_then(|found| {
            let (session, patch) = match found {
                // Another page has come first.
                Found::Own(session) if session.is_attached() => return None,
                Found::Own(session) => (session, self.shown),
                Found::Mounted(session) => (session, None),
            };
            let next = State::attach(session, Claim { patch, event: 0, page })?;
            Some(Step::Arrived { next, is_ahead: patch.is_some() })
        });
        Poll::Ready(arrived.unwrap_or(Step::Nowhere))
    }

    /// Returns the session that the page stays at, its link, and whether it shows another view already.
    pub(super) fn give_up(&self) -> (Attachment, u32, bool) {
        let (session, attachment) = &self.from;
        ((Arc::clone(session), *attachment), self.event, self.shown.is_some())
    }

    /// Tells the page that it is there. Returns the receiver of the messages that the page has sent until it hears of it.
    pub(super) fn arrive(&self, is_ahead: bool, out: &mut Vec<u8>) -> Option<Left> {
        wire::went(out, self.event);
        let (session, attachment) = &self.from;
        session.leave(*attachment, self.event);
        match self.shown {
            None => Some(Left::To((Arc::clone(session), *attachment))),
            Some(_) => (!is_ahead).then_some(Left::Nobody),
        }
    }
}

impl Connection {
    /// Hands a message to the session that the page has left, if it is for that one.
    pub(super) fn is_for_left(&mut self, message: &[u8]) -> bool {
        let Some(links) = self.links_mut() else { return false };
        let has_heard = wire::has_gone(message);
        let Some(left) = &links.left else { return has_heard };
        if has_heard {
            links.left = None;
            return true;
        }
        if let Left::To((session, attachment)) = left {
            match session.receive(*attachment, message) {
                Ok(received) => {
                    // The page is on its way already.
                    if let Some(Asked::Link(to)) = received.asked.as_deref() {
                        session.refuse_link(*attachment, to.event);
                    }
                    self.pause(received.wait);
                }
                Err(close) => drop(self.close(close)),
            }
        }
        true
    }

    /// Begins to show another view, if the application has one at this address. If not, the page loads it.
    pub(super) fn follow(&mut self, to: Elsewhere, from: Attachment) -> State {
        let (event, shown) = (to.event, to.patch);
        if self.is_hung_up {
            // The page sends the link again when it attaches, and everything after it; or it attaches where that leads.
            self.forget_rest();
            return State::Attached(from.0, from.1);
        }
        let links = self.rare.as_ref().and_then(|rare| rare.links.as_ref());
        match links.and_then(|links| Arc::clone(&self.app).follow(to, &links.request, links.since)) {
            Some(session) => State::Going(Box::new(Going { session, from, event, shown })),
            None => self.refuse_link(from, event, shown.is_some()),
        }
    }

    /// Lets the page load the address of its link. If it shows a view there already, its messages are for that one.
    pub(super) fn refuse_link(&mut self, (session, attachment): Attachment, event: u32, is_shown: bool) -> State {
        session.refuse_link(attachment, event);
        if is_shown {
            self.forget_rest();
        }
        State::Attached(session, attachment)
    }

    /// Takes no more messages, unless the page says that it knows where it is.
    fn forget_rest(&mut self) {
        if let Some(links) = self.links_mut() {
            links.left = Some(Left::Nobody);
        }
    }

    pub(super) fn arrive(&mut self, next: State, left: Option<Left>) {
        if let Some(links) = self.links_mut() {
            links.left = left;
            if let (Some(ahead), State::Attached(session, _)) = (&mut links.ahead, &next) {
                ahead.show(session.id().as_str());
            }
        }
        self.state = next;
    }

    pub(super) fn links_mut(&mut self) -> Option<&mut Links> {
        self.rare.as_mut()?.links.as_mut()
    }
}
