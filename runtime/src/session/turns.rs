//! The turns of a session, as the owners of all sessions and the connections of pages ask for them.

use std::future::{Future, ready};
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use tealight_core::LiveView;
use tealight_core::session::{Input, Session};

use super::lifecycle::State;
use super::saving::{Held, Stage};
use super::{Inner, RunningSession};
use crate::close::Close;
use crate::error::Panicked;
use crate::limits::Limit;
use crate::registry::{AnySession, GivenUp, Received, Ticket, WaitReason};
use crate::report::SessionReport;
use crate::saving::Progress;
use crate::store::{OwnerKey, SavedSession};
use crate::sync::try_lock;
use crate::token::Token;
use crate::watch::{Function, now};

impl<A: LiveView> AnySession for RunningSession<A> {
    fn id(&self) -> &Token {
        &self.id
    }

    fn owner(&self) -> Option<OwnerKey> {
        self.owner.as_deref().copied()
    }

    fn has_ended(&self) -> bool {
        self.turn(|inner, _| inner.session.is_none())
    }

    fn view(&self) -> u32 {
        self.app.place
    }

    fn is_attached(&self) -> bool {
        self.turn(|inner, _| matches!(inner.state, State::Attached(_)))
    }

    fn attach(&self, patch: Option<u32>, event: u32, page: u32) -> Option<u32> {
        self.turn(|inner, scratch| {
            inner.is_same_page = inner.session.as_mut()?.claim(page, event);
            inner.attachments += 1;
            self.change_state(inner, State::Attached(None));
            inner.held = None;
            inner.waits_since = 0;
            self.app.runtime.registry.count_attached();
            inner.resources.set_away(false, &self.app.runtime.presence);
            let kind = if inner.attachments > 1 || inner.is_restored { "again" } else { "first" };
            metrics::counter!("tealight_attaches_total", "kind" => kind).increment(1);
            let patch = patch.unwrap_or(Session::<A>::NOTHING);
            // if `update` panics here, the connection sees that at its next poll
            let _ = self.handle(inner, scratch, Input::Attach { patch, event });
            inner.is_restored = false;
            // The model wants these no more.
            inner.resources.leave_held(&self.app.runtime);
            Some(inner.attachments)
        })
    }

    fn receive(&self, attachment: u32, message: &[u8]) -> Result<Received, Close> {
        self.turn(|inner, scratch| {
            scratch.set_messages(self.messages);
            let (limits, clock) = (&self.app.runtime.config.limits, &self.app.runtime.clock);
            let wait = inner.allowance.take(limits.events_per_second, limits.events_burst, || clock.elapsed());
            if wait.is_some() {
                Limit::Events.count(self.client);
            }
            if let Some(rare) = &mut inner.rare {
                rare.counters.received += message.len() as u64;
            }
            match &mut inner.state {
                State::Attached(waker) if attachment == inner.attachments => {
                    // nobody must be woken: the transport polls after it has handed in a message
                    *waker = None;
                    self.handle(inner, scratch, Input::Frame(message))?;
                    let wants_poll = inner.session.as_ref().is_some_and(Session::wants_flush_first);
                    Ok(Received { asked: inner.take_asked(), wants_poll, wait })
                }
                // the page sent it before its connection broke
                State::Waiting(_) if attachment == inner.attachments => {
                    self.handle(inner, scratch, Input::Frame(message))?;
                    Ok(Received { asked: inner.take_asked(), wants_poll: false, wait })
                }
                // the connection sees at its next poll that another page has attached
                _ => Ok(Received::default()),
            }
        })
    }

    fn poll(&self, attachment: u32, cx: &Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        self.turn(|inner, scratch| {
            let is_strict = self.app.saver.as_ref().is_some_and(|saver| saver.is_strict());
            let must_wait = inner.is_frozen || inner.held.as_ref().is_some_and(|held| held.stage != Stage::Saved);
            // A slow server may read an attach when the page has given it up, and has attached over another line. The page then attaches
            // once more, and keeps its session.
            let taken_over = if inner.is_same_page { Close::Left } else { Close::TakenOver };
            let Inner { session: Some(session), state: State::Attached(waker), attachments, rare, waits_since, .. } =
                inner
            else {
                return Poll::Ready(Err(match inner.state {
                    State::Ended(close) => close,
                    _ => taken_over,
                }));
            };
            if attachment != *attachments {
                return Poll::Ready(Err(taken_over));
            }
            if must_wait || rare.as_ref().is_some_and(|rare| rare.remounts.is_held) {
                *waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            if let Some(held) = inner.held.take() {
                out.extend_from_slice(&held.message);
                let since = mem::take(waits_since);
                if since > 0
                    && let Some(cells) = self.app.meter.cells()
                {
                    cells.count_latency(now() - since);
                }
                return Poll::Ready(Ok(()));
            }
            let before = out.len();
            let (patch, _) = session.numbers();
            let is_saved = inner.is_stored && inner.progress == Progress::Saved;
            let _span = session.wants_flush().then(|| self.named().render().entered());
            let (flushed, began) = self.catch_timed("view", Function::View, || {
                session.flush(&self.app.live_view, scratch, self.id.as_str(), out)
            });
            if let Some(rare) = rare {
                rare.counters.sent += (out.len() - before) as u64;
            }
            let is_held = is_strict && flushed == Ok(true) && !(is_saved && session.numbers().0 == patch);
            let since = if is_held { 0 } else { mem::take(waits_since) };
            if flushed == Ok(true)
                && let Some(cells) = self.app.meter.cells()
            {
                let now = now();
                cells.count_render(now - began);
                cells.count_patch(out.len() - before);
                if since > 0 {
                    cells.count_latency(now - since);
                }
            }
            match flushed {
                Ok(true) if is_held => {
                    *waker = Some(cx.waker().clone());
                    inner.held = Some(Box::new(Held::new(out.split_off(before))));
                    self.note_change(inner);
                    Poll::Pending
                }
                Ok(true) => Poll::Ready(Ok(())),
                Ok(false) => {
                    if !waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                        *waker = Some(cx.waker().clone());
                    }
                    Poll::Pending
                }
                Err(Panicked) => {
                    out.truncate(before);
                    self.end_panicked(inner, scratch);
                    Poll::Ready(Err(Close::Panicked))
                }
            }
        })
    }

    fn detach(&self, attachment: u32) {
        self.wait_if(WaitReason::Detached, |inner| {
            attachment == inner.attachments && matches!(inner.state, State::Attached(_))
        });
    }

    fn is_idle(&self) -> bool {
        self.turn(|inner, _| {
            inner.held.is_none() && inner.session.as_ref().is_none_or(|session| !session.wants_flush())
        })
    }

    fn refuse_link(&self, attachment: u32, event: u32) {
        self.turn(|inner, _| {
            if attachment == inner.attachments
                && let Some(session) = &mut inner.session
            {
                session.refuse_link(event);
            }
        });
    }

    fn leave(&self, attachment: u32, event: u32) {
        self.turn(|inner, _| {
            if attachment == inner.attachments
                && let Some(session) = &mut inner.session
            {
                session.leave(event);
            }
        });
        self.detach(attachment);
    }

    fn name(&self, title: &str) {
        self.turn(|inner, _| {
            if let Some(session) = &mut inner.session {
                session.name(title);
            }
        });
    }

    fn end_flash(&self) {
        self.turn(|inner, _| {
            if let Some(session) = &mut inner.session {
                session.end_flash();
            }
        });
    }

    fn render_ahead(&self, out: &mut Vec<u8>) -> bool {
        let rendered = self.turn(|inner, scratch| {
            let session = inner.session.as_mut()?;
            let (app, id) = (&self.app.live_view, self.id.as_str());
            let _span = self.named().render().entered();
            let (rendered, began) = self.catch_timed("view", Function::View, || session.flush(app, scratch, id, out));
            self.count_render(began);
            if rendered.is_err() {
                self.end_panicked(inner, scratch);
            }
            rendered.ok()
        });
        self.wait();
        rendered == Some(true)
    }

    fn begin_save(&self) -> Option<SavedSession> {
        self.turn(|inner, _| self.begin_save_in(inner))
    }

    fn end_save(&self, is_saved: bool) {
        self.turn(|inner, _| self.end_save_in(inner, is_saved));
    }

    fn freeze(&self) -> Option<SavedSession> {
        self.turn(|inner, _| {
            inner.is_frozen = true;
            self.to_be_saved(inner)
        })
    }

    fn give_up(&self, if_free: bool) -> Pin<Box<dyn Future<Output = GivenUp> + Send>> {
        match self.this.upgrade() {
            Some(this) => Box::pin(this.try_to_give_up(if_free)),
            None => Box::pin(ready(GivenUp::Yes)),
        }
    }

    fn doubtful_revision(&self) -> Option<u32> {
        let may_move = self.app.codec.is_some() && !self.app.runtime.topics.is_local();
        self.turn(|inner, _| {
            (may_move && (inner.attachments > 0 || inner.is_stored) && inner.session.is_some())
                .then_some(inner.revision())
        })
    }

    fn raise(&self, revision: u32) {
        self.turn(|inner, _| {
            let rare = inner.rare.get_or_insert_default();
            rare.revision = rare.revision.max(revision);
        });
    }

    fn end_moved(&self) {
        self.turn(|inner, _| self.end_moved_in(inner));
    }

    fn report(&self) -> Option<SessionReport> {
        let inner = try_lock(&self.inner)?;
        let report = self.report_of(&inner);
        drop(inner);
        // A topic may have found the session busy.
        self.let_topics_go_on();
        report
    }

    fn evict(&self, ticket: Ticket) {
        self.turn(|inner, _| {
            if matches!(inner.state, State::Waiting(present) if present == ticket) {
                self.end_in(inner, Close::TakenOver);
            }
        });
    }

    fn end(&self, close: Close) {
        self.turn(|inner, _| self.end_in(inner, close));
    }
}
