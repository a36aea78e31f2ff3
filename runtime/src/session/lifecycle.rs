use std::mem;
use std::sync::Weak;
use std::task::Waker;

use tealight_core::LiveView;
use tealight_core::timer::TimerKey;

use super::{Inner, RunningSession};
use crate::close::Close;
use crate::error::catch;
use crate::registry::{AnySession, WaitReason};
use crate::time::{Timed, Timer};

/// The states of a session's life.
pub(super) enum State {
    /// Its page is being made. The waker is that of a posted form, which waits for its commands to end.
    Painting(Option<Waker>),
    /// It waits for its page to attach.
    Waiting(Wait),
    /// Its page is attached. The waker is that of the connection, while it has nothing to send.
    Attached(Option<Waker>),
    Ended(Close),
}

/// A place in a waiting list, and a deadline.
pub(super) struct Wait {
    reason: WaitReason,
    expiry: TimerKey,
    ticket: u64,
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
        let oldest = self.turn(|inner, _| {
            if !condition(inner) {
                return None;
            }
            let runtime = &self.app.runtime;
            let list = runtime.registry.waiting(reason);
            let (ticket, oldest) = list.enter(Weak::clone(&self.this) as Weak<dyn AnySession>);
            let expiry = runtime.clock.after(list.lifetime(), self.timed(), Timer::Expiry(inner.attachments));
            self.change_state(inner, State::Waiting(Wait { reason, expiry, ticket }));
            oldest
        });
        // after the turn: only one session is locked at a time
        let _ = catch("drop", || {
            if let Some(oldest) = oldest.and_then(|oldest| oldest.upgrade()) {
                oldest.evict();
            }
        });
    }

    /// Ends the session within a turn, with everything that runs for it.
    pub(super) fn end_in(&self, inner: &mut Inner<A>, close: Close) {
        let Some(session) = inner.session.take() else { return };
        self.change_state(inner, State::Ended(close));
        // the `Drop` of an event may panic
        let _ = catch("drop", || inner.resources.end(&self.app.runtime));
        self.forget(inner);
        self.app.runtime.registry.remove(&self.id);
        // the `Drop` of a model may panic too
        let _ = catch("drop", || drop(session));
    }

    /// Moves to another state. Leaving a state releases its place in a list, its deadline or its connection.
    pub(super) fn change_state(&self, inner: &mut Inner<A>, state: State) {
        let runtime = &self.app.runtime;
        match mem::replace(&mut inner.state, state) {
            State::Painting(waker) => {
                if let Some(waker) = waker {
                    waker.wake();
                }
            }
            State::Waiting(wait) => {
                runtime.clock.cancel(wait.expiry);
                runtime.registry.waiting(wait.reason).leave(wait.ticket);
            }
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use tealight_core::{Command, Event, LiveView, MountError, Notice, PageRequest, View, html};

    use crate::Close;
    use crate::live::Live;
    use crate::registry::AnySession;
    use crate::runtime::Application;
    use crate::session::RunningSession;

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
        let app: Arc<Application<Empty>> = Live::builder(Empty).application();
        let start =
            || RunningSession::start(Arc::clone(&app), (), Command::none(), Notice::english).expect("a session");
        let (ended, waiting) = (start(), start());
        for session in [&ended, &waiting] {
            session.first_paint("").expect("a page");
        }
        ended.end(Close::GoingDown);
        ended.wait();
        waiting.wait();
        let stats = app.runtime.stats();
        assert_eq!((stats.unattached, stats.sessions()), (1, 1));
        assert_eq!(ended.attach(None, 0), None);
    }
}
