//! A session that runs: core's [`Session`] behind a lock, with its page, tasks, timers and topics.

mod counters;
mod hearing;
mod lifecycle;
mod outputs;
mod posted;
mod remounts;
mod resources;
mod saving;
mod turns;
mod work;

use std::mem;
use std::net::IpAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, Weak};

use tealight_core::session::{Input, Scratch, Session};
use tealight_core::{Command, LiveView, Messages, Needs};

use self::counters::Counters;
use self::lifecycle::State;
use self::remounts::Remounts;
use self::resources::Resources;
use self::saving::Held;
use crate::close::Close;
use crate::error::{Panicked, catch, discard, discard_all};
use crate::limits::Allowance;
use crate::owners::Owned;
use crate::registry::{AnySession, Asked};
use crate::runtime::Application;
use crate::saving::Progress;
use crate::store::OwnerKey;
use crate::sync::lock;
use crate::telemetry::Kind;
use crate::telemetry::spans::Named;
use crate::time::{Timed, Timer};
use crate::token::Token;
use crate::turn::{fresh_scratch, turn};
use crate::watch::{Function, now, watch_timed};

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
    /// Its page has not attached since it was restored.
    is_restored: bool,
    /// A message that the page gets when the session is saved.
    held: Option<Box<Held>>,
    /// The server shuts down, and the session is saved: nothing may change it any more.
    is_frozen: bool,
    rare: Option<Box<Rare>>,
    /// The time of the first event whose patch the attached page has not got, or 0; see [`now`].
    waits_since: u64,
}

/// The state that most sessions never need.
#[derive(Default)]
struct Rare {
    /// The wish of the page, until its connection hears of it.
    asked: Option<Box<Asked>>,
    /// The full renders that the page has asked for.
    remounts: Remounts,
    /// How often a process has claimed the session in the store.
    revision: u32,
    /// For a status page.
    counters: Counters,
}

impl<A: LiveView> Inner<A> {
    fn revision(&self) -> u32 {
        self.rare.as_ref().map_or(0, |rare| rare.revision)
    }
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
        let rare = (revision.is_some() || app.runtime.meters.has_status()).then(|| {
            let (revision, counters) = (revision.unwrap_or_default(), Counters::new(&app.runtime.clock));
            Box::new(Rare { revision, counters, ..Rare::default() })
        });
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
            is_restored: revision.is_some(),
            held: None,
            is_frozen: false,
            rare,
            waits_since: 0,
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
            let _span = self.named().render().entered();
            let (painted, began) =
                self.catch_timed("view", Function::View, || session.first_paint_at(query, app, scratch, id, &mut html));
            self.count_render(began);
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
        let kind = Kind::of(&input);
        let is_attach = matches!(input, Input::Attach { .. });
        let span = if is_attach { self.named().attach() } else { self.named().event(kind) };
        let _span = span.entered();
        let Some(session) = inner.session.as_mut().filter(|_| !inner.is_frozen) else {
            discard(input);
            return Ok(());
        };
        let (_, event) = session.numbers();
        let mut outputs = Vec::new();
        let (handled, began) = self.catch_timed("update", Function::Update, || {
            session.handle(&self.app.live_view, scratch, input, &mut outputs)
        });
        let Ok(handled) = handled else {
            discard_all(outputs);
            self.end_panicked(inner, scratch);
            return Err(Close::Panicked);
        };
        // a ping and an acknowledgement change nothing that must be saved
        let events = if kind == Kind::Page { session.numbers().1.wrapping_sub(event) } else { 1 };
        let is_change = events > 0;
        let is_event = is_change && !is_attach;
        if is_event {
            self.count_update(inner.rare.as_deref_mut(), kind, events, began);
        }
        if session.wants_flush()
            && let State::Attached(waker) = &mut inner.state
        {
            if is_event && inner.waits_since == 0 {
                inner.waits_since = began;
            }
            if let Some(waker) = waker.take() {
                waker.wake();
            }
        }
        self.run_outputs(inner, outputs);
        if is_change {
            self.note_change(inner);
            self.weigh_again(inner);
        }
        handled.map_err(Close::from)
    }

    /// Runs the application's code: catches its panics, and reports it if it takes long.
    fn catch<T>(&self, place: &'static str, function: Function, code: impl FnOnce() -> T) -> Result<T, Panicked> {
        self.catch_timed(place, function, code).0
    }

    /// Does as [`catch`](Self::catch) does, and returns when the code began.
    fn catch_timed<T>(
        &self,
        place: &'static str,
        function: Function,
        code: impl FnOnce() -> T,
    ) -> (Result<T, Panicked>, u64) {
        watch_timed(self.app.name, function, || catch(place, code))
    }

    /// Its name in spans.
    fn named(&self) -> Named<'_> {
        Named { live_view: self.app.meter.live_view(), id: &self.id }
    }

    /// Counts a call of `view` that began at this time.
    fn count_render(&self, began: u64) {
        if let Some(cells) = self.app.meter.cells() {
            cells.count_render(now() - began);
        }
    }

    fn end_panicked(&self, inner: &mut Inner<A>, scratch: &mut Scratch) {
        // it may hold an event that was found
        discard(mem::replace(scratch, fresh_scratch()));
        self.end_in(inner, Close::Panicked);
    }
}

impl<A: LiveView> Inner<A> {
    fn take_asked(&mut self) -> Option<Box<Asked>> {
        self.rare.as_mut()?.asked.take()
    }
}

/// Drops a session, whose parts may panic.
pub(crate) fn discard_session<A: LiveView>(session: Session<A>) {
    let (model, outputs) = session.into_parts();
    discard(model);
    discard_all(outputs);
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
                if let Some(rare) = &mut inner.rare {
                    rare.remounts.is_held = false;
                }
                inner.wake();
            }),
        }
    }
}
