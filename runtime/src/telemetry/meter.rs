use std::cell::Cell;
use std::fmt;
use std::num::NonZero;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use super::buckets::{BUCKETS, Buckets, middle_of};
use super::export::{self, Export};
use super::kind::{KINDS, Kind};
use super::recorder;
use crate::report::{SessionState, Times, ViewReport};
use crate::sync::lock;
use crate::watch::FUNCTIONS;

/// Counts and times the events of one view.
///
/// Threads count in different cells, so that none waits for another one's memory. A recorder gets the sums once a second: a value costs
/// it more than a whole update costs the session.
pub(crate) struct Meter {
    live_view: &'static str,
    /// Its sessions, by state.
    sessions: [AtomicUsize; 3],
    /// `None` if nobody wants to know.
    counts: Option<Counts>,
}

struct Counts {
    cells: Box<[Cells]>,
    exported: Mutex<Exported>,
}

/// The counts of some threads.
#[repr(align(128))]
pub(crate) struct Cells {
    events: [AtomicU64; KINDS.len()],
    histograms: [Buckets; 4],
}

#[derive(Clone, Copy)]
enum Measured {
    Update,
    Render,
    Latency,
    PatchBytes,
}

/// The handles of the recorder, with the counts that it has got.
struct Exported {
    events: Vec<(metrics::Counter, u64)>,
    histograms: [(metrics::Histogram, f64, Vec<u64>); 4],
}

const NANOSECOND: f64 = 1e-9;
/// More threads than this share cells.
const MOST_CELLS: usize = 16;

impl Meter {
    /// Counts from now on, if there is a recorder or a status page.
    pub(crate) fn start(live_view: &'static str, has_status: bool) -> Arc<Self> {
        let has_recorder = recorder::is_installed();
        let counts = (has_recorder || has_status).then(|| Counts::new(live_view));
        let meter = Arc::new(Self { live_view, sessions: Default::default(), counts });
        if has_recorder {
            export::start(Arc::downgrade(&meter) as Weak<dyn Export>);
        }
        meter
    }

    /// Notes that a session has gone from one state to another.
    pub(crate) fn count_state(&self, before: Option<SessionState>, now: Option<SessionState>) {
        if let Some(state) = before {
            self.sessions[state as usize].fetch_sub(1, Relaxed);
        }
        if let Some(state) = now {
            self.sessions[state as usize].fetch_add(1, Relaxed);
        }
    }

    /// The sessions, by state.
    pub(crate) fn sessions(&self) -> [usize; 3] {
        self.sessions.each_ref().map(|count| count.load(Relaxed))
    }

    /// Returns everything that was counted so far.
    pub(crate) fn report(&self) -> ViewReport {
        let mut report = ViewReport { live_view: self.live_view, sessions: self.sessions(), ..ViewReport::default() };
        if let Some(counts) = &self.counts {
            report.events = counts.events();
            report.latency = counts.times(Measured::Latency);
            report.update = counts.times(Measured::Update);
            report.render = counts.times(Measured::Render);
            for (bytes, count) in counts.of(Measured::PatchBytes) {
                report.patches += count;
                report.patch_bytes += (bytes * count as f64) as u64;
            }
        }
        report
    }

    pub(crate) fn live_view(&self) -> &'static str {
        self.live_view
    }

    /// Returns this thread's cells, if somebody wants to know.
    #[inline]
    pub(crate) fn cells(&self) -> Option<&Cells> {
        let Counts { cells, .. } = self.counts.as_ref()?;
        // Their number is a power of two.
        Some(&cells[thread_number() & (cells.len() - 1)])
    }
}

impl Counts {
    fn new(live_view: &'static str) -> Self {
        let threads = thread::available_parallelism().map_or(1, NonZero::get).min(MOST_CELLS);
        let cells = (0..threads.next_power_of_two()).map(|_| Cells::new()).collect();
        Self { cells, exported: Mutex::new(Exported::new(live_view)) }
    }

    fn events(&self) -> u64 {
        self.cells.iter().flat_map(|cells| &cells.events).map(|count| count.load(Relaxed)).sum()
    }

    /// The measured values, the smallest first, and how often each one was measured.
    fn of(&self, measured: Measured) -> impl Iterator<Item = (f64, u64)> {
        let of_bucket = move |bucket| (middle_of(bucket), self.count(measured as usize, bucket));
        (0..BUCKETS).map(of_bucket).filter(|(_, count)| *count > 0)
    }

    /// The number of values of this bucket that were measured.
    fn count(&self, measured: usize, bucket: usize) -> u64 {
        self.cells.iter().map(|cells| cells.histograms[measured].count(bucket)).sum()
    }

    fn times(&self, measured: Measured) -> Times {
        Times::new(self.of(measured).map(|(middle, count)| (Duration::from_nanos(middle as u64), count)).collect())
    }
}

impl Cells {
    fn new() -> Self {
        Self { events: Default::default(), histograms: [const { Buckets::new() }; 4] }
    }

    /// Counts events that `update` has got, and the nanoseconds that this took.
    #[inline]
    pub(crate) fn count_update(&self, kind: Kind, events: u32, nanoseconds: u64) {
        self.events[kind as usize].fetch_add(events.into(), Relaxed);
        self.histograms[Measured::Update as usize].record(nanoseconds);
    }

    #[inline]
    pub(crate) fn count_render(&self, nanoseconds: u64) {
        self.histograms[Measured::Render as usize].record(nanoseconds);
    }

    #[inline]
    pub(crate) fn count_patch(&self, bytes: usize) {
        self.histograms[Measured::PatchBytes as usize].record(bytes as u64);
    }

    /// Counts the nanoseconds from an event to the patch that shows it.
    #[inline]
    pub(crate) fn count_latency(&self, nanoseconds: u64) {
        self.histograms[Measured::Latency as usize].record(nanoseconds);
    }
}

impl Exported {
    fn new(live_view: &'static str) -> Self {
        let counter = |kind: &Kind| {
            let labels = [("live_view", live_view), ("kind", kind.name())];
            (metrics::counter!("tealight_events_total", &labels), 0)
        };
        for function in FUNCTIONS {
            let labels = [("in", function.name()), ("live_view", live_view)];
            metrics::counter!("tealight_slow_total", &labels).increment(0);
        }
        let of = |histogram, unit| (histogram, unit, vec![0; BUCKETS]);
        Self {
            events: KINDS.iter().map(counter).collect(),
            histograms: [
                of(metrics::histogram!("tealight_update_seconds", "live_view" => live_view), NANOSECOND),
                of(metrics::histogram!("tealight_render_seconds", "live_view" => live_view), NANOSECOND),
                of(metrics::histogram!("tealight_event_to_patch_seconds", "live_view" => live_view), NANOSECOND),
                of(metrics::histogram!("tealight_patch_bytes", "live_view" => live_view), 1.0),
            ],
        }
    }
}

impl Export for Meter {
    fn export(&self) {
        let Some(counts) = &self.counts else { return };
        let Exported { events, histograms } = &mut *lock(&counts.exported);
        for (kind, (counter, before)) in events.iter_mut().enumerate() {
            let now: u64 = counts.cells.iter().map(|cells| cells.events[kind].load(Relaxed)).sum();
            counter.increment(now - std::mem::replace(before, now));
        }
        for (measured, (histogram, unit, known)) in histograms.iter_mut().enumerate() {
            for (bucket, before) in known.iter_mut().enumerate() {
                let now = counts.count(measured, bucket);
                if now != *before {
                    histogram.record_many(middle_of(bucket) * *unit, (now - *before) as usize);
                    *before = now;
                }
            }
        }
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.export();
    }
}

/// The meters of all views of an application.
#[derive(Default)]
pub(crate) struct Meters {
    has_status: AtomicBool,
    all: Mutex<Vec<Weak<Meter>>>,
}

impl Meters {
    /// The views that start from now on count also without a recorder.
    pub(crate) fn count_always(&self) {
        self.has_status.store(true, Relaxed);
    }

    pub(crate) fn has_status(&self) -> bool {
        self.has_status.load(Relaxed)
    }

    pub(crate) fn start(&self, live_view: &'static str) -> Arc<Meter> {
        let meter = Meter::start(live_view, self.has_status());
        lock(&self.all).push(Arc::downgrade(&meter));
        meter
    }

    /// The meters, in the order of the views.
    pub(crate) fn all(&self) -> Vec<Arc<Meter>> {
        lock(&self.all).iter().filter_map(Weak::upgrade).collect()
    }
}

/// Counts of a view, for the benchmark of one value.
#[doc(hidden)]
#[derive(Debug)]
pub struct Counted(Arc<Meter>);

impl Counted {
    /// Counts if there is a recorder.
    #[must_use]
    pub fn new(live_view: &'static str) -> Self {
        Self(Meter::start(live_view, false))
    }

    /// Counts one value of one histogram.
    #[inline]
    pub fn record(&self, nanoseconds: u64) {
        if let Some(cells) = self.0.cells() {
            cells.count_render(nanoseconds);
        }
    }
}

/// Numbers the threads that count.
fn thread_number() -> usize {
    static LAST: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static NUMBER: Cell<usize> = const { Cell::new(0) };
    }
    NUMBER.with(|number| {
        if number.get() == 0 {
            number.set(LAST.fetch_add(1, Relaxed) + 1);
        }
        number.get()
    })
}

impl fmt::Debug for Meter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meter").field(&self.live_view).finish()
    }
}
