use std::future::poll_fn;
use std::mem;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Poll, Waker};

use tealight_core::session::{Input, Output, PostError, Scratch, Session, SubscriptionId};
use tealight_core::timer::TimerKey;
use tealight_core::wire::FormAddress;
use tealight_core::{Command, FormData, LiveView};

use crate::clock::Due;
use crate::connection::Close;
use crate::error::{Panicked, catch, catch_async};
use crate::lock;
use crate::mounting::App;
use crate::sessions::{Absence, SessionId};
use crate::turn::{fresh_scratch, turn};
use crate::work::Work;

/// A session in its runtime, whatever its application.
///
/// Every method is one turn: it locks the session, and what would touch other sessions happens
/// when it is over.
pub(crate) trait Resident: Send + Sync {
    fn id(&self) -> &str;

    /// A page attaches, in place of any other. The number of its attachment; `None` if the session
    /// has ended.
    fn attach(&self, patch: u32, event: u32) -> Option<u32>;
    /// Whether the page is to be told what came of it before it is followed by another.
    fn receive(&self, attachment: u32, message: &[u8]) -> Result<bool, Close>;
    fn poll(&self, attachment: u32, cx: &Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>>;
    fn detach(&self, attachment: u32);

    fn every(&self, id: SubscriptionId);
    fn after(&self, number: u32);
    fn message(&self, id: SubscriptionId, payload: &[u8]);

    /// Ends the session if no page has attached since there were so many attachments.
    fn expire(&self, attachments: u32);
    /// Ends the session if it waits for a page.
    fn evict(&self);
    fn end(&self, close: Close);
}

pub(crate) struct Cell<A: LiveView> {
    this: Weak<Self>,
    app: Arc<App<A>>,
    id: SessionId,
    state: Mutex<State<A>>,
}

struct State<A: LiveView> {
    /// `None` when it has ended.
    session: Option<Session<A>>,
    phase: Phase,
    attachments: u32,
    work: Work<A::InternalEvent>,
}

enum Phase {
    /// A page is being made, and somebody may wait for what a form's commands bring.
    New(Option<Waker>),
    Waiting(Wait),
    Attached(Option<Waker>),
    Ended(Close),
}

/// A session waits for a page to attach, in a queue and up to a deadline.
struct Wait {
    absence: Absence,
    expiry: TimerKey,
    place: u64,
}

impl<A: LiveView> Cell<A> {
    /// A session that a page attaches to at once, or that [waits](Self::wait) for one. `None` when the
    /// runtime takes no more.
    pub(crate) fn create(app: Arc<App<A>>, model: A::Model, command: Command<A::InternalEvent>) -> Option<Arc<Self>> {
        let id = SessionId::random();
        let state = State {
            session: Some(Session::new(model, command)),
            phase: Phase::New(None),
            attachments: 0,
            work: Work::new(),
        };
        let cell = Arc::new_cyclic(|this| Self { this: Weak::clone(this), app, id, state: Mutex::new(state) });
        let resident = Arc::clone(&cell) as Arc<dyn Resident>;
        cell.app.runtime.sessions.insert(id, resident).then_some(cell)
    }

    /// Waits for the page that the session was made for.
    pub(crate) fn wait(&self) {
        let oldest = self.turn(|state, _| self.wait_in(state, Absence::Unattached));
        evict(oldest);
    }

    #[must_use = "who is past the bound is to be evicted"]
    fn wait_in(&self, state: &mut State<A>, absence: Absence) -> Option<Weak<dyn Resident>> {
        let runtime = &self.app.runtime;
        let (queue, lifetime) = runtime.waiting(absence);
        let (place, oldest) = queue.enter(self.resident());
        let expiry = runtime.clock.after(lifetime, Due::Expiry(self.resident(), state.attachments));
        self.leave(mem::replace(&mut state.phase, Phase::Waiting(Wait { absence, expiry, place })));
        oldest
    }

    /// The root element and its data block, for a page whose address has this query.
    pub(crate) fn first_paint(&self, query: &str) -> Result<Vec<u8>, Panicked> {
        self.turn(|state, scratch| {
            let mut html = Vec::with_capacity(1024);
            let session = state.session.as_mut().ok_or(Panicked)?;
            let id = self.id.as_str();
            let painted = catch("view", || session.first_paint_at(query, &self.app.app, scratch, id, &mut html));
            if painted.is_err() {
                *scratch = fresh_scratch();
                self.end_in(state, Close::Panicked);
            }
            painted.map(|()| html)
        })
    }

    /// Takes a form that a browser without scripts has posted, for a page that has just been painted.
    pub(crate) fn post(&self, address: &FormAddress, data: &FormData) -> Result<Result<(), PostError>, Panicked> {
        self.turn(|state, scratch| {
            let session = state.session.as_mut().ok_or(Panicked)?;
            let mut outputs = Vec::new();
            let posted = catch("update", || session.post(&self.app.app, scratch, address, data, &mut outputs));
            if posted.is_err() {
                *scratch = fresh_scratch();
                self.end_in(state, Close::Panicked);
            }
            for output in outputs {
                self.carry_out(state, output);
            }
            posted
        })
    }

    /// Waits until no future of a command runs, and what was published has come to those who hear it in this
    /// process; for a session that no page knows yet.
    pub(crate) async fn settled(&self) {
        let settled = |cx: &mut Context<'_>| {
            self.turn(|state, _| match &mut state.phase {
                Phase::New(waker) if state.work.has_tasks() => {
                    *waker = Some(cx.waker().clone());
                    Poll::Pending
                }
                // a task that lets others have their turn delivers it
                Phase::New(_) if state.work.is_delivered(&self.app.runtime) => Poll::Ready(()),
                Phase::New(_) => {
                    cx.waker().wake_by_ref();
                    Poll::Pending
                }
                _ => Poll::Ready(()),
            })
        };
        poll_fn(settled).await;
    }

    /// What a posted form has led to is done.
    pub(crate) fn end_post(&self) {
        self.turn(|state, _| {
            let Some(session) = &mut state.session else { return };
            let mut outputs = Vec::new();
            session.end_post(&mut outputs);
            for output in outputs {
                self.carry_out(state, output);
            }
        });
    }

    /// Where `update` has sent the page, if it has.
    pub(crate) fn navigation(&self) -> Option<String> {
        self.turn(|state, _| state.session.as_ref()?.navigation().map(str::to_owned))
    }

    /// The title that was said of it last, for a session that no page knows yet.
    pub(crate) fn title(&self) -> Option<String> {
        self.turn(|state, _| state.session.as_ref()?.title().map(str::to_owned))
    }

    /// Ends it, unless a page has been made for it.
    pub(crate) fn give_up(&self) {
        self.turn(|state, _| {
            if matches!(state.phase, Phase::New(_)) {
                self.end_in(state, Close::GoingDown);
            }
        });
    }

    fn turn<R>(&self, work: impl FnOnce(&mut State<A>, &mut Scratch) -> R) -> R {
        turn(|scratch| work(&mut lock(&self.state), scratch))
    }

    fn resident(&self) -> Weak<dyn Resident> {
        Weak::clone(&self.this) as Weak<dyn Resident>
    }

    fn input(&self, input: Input<'_, A::InternalEvent>) {
        self.turn(|state, scratch| {
            // what ends the connection is told to the connection that asks
            let _ = self.handle(state, scratch, input);
        });
    }

    fn handle(
        &self,
        state: &mut State<A>,
        scratch: &mut Scratch,
        input: Input<'_, A::InternalEvent>,
    ) -> Result<(), Close> {
        let Some(session) = &mut state.session else { return Ok(()) };
        let mut outputs = Vec::new();
        let handled = catch("update", || session.handle(&self.app.app, scratch, input, &mut outputs));
        let Ok(taken) = handled else {
            *scratch = fresh_scratch();
            self.end_in(state, Close::Panicked);
            return Err(Close::Panicked);
        };
        if session.wants_flush()
            && let Phase::Attached(waker) = &mut state.phase
            && let Some(waker) = waker.take()
        {
            waker.wake();
        }
        for output in outputs {
            self.carry_out(state, output);
        }
        taken.map_err(Close::from)
    }

    fn carry_out(&self, state: &mut State<A>, output: Output<A::InternalEvent>) {
        let runtime = &self.app.runtime;
        let State { work, phase, .. } = state;
        match output {
            Output::Perform(future) => {
                let number = work.number();
                let (this, running) = (Weak::clone(&self.this), runtime.running_task());
                let task = runtime.handle.spawn(async move {
                    let _running = running;
                    let finished = catch_async("command", future).await;
                    if let Some(this) = this.upgrade() {
                        this.finish(number, finished.ok());
                    }
                });
                work.task(number, task.abort_handle());
            }
            Output::After(delay, event) => {
                let number = work.number();
                let timer = runtime.clock.after(delay, Due::After(self.resident(), number));
                work.after(number, timer, event);
            }
            Output::Publish(message) => {
                let awaited = matches!(phase, Phase::New(_)).then(|| Arc::clone(&message.topic));
                runtime.publisher.send(message);
                if let Some(topic) = awaited {
                    work.published(topic, runtime);
                }
            }
            Output::Dropped => metrics::counter!("tealight_page_commands_dropped_total").increment(1),
            Output::Every { id, period } => {
                work.every(id, runtime.clock.every(period, Due::Every(self.resident(), id)));
            }
            Output::Subscribe { id, name } => {
                let key = runtime.topics.subscribe(&name, self.resident(), id);
                work.topic(id, name, key);
            }
            Output::Stop(id) => work.stop(id, runtime),
            Output::Refused(refusal) => count_refused(refusal.reason()),
        }
    }

    fn finish(&self, number: u32, event: Option<A::InternalEvent>) {
        self.turn(|state, scratch| {
            state.work.finish(number);
            if let Some(event) = event {
                let _ = self.handle(state, scratch, Input::Event(event));
            }
            if let Phase::New(waker) = &mut state.phase
                && !state.work.has_tasks()
                && let Some(waker) = waker.take()
            {
                waker.wake();
            }
        });
    }

    fn end_in(&self, state: &mut State<A>, close: Close) {
        let Some(session) = state.session.take() else { return };
        let runtime = &self.app.runtime;
        self.leave(mem::replace(&mut state.phase, Phase::Ended(close)));
        state.work.end(runtime);
        runtime.sessions.remove(&self.id);
        // a model's own `Drop` may panic too
        let _ = catch("drop", || drop(session));
    }

    /// Ends a phase: its count, its deadline, its page.
    fn leave(&self, phase: Phase) {
        let runtime = &self.app.runtime;
        match phase {
            Phase::Waiting(wait) => {
                runtime.clock.cancel(wait.expiry);
                runtime.waiting(wait.absence).0.leave(wait.place);
            }
            Phase::Attached(waker) => {
                runtime.sessions.attached.fetch_sub(1, Relaxed);
                metrics::gauge!("tealight_sessions", "state" => "attached").decrement(1.0);
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
            Phase::New(Some(waker)) => waker.wake(),
            Phase::New(None) | Phase::Ended(_) => {}
        }
    }
}

/// Ends the session that had to go for another.
fn evict(oldest: Option<Weak<dyn Resident>>) {
    if let Some(oldest) = oldest.and_then(|oldest| oldest.upgrade()) {
        oldest.evict();
    }
}

pub(crate) fn count_refused(reason: &'static str) {
    metrics::counter!("tealight_refused_total", "reason" => reason).increment(1);
}

impl<A: LiveView> Resident for Cell<A> {
    fn id(&self) -> &str {
        self.id.as_str()
    }

    fn attach(&self, patch: u32, event: u32) -> Option<u32> {
        self.turn(|state, scratch| {
            state.session.as_ref()?;
            state.attachments += 1;
            self.leave(mem::replace(&mut state.phase, Phase::Attached(None)));
            self.app.runtime.sessions.attached.fetch_add(1, Relaxed);
            metrics::gauge!("tealight_sessions", "state" => "attached").increment(1.0);
            // should it panic, the connection learns it when it asks for a message
            let _ = self.handle(state, scratch, Input::Attach { patch, event });
            Some(state.attachments)
        })
    }

    fn receive(&self, attachment: u32, message: &[u8]) -> Result<bool, Close> {
        self.turn(|state, scratch| match &mut state.phase {
            Phase::Attached(waker) if attachment == state.attachments => {
                // who hands in a message asks for one next
                *waker = None;
                self.handle(state, scratch, Input::Frame(message))?;
                Ok(state.session.as_ref().is_some_and(Session::wants_flush_first))
            }
            // it was sent before the page went
            Phase::Waiting(_) if attachment == state.attachments => {
                self.handle(state, scratch, Input::Frame(message)).map(|()| false)
            }
            // the connection learns it when it asks for a message
            _ => Ok(false),
        })
    }

    fn poll(&self, attachment: u32, cx: &Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        self.turn(|state, scratch| {
            let State { session: Some(session), phase: Phase::Attached(waker), attachments, .. } = state else {
                return Poll::Ready(Err(match state.phase {
                    Phase::Ended(close) => close,
                    _ => Close::TakenOver,
                }));
            };
            if attachment != *attachments {
                return Poll::Ready(Err(Close::TakenOver));
            }
            let before = out.len();
            match catch("view", || session.flush(&self.app.app, scratch, self.id.as_str(), out)) {
                Ok(true) => Poll::Ready(Ok(())),
                Ok(false) => {
                    if !waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
                        *waker = Some(cx.waker().clone());
                    }
                    Poll::Pending
                }
                Err(Panicked) => {
                    out.truncate(before);
                    *scratch = fresh_scratch();
                    self.end_in(state, Close::Panicked);
                    Poll::Ready(Err(Close::Panicked))
                }
            }
        })
    }

    fn detach(&self, attachment: u32) {
        let oldest = self.turn(|state, _| {
            let attached = attachment == state.attachments && matches!(state.phase, Phase::Attached(_));
            if attached { self.wait_in(state, Absence::Detached) } else { None }
        });
        evict(oldest);
    }

    fn every(&self, id: SubscriptionId) {
        self.input(Input::Timer(id));
    }

    fn after(&self, number: u32) {
        self.turn(|state, scratch| {
            if let Some(event) = state.work.due(number) {
                let _ = self.handle(state, scratch, Input::Event(event));
            }
        });
    }

    fn message(&self, id: SubscriptionId, payload: &[u8]) {
        self.input(Input::Message(id, payload));
    }

    fn expire(&self, attachments: u32) {
        self.turn(|state, _| {
            if matches!(state.phase, Phase::Waiting(_)) && attachments == state.attachments {
                self.end_in(state, Close::TakenOver);
            }
        });
    }

    fn evict(&self) {
        self.turn(|state, _| {
            if matches!(state.phase, Phase::Waiting(_)) {
                self.end_in(state, Close::TakenOver);
            }
        });
    }

    fn end(&self, close: Close) {
        self.turn(|state, _| self.end_in(state, close));
    }
}
