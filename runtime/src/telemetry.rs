//! Metrics: the view of a running server for the people who look after it.
//!
//! The runtime counts with the crate [`metrics`](https://docs.rs/metrics). Install a recorder, such as that of
//! `metrics-exporter-prometheus`, **before** you start the application, and call [`describe_metrics`]. A view that finds no recorder when
//! it starts counts nothing by itself and reads no clock for it.
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

mod buckets;
mod catalog;
mod export;
mod kind;
mod meter;
mod recorder;
mod store;
mod wire;

pub use catalog::{METRICS, Metric, MetricKind, Unit, describe_metrics};
pub use export::flush_metrics;
pub(crate) use export::{Export, start as start_export};
pub(crate) use kind::Kind;
pub(crate) use meter::Meter;
pub(crate) use recorder::is_installed as has_recorder;
pub(crate) use store::{Saved, WaitsForStore, count_load_time, count_save_time};
pub(crate) use wire::{Transport, Wires};

/// Counts that a queue was full.
pub(crate) fn count_full(queue: &'static str) {
    metrics::counter!("tealight_queue_full_total", "queue" => queue).increment(1);
}
