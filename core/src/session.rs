mod outbox;
mod unseen;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;

use self::outbox::Outbox;
use self::unseen::Unseen;
use crate::html::lookup::Miss;
use crate::html::renderer::{Mode, Renderer};
use crate::html::tape::Store;
use crate::html::view::{At, Kind};
use crate::html::{Seed, View, private::Cx};
use crate::subscription::Source;
use crate::wire::form::FormAddress;
use crate::wire::{self, Refusal, Up};
use crate::{Action, Command, Event, FieldErrors, FormData, LiveView, PageCommand, Subscription, SubscriptionId};

/// A worker thread's buffers. It keeps no session's state between two calls; one serves all sessions
/// that run on its thread.
///
/// All that serve the same sessions are made with the same [`Seed`].
#[derive(Debug)]
pub struct Scratch(Renderer);

impl Scratch {
    /// Empty buffers.
    pub fn new(seed: Seed) -> Self {
        Self(Renderer::new(seed))
    }

    /// How often two rows of a list had the same key since this was last asked, to be counted.
    ///
    /// Of a list that is shown as it was, and in a release build of one that is new, nobody asks.
    pub fn take_duplicate_keys(&mut self) -> u32 {
        std::mem::take(&mut self.0.duplicates)
    }
}

/// What a session is told.
#[derive(Debug)]
pub enum Input<'a, E> {
    /// The page has attached, having applied this patch and made this event last.
    Attach {
        /// The last patch that the page has applied; [`Session::NOTHING`] for a page that has none.
        patch: u32,
        /// The last event that the page has made.
        event: u32,
    },
    /// A message of the attached page.
    Frame(&'a [u8]),
    /// A command's event.
    Event(E),
    /// A timer is due.
    Timer(SubscriptionId),
    /// A message from a topic, as JSON.
    Message(SubscriptionId, &'a [u8]),
}

/// Why a form that a browser without scripts has posted was not taken.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum PostError {
    /// The page has no such form now.
    #[error("{0}")]
    Refused(Refusal),
    /// The handler takes a type to which the form does not decode.
    #[error("{0}")]
    Fields(FieldErrors),
}

/// What a session wants to be done.
#[derive(Debug)]
pub enum Effect<E> {
    /// A piece of a command.
    Command(Action<E>),
    /// Start a timer.
    Every {
        /// Its name in [`Input::Timer`] and [`Effect::Stop`].
        id: SubscriptionId,
        /// The time between two ticks.
        period: Duration,
    },
    /// Subscribe to a topic.
    Topic {
        /// Its name in [`Input::Message`] and [`Effect::Stop`].
        id: SubscriptionId,
        /// The topic's name.
        name: Arc<str>,
    },
    /// Stop a timer or leave a topic.
    Stop(SubscriptionId),
    /// Count a message of the page that was refused, though the connection goes on.
    Refused(Refusal),
    /// Count something that was to be said to the page and is dropped: too much waits already.
    Dropped,
}

/// One page's state: a value. It reads no clock and no socket; what it is told is an [`Input`], what
/// it wants done is an [`Effect`], and what it has to say to its page comes out of [`Session::flush`].
///
/// Events change the model at once; `view` runs when the transport can write, from what was last
/// delivered to what is true now. Nothing waits in a queue but answers, of which there is a bound.
pub struct Session<A: LiveView> {
    model: A::Model,
    store: Store,
    /// The number of the last patch that was made.
    patch: u32,
    /// The last patch that the page is known to have applied.
    seen: u32,
    /// Events that were made on an older page than this are refused.
    oldest: u32,
    /// The last patch that was a full render.
    mounted: u32,
    /// The last event that was applied.
    event: u32,
    /// The last event of which the page was told that it was.
    acknowledged: u32,
    state: u8,
    command: Option<Box<Command<A::InternalEvent>>>,
    active: Vec<SubscriptionId>,
    replies: Vec<Reply>,
    unseen: Unseen,
    outbox: Outbox,
}

impl<A: LiveView> fmt::Debug for Session<A> {
    /// Without the model, which may hold secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("patch", &self.patch).field("event", &self.event).finish_non_exhaustive()
    }
}

#[derive(Clone, Debug)]
enum Reply {
    Resume,
    Refused(Refusal, Option<u32>),
    /// The fields of a form, of an event.
    RefusedForm(FieldErrors, u32),
    Pong(u32),
    /// In development: what is wrong with the view.
    Fault(String),
}

/// The page has attached: timers and topics run.
const ATTACHED: u8 = 1;
/// The model may have changed since the last render.
const CHANGED: u8 = 2;
/// The page needs a full render.
const MOUNT: u8 = 4;
/// A render has begun and not ended: it panicked, and the store is of no use.
const RENDERING: u8 = 8;
/// There are answers for the page.
const REPLIES: u8 = 16;
/// There is something in the outbox that no patch has carried.
const COMMANDS: u8 = 32;

/// More answers than this wait only for a page that floods and does not read.
const MAX_REPLIES: usize = 64;

impl<A: LiveView> Session<A> {
    /// The patch of a page that has nothing of this session.
    pub const NOTHING: u32 = u32::MAX;

    /// A session of what `mount` has made. Its command, timers and topics start when its page attaches.
    pub fn new(model: A::Model, command: Command<A::InternalEvent>) -> Self {
        Self {
            model,
            store: Store::default(),
            patch: 0,
            seen: 0,
            oldest: 0,
            mounted: 0,
            event: 0,
            acknowledged: 0,
            state: MOUNT,
            command: (!command.is_none()).then(|| Box::new(command)),
            active: Vec::new(),
            replies: Vec::new(),
            unseen: Unseen::default(),
            outbox: Outbox::default(),
        }
    }

    /// The model.
    pub fn model(&self) -> &A::Model {
        &self.model
    }

    /// Bytes on the heap that are kept of the last delivered render.
    pub fn kept_bytes(&self) -> usize {
        self.store.bytes()
    }

    /// What is kept of the last delivered render, for tests.
    #[doc(hidden)]
    pub fn tape(&self) -> &[u64] {
        &self.store.tape
    }

    /// The URL to which `update` has sent the page last, if it is not known to have been told: for an answer
    /// to a browser without scripts.
    pub fn navigation(&self) -> Option<&str> {
        let urls = self.outbox.all().filter_map(|(_, command)| match command {
            PageCommand::Navigate(url) => Some(&**url),
            _ => None,
        });
        urls.last()
    }

    /// The first paint: the page's root element and its data block.
    pub fn first_paint(&mut self, app: &A, scratch: &mut Scratch, id: &str, out: &mut Vec<u8>) {
        out.extend_from_slice(wire::ROOT_OPEN);
        self.render_in_full(app, &mut scratch.0, Mode::Html, out);
        wire::data_block(out, id, &scratch.0.definitions);
        scratch.0.definitions.clear();
    }

    /// The same for a page whose address has this query: forms that a browser without scripts posts come back
    /// to it.
    pub fn first_paint_at(&mut self, query: &str, app: &A, scratch: &mut Scratch, id: &str, out: &mut Vec<u8>) {
        scratch.0.query.clear();
        scratch.0.query.push_str(query);
        self.first_paint(app, scratch, id, out);
        scratch.0.query.clear();
    }

    /// Takes a form that a browser without scripts has posted, to a page that was painted and has not attached;
    /// it is to be painted again then. What is to be done is appended to `effects`.
    ///
    /// # Errors
    /// A [`PostError`] says why the model is as it was.
    pub fn post(
        &mut self,
        app: &A,
        scratch: &mut Scratch,
        address: &FormAddress,
        data: &FormData,
        effects: &mut Vec<Effect<A::InternalEvent>>,
    ) -> Result<(), PostError> {
        let lookup = &mut scratch.0.lookup;
        lookup.begin(address.steps.iter().copied(), 0, &wire::form::write(data));
        lookup.mark = Some(address.mark);
        let found = self.find_handler(app, &mut scratch.0, self.patch).map_err(|refusal| match refusal {
            Refusal::Payload => PostError::Fields(scratch.0.lookup.payload.take_errors()),
            other => PostError::Refused(other),
        })?;
        self.update(app, Event::External(found), effects);
        Ok(())
    }

    /// Takes an input; what is to be done is appended to `effects`.
    ///
    /// # Errors
    /// A [`Refusal`] with which the connection ends, after what [`Session::flush`] still has to say.
    pub fn handle(
        &mut self,
        app: &A,
        scratch: &mut Scratch,
        input: Input<'_, A::InternalEvent>,
        effects: &mut Vec<Effect<A::InternalEvent>>,
    ) -> Result<(), Refusal> {
        match input {
            Input::Event(event) => self.update(app, Event::Internal(event), effects),
            Input::Attach { patch, event } => self.attach(app, patch, event, effects),
            Input::Frame(message) => return self.take_frame(app, &mut scratch.0, message, effects),
            Input::Timer(id) => self.tick(app, id, effects),
            Input::Message(id, payload) => self.take_message(app, id, payload, effects),
        }
        Ok(())
    }

    /// Whether [`Session::flush`] has anything to say.
    #[inline]
    pub fn wants_flush(&self) -> bool {
        self.state & (CHANGED | MOUNT | REPLIES | COMMANDS) != 0 || self.event != self.acknowledged
    }

    /// Appends the next message for the page to `out`. False: there is nothing to say. Call it when the
    /// transport can write, until it is false.
    #[inline]
    pub fn flush(&mut self, app: &A, scratch: &mut Scratch, id: &str, out: &mut Vec<u8>) -> bool {
        let due = self.state & (CHANGED | MOUNT | RENDERING | REPLIES | COMMANDS);
        if due == CHANGED {
            self.state &= !CHANGED;
            if self.write_patch(app, &mut scratch.0, out) {
                return true;
            }
        } else if due & REPLIES != 0 {
            self.write_reply(out);
            return true;
        } else if due & !CHANGED == COMMANDS {
            // there is a patch to carry them, even if nothing is to be drawn
            scratch.0.has_extras = true;
            self.state &= !CHANGED;
            return self.write_patch(app, &mut scratch.0, out);
        } else if due & !RENDERING != 0 {
            self.remount(app, &mut scratch.0, id, out);
            return true;
        }
        if self.event != self.acknowledged {
            self.acknowledged = self.event;
            wire::acknowledge(out, self.event);
            return true;
        }
        false
    }

    #[inline(never)]
    fn tick(&mut self, app: &A, id: SubscriptionId, effects: &mut Vec<Effect<A::InternalEvent>>) {
        if let Some(Source::Every { event, .. }) = app.subscriptions(&self.model).take(id) {
            self.update(app, Event::Internal(event), effects);
        }
    }

    #[inline(never)]
    fn take_message(
        &mut self,
        app: &A,
        id: SubscriptionId,
        payload: &[u8],
        effects: &mut Vec<Effect<A::InternalEvent>>,
    ) {
        let Some(Source::Topic { name, decode, .. }) = app.subscriptions(&self.model).take(id) else { return };
        match decode(payload) {
            Ok(event) => self.update(app, Event::Internal(event), effects),
            Err(error) => tracing::warn!(topic = %name, %error, "message of another type on a topic"),
        }
    }

    #[inline(never)]
    fn attach(&mut self, app: &A, patch: u32, event: u32, effects: &mut Vec<Effect<A::InternalEvent>>) {
        self.replies.retain(|reply| matches!(reply, Reply::Fault(_)));
        if self.replies.is_empty() {
            self.state &= !REPLIES;
        }
        if patch == self.patch && event >= self.event && self.state & (RENDERING | MOUNT) == 0 {
            if event == self.event {
                // else there are events to come, which the page may have made on an older patch
                self.seen = patch;
                self.unseen.clear();
            }
            self.acknowledged = self.event;
            self.reply(Reply::Resume);
        } else {
            self.state |= MOUNT;
        }
        self.page_lost(if patch > self.patch { 0 } else { patch });
        if self.state & ATTACHED == 0 {
            self.state |= ATTACHED;
            if let Some(command) = self.command.take() {
                self.carry_out(*command, effects);
            }
            self.follow_subscriptions(app, effects);
        }
    }

    #[inline(never)]
    fn take_frame(
        &mut self,
        app: &A,
        r: &mut Renderer,
        message: &[u8],
        effects: &mut Vec<Effect<A::InternalEvent>>,
    ) -> Result<(), Refusal> {
        let taken = Up::decode(message).and_then(|up| self.take(app, r, up, effects));
        if let Err(refusal) = taken {
            self.reply(Reply::Refused(refusal, None));
        }
        taken
    }

    fn take(
        &mut self,
        app: &A,
        r: &mut Renderer,
        up: Up<'_>,
        effects: &mut Vec<Effect<A::InternalEvent>>,
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
                self.outbox.seen(patch);
                r.lookup.begin(address, event, payload);
                match self.find_handler(app, r, patch) {
                    Ok(found) => self.update(app, Event::External(found), effects),
                    Err(refusal) => {
                        tracing::debug!(reason = refusal.reason(), "event refused");
                        effects.push(Effect::Refused(refusal));
                        let errors = r.lookup.payload.take_errors();
                        self.reply(match refusal {
                            Refusal::Payload if !errors.is_empty() => Reply::RefusedForm(errors, event),
                            _ => Reply::Refused(refusal, Some(event)),
                        });
                    }
                }
            }
        }
        Ok(())
    }

    /// The event of the handler at the address in the look-up: the one that the page showed at `patch`,
    /// or none.
    fn find_handler(&mut self, app: &A, r: &mut Renderer, patch: u32) -> Result<A::ExternalEvent, Refusal> {
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
        r.look_up(&mut self.store, |pass| view.render(Cx::new(pass), At::ROOT));
        drop(view);
        self.state &= !RENDERING;
        let found = r.lookup.found.take().and_then(|found| found.downcast().ok());
        found.map(|event| *event).ok_or(match r.lookup.miss {
            Miss::Never => Refusal::NoHandler,
            Miss::Gone => Refusal::Stale,
            Miss::Payload => Refusal::Payload,
        })
    }

    fn update(
        &mut self,
        app: &A,
        event: Event<A::ExternalEvent, A::InternalEvent>,
        effects: &mut Vec<Effect<A::InternalEvent>>,
    ) {
        let command = app.update(&mut self.model, event);
        self.state |= CHANGED;
        if command.is_none() {
            // nothing to drop: this spares the call
            std::mem::forget(command);
        } else {
            self.carry_out(command, effects);
        }
        if self.state & ATTACHED != 0 {
            self.follow_subscriptions(app, effects);
        }
    }

    #[inline(never)]
    fn carry_out(&mut self, command: Command<A::InternalEvent>, effects: &mut Vec<Effect<A::InternalEvent>>) {
        for action in command.into_actions() {
            match action {
                Action::Page(command) => {
                    self.state |= COMMANDS;
                    if !self.outbox.push(command) {
                        tracing::warn!("too much waits for the page: the oldest that was to be said is dropped");
                        effects.push(Effect::Dropped);
                    }
                }
                action => effects.push(Effect::Command(action)),
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

    /// Starts and stops the difference between what runs and what the model wants.
    fn follow_subscriptions(&mut self, app: &A, effects: &mut Vec<Effect<A::InternalEvent>>) {
        let wanted = app.subscriptions(&self.model);
        if wanted.is_none() && self.active.is_empty() {
            return std::mem::forget(wanted);
        }
        let same = wanted.as_slice().len() == self.active.len()
            && wanted.sources().zip(&self.active).all(|((id, _), active)| id == *active);
        if !same {
            self.change_subscriptions(&wanted, effects);
        }
    }

    #[cold]
    fn change_subscriptions(
        &mut self,
        wanted: &Subscription<A::InternalEvent>,
        effects: &mut Vec<Effect<A::InternalEvent>>,
    ) {
        for active in &self.active {
            if wanted.sources().all(|(id, _)| id != *active) {
                effects.push(Effect::Stop(*active));
            }
        }
        for (id, source) in wanted.sources().filter(|(id, _)| !self.active.contains(id)) {
            effects.push(match source {
                Source::Every { period, .. } => Effect::Every { id, period: *period },
                Source::Topic { name, .. } => Effect::Topic { id, name: Arc::from(&**name) },
            });
        }
        self.active.clear();
        self.active.extend(wanted.sources().map(|(id, _)| id));
        self.active.shrink_to_fit();
    }

    fn reply(&mut self, reply: Reply) {
        // what does not fit is news of refused events, which the acknowledgement covers
        if self.replies.len() < MAX_REPLIES
            || !matches!(reply, Reply::Refused(_, Some(_)) | Reply::RefusedForm(..) | Reply::Fault(_))
        {
            if self.replies.len() >= 2 * MAX_REPLIES {
                self.replies.remove(1);
            }
            self.replies.push(reply);
            self.state |= REPLIES;
        }
    }

    #[cold]
    fn write_reply(&mut self, out: &mut Vec<u8>) {
        match self.replies.remove(0) {
            Reply::Resume => wire::resume(out, self.event),
            Reply::Refused(refusal, event) => {
                refusal.encode_for(event, out);
                self.acknowledged = event.unwrap_or(0).max(self.acknowledged);
            }
            Reply::RefusedForm(errors, event) => {
                wire::refused_form(out, event, &errors);
                self.acknowledged = event.max(self.acknowledged);
            }
            Reply::Pong(n) => wire::pong(out, n),
            Reply::Fault(fault) => wire::fault(out, &fault),
        }
        if self.replies.is_empty() {
            self.replies = Vec::new();
            self.state &= !REPLIES;
        }
    }

    #[inline]
    fn write_patch(&mut self, app: &A, r: &mut Renderer, out: &mut Vec<u8>) -> bool {
        self.state |= RENDERING;
        let view = app.view(&self.model);
        self.patch += 1;
        let is_drawn = r.diff(&mut self.store, self.patch, out, |pass| view.render(Cx::new(pass), At::ROOT));
        drop(view);
        self.state &= !RENDERING;
        if !is_drawn && !r.has_extras {
            self.patch -= 1;
            return false;
        }
        if r.has_extras || !is_drawn || self.event != self.acknowledged {
            self.write_extras(r, is_drawn, out);
        }
        out.push(b']');
        true
    }

    #[inline(never)]
    fn write_extras(&mut self, r: &mut Renderer, is_drawn: bool, out: &mut Vec<u8>) {
        if !is_drawn {
            // only handlers have changed: nothing is to be drawn, but the page must say which it showed
            wire::begin_patch(out, self.patch);
            out.push(b']');
        }
        let event = (self.event != self.acknowledged).then_some(self.event);
        self.acknowledged = self.event;
        wire::extras(out, event, &r.definitions, self.outbox.waiting());
        self.commands_are_carried();
        if !self.unseen.note(self.patch, &r.changed) {
            self.oldest = self.patch;
        }
        r.commit(&mut self.store);
        self.tell_faults(r);
    }

    #[cold]
    fn remount(&mut self, app: &A, r: &mut Renderer, id: &str, out: &mut Vec<u8>) {
        let mut values = Vec::new();
        self.render_in_full(app, r, Mode::Values, &mut values);
        self.patch += 1;
        self.oldest = self.patch;
        self.mounted = self.patch;
        self.seen = 0;
        self.unseen.clear();
        self.acknowledged = self.event;
        wire::mount(out, id, self.patch, self.event, &r.definitions, &values, self.outbox.waiting());
        self.commands_are_carried();
        r.definitions.clear();
    }

    fn commands_are_carried(&mut self) {
        if self.state & COMMANDS != 0 {
            self.outbox.carried(self.patch);
            self.state &= !COMMANDS;
        }
    }

    fn render_in_full(&mut self, app: &A, r: &mut Renderer, mode: Mode, out: &mut Vec<u8>) {
        fn assert_root<E, V: View<E>>(_: &V) {
            const { assert!(matches!(V::KIND, Kind::Template), "the page's view is what `html!` makes: wrap it in one") }
        }
        self.state |= RENDERING;
        let view = app.view(&self.model);
        assert_root(&view);
        r.full(&mut self.store, mode, out, |pass| view.render(Cx::new(pass), At::ROOT));
        drop(view);
        self.state &= !RENDERING;
        self.state &= !(MOUNT | CHANGED);
        self.tell_faults(r);
    }

    fn tell_faults(&mut self, r: &mut Renderer) {
        if cfg!(debug_assertions) {
            for fault in r.faults.drain(..) {
                self.reply(Reply::Fault(fault));
            }
        }
    }
}
