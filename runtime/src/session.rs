//! A session that runs: core's [`Session`] behind a lock, with its page, tasks, timers and topics.

mod hearing;
mod lifecycle;
mod outputs;
mod posted;
mod remounts;
mod resources;
mod saving;
mod work;

use std::future::{Future, ready};
use std::mem;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};

use tealight_core::session::{Input, Scratch, Session};
use tealight_core::{Command, LiveView, Messages, Needs};

use self::lifecycle::State;
use self::remounts::Remounts;
use self::resources::Resources;
use self::saving::{Held, Stage};
use crate::close::Close;
use crate::error::{Panicked, catch, discard, discard_all};
use crate::limits::{Allowance, Limit};
use crate::owners::Owned;
use crate::registry::{AnySession, Asked, Received, Ticket, WaitReason};
use crate::runtime::Application;
use crate::saving::Progress;
use crate::store::{OwnerKey, SavedSession};
use crate::sync::lock;
use crate::time::{Timed, Timer};
use crate::token::Token;
use crate::turn::{fresh_scratch, turn};
use crate::watch::{Function, watch};

/// One session of an application.
///
/// Its methods are turns: each locks the session, changes it, and runs its outputs. Work for other sessions waits
/// until the turn is over.
pub(crate) struct RunningSession<A: LiveView> {
    this: Weak<Self>,
    app: Arc<Application<A>>,
    id: Token,
    owner: Option<Box<OwnerKey>>,
    messages: Messages,
    /// The client that it was mounted for.
    client: Option<IpAddr>,
    inner: Mutex<Inner<A>>,
    /// A topic has found it busy, and must go on when it is not.
    was_busy: AtomicBool,
}

/// The reason why a session does not start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NotStarted {
    /// The application is shutting down, or has a session of this id.
    Refused,
    /// The owner's sessions were ended since the guard began.
    LoggedOut,
}

struct Inner<A: LiveView> {
    /// `None` when the session has ended.
    session: Option<Session<A>>,
    state: State,
    /// The number of times that a page has attached. It names the present attachment.
    attachments: u32,
    /// The page that has attached last had attached before, too.
    is_same_page: bool,
    /// The changes of the model since its page has left.
    changes: u8,
    resources: Resources<A::InternalEvent>,
    /// The number of the last piece of work or single timer.
    last_number: u32,
    /// The messages that its page may send.
    allowance: Allowance,
    /// How far the changes are saved.
    progress: Progress,
    /// The store has an earlier state.
    is_stored: bool,
    /// How often a process has claimed it in the store.
    revision: u32,
    /// Its page has not attached since it was restored.
    is_restored: bool,
    /// A message that the page gets when the session is saved.
    held: Option<Box<Held>>,
    /// The server shuts down, and the session is saved: nothing may change it any more.
    is_frozen: bool,
    /// The wish of the page, until its connection hears of it.
    asked: Option<Box<Asked>>,
    /// `None` until the page asks for a full render.
    remounts: Option<Box<Remounts>>,
}

impl<A: LiveView> RunningSession<A> {
    /// Starts a session. Attach a page to it, or let it [wait](Self::wait) for one.
    pub(crate) fn start(
        app: Arc<Application<A>>,
        model: A::Model,
        command: Command<A::InternalEvent>,
        messages: Messages,
        client: Option<IpAddr>,
        owner: Owned,
    ) -> Result<Arc<Self>, NotStarted> {
        Self::start_as(app, Token::random(), Session::new(model, command), messages, client, owner, None)
    }

    /// Starts a session with this id. The store has it if it has a revision.
    pub(crate) fn start_as(
        app: Arc<Application<A>>,
        id: Token,
        session: Session<A>,
        messages: Messages,
        client: Option<IpAddr>,
        (owner, since): Owned,
        revision: Option<u32>,
    ) -> Result<Arc<Self>, NotStarted> {
        let inner = Inner {
            session: Some(session),
            state: State::Painting(None),
            attachments: 0,
            is_same_page: false,
            changes: 0,
            resources: Resources::new(),
            last_number: 0,
            allowance: Allowance::new(app.runtime.config.limits.events_burst),
            progress: Progress::Saved,
            is_stored: revision.is_some(),
            revision: revision.unwrap_or_default(),
            is_restored: revision.is_some(),
            held: None,
            is_frozen: false,
            asked: None,
            remounts: None,
        };
        let inner = Mutex::new(inner);
        let boxed = owner.map(Box::new);
        let was_busy = AtomicBool::new(false);
        let session = Arc::new_cyclic(|this| {
            let this = Weak::clone(this);
            Self { this, app, id, owner: boxed, messages, client, inner, was_busy }
        });
        let any_session = Arc::clone(&session) as Arc<dyn AnySession>;
        let runtime = &session.app.runtime;
        if !runtime.registry.insert(any_session) {
            let refused = lock(&session.inner).session.take();
            refused.into_iter().for_each(discard_session);
            return Err(NotStarted::Refused);
        }
        if let Some(owner) = owner {
            // From now on the end of the owner's sessions finds this one. It may have come before.
            if !runtime.owners.join(owner, id, since) {
                session.end(Close::LoggedOut);
                return Err(NotStarted::LoggedOut);
            }
        }
        Ok(session)
    }

    /// Renders the root element and its data block, for a page whose address has this query. The page needs these parts of
    /// the script.
    pub(crate) fn first_paint(&self, query: &str) -> Result<(Vec<u8>, Needs), Panicked> {
        self.turn(|inner, scratch| {
            let mut html = Vec::with_capacity(1024);
            let session = inner.session.as_mut().ok_or(Panicked)?;
            let (app, id) = (&self.app.live_view, self.id.as_str());
            let painted =
                self.catch("view", Function::View, || session.first_paint_at(query, app, scratch, id, &mut html));
            if painted.is_err() {
                self.end_panicked(inner, scratch);
            }
            painted.map(|needs| (html, needs))
        })
    }

    /// The title that the application has set, for a page that has not attached yet.
    pub(crate) fn title(&self) -> Option<String> {
        self.turn(|inner, _| inner.session.as_ref()?.title().map(str::to_owned))
    }

    /// Takes the flash that the application has left for the next page, for an answer over HTTP.
    pub(crate) fn take_flash(&self) -> Option<String> {
        self.turn(|inner, _| inner.session.as_mut()?.take_flash())
    }

    fn turn<R>(&self, work: impl FnOnce(&mut Inner<A>, &mut Scratch) -> R) -> R {
        turn(|scratch| {
            let result = work(&mut lock(&self.inner), scratch);
            self.let_topics_go_on();
            result
        })
    }

    /// Hands an input that no page has sent to the session.
    fn input(&self, input: Input<'_, A::InternalEvent>) {
        self.turn(|inner, scratch| {
            // if the session ends here, its connection sees that at the next poll
            let _ = self.handle(inner, scratch, input);
        });
    }

    fn handle(
        &self,
        inner: &mut Inner<A>,
        scratch: &mut Scratch,
        input: Input<'_, A::InternalEvent>,
    ) -> Result<(), Close> {
        let is_from_page = matches!(input, Input::Attach { .. } | Input::Frame(_));
        let Some(session) = inner.session.as_mut().filter(|_| !inner.is_frozen) else {
            discard(input);
            return Ok(());
        };
        let (_, event) = session.numbers();
        let mut outputs = Vec::new();
        let handled = self
            .catch("update", Function::Update, || session.handle(&self.app.live_view, scratch, input, &mut outputs));
        let Ok(handled) = handled else {
            discard_all(outputs);
            self.end_panicked(inner, scratch);
            return Err(Close::Panicked);
        };
        if session.wants_flush()
            && let State::Attached(waker) = &mut inner.state
            && let Some(waker) = waker.take()
        {
            waker.wake();
        }
        // a ping and an acknowledgement change nothing that must be saved
        let is_change = !is_from_page || session.numbers().1 != event;
        self.run_outputs(inner, outputs);
        if is_change {
            self.note_change(inner);
            self.weigh_again(inner);
        }
        handled.map_err(Close::from)
    }

    /// Runs the application's code: catches its panics, and reports it if it takes long.
    fn catch<T>(&self, place: &'static str, function: Function, code: impl FnOnce() -> T) -> Result<T, Panicked> {
        watch(self.app.name, function, || catch(place, code))
    }

    fn end_panicked(&self, inner: &mut Inner<A>, scratch: &mut Scratch) {
        // it may hold an event that was found
        discard(mem::replace(scratch, fresh_scratch()));
        self.end_in(inner, Close::Panicked);
    }
}

/// Drops a session, whose parts may panic.
pub(crate) fn discard_session<A: LiveView>(session: Session<A>) {
    let (model, outputs) = session.into_parts();
    discard(model);
    discard_all(outputs);
}

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
            self.app.runtime.registry.count_attached();
            inner.resources.set_away(false, &self.app.runtime.presence);
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
            match &mut inner.state {
                State::Attached(waker) if attachment == inner.attachments => {
                    // nobody must be woken: the transport polls after it has handed in a message
                    *waker = None;
                    self.handle(inner, scratch, Input::Frame(message))?;
                    let wants_poll = inner.session.as_ref().is_some_and(Session::wants_flush_first);
                    Ok(Received { asked: inner.asked.take(), wants_poll, wait })
                }
                // the page sent it before its connection broke
                State::Waiting(_) if attachment == inner.attachments => {
                    self.handle(inner, scratch, Input::Frame(message))?;
                    Ok(Received { asked: inner.asked.take(), wants_poll: false, wait })
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
            let Inner { session: Some(session), state: State::Attached(waker), attachments, remounts, .. } = inner
            else {
                return Poll::Ready(Err(match inner.state {
                    State::Ended(close) => close,
                    _ => taken_over,
                }));
            };
            if attachment != *attachments {
                return Poll::Ready(Err(taken_over));
            }
            if must_wait || remounts.as_ref().is_some_and(|remounts| remounts.is_held) {
                *waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            if let Some(held) = inner.held.take() {
                out.extend_from_slice(&held.message);
                return Poll::Ready(Ok(()));
            }
            let before = out.len();
            let (patch, _) = session.numbers();
            let is_saved = inner.is_stored && inner.progress == Progress::Saved;
            let flushed = self
                .catch("view", Function::View, || session.flush(&self.app.live_view, scratch, self.id.as_str(), out));
            match flushed {
                Ok(true) if is_strict && !(is_saved && session.numbers().0 == patch) => {
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
            let rendered = self.catch("view", Function::View, || session.flush(app, scratch, id, out));
            if rendered.is_err() {
                self.end_panicked(inner, scratch);
            }
            rendered.ok()
        });
        self.wait();
        rendered == Some(true)
    }

    fn begin_save(&self) -> Option<SavedSession> {
        self.turn(|inner, _| self.begin_save_in(inner, false))
    }

    fn end_save(&self, is_saved: bool) {
        self.turn(|inner, _| self.end_save_in(inner, is_saved));
    }

    fn freeze(&self) -> Option<SavedSession> {
        self.turn(|inner, _| {
            inner.is_frozen = true;
            self.to_be_saved(inner, true)
        })
    }

    fn give_up(&self) -> Pin<Box<dyn Future<Output = bool> + Send>> {
        match self.this.upgrade() {
            Some(this) => Box::pin(this.try_to_give_up()),
            None => Box::pin(ready(false)),
        }
    }

    fn doubtful_revision(&self) -> Option<u32> {
        let may_move = self.app.codec.is_some() && !self.app.runtime.topics.is_local();
        self.turn(|inner, _| (may_move && inner.attachments > 0 && inner.session.is_some()).then_some(inner.revision))
    }

    fn raise(&self, revision: u32) {
        self.turn(|inner, _| inner.revision = inner.revision.max(revision));
    }

    fn end_moved(&self) {
        self.turn(|inner, _| self.end_moved_in(inner));
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

impl<A: LiveView> Timed for RunningSession<A> {
    fn fire(&self, timer: Timer) {
        match timer {
            Timer::Every(id) => self.input(Input::Timer(id)),
            Timer::After(number) => self.turn(|inner, scratch| {
                if let Some(event) = inner.resources.take_event(number) {
                    let _ = self.handle(inner, scratch, Input::Event(event));
                }
            }),
            Timer::Remount => self.turn(|inner, _| {
                if let Some(remounts) = &mut inner.remounts {
                    remounts.is_held = false;
                }
                inner.wake();
            }),
        }
    }
}
