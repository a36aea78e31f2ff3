use std::mem;
use std::sync::Arc;

use super::delivered::Delivered;
use super::reply::Reply;
use super::{Audience, Output, PageNeeds, Session};
use crate::command::Action;
use crate::html::{Miss, Renderer, Search, render_root};
use crate::refusal::Refusal;
use crate::subscription::{Source, SubscriptionId};
use crate::wire::Up;
use crate::{Command, Event, FieldErrors, LiveView, Notice, Subscription};

/// Something that happened to a [`Session`].
#[derive(Debug)]
pub enum Input<'a, E> {
    /// A page has attached over a new connection.
    Attach {
        /// The last patch that the page has applied, or [`Session::NOTHING`].
        patch: u32,
        /// The number of the page's last event.
        event: u32,
    },
    /// A message from the attached page.
    Frame(&'a [u8]),
    /// An internal event, from [`Output::Perform`] or [`Output::After`].
    Event(E),
    /// A timer has ticked.
    Timer(SubscriptionId),
    /// A message from a topic, as JSON.
    Message(SubscriptionId, &'a [u8]),
}

/// The highest number of a patch that a restored session believes its page to have.
const MAX_CLAIMED: u32 = 1 << 30;

/// Returns the length of an event that was too long for the page to send. Its address has no handler.
fn length_of_unsent(address: &[u32], payload: &str) -> Option<usize> {
    if address == [u32::MAX] { payload.parse().ok() } else { None }
}

impl<A: LiveView> Session<A> {
    #[inline(never)]
    pub(super) fn tick(&mut self, app: &A, id: SubscriptionId, outputs: &mut Vec<Output<A::InternalEvent>>) {
        if let Some(Source::Every { event, .. }) = app.subscriptions(&self.model).take(id) {
            self.update(app, Event::Internal(event), outputs);
        }
    }

    #[inline(never)]
    pub(super) fn take_message(
        &mut self,
        app: &A,
        id: SubscriptionId,
        payload: &[u8],
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        let Some(Source::Topic { name, decode, .. }) = app.subscriptions(&self.model).take(id) else { return };
        match decode(payload) {
            Ok(event) => self.update(app, Event::Internal(event), outputs),
            Err(error) => {
                tracing::warn!(topic = %name, %error, "a topic's message was ignored: it does not decode to the subscription's type")
            }
        }
    }

    #[inline(never)]
    pub(super) fn attach(&mut self, app: &A, patch: u32, event: u32, outputs: &mut Vec<Output<A::InternalEvent>>) {
        self.replies.keep_view_errors();
        if patch > self.patch {
            // The page has nothing of this session; or the server was killed, and has an older state of it.
            self.past.forget_until(u32::MAX);
            self.page_needs = PageNeeds::Everything;
            if patch <= MAX_CLAIMED {
                // No number may mean two patches.
                self.patch = patch;
            }
        } else if let Some(delivered) = self.past.go_back_to(patch) {
            self.delivered = delivered;
            self.page_needs.at_least(PageNeeds::FullRender);
        } else if patch != self.patch || event < self.event {
            self.page_needs.at_least(PageNeeds::FullRender);
        }
        let is_behind = self.page_needs >= PageNeeds::FullRender;
        self.expected = if self.page_needs == PageNeeds::FullRender { event } else { 0 };
        if !is_behind || self.event < self.expected {
            self.acknowledged = self.event;
            self.replies.push(Reply::Resume);
        }
        self.resend_commands_after(if patch > self.patch { 0 } else { patch });
        if self.audience != Audience::Page {
            self.audience = Audience::Page;
            // Subscribe before the command reads anything, so that no change in between is missed.
            self.follow_subscriptions(app, outputs);
            if let Some(command) = self.command.take() {
                self.carry_out(*command, outputs);
            }
        }
    }

    #[inline(never)]
    pub(super) fn take_frame(
        &mut self,
        app: &A,
        r: &mut Renderer,
        message: &[u8],
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) -> Result<(), Refusal> {
        let taken = Up::decode(message).and_then(|up| self.take(app, r, up, outputs));
        if let Err(refusal) = taken {
            self.replies.push(Reply::Fatal(refusal));
        }
        taken
    }

    fn take(
        &mut self,
        app: &A,
        r: &mut Renderer,
        up: Up<'_>,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) -> Result<(), Refusal> {
        match up {
            Up::Ping(n) => self.replies.push(Reply::Pong(n)),
            Up::Seen(patch) if patch > self.patch => return Err(Refusal::Malformed),
            Up::Seen(patch) => {
                self.outbox.forget_until(patch);
                self.past.forget_until(patch);
            }
            Up::Remount(patch) => {
                outputs.push(Output::Remount);
                self.expected = 0;
                self.page_needs.at_least(PageNeeds::FullRender);
                // Otherwise the last full render is still on its way to the page, with its commands.
                if patch >= self.last_full_render {
                    self.resend_commands_after(patch);
                }
            }
            Up::Event { event, patch, .. } if patch > self.patch || event == 0 => return Err(Refusal::Malformed),
            Up::Event { event, .. } if event <= self.event => self.acknowledged = self.acknowledged.min(event - 1),
            Up::Event { event, .. } if event != self.event + 1 => return Err(Refusal::Order),
            Up::Event { event, patch, address, payload } => {
                self.event = event;
                self.has_typed = payload.starts_with(['"', '[']);
                self.outbox.forget_until(patch);
                if let Some(length) = length_of_unsent(&address, payload) {
                    self.miss(app, r, event, length, outputs);
                    return Ok(());
                }
                let search = Search { address: &address, event, payload, mark: None };
                match self.find_handler(app, r, &search, patch) {
                    Ok(found) => self.update(app, Event::External(found), outputs),
                    Err(refusal) => {
                        tracing::debug!(reason = refusal.reason(), "event refused");
                        outputs.push(Output::Refused(refusal));
                        let errors = r.take_field_errors();
                        self.replies.push(match refusal {
                            Refusal::Payload if !errors.is_empty() => Reply::RefusedInput(refusal, errors, event),
                            _ => Reply::Refused { refusal, first: event, last: event },
                        });
                        if let Some(event) = app.refused(refusal) {
                            self.update(app, Event::Internal(event), outputs);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Refuses an event that the page could not send, since it is too long.
    #[cold]
    fn miss(
        &mut self,
        app: &A,
        r: &mut Renderer,
        event: u32,
        length: usize,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        tracing::warn!(length, "an event of the page was longer than the message limit");
        outputs.push(Output::Refused(Refusal::TooLong));
        let mut errors = FieldErrors::default();
        errors.add("*", r.messages()(Notice::TooLong));
        self.replies.push(Reply::RefusedInput(Refusal::TooLong, errors, event));
        if let Some(event) = app.too_long(length) {
            self.update(app, Event::Internal(event), outputs);
        }
    }

    /// Returns the event of the handler at this address, if it is the handler that the page showed at `patch`.
    pub(super) fn find_handler(
        &mut self,
        app: &A,
        r: &mut Renderer,
        search: &Search<'_>,
        patch: u32,
    ) -> Result<A::ExternalEvent, Refusal> {
        if patch < self.page_patch || self.page_needs == PageNeeds::Everything {
            return Err(Refusal::Stale);
        }
        self.page_patch = patch;
        self.past.forget_until(patch);
        let Delivered { store, changed_handlers, oldest_valid_patch } =
            self.past.find(patch).unwrap_or(&mut self.delivered);
        changed_handlers.forget_until(patch);
        if patch < *oldest_valid_patch || changed_handlers.covers(search.address) {
            return Err(Refusal::Stale);
        }
        let needs = mem::replace(&mut self.page_needs, PageNeeds::Everything);
        let view = app.view(&self.model);
        let found = r.look_up(store, search, |pass| render_root(&view, pass));
        drop(view);
        self.page_needs = needs;
        match found {
            Ok(event) => Ok(*event.downcast().unwrap_or_else(|_| unreachable!("a view finds its own events"))),
            Err(Miss::Never) => Err(Refusal::NoHandler),
            Err(Miss::Gone) => Err(Refusal::Stale),
            Err(Miss::Payload) => Err(Refusal::Payload),
        }
    }

    pub(super) fn update(
        &mut self,
        app: &A,
        event: Event<A::ExternalEvent, A::InternalEvent>,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        let command = app.update(&mut self.model, event);
        self.page_needs.at_least(PageNeeds::Patch);
        if command.is_none() {
            // An empty command has nothing to drop. Forgetting it saves a call.
            mem::forget(command);
        } else {
            self.carry_out(command, outputs);
        }
        self.follow_subscriptions(app, outputs);
    }

    #[inline(never)]
    pub(super) fn carry_out(
        &mut self,
        command: Command<A::InternalEvent>,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        for action in command.into_actions() {
            match action {
                Action::Page(command) => {
                    self.page_needs.at_least(PageNeeds::PatchWithCommands);
                    if !self.outbox.push(command) {
                        tracing::warn!("too many commands wait for the page: the oldest was dropped");
                        outputs.push(Output::Dropped);
                    }
                }
                Action::Perform(future) => outputs.push(Output::Perform(future)),
                Action::After(delay, event) => outputs.push(Output::After(delay, event)),
                Action::Publish(message) => outputs.push(Output::Publish(message)),
            }
        }
    }

    /// Makes the commands of all later patches wait again, because the page never got them.
    fn resend_commands_after(&mut self, patch: u32) {
        self.outbox.forget_until(patch);
        if self.outbox.retry_after(patch) {
            self.page_needs.at_least(PageNeeds::PatchWithCommands);
        }
    }

    /// Starts and stops timers and topics, until those run that the model wants and the audience needs.
    pub(super) fn follow_subscriptions(&mut self, app: &A, outputs: &mut Vec<Output<A::InternalEvent>>) {
        let wanted = app.subscriptions(&self.model);
        if wanted.is_none() && self.active.is_empty() {
            return mem::forget(wanted);
        }
        match self.audience {
            Audience::Page => {}
            Audience::PostedForm => return self.change_subscriptions(&wanted.topics(), outputs),
            Audience::Nobody => return,
        }
        let same = wanted.as_slice().len() == self.active.len()
            && wanted.sources().zip(&self.active).all(|((id, _), active)| id == *active);
        if !same {
            self.change_subscriptions(&wanted, outputs);
        }
    }

    #[cold]
    fn change_subscriptions(
        &mut self,
        wanted: &Subscription<A::InternalEvent>,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        for active in &self.active {
            if wanted.sources().all(|(id, _)| id != *active) {
                outputs.push(Output::Stop(*active));
            }
        }
        for (id, source) in wanted.sources().filter(|(id, _)| !self.active.contains(id)) {
            outputs.push(match source {
                Source::Every { period, .. } => Output::Every { id, period: *period },
                Source::Topic { name, .. } => Output::Subscribe { id, name: Arc::from(&**name) },
            });
        }
        self.active.clear();
        self.active.extend(wanted.sources().map(|(id, _)| id));
        self.active.shrink_to_fit();
    }
}
