use std::collections::VecDeque;
use std::mem;
use std::sync::Arc;

use super::delivered::Delivered;
use super::links::Wish;
use super::refused::RefusedEvents;
use super::reply::Reply;
use super::{Audience, Output, PageNeeds, Session};
use crate::command::{Action, PageCommand};
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
    /// A future of [`Output::Perform`] has panicked, and has no event for that.
    Failed,
    /// A timer has ticked.
    Timer(SubscriptionId),
    /// A message of a topic.
    Message {
        /// The subscription.
        id: SubscriptionId,
        /// The topic's name.
        topic: &'a str,
        /// The message as JSON.
        payload: &'a [u8],
    },
    /// Messages of a subscription's topic are lost, or may be.
    Lagged(SubscriptionId),
}

/// The highest number of a patch or an event that a session takes over from its page.
const MAX_CLAIMED: u32 = 1 << 30;
/// More events than a page lets wait for the server.
const FURTHER: u32 = 10_000;

/// The most routes of `Command::go` that follow from one event. A program that goes in circles must not hold its thread.
const MOST_ROUTES: u32 = 8;

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
        topic: &str,
        payload: &[u8],
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        let Some(Source::Topic(source)) = app.subscriptions(&self.model).take(id) else { return };
        match (source.decode)(topic, payload) {
            Some(Ok(event)) => self.update(app, Event::Internal(event), outputs),
            Some(Err(error)) => {
                tracing::warn!(?topic, %error, "a topic's message was ignored: it does not decode to the subscription's type")
            }
            None => tracing::warn!(
                ?topic,
                "a message was ignored: its topic's name has no parameters of the subscription's types"
            ),
        }
    }

    #[cold]
    pub(super) fn take_lagged(&mut self, app: &A, id: SubscriptionId, outputs: &mut Vec<Output<A::InternalEvent>>) {
        let Some(Source::Topic(source)) = app.subscriptions(&self.model).take(id) else { return };
        if source.is_place {
            // It begins again, with all who are there.
            outputs.push(Output::Stop(id));
            return outputs.push(Output::Place { id, place: Arc::from(&*source.name) });
        }
        match source.lagged {
            Some(event) => self.update(app, Event::Internal(event), outputs),
            None => {
                tracing::debug!(topic = ?source.name, "a session may have missed messages, and has no event for it")
            }
        }
    }

    /// Names the page that attaches next: `page` is a number that it has chosen, or 0, and `event` is that of its attach. Call it
    /// before [`Input::Attach`].
    ///
    /// Two pages that claim one session count their events on their own. If another page has attached before, no event of
    /// this one is taken for one of that. This page hears that its events were not applied.
    ///
    /// Returns true if the page before was this one. A page that has no number is never the same.
    pub fn claim(&mut self, page: u32, event: u32) -> bool {
        let before = mem::replace(&mut self.page, page);
        if before != page && before != 0 && page != 0 {
            // A number that this page will not have made when it hears of it: it gives up its events, and counts on from there.
            self.event = self.event.max(event.min(MAX_CLAIMED)).saturating_add(FURTHER);
            self.pending.remove(|kept| {
                kept.refused = RefusedEvents::default();
                // The other page has carried them out, as far as anybody can know.
                kept.outbox.forget_carried();
            });
        }
        before == page && page != 0
    }

    #[inline(never)]
    pub(super) fn attach(&mut self, app: &A, patch: u32, event: u32, outputs: &mut Vec<Output<A::InternalEvent>>) {
        let has_later = patch > self.patch;
        let earlier = self.pending.remove(|kept| {
            if !has_later {
                kept.refused.forget_before(patch);
            } else if patch == Self::NOTHING {
                // No event of this page was refused.
                kept.refused = RefusedEvents::default();
            }
            kept.replies.start_again(kept.refused.replies());
            kept.past.go_back_to(if has_later { 0 } else { patch })
        });
        if has_later {
            // The page has nothing of this session; or the server was killed, and has an older state of it.
            self.page_needs = PageNeeds::Everything;
            if patch <= MAX_CLAIMED {
                // No number may mean two patches.
                self.patch = patch;
            }
        } else if let Some(delivered) = earlier {
            self.page_needs.at_least(if delivered.knows(patch) {
                PageNeeds::FullRender
            } else {
                PageNeeds::Everything
            });
            self.delivered = delivered;
        } else if patch != self.patch || event < self.event {
            self.page_needs.at_least(PageNeeds::FullRender);
        }
        let is_behind = self.page_needs >= PageNeeds::FullRender;
        self.expected = if self.page_needs == PageNeeds::FullRender { event } else { 0 };
        if !is_behind || self.event < self.expected {
            self.acknowledged = self.event;
            self.pending.reply(Reply::Resume);
        }
        self.resend_commands_after(if patch > self.patch { 0 } else { patch });
        if self.audience != Audience::Page {
            self.audience = Audience::Page;
            // Subscribe before the command reads anything, so that no change in between is missed.
            self.follow_subscriptions(app, outputs);
            if let Some(command) = self.command.take() {
                self.carry_out(app, *command, outputs);
                // `Command::go` has changed the model.
                self.follow_subscriptions(app, outputs);
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
            self.pending.reply(Reply::Fatal(refusal));
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
            Up::Ping(n) => self.pending.reply(Reply::Pong(n)),
            Up::Seen(patch) if patch > self.patch => return Err(Refusal::Malformed),
            Up::Seen(patch) => self.pending.confirm(patch),
            Up::Remount(patch) => {
                outputs.push(Output::Remount);
                self.expected = 0;
                // Otherwise the last full render answers it, and is still on its way to the page. After another one, nobody could
                // tell whether the page has carried out the commands of the patches in between.
                if patch >= self.last_full_render {
                    self.page_needs.at_least(PageNeeds::FullRender);
                    self.resend_commands_after(patch);
                }
            }
            Up::Event { event, patch, .. } if patch > self.patch || event == 0 => return Err(Refusal::Malformed),
            Up::Event { event, .. } if event <= self.event => self.acknowledged = self.acknowledged.min(event - 1),
            Up::Event { event, .. } if event - 1 != self.event => return Err(Refusal::Order),
            Up::Event { event, patch, address, payload } => {
                self.event = event;
                self.has_typed = payload.starts_with(['"', '[']);
                self.pending.confirm(patch);
                if let Some(length) = length_of_unsent(&address, payload) {
                    self.miss(app, r, event, length, outputs);
                    return Ok(());
                }
                if let Some(wish) = Wish::of(&address) {
                    self.take_wish(app, wish, event, payload, outputs);
                    return Ok(());
                }
                let search = Search { address: &address, event, payload, mark: None };
                match self.find_handler(app, r, &search, patch) {
                    Ok(found) => self.update(app, Event::External(found), outputs),
                    Err(refusal) => {
                        tracing::debug!(reason = refusal.reason(), "event refused");
                        outputs.push(Output::Refused(refusal));
                        let mut errors = r.take_field_errors();
                        if refusal != Refusal::Payload {
                            errors = FieldErrors::default();
                        }
                        self.refuse(refusal, event, errors);
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
        self.refuse(Refusal::TooLong, event, errors);
        if let Some(event) = app.too_long(length) {
            self.update(app, Event::Internal(event), outputs);
        }
    }

    /// Tells the page that an event was not applied.
    pub(super) fn refuse(&mut self, refusal: Refusal, event: u32, errors: FieldErrors) {
        let kept = self.pending.add();
        kept.refused.add(self.patch, refusal, event, &errors);
        kept.replies.push(if errors.is_empty() {
            Reply::Refused { refusal, first: event, last: event }
        } else {
            Reply::RefusedInput(refusal, errors, event)
        });
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
        let delivered = self.pending.get_mut().and_then(|kept| kept.past.find(patch)).unwrap_or(&mut self.delivered);
        if !delivered.knows(patch) {
            return Err(Refusal::Stale);
        }
        let Delivered { store, changed_handlers, oldest_valid_patch, .. } = delivered;
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
            self.carry_out(app, command, outputs);
        }
        self.follow_subscriptions(app, outputs);
    }

    #[inline(never)]
    pub(super) fn carry_out(
        &mut self,
        app: &A,
        command: Command<A::InternalEvent>,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) {
        let (mut gone, mut is_there, mut later) = (0, false, VecDeque::new());
        let mut next = Some(command);
        while let Some(command) = next {
            for action in command.into_actions() {
                match action {
                    Action::Page(PageCommand::Go { .. }) if gone == MOST_ROUTES => {
                        tracing::error!("`Command::go` leads to itself: its event returns it again and again");
                    }
                    Action::Page(PageCommand::Go { address, replaces }) => {
                        gone += 1;
                        let next = self.go(app, address, replaces, outputs);
                        is_there = next.is_some();
                        later.extend(next);
                    }
                    Action::Page(command) => self.tell(command, outputs),
                    Action::Perform(task) => outputs.push(Output::Perform(task)),
                    Action::Cancel(key) => outputs.push(Output::Cancel(key)),
                    Action::After(delay, event) => outputs.push(Output::After(delay, event)),
                    Action::Publish(message) => outputs.push(Output::Publish(message)),
                }
            }
            next = later.pop_front();
        }
        // Without JavaScript, a flash goes with the redirect. With it, the page is there, and another one must not show it.
        if is_there && self.audience == Audience::Page {
            self.pending.remove(|kept| kept.outbox.forget_flash());
        }
    }

    /// Goes to an address, and returns what `update` wants then. A page whose model does not hear the route loads it.
    fn go(
        &mut self,
        app: &A,
        address: String,
        replaces: bool,
        outputs: &mut Vec<Output<A::InternalEvent>>,
    ) -> Option<Command<A::InternalEvent>> {
        let Some(went) = self.hear(app, &address) else {
            self.tell(PageCommand::Follow(address), outputs);
            return None;
        };
        self.tell(PageCommand::Go { address, replaces }, outputs);
        Some(app.update(&mut self.model, Event::Internal(went)))
    }

    fn tell(&mut self, command: PageCommand, outputs: &mut Vec<Output<A::InternalEvent>>) {
        self.page_needs.at_least(PageNeeds::PatchWithCommands);
        if !self.pending.add().outbox.push(command) {
            tracing::warn!("too many commands wait for the page: the oldest was dropped");
            outputs.push(Output::Dropped);
        }
    }

    /// Makes the commands of all later patches wait again, because the page never got them.
    fn resend_commands_after(&mut self, patch: u32) {
        let must_resend = self.pending.remove(|kept| {
            kept.outbox.forget_until(patch);
            kept.outbox.retry_after(patch)
        });
        if must_resend {
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
            Audience::PostedForm => return self.change_subscriptions(&wanted.only_topics(), outputs),
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
        let mut topics = Vec::new();
        for (id, source) in wanted.sources().filter(|(id, _)| !self.active.contains(id)) {
            match source {
                Source::Every { period, .. } => outputs.push(Output::Every { id, period: *period }),
                Source::Topic(source) if source.is_place => {
                    outputs.push(Output::Place { id, place: Arc::from(&*source.name) });
                }
                Source::Device { place, person, about, .. } => outputs.push(Output::Device {
                    id,
                    place: Arc::from(&**place),
                    person: Arc::from(&**person),
                    about: Arc::from(&**about),
                }),
                Source::Topic(source) => {
                    topics.push(Output::Subscribe { id, topic: source.filter(), keep: source.keep });
                }
                Source::Route { .. } => {}
            }
        }
        // Before the command that reads what the topic is about, so that no change in between is missed.
        let at = outputs.iter().take_while(|output| matches!(output, Output::Subscribe { .. })).count();
        outputs.splice(at..at, topics);
        self.active = wanted.sources().map(|(id, _)| id).collect();
    }
}
