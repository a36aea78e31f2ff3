use std::mem;
use std::sync::Weak;
use std::task::Waker;

use tealight_core::LiveView;

use super::{Inner, RunningSession, discard_session};
use crate::close::Close;
use crate::error::catch;
use crate::registry::{AnySession, Evicted, Ticket, WaitReason};
use crate::report::SessionState;
use crate::time::Timed;
use crate::turn::{Deferred, defer};

/// The states of a session's life.
pub(super) enum State {
    /// Its page is being made. The waker is that of a posted form, which waits for its commands to end.
    Painting(Option<Waker>),
    /// It waits for its page to attach.
    Waiting(Ticket),
    /// Its page is attached. The waker is that of the connection, while it has nothing to send.
    Attached(Option<Waker>),
    Ended(Close),
}

impl State {
    /// Its name in reports. A page that is being made has no session for them yet.
    pub(super) fn in_reports(&self) -> Option<SessionState> {
        match self {
            Self::Waiting(ticket) if ticket.reason() == WaitReason::Unattached => Some(SessionState::Unattached),
            Self::Waiting(_) => Some(SessionState::Detached),
            Self::Attached(_) => Some(SessionState::Attached),
            Self::Painting(_) | Self::Ended(_) => None,
        }
    }
}

impl<A: LiveView> RunningSession<A> {
    /// Waits for the page that the session was made for. A session that has ended meanwhile does not wait.
    pub(crate) fn wait(&self) {
        self.wait_if(WaitReason::Unattached, |inner| inner.session.is_some());
    }

    /// Ends the session if it has neither waited for a page nor had one.
    pub(crate) fn end_if_unpainted(&self) {
        self.turn(|inner, _| {
            if matches!(inner.state, State::Painting(_)) {
                self.end_in(inner, Close::GoingDown);
            }
        });
    }

    /// Waits for a page, if `condition` holds.
    pub(super) fn wait_if(&self, reason: WaitReason, condition: impl FnOnce(&Inner<A>) -> bool) {
        let evicted = self.turn(|inner, _| {
            if !condition(inner) {
                return Vec::new();
            }
            let runtime = &self.app.runtime;
            let list = runtime.registry.waiting(reason);
            let waiting = Weak::clone(&self.this) as Weak<dyn AnySession>;
            let (ticket, evicted) = list.enter(waiting, self.client, self.weight(inner, reason));
            self.change_state(inner, State::Waiting(ticket));
            inner.resources.set_away(true, &runtime.presence);
            inner.changes = 0;
            evicted
        });
        // after the turn: only one session is locked at a time
        evicted.into_iter().for_each(Evicted::end);
    }

    /// Weighs the model again if it has changed while it waits for its page. That may cost as much as a save, so it is done after
    /// 1, 2, 4 … 64 changes, and then after every 64.
    pub(super) fn weigh_again(&self, inner: &mut Inner<A>) {
        let State::Waiting(ticket) = inner.state else { return };
        if ticket.reason() == WaitReason::Unattached {
            return;
        }
        inner.changes += 1;
        if inner.changes.is_power_of_two() {
            inner.changes = inner.changes.min(64);
            let weight = self.weight(inner, WaitReason::Detached);
            let evicted = self.app.runtime.registry.waiting(WaitReason::Detached).reweigh(ticket, weight);
            if !evicted.is_empty() {
                defer(TooMany(evicted));
            }
        }
    }

    /// The bytes of the model, as far as anybody knows them.
    fn weight(&self, inner: &Inner<A>, reason: WaitReason) -> usize {
        match (reason, &inner.session) {
            (WaitReason::Detached, Some(session)) => {
                let estimate = || {
                    let saved = self.app.codec.as_ref().map_or(0, |codec| codec.model_bytes(session.model()));
                    self.app.live_view.model_bytes(session.model()).max(saved)
                };
                catch("model_bytes", estimate).unwrap_or(size_of::<A::Model>())
            }
            _ => 0,
        }
    }

    /// Ends the session within a turn, with everything that runs for it.
    pub(super) fn end_in(&self, inner: &mut Inner<A>, close: Close) {
        let Some(session) = inner.session.take() else { return };
        self.change_state(inner, State::Ended(close));
        inner.resources.end(&self.app.runtime);
        self.forget(inner);
        // In this order: a session that is restored with this id joins its owner after it is in the registry.
        if let Some(owner) = &self.owner {
            self.app.runtime.owners.leave(**owner, &self.id);
        }
        self.app.runtime.registry.remove(&self.id);
        discard_session(session);
    }

    /// Moves to another state. Leaving a state releases its place in a list or its connection.
    pub(super) fn change_state(&self, inner: &mut Inner<A>, state: State) {
        let runtime = &self.app.runtime;
        let (before, now) = (inner.state.in_reports(), state.in_reports());
        self.app.meter.count_state(before, now);
        match mem::replace(&mut inner.state, state) {
            State::Painting(waker) => {
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
            State::Waiting(ticket) => runtime.registry.waiting(ticket.reason()).leave(ticket),
            State::Attached(waker) => {
                runtime.registry.uncount_attached();
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
            State::Ended(_) => {}
        }
    }

    pub(super) fn timed(&self) -> Weak<dyn Timed> {
        Weak::clone(&self.this) as Weak<dyn Timed>
    }
}

/// Sessions to end after the turn: only one session is locked at a time.
struct TooMany(Vec<Evicted>);

impl Deferred for TooMany {
    fn step(&mut self) -> bool {
        mem::take(&mut self.0).into_iter().for_each(Evicted::end);
        false
    }

    fn spawn(mut self: Box<Self>) {
        self.step();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tealight_core::{Command, Event, LiveView, MountError, Notice, PageRequest, View, html};

    use crate::Close;
    use crate::live::Live;
    use crate::registry::AnySession;
    use crate::runtime::Application;
    use crate::session::RunningSession;
    use crate::session::lifecycle::State;
    use crate::sync::lock;
    use crate::watch::Watched;

    struct Empty;

    impl LiveView for Empty {
        type Model = ();
        type ExternalEvent = ();
        type InternalEvent = ();

        async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> {
            Ok(((), Command::none()))
        }

        fn update(&self, (): &mut (), _: Event<(), ()>) -> Command<()> {
            Command::none()
        }

        fn view(&self, (): &()) -> impl View<()> {
            html! { <p>"nothing"</p> }
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_session_that_ends_before_it_waits_is_on_no_list() {
        let app: Arc<Application<Watched<Empty>>> = Live::builder(Empty).application();
        let owned = || (None, app.runtime.owners.now());
        let start = || RunningSession::start(Arc::clone(&app), (), Command::none(), Notice::english, None, owned());
        let start = || start().expect("a session");
        let (ended, waiting) = (start(), start());
        for session in [&ended, &waiting] {
            session.first_paint("").expect("a page");
        }
        ended.end(Close::GoingDown);
        ended.wait();
        waiting.wait();
        let stats = app.runtime.stats();
        assert_eq!((stats.unattached, stats.sessions()), (1, 1));
        assert_eq!(ended.attach(None, 0, 0), None);
    }

    #[tokio::test(start_paused = true)]
    async fn an_eviction_that_comes_late_does_not_end_a_session_that_waits_again() {
        let app: Arc<Application<Watched<Empty>>> = Live::builder(Empty).application();
        let owned = (None, app.runtime.owners.now());
        let session = RunningSession::start(app, (), Command::none(), Notice::english, None, owned).expect("a session");
        session.first_paint("").expect("a page");
        let ticket = || match lock(&session.inner).state {
            State::Waiting(ticket) => ticket,
            _ => panic!("it waits"),
        };
        session.wait();
        let late = ticket();
        let attachment = session.attach(None, 0, 0).expect("it lives");
        session.detach(attachment);
        session.evict(late);
        assert!(!session.has_ended());
        session.evict(ticket());
        assert!(session.has_ended());
    }
}
