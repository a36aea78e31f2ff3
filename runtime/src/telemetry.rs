//! Metrics and spans: the view of a running server for the people who look after it.
//!
//! # Metrics
//!
//! The runtime counts with the crate [`metrics`](https://docs.rs/metrics). Install a recorder, such as that of
//! `metrics-exporter-prometheus`, **before** you start the application, and call [`describe_metrics`]. A view that finds no recorder when
//! it starts, and no status page in its router, counts nothing by itself and reads no clock for it.
//!
//! Labels have few values: never an id, a path, or anything that a client chose. `live_view` is the name of the type that implements
//! [`LiveView`](tealight_core::LiveView).
//!
#![doc = include_str!("telemetry/metrics.md")]
//!
//! # What it costs
//!
//! A session counts its events and times in buckets of its view. Once a second, a thread brings the counts to the recorder, with the
//! gauges. Therefore each value of a histogram is exact to a sixteenth only. [`flush_metrics`] brings the counts at once.
//!
//! # Spans
//!
//! The runtime makes these spans of `tracing`, all at the level `debug` and with the target `tealight::spans`. Log lines inside them, also those
//! of the application, then say where they belong. They carry no data of people. A subscriber that does not want them pays nothing: `tracing` knows
//! their level before their fields are read.
//!
//! | span | fields | |
//! |---|---|---|
//! | `mount` | `live_view` | a call of `mount` |
//! | `restore` | `live_view` | a saved session is loaded for its page |
//! | `attach` | `live_view`, `session` | a page attaches |
//! | `event` | `live_view`, `session`, `kind` | an event in its session, with `update`; `kind` as for `tealight_events_total` |
//! | `render` | `live_view`, `session` | `view` and the writing of a first paint or a message |
//! | `command` | `live_view`, `session` | a future or a stream of a command |
//! | `save` | `sessions` | the store saves so many sessions |
//!
//! `session` is a number that tells sessions apart. It gives access to nothing, and a restored session has another one.

mod buckets;
mod catalog;
mod export;
mod kind;
mod meter;
mod recorder;
pub(crate) mod spans;
mod store;
mod wire;

pub use catalog::{METRICS, Metric, MetricKind, Unit, describe_metrics};
pub use export::flush_metrics;
pub(crate) use export::{Export, start as start_export};
pub(crate) use kind::Kind;
#[doc(hidden)]
pub use meter::Counted;
pub(crate) use meter::{Meter, Meters};
pub(crate) use store::{Saved, WaitsForStore, count_load_time, count_save_time};
pub(crate) use wire::{Transport, Wires};

/// Returns true if there is a recorder, and tells it the counters, so that they begin at zero.
pub(crate) fn begin() -> bool {
    let has_recorder = recorder::is_installed();
    if has_recorder {
        catalog::begin_at_zero();
    }
    has_recorder
}

/// Counts that a queue was full.
pub(crate) fn count_full(queue: &'static str) {
    metrics::counter!("tealight_queue_full_total", "queue" => queue).increment(1);
}
