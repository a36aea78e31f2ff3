use std::fmt;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Context, Waker};
use std::time::Duration;

use tealight_core::session::SubscriptionId;
use tealight_core::timer::{TimerKey, TimerWheel};
use tokio::runtime::Handle;
use tokio::sync::Notify;
use tokio::time::{self, Instant};

use crate::lock;
use crate::resident::Resident;

/// All timers of a runtime: one wheel, and one task that tells it the time.
pub(crate) struct Clock {
    start: Instant,
    inner: Mutex<Inner>,
    earlier: Arc<Notify>,
}

struct Inner {
    wheel: TimerWheel<Due>,
    /// When the task looks next; 0 while it is at work.
    looks_at: u64,
}

/// What is to be done when a timer is due.
#[derive(Clone)]
pub(crate) enum Due {
    Every(Weak<dyn Resident>, SubscriptionId),
    After(Weak<dyn Resident>, u32),
    /// The end of a session that waits, unless a page has attached since: the number of attachments.
    Expiry(Weak<dyn Resident>, u32),
    Wake(Waker),
}

/// Timers that repeat may wait for each other up to so many milliseconds, and a fiftieth of their period: the
/// threads are then woken for many pages at once.
const SLACK: u64 = 20;

/// So many timers are fired before other tasks have their turn.
const BATCH: usize = 128;

impl Clock {
    pub(crate) fn start(handle: &Handle) -> Arc<Self> {
        let earlier = Arc::new(Notify::new());
        let clock = Arc::new(Self {
            start: Instant::now(),
            inner: Mutex::new(Inner { wheel: TimerWheel::new(), looks_at: 0 }),
            earlier: Arc::clone(&earlier),
        });
        handle.spawn(keep_time(Arc::downgrade(&clock), earlier));
        clock
    }

    pub(crate) fn after(&self, delay: Duration, due: Due) -> TimerKey {
        let deadline = self.deadline(delay);
        self.with(deadline, |wheel| wheel.insert(deadline, due))
    }

    pub(crate) fn every(&self, period: Duration, due: Due) -> TimerKey {
        let first = self.deadline(period);
        let period = period.as_millis().try_into().unwrap_or(u64::MAX);
        let first = first.checked_next_multiple_of((period / 50).clamp(1, SLACK)).unwrap_or(first);
        self.with(first, |wheel| wheel.every(first, period, due))
    }

    pub(crate) fn cancel(&self, key: TimerKey) {
        let due = lock(&self.inner).wheel.cancel(key);
        drop(due);
    }

    pub(crate) fn timers(&self) -> usize {
        lock(&self.inner).wheel.len()
    }

    fn with(&self, deadline: u64, start: impl FnOnce(&mut TimerWheel<Due>) -> TimerKey) -> TimerKey {
        let mut inner = lock(&self.inner);
        let key = start(&mut inner.wheel);
        if deadline < inner.looks_at {
            inner.looks_at = deadline;
            self.earlier.notify_one();
        }
        key
    }

    /// Milliseconds from the start to `delay` from now, rounded up: a timer is never early.
    fn deadline(&self, delay: Duration) -> u64 {
        let at = self.start.elapsed().saturating_add(delay).as_nanos().div_ceil(1_000_000);
        at.try_into().unwrap_or(u64::MAX)
    }

    /// Milliseconds from the start, rounded down.
    fn now(&self) -> u64 {
        self.start.elapsed().as_millis() as u64
    }

    /// Puts into `due` what is due now, or answers when to look again.
    fn look(&self, due: &mut Vec<Due>) -> Option<Instant> {
        let now = self.now();
        let mut inner = lock(&self.inner);
        inner.wheel.advance(now, &mut |_, what| due.push(what));
        inner.looks_at = if due.is_empty() { inner.wheel.next_deadline().unwrap_or(u64::MAX) } else { 0 };
        self.start.checked_add(Duration::from_millis(inner.looks_at))
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.earlier.notify_one();
    }
}

async fn keep_time(clock: Weak<Clock>, earlier: Arc<Notify>) {
    let mut due = Vec::new();
    loop {
        let Some(clock) = clock.upgrade() else { return };
        let next = clock.look(&mut due);
        drop(clock);
        if due.is_empty() {
            match next {
                Some(next) => drop(time::timeout_at(next, earlier.notified()).await),
                None => earlier.notified().await,
            }
            continue;
        }
        for (n, what) in due.drain(..).enumerate() {
            what.happens();
            if n % BATCH == BATCH - 1 {
                tokio::task::yield_now().await;
            }
        }
        due.shrink_to(BATCH);
    }
}

impl Due {
    fn happens(self) {
        match self {
            Self::Every(resident, id) => {
                if let Some(resident) = resident.upgrade() {
                    resident.every(id);
                }
            }
            Self::After(resident, number) => {
                if let Some(resident) = resident.upgrade() {
                    resident.after(number);
                }
            }
            Self::Expiry(resident, attachments) => {
                if let Some(resident) = resident.upgrade() {
                    resident.expire(attachments);
                }
            }
            Self::Wake(waker) => waker.wake(),
        }
    }
}

/// One deadline of a transport, kept by the runtime's timer wheel: a few dozen bytes, and no task.
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

    /// Wakes the task of `cx` when `delay` has passed. What was set before no longer counts.
    pub fn set(&mut self, delay: Duration, cx: &Context<'_>) {
        self.clear();
        let deadline = self.clock.deadline(delay);
        let due = Due::Wake(cx.waker().clone());
        self.set = Some((deadline, self.clock.with(deadline, |wheel| wheel.insert(deadline, due))));
    }

    /// Wakes nobody.
    pub fn clear(&mut self) {
        if let Some((_, key)) = self.set.take() {
            self.clock.cancel(key);
        }
    }

    /// Whether it has been set, and not cleared; it stays set when it is due.
    pub fn is_set(&self) -> bool {
        self.set.is_some()
    }

    /// Whether what was set has passed.
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
