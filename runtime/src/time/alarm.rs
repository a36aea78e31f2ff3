use std::fmt;
use std::sync::Arc;
use std::task::Context;
use std::time::Duration;

use tealight_core::timer::TimerKey;

use super::clock::Clock;

/// A deadline of a transport. It lives in the runtime's timer wheel, so it costs a few dozen bytes and no task.
///
/// Made by [`Live::alarm`](crate::Live::alarm).
///
/// ```
/// use std::future::poll_fn;
/// use std::task::Poll;
/// use std::time::Duration;
/// # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
/// # struct Empty;
/// # impl LiveView for Empty {
/// #     type Model = ();
/// #     type ExternalEvent = ();
/// #     type InternalEvent = ();
/// #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
/// #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
/// #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
/// # }
/// # #[tokio::main(flavor = "current_thread", start_paused = true)]
/// # async fn main() {
/// let live = tealight_runtime::Live::new(Empty);
/// let mut alarm = live.alarm();
/// poll_fn(|cx| {
///     if alarm.is_due() {
///         return Poll::Ready(());
///     }
///     if !alarm.is_set() {
///         alarm.set(Duration::from_secs(30), cx);
///     }
///     Poll::Pending
/// })
/// .await;
/// # }
/// ```
pub struct Alarm {
    clock: Arc<Clock>,
    set: Option<(u64, TimerKey)>,
}

impl Alarm {
    pub(crate) fn new(clock: &Arc<Clock>) -> Self {
        Self { clock: Arc::clone(clock), set: None }
    }

    /// Wakes the task of `cx` when `delay` has passed. Replaces the deadline that was set before.
    pub fn set(&mut self, delay: Duration, cx: &Context<'_>) {
        self.clear();
        let deadline = self.clock.deadline(delay);
        self.set = Some((deadline, self.clock.wake_at(deadline, cx.waker().clone())));
    }

    /// Wakes the task of `cx`, in place of the one before, at the deadline that is set.
    pub(crate) fn wake_again(&mut self, cx: &Context<'_>) {
        if let Some((deadline, key)) = self.set.take() {
            self.clock.cancel(key);
            self.set = Some((deadline, self.clock.wake_at(deadline, cx.waker().clone())));
        }
    }

    /// Removes the deadline. No task is woken.
    pub fn clear(&mut self) {
        if let Some((_, key)) = self.set.take() {
            self.clock.cancel(key);
        }
    }

    /// Returns true if a deadline is set. An alarm stays set after its deadline, until it is cleared.
    pub fn is_set(&self) -> bool {
        self.set.is_some()
    }

    /// The milliseconds since any fixed moment, modulo 2³².
    pub fn now(&self) -> u32 {
        self.clock.now() as u32
    }

    /// Returns true if a deadline is set and has passed.
    pub fn is_due(&self) -> bool {
        self.set.is_some_and(|(deadline, _)| deadline <= self.clock.now())
    }
}

impl Drop for Alarm {
    fn drop(&mut self) {
        self.clear();
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Alarm").field("is_set", &self.is_set()).field("is_due", &self.is_due()).finish()
    }
}
