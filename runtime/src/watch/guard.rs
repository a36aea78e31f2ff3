use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::Ordering::{Relaxed, SeqCst};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, AtomicU64};
use std::sync::{Arc, LazyLock, Mutex, PoisonError, Weak};
use std::thread::{self, Thread};
use std::time::Duration;

use super::clock::now;
use super::{Function, Name};

/// A call that takes longer is reported.
const LIMIT: Duration = Duration::from_millis(100);
/// The interval at which the thread looks for calls that do not end.
const TICK: Duration = Duration::from_millis(50);

/// The application code that a thread runs now.
struct Slot {
    /// When the call began; 0 if there is none. It also names the call.
    began: AtomicU64,
    name: AtomicU32,
    function: AtomicU8,
    /// The last call that was seen by the watching thread, and its function at that time.
    seen: AtomicU64,
    seen_function: AtomicU8,
    /// The last call that was counted.
    counted: AtomicU64,
}

thread_local! {
    static SLOT: Arc<Slot> = Slot::register();
}

static SLOTS: Mutex<Vec<Weak<Slot>>> = Mutex::new(Vec::new());
/// The watching thread. It starts with the first call.
static WATCHER: LazyLock<Option<Thread>> = LazyLock::new(|| {
    let started = thread::Builder::new().name("tealight-watch".into()).spawn(run);
    let started = started.inspect_err(|error| tracing::error!(%error, "calls that do not end cannot be watched"));
    started.ok().map(|thread| thread.thread().clone())
});
static SLEEPS: AtomicBool = AtomicBool::new(false);

/// Runs application code, and reports it if it takes too long.
#[inline]
pub(crate) fn watch<T>(name: Name, function: Function, code: impl FnOnce() -> T) -> T {
    watch_timed(name, function, code).0
}

/// Does as [`watch`] does, and returns when the code began, by [`now`].
#[inline]
pub(crate) fn watch_timed<T>(name: Name, function: Function, code: impl FnOnce() -> T) -> (T, u64) {
    SLOT.with(|slot| {
        let call = Call::begin(slot, name, function);
        (code(), call.began)
    })
}

/// Polls application code, and reports a poll that takes too long.
pub(crate) async fn watch_async<T>(name: Name, function: Function, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    poll_fn(|cx| watch(name, function, || future.as_mut().poll(cx))).await
}

/// Notes that this thread's call runs another function now.
#[inline]
pub(super) fn enter(function: Function) {
    SLOT.with(|slot| slot.function.store(function as u8, Relaxed));
}

/// A call in progress. Its end is reported also if it panics.
struct Call<'s> {
    slot: &'s Slot,
    began: u64,
    /// The call around it.
    outer: (u64, u32, u8),
}

impl<'s> Call<'s> {
    fn begin(slot: &'s Slot, name: Name, function: Function) -> Self {
        let outer = (slot.began.load(Relaxed), slot.name.load(Relaxed), slot.function.load(Relaxed));
        let began = now();
        slot.name.store(name.0, Relaxed);
        slot.function.store(function as u8, Relaxed);
        // either this thread sees that the watcher sleeps, or the watcher sees the call before it does
        slot.began.store(began, SeqCst);
        if SLEEPS.load(SeqCst) {
            wake();
        }
        Self { slot, began, outer }
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        let slot = self.slot;
        // the watcher sees each call that takes longer than two of its ticks
        if slot.seen.load(Relaxed) == self.began {
            report_end(slot, self.began);
        }
        let (began, name, function) = self.outer;
        slot.name.store(name, Relaxed);
        slot.function.store(function, Relaxed);
        slot.began.store(began, SeqCst);
    }
}

impl Slot {
    fn register() -> Arc<Self> {
        let slot = Arc::new(Self {
            began: AtomicU64::new(0),
            name: AtomicU32::new(0),
            function: AtomicU8::new(0),
            seen: AtomicU64::new(0),
            seen_function: AtomicU8::new(0),
            counted: AtomicU64::new(0),
        });
        let mut slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
        slots.retain(|slot| slot.strong_count() > 0);
        slots.push(Arc::downgrade(&slot));
        drop(slots);
        LazyLock::force(&WATCHER);
        slot
    }

    /// Counts this call, unless it is counted already.
    fn count(&self, call: u64, live_view: &'static str, function: Function) {
        if self.counted.swap(call, Relaxed) != call {
            let labels = [("in", function.name()), ("live_view", live_view)];
            metrics::counter!("tealight_slow_total", &labels).increment(1);
        }
    }
}

#[cold]
fn report_end(slot: &Slot, call: u64) {
    let took = since(call);
    if took <= LIMIT {
        return;
    }
    let function = Function::load(&slot.seen_function);
    let live_view = Name(slot.name.load(Relaxed)).text();
    slot.count(call, live_view, function);
    tracing::warn!(
        live_view,
        function = function.name(),
        milliseconds = took.as_millis(),
        "this function has kept a thread busy. Let it hand slow work to `Command::perform`"
    );
}

#[cold]
fn wake() {
    if SLEEPS.swap(false, SeqCst)
        && let Some(watcher) = &*WATCHER
    {
        watcher.unpark();
    }
}

/// Looks for calls that do not end, while there are calls.
fn run() {
    // each call that was reported, with the time after which it is reported again
    let mut reported: Vec<(Weak<Slot>, u64, Duration)> = Vec::new();
    loop {
        if look(&mut reported) {
            thread::sleep(TICK);
            continue;
        }
        SLEEPS.store(true, SeqCst);
        if !look(&mut reported) {
            while SLEEPS.load(SeqCst) {
                thread::park();
            }
        }
        SLEEPS.store(false, SeqCst);
        thread::sleep(TICK);
    }
}

/// Reports the calls that take too long. Returns true if there are calls.
fn look(reported: &mut Vec<(Weak<Slot>, u64, Duration)>) -> bool {
    let slots: Vec<_> = {
        let slots = SLOTS.lock().unwrap_or_else(PoisonError::into_inner);
        slots.iter().filter_map(Weak::upgrade).collect()
    };
    reported.retain(|(slot, call, _)| slot.upgrade().is_some_and(|slot| slot.began.load(SeqCst) == *call));
    let mut has_calls = false;
    for slot in slots {
        let call = slot.began.load(SeqCst);
        let (name, function) = (Name(slot.name.load(Relaxed)), Function::load(&slot.function));
        if call == 0 || slot.began.load(SeqCst) != call {
            has_calls |= call != 0;
            continue;
        }
        has_calls = true;
        slot.seen_function.store(function as u8, Relaxed);
        slot.seen.store(call, Relaxed);
        let runs = since(call);
        let earlier = reported.iter_mut().find(|(_, other, _)| *other == call);
        if runs <= earlier.as_ref().map_or(LIMIT, |(_, _, again)| *again) {
            continue;
        }
        match earlier {
            Some((_, _, again)) => *again *= 10,
            None => reported.push((Arc::downgrade(&slot), call, LIMIT * 10)),
        }
        let live_view = name.text();
        slot.count(call, live_view, function);
        tracing::warn!(
            live_view,
            function = function.name(),
            milliseconds = runs.as_millis(),
            "this function has not returned yet. It keeps a thread busy that serves other pages too"
        );
    }
    has_calls
}

fn since(began: u64) -> Duration {
    Duration::from_nanos(now().saturating_sub(began))
}
