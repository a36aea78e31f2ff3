//! Links of the page: to routes that its model hears, and to other views.

use super::refused::RefusedEvents;
use super::reply::Replies;
use super::{Elsewhere, Output, Session};
use crate::refusal::Refusal;
use crate::wire::Link;
use crate::{Event, FieldErrors, LiveView};

/// The events of a page about an address. No handler has their addresses.
pub(super) enum Wish {
    /// A person follows a link.
    Link,
    /// A person may follow one soon.
    Prefetch,
}

impl Wish {
    pub(super) fn of(address: &[u32]) -> Option<Self> {
        const LINK: u32 = u32::MAX - 1;
        const PREFETCH: u32 = u32::MAX - 2;
        match address {
            [LINK] => Some(Self::Link),
            [PREFETCH] => Some(Self::Prefetch),
            _ => None,
        }
    }
}

impl<A: LiveView> Session<A> {
    #[cold]
    pub(super) fn take_wish(
        &mut self,
        app: &A,
        wish: Wish,
        event: u32,
        payload: &str,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        match wish {
            Wish::Link => self.follow_link(app, event, payload, outputs),
            Wish::Prefetch => self.prefetch(app, payload, outputs),
        }
    }

    /// Goes to the address of a link, or tells the page to load it.
    fn follow_link(&mut self, app: &A, event: u32, payload: &str, outputs: &mut Vec<Output<A::InternalEvent>>) {
        let Some(Link { address, session, flash, patch }) = Link::decode(payload) else {
            return self.refuse(Refusal::Elsewhere, event, FieldErrors::default());
        };
        // A page that shows another view already is there.
        if patch.is_none()
            && let Some(went) = self.hear(app, &address)
        {
            self.pending.remove(|kept| kept.outbox.forget_addresses());
            return self.update(app, Event::Internal(went), outputs);
        }
        // It counts when somebody has answered it. Until then the page hears of the events before it.
        self.event = event - 1;
        // The page had not got a flash that is still kept here. It is later than the one that the page knows.
        let later = self.flash().map(str::to_owned);
        let flash = later.or(flash).filter(|text| !text.is_empty());
        outputs.push(Output::Elsewhere(Elsewhere { event, address, session, flash, patch }));
    }

    /// Asks for the view at an address, if the model does not hear that.
    fn prefetch(&mut self, app: &A, payload: &str, outputs: &mut Vec<Output<A::InternalEvent>>) {
        let Ok(address) = serde_json::from_str::<String>(payload) else { return };
        if self.hear(app, &address).is_none() {
            outputs.push(Output::Prefetch(address));
        }
    }

    /// Returns the event of an address, if the model hears it.
    pub(super) fn hear(&self, app: &A, address: &str) -> Option<A::InternalEvent> {
        let went = app.subscriptions(&self.model).event_of(address)?;
        app.__has_path(address).then_some(went)
    }

    /// Answers an [`Output::Elsewhere`]: the page loads the address of its link `event`.
    pub fn refuse_link(&mut self, event: u32) {
        self.event = event;
        self.refuse(Refusal::Elsewhere, event, FieldErrors::default());
    }

    /// Answers an [`Output::Elsewhere`]: the page shows another session now, to which its link `event` leads. When it comes back, it
    /// gets nothing that it has had.
    pub fn leave(&mut self, event: u32) {
        self.event = event;
        self.pending.remove(|kept| {
            kept.refused = RefusedEvents::default();
            kept.replies = Replies::default();
            kept.outbox.forget_carried();
            kept.outbox.forget_addresses();
            // It was for the session that the page shows now.
            kept.outbox.forget_flash();
        });
    }
}
