//! Links to other views: a page keeps its connection, and changes its session.

use std::sync::Arc;
use std::task::{Context, Poll, ready};

use tealight_core::PageRequest;
use tealight_core::session::Elsewhere;
use tealight_core::wire;

use super::{Claim, Connection, State};
use crate::application::Found;
use crate::close::Close;
use crate::owners::Since;
use crate::registry::AnySession;
use crate::runtime::MountFuture;

/// The means by which a page goes to another view of its router.
pub(super) struct Links {
    /// The request that has opened the connection, and the time before anything has checked it.
    pub(super) request: PageRequest,
    pub(super) since: Since,
    /// The number by which the page names itself.
    pub(super) page: u32,
    /// The session that the page has left, until the page has heard of that: its messages are still for this one.
    pub(super) left: Option<Attachment>,
}

/// A session, and the number of its attachment.
pub(super) type Attachment = (Arc<dyn AnySession>, u32);

/// A page on its way to another view, whose session is being found or mounted. The session before stays attached until then.
pub(super) struct Going {
    session: MountFuture<Found>,
    from: Attachment,
    /// The link.
    event: u32,
}

/// The next step on the way.
pub(super) enum Step {
    /// The session before has a message for the page, or the connection ends.
    Message(Result<(), Close>),
    Arrived(State),
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
            let (Found::Own(session) | Found::Mounted(session)) = found;
            State::attach(session, Claim { patch: None, event: 0, page })
        });
        Poll::Ready(arrived.map_or(Step::Nowhere, Step::Arrived))
    }

    /// Tells the page that it is there. Returns the session that it has left.
    pub(super) fn arrive(&self, out: &mut Vec<u8>) -> Attachment {
        wire::went(out, self.event);
        let (session, attachment) = &self.from;
        session.leave(*attachment, self.event);
        (Arc::clone(session), *attachment)
    }

    /// Lets the page load the address.
    pub(super) fn refuse(&self) -> State {
        let (session, attachment) = &self.from;
        session.refuse_link(*attachment, self.event);
        State::Attached(Arc::clone(session), *attachment)
    }
}

impl Connection {
    /// Hands a message to the session that the page has left, if it is for that one.
    pub(super) fn is_for_left(&mut self, message: &[u8]) -> bool {
        let Some(links) = self.links_mut() else { return false };
        let has_heard = wire::has_gone(message);
        let Some((session, attachment)) = &links.left else { return has_heard };
        if has_heard {
            links.left = None;
            return true;
        }
        match session.receive(*attachment, message) {
            Ok(received) => self.pause(received.wait),
            Err(close) => drop(self.close(close)),
        }
        true
    }

    /// Begins to show another view, if the application has one at this address. If not, the page loads it.
    pub(super) fn follow(&self, to: Elsewhere, from: Attachment) -> State {
        let event = to.event;
        let links = self.rare.as_ref().and_then(|rare| rare.links.as_ref());
        match links.and_then(|links| Arc::clone(&self.app).follow(to, &links.request, links.since)) {
            Some(session) => State::Going(Box::new(Going { session, from, event })),
            None => {
                from.0.refuse_link(from.1, event);
                State::Attached(from.0, from.1)
            }
        }
    }

    pub(super) fn links_mut(&mut self) -> Option<&mut Links> {
        self.rare.as_mut()?.links.as_mut()
    }
}
