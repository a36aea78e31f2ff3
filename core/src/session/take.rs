//! What a session makes of what it is told.

use std::sync::Arc;

use super::{ATTACHED, CHANGED, COMMANDS, LISTENING, MOUNT, Output, RENDERING, REPLIES, Reply, Session, TYPED};
use crate::command::Action;
use crate::html::lookup::Miss;
use crate::html::private::Cx;
use crate::html::renderer::Renderer;
use crate::html::view::{Position, View};
use crate::subscription::{Source, SubscriptionId};
use crate::wire::{Refusal, Up};
use crate::{Command, Event, LiveView, Subscription};

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
            Err(error) => tracing::warn!(topic = %name, %error, "message of another type on a topic"),
        }
    }

    #[inline(never)]
    pub(super) fn attach(&mut self, app: &A, patch: u32, event: u32, outputs: &mut Vec<Output<A::InternalEvent>>) {
        self.replies.retain(|reply| matches!(reply, Reply::Fault(_)));
        if self.replies.is_empty() {
            self.state &= !REPLIES;
        }
        if patch == self.patch && event >= self.event && self.state & (RENDERING | MOUNT) == 0 {
            self.acknowledged = self.event;
            self.reply(Reply::Resume);
        } else {
            self.state |= MOUNT;
        }
        self.page_lost(if patch > self.patch { 0 } else { patch });
        if self.state & ATTACHED == 0 {
            self.state |= ATTACHED;
            // first: what changes after the command has read it is heard
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
            self.reply(Reply::Ended(refusal));
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
            Up::Ping(n) => self.reply(Reply::Pong(n)),
            Up::Seen(patch) if patch > self.patch => return Err(Refusal::Malformed),
            Up::Seen(patch) => self.outbox.seen(patch),
            Up::Remount(patch) => {
                self.state |= MOUNT;
                // or the page has asked before the full render came that is under way to it
                if patch >= self.mounted {
                    self.page_lost(patch);
                }
            }
            Up::Event { event, patch, .. } if patch > self.patch || event == 0 => return Err(Refusal::Malformed),
            Up::Event { event, .. } if event <= self.event => self.acknowledged = self.acknowledged.min(event - 1),
            Up::Event { event, .. } if event != self.event + 1 => return Err(Refusal::Order),
            Up::Event { event, patch, address, payload } => {
                self.event = event;
                self.state &= !TYPED;
                if payload.starts_with(['"', '[']) {
                    self.state |= TYPED;
                }
                self.outbox.seen(patch);
                r.lookup.begin(address, event, payload);
                match self.find_handler(app, r, patch) {
                    Ok(found) => self.update(app, Event::External(found), outputs),
                    Err(refusal) => {
                        tracing::debug!(reason = refusal.reason(), "event refused");
                        outputs.push(Output::Refused(refusal));
                        let errors = r.lookup.payload.take_errors();
                        self.reply(match refusal {
                            Refusal::Payload if !errors.is_empty() => Reply::RefusedForm(errors, event),
                            _ => Reply::Refused(refusal, event, event),
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// The event of the handler at the address in the look-up: the one that the page showed at `patch`,
    /// or none.
    pub(super) fn find_handler(&mut self, app: &A, r: &mut Renderer, patch: u32) -> Result<A::ExternalEvent, Refusal> {
        if patch < self.oldest || patch < self.seen || self.state & (RENDERING | MOUNT) != 0 {
            return Err(Refusal::Stale);
        }
        self.seen = patch;
        self.unseen.forget(patch);
        if self.unseen.covers(&r.lookup.address) {
            return Err(Refusal::Stale);
        }
        self.state |= RENDERING;
        let view = app.view(&self.model);
        r.look_up(&mut self.store, |pass| view.render(Cx::new(pass), Position::ROOT));
        drop(view);
        self.state &= !RENDERING;
        let found = r.lookup.found.take().and_then(|found| found.downcast().ok());
        found.map(|event| *event).ok_or(match r.lookup.miss {
            Miss::Never => Refusal::NoHandler,
            Miss::Gone => Refusal::Stale,
            Miss::Payload => Refusal::Payload,
        })
    }

    pub(super) fn update(
        &mut self,
        app: &A,
        event: Event<A::ExternalEvent, A::InternalEvent>,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        let command = app.update(&mut self.model, event);
        self.state |= CHANGED;
        if command.is_none() {
            // nothing to drop: this spares the call
            std::mem::forget(command);
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
                    self.state |= COMMANDS;
                    if !self.outbox.push(command) {
                        tracing::warn!("too much waits for the page: the oldest that was to be said is dropped");
                        outputs.push(Output::Dropped);
                    }
                }
                Action::Perform(future) => outputs.push(Output::Perform(future)),
                Action::After(delay, event) => outputs.push(Output::After(delay, event)),
                Action::Publish(message) => outputs.push(Output::Publish(message)),
            }
        }
    }

    /// What came after this patch has not reached the page.
    fn page_lost(&mut self, patch: u32) {
        self.outbox.seen(patch);
        if self.outbox.lost_after(patch) {
            self.state |= COMMANDS;
        }
    }

    /// Starts and stops the difference between what runs and what the model wants, once a page is there; while a
    /// posted form is taken, of topics alone.
    pub(super) fn follow_subscriptions(&mut self, app: &A, outputs: &mut Vec<Output<A::InternalEvent>>) {
        let wanted = app.subscriptions(&self.model);
        if wanted.is_none() && self.active.is_empty() {
            return std::mem::forget(wanted);
        }
        if self.state & ATTACHED == 0 {
            if self.state & LISTENING != 0 {
                self.change_subscriptions(&wanted.topics(), outputs);
            }
            return;
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
