use std::sync::{Arc, Mutex, Weak};
use std::thread;
use std::time::Duration;

use crate::error::catch;
use crate::sync::lock;

/// A part of a running application that counts by itself, and hands its counts to the recorder from time to time.
pub(crate) trait Export: Send + Sync {
    fn export(&self);
}

/// The time between two exports.
const PERIOD: Duration = Duration::from_secs(1);

static EXPORTING: Mutex<Exporting> = Mutex::new(Exporting { sources: Vec::new(), has_thread: false });

struct Exporting {
    sources: Vec<Weak<dyn Export>>,
    has_thread: bool,
}

/// Exports this source once a second, as long as it lives.
pub(crate) fn start(source: Weak<dyn Export>) {
    let mut exporting = lock(&EXPORTING);
    exporting.sources.push(source);
    if !exporting.has_thread {
        let started = thread::Builder::new().name("tealight-metrics".into()).spawn(run);
        exporting.has_thread = started
            .inspect_err(|error| tracing::error!(%error, "metrics are not brought to the recorder by themselves"))
            .is_ok();
    }
}

/// Hands everything that was counted up to now to the recorder.
///
/// A thread does this once a second. A test calls it before it looks at what was recorded.
///
/// ```
/// tealight_runtime::telemetry::flush_metrics();
/// ```
pub fn flush_metrics() {
    let sources: Vec<_> = lock(&EXPORTING).sources.iter().filter_map(Weak::upgrade).collect();
    sources.into_iter().for_each(export);
}

fn run() {
    loop {
        thread::sleep(PERIOD);
        flush_metrics();
        let mut exporting = lock(&EXPORTING);
        exporting.sources.retain(|source| source.strong_count() > 0);
        if exporting.sources.is_empty() {
            exporting.has_thread = false;
            return;
        }
    }
}

fn export(source: Arc<dyn Export>) {
    // This may be the last reference to values of the application, which may panic when they are dropped.
    let _ = catch("drop", || {
        source.export();
        drop(source);
    });
}
