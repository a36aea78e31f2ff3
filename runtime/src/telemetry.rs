//! The metrics that the runtime counts with the crate `metrics`.
//!
//! Install the recorder before you start the application. Without one, nothing is counted.
//!
//! Labels have few values: never an id, a path, or anything that a client chose. `live_view` is the name of the type that implements
//! [`LiveView`](tealight_core::LiveView).
//!
#![doc = include_str!("telemetry/metrics.md")]

mod catalog;

pub use catalog::{METRICS, Metric, MetricKind, Unit, describe_metrics};
