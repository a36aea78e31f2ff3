//! A session that runs: core's [`Session`] behind a lock, with its page, tasks, timers and topics.

mod lifecycle;
mod outputs;
mod posted;
mod remounts;
mod resources;
mod saving;

use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll};

use tealight_core::session::{Input, Scratch, Session, SubscriptionId};
use tealight_core::{Command, LiveView, Messages, Needs};

use self::lifecycle::State;
use self::remounts::Remounts;
use self::resources::Resources;
use self::saving::{Held, Stage};
use crate::close::Close;
use crate::error::{Panicked, catch};
use crate::registry::{AnySession, WaitReason};
use crate::runtime::Application;
use crate::saving::Progress;
use crate::store::SavedSession;
use crate::sync::lock;
use crate::time::{Timed, Timer};
use crate::token::Token;
use crate::topics::Listener;
use crate::turn::{fresh_scratch, turn};

/// One session of an application.
///
/// Its methods are turns: each locks the session, changes it, and runs its outputs. Work for other sessions waits
/// until the turn is over.
pub(crate) struct RunningSession<A: LiveView> {
    this: Weak<Self>,
    app: Arc<Application<A>>,
    id: Token,
    messages: Messages,
    inner: Mutex<Inner<A>>,
}

struct Inner<A: LiveView> {
    /// `None` when the session has ended.
    session: Option<Session<A>>,
    state: State,
    /// The number of times that a page has attached. It names the present attachment.
    attachments: u32,
    resources: Resources<A::InternalEvent>,
    /// How far the changes are saved.
    progress: Progress,
    /// The store has an earlier state.
    is_stored: bool,
    /// A message that the page gets when the session is saved.
    held: Option<Box<Held>>,
    /// The server shuts down, and the session is saved: nothing may change it any more.
    is_frozen: bool,
    /// `None` until the page asks for a full render.
    remounts: Option<Box<Remounts>>,
}

impl<A: LiveView> RunningSession<A> {
    /// Starts a session. Attach a page to it, or let it [wait](Self::wait) for one. Returns `None` if the application
    /// is shutting down.
    pub(crate) fn start(
        app: Arc<Application<A>>,
        model: A::Model,
        command: Command<A::InternalEvent>,
        messages: Messages,
    ) -> Option<Arc<Self>> {
        Self::start_as(app, Token::random(), Session::new(model, command), messages, false)
    }

    /// Starts a session with this id. `is_stored`: the store has it. Returns `None` if the application is shutting down, or
    /// has a session of this id.
    pub(crate) fn start_as(
        app: Arc<Application<A>>,
        id: Token,
        session: Session<A>,
        messages: Messages,
        is_stored: bool,
    ) -> Option<Arc<Self>> {
        let inner = Inner {
            session: Some(session),
            state: State::Painting(None),
            attachments: 0,
            resources: Resources::new(),
            progress: Progress::Saved,
            is_stored,
            held: None,
            is_frozen: false,
            remounts: None,
        };
        let inner = Mutex::new(inner);
        let session = Arc::new_cyclic(|this| Self { this: Weak::clone(this), app, id, messages, inner });
        let any_session = Arc::clone(&session) as Arc<dyn AnySession>;
        session.app.runtime.registry.insert(id, any_session).then_some(session)
    }

    /// Renders the root element and its data block, for a page whose address has this query. The page needs these parts of
    /// the script.
    pub(crate) fn first_paint(&self, query: &str) -> Result<(Vec<u8>, Needs), Panicked> {
        self.turn(|inner, scratch| {
            let mut html = Vec::with_capacity(1024);
            let session = inner.session.as_mut().ok_or(Panicked)?;
            let (app, id) = (&self.app.live_view, self.id.as_str());
            let painted = catch("view", || session.first_paint_at(query, app, scratch, id, &mut html));
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

    fn turn<R>(&self, work: impl FnOnce(&mut Inner<A>, &mut Scratch) -> R) -> R {
        turn(|scratch| work(&mut lock(&self.inner), scratch))
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
        let is_change = !matches!(input, Input::Attach { .. });
        let Some(session) = inner.session.as_mut().filter(|_| !inner.is_frozen) else {
            let _ = catch("drop", || drop(input));
            return Ok(());
        };
        let mut outputs = Vec::new();
        let handled = catch("update", || session.handle(&self.app.live_view, scratch, input, &mut outputs));
        let Ok(handled) = handled else {
            self.end_panicked(inner, scratch);
            return Err(Close::Panicked);
        };
        if session.wants_flush()
            && let State::Attached(waker) = &mut inner.state
            && let Some(waker) = waker.take()
        {
            waker.wake();
        }
        self.run_outputs(inner, outputs);
        if is_change {
            self.note_change(inner);
        }
        handled.map_err(Close::from)
    }

    fn end_panicked(&self, inner: &mut Inner<A>, scratch: &mut Scratch) {
        *scratch = fresh_scratch();
        self.end_in(inner, Close::Panicked);
    }
}

impl<A: LiveView> AnySession for RunningSession<A> {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn attach(&self, patch: Option<u32>, event: u32) -> Option<u32> {
        self.turn(|inner, scratch| {
            inner.session.as_ref()?;
            inner.attachments += 1;
            self.change_state(inner, State::Attached(None));
            inner.held = None;
            self.app.runtime.registry.count_attached();
            let patch = patch.unwrap_or(Session::<A>::NOTHING);
            // if `update` panics here, the connection sees that at its next poll
            let _ = self.handle(inner, scratch, Input::Attach { patch, event });
            Some(inner.attachments)
        })
    }

    fn receive(&self, attachment: u32, message: &[u8]) -> Result<bool, Close> {
        self.turn(|inner, scratch| {
            scratch.set_messages(self.messages);
            match &mut inner.state {
                State::Attached(waker) if attachment == inner.attachments => {
                    // nobody must be woken: the transport polls after it has handed in a message
                    *waker = None;
                    self.handle(inner, scratch, Input::Frame(message))?;
                    Ok(inner.session.as_ref().is_some_and(Session::wants_flush_first))
                }
                // the page sent it before its connection broke
                State::Waiting(_) if attachment == inner.attachments => {
                    self.handle(inner, scratch, Input::Frame(message)).map(|()| false)
                }
                // the connection sees at its next poll that another page has attached
                _ => Ok(false),
            }
        })
    }

    fn poll(&self, attachment: u32, cx: &Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        self.turn(|inner, scratch| {
            let is_strict = self.app.saver.as_ref().is_some_and(|saver| saver.is_strict());
            let must_wait = inner.is_frozen || inner.held.as_ref().is_some_and(|held| held.stage != Stage::Saved);
            let Inner { session: Some(session), state: State::Attached(waker), attachments, remounts, .. } = inner
            else {
                return Poll::Ready(Err(match inner.state {
                    State::Ended(close) => close,
                    _ => Close::TakenOver,
                }));
            };
            if attachment != *attachments {
                return Poll::Ready(Err(Close::TakenOver));
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
            match catch("view", || session.flush(&self.app.live_view, scratch, self.id.as_str(), out)) {
                Ok(true) if is_strict => {
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

    fn evict(&self) {
        self.turn(|inner, _| {
            if matches!(inner.state, State::Waiting(_)) {
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
            Timer::Expiry(attachments) => self.turn(|inner, _| {
                if matches!(inner.state, State::Waiting(_)) && attachments == inner.attachments {
                    self.end_in(inner, Close::TakenOver);
                }
            }),
        }
    }
}

impl<A: LiveView> Listener for RunningSession<A> {
    fn hear(&self, id: SubscriptionId, payload: &[u8]) {
        self.input(Input::Message(id, payload));
    }
}
