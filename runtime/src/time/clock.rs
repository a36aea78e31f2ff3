use std::sync::{Arc, Mutex, Weak};
use std::task::Waker;
use std::time::Duration;

use tealight_core::session::SubscriptionId;
use tealight_core::timer::{TimerKey, TimerWheel};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{self, Instant};

use crate::error::catch;
use crate::sync::lock;

/// A session, as the clock sees it.
pub(crate) trait Timed: Send + Sync {
    fn fire(&self, timer: Timer);
}

/// A timer of a session.
#[derive(Clone, Copy)]
pub(crate) enum Timer {
    /// A repeating timer, by its subscription.
    Every(SubscriptionId),
    /// A single timer, by its number among the session's [resources](crate::session).
    After(u32),
    /// The page has waited for its next full render.
    Remount,
}

/// All timers of a running application: one timer wheel, and one task that drives it.
pub(crate) struct Clock {
    start: Instant,
    inner: Mutex<Inner>,
    /// Notified when a new timer is due before the time for which the task sleeps.
    earlier: Arc<Notify>,
}

struct Inner {
    wheel: TimerWheel<Due>,
    /// The time until which the task sleeps, in milliseconds from the start; 0 while it fires timers.
    sleeps_until: u64,
}

/// The action for a timer that is due.
#[derive(Clone)]
enum Due {
    Fire(Weak<dyn Timed>, Timer),
    Wake(Waker),
}

/// The most milliseconds by which a repeating timer's first tick is delayed, so that many timers fire together and
/// threads wake less often. The delay is also at most a fiftieth of the period.
const SLACK: u64 = 20;

/// The number of timers that fire before other tasks may run.
const BATCH: usize = 128;

impl Clock {
    pub(crate) fn start(handle: &Handle) -> Arc<Self> {
        let earlier = Arc::new(Notify::new());
        let clock = Arc::new(Self {
            start: Instant::now(),
            inner: Mutex::new(Inner { wheel: TimerWheel::new(), sleeps_until: 0 }),
            earlier: Arc::clone(&earlier),
        });
        handle.spawn(drive(Arc::downgrade(&clock), earlier));
        clock
    }

    /// Fires a timer once, when `delay` has passed.
    pub(crate) fn after(&self, delay: Duration, session: Weak<dyn Timed>, timer: Timer) -> TimerKey {
        let deadline = self.deadline(delay);
        self.insert(deadline, |wheel| wheel.insert(deadline, Due::Fire(session, timer)))
    }

    /// Fires a timer each time that `period` has passed.
    pub(crate) fn every(&self, period: Duration, session: Weak<dyn Timed>, timer: Timer) -> TimerKey {
        let first = self.deadline(period);
        let period = period.as_millis().try_into().unwrap_or(u64::MAX);
        let first = first.checked_next_multiple_of((period / 50).clamp(1, SLACK)).unwrap_or(first);
        self.insert(first, |wheel| wheel.every(first, period, Due::Fire(session, timer)))
    }

    /// Wakes a task when the clock has reached `deadline`, in milliseconds from the start.
    pub(crate) fn wake_at(&self, deadline: u64, waker: Waker) -> TimerKey {
        self.insert(deadline, |wheel| wheel.insert(deadline, Due::Wake(waker)))
    }

    pub(crate) fn cancel(&self, key: TimerKey) {
        // dropped after the lock is released: it may hold the last reference to a session
        let due = lock(&self.inner).wheel.cancel(key);
        drop(due);
    }

    /// The number of timers that are set.
    pub(crate) fn timers(&self) -> usize {
        lock(&self.inner).wheel.len()
    }

    fn insert(&self, deadline: u64, insert: impl FnOnce(&mut TimerWheel<Due>) -> TimerKey) -> TimerKey {
        let mut inner = lock(&self.inner);
        let key = insert(&mut inner.wheel);
        if deadline < inner.sleeps_until {
            inner.sleeps_until = deadline;
            self.earlier.notify_one();
        }
        key
    }

    /// The time `delay` from now, in milliseconds from the start. It is rounded up, so that no timer fires early.
    pub(crate) fn deadline(&self, delay: Duration) -> u64 {
        let at = self.start.elapsed().saturating_add(delay).as_nanos().div_ceil(1_000_000);
        at.try_into().unwrap_or(u64::MAX)
    }

    /// The time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// The present time in milliseconds from the start, rounded down.
    pub(crate) fn now(&self) -> u64 {
        self.elapsed().as_millis() as u64
    }

    /// Moves the timers that are due into `due`. If there are none, returns the time until which to sleep, or `None`
    /// for ever.
    fn take_due(&self, due: &mut Vec<Due>) -> Option<Instant> {
        let now = self.now();
        let mut inner = lock(&self.inner);
        inner.wheel.advance(now, &mut |_, action| due.push(action));
        inner.sleeps_until = if due.is_empty() { inner.wheel.next_deadline().unwrap_or(u64::MAX) } else { 0 };
        self.start.checked_add(Duration::from_millis(inner.sleeps_until))
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        // lets the task end
        self.earlier.notify_one();
    }
}

/// Fires timers until the clock is dropped.
async fn drive(clock: Weak<Clock>, earlier: Arc<Notify>) {
    let mut due = Vec::new();
    loop {
        let Some(clock) = clock.upgrade() else { return };
        let sleep_until = clock.take_due(&mut due);
        drop(clock);
        if due.is_empty() {
            match sleep_until {
                Some(until) => drop(time::timeout_at(until, earlier.notified()).await),
                None => earlier.notified().await,
            }
            continue;
        }
        for (n, action) in due.drain(..).enumerate() {
            action.run();
            if n % BATCH == BATCH - 1 {
                tokio::task::yield_now().await;
            }
        }
        due.shrink_to(BATCH);
    }
}

impl Due {
    fn run(self) {
        match self {
            Self::Fire(session, timer) => {
                // All sessions share this task, and an event's `Drop` may panic where nothing else catches it.
                let _ = catch("drop", || {
                    if let Some(session) = session.upgrade() {
                        session.fire(timer);
                    }
                });
            }
            Self::Wake(waker) => waker.wake(),
        }
    }
}
