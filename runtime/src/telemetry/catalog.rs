//! All metrics, in one list: their descriptions and their documentation are made from it.

/// A metric that Tealight records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Metric {
    /// Its name, by the conventions of Prometheus.
    pub name: &'static str,
    /// The way a recorder keeps its values.
    pub kind: MetricKind,
    /// The unit of its values.
    pub unit: Unit,
    /// Its labels, each with its values in Markdown.
    pub labels: &'static [(&'static str, &'static str)],
    /// One sentence about it, in Markdown.
    pub about: &'static str,
}

/// The kind of a [`Metric`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MetricKind {
    /// A number that only grows.
    Counter,
    /// The value at this moment.
    Gauge,
    /// Many values, of which a recorder keeps the distribution.
    Histogram,
}

/// The unit of a [`Metric`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// A number of things.
    Count,
    /// Seconds.
    Seconds,
    /// Bytes.
    Bytes,
}

type Labels = &'static [(&'static str, &'static str)];

const fn counter(name: &'static str, labels: Labels, about: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Counter, unit: Unit::Count, labels, about }
}

const fn gauge(name: &'static str, labels: Labels, about: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Gauge, unit: Unit::Count, labels, about }
}

const fn bytes(name: &'static str, labels: Labels, about: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Counter, unit: Unit::Bytes, labels, about }
}

const fn histogram(name: &'static str, unit: Unit, labels: Labels, about: &'static str) -> Metric {
    Metric { name, kind: MetricKind::Histogram, unit, labels, about }
}

const LIVE_VIEW: (&str, &str) = ("live_view", "");
const TRANSPORT: (&str, &str) = ("transport", "`ws`, `sse`, `other`");

/// All metrics that Tealight records, in the order of the table.
pub const METRICS: &[Metric] = &[
    // events
    counter(
        "tealight_events_total",
        &[LIVE_VIEW, ("kind", "`page`, `post`, `timer`, `topic`, `command`")],
        "Events that sessions have handled, and messages of topics. `command` is the result of work or of `after`.",
    ),
    histogram(
        "tealight_event_to_patch_seconds",
        Unit::Seconds,
        &[LIVE_VIEW],
        "The time from an event in an attached session to the patch that shows it, as the transport gets it.",
    ),
    histogram(
        "tealight_update_seconds",
        Unit::Seconds,
        &[LIVE_VIEW],
        "The time of an event in its session: the look-up of its handler, `update`, and `subscriptions`.",
    ),
    histogram(
        "tealight_render_seconds",
        Unit::Seconds,
        &[LIVE_VIEW],
        "The time in which a session calls `view` and writes a first paint or a message.",
    ),
    histogram("tealight_patch_bytes", Unit::Bytes, &[LIVE_VIEW], "The length of a patch or a full render."),
    histogram("tealight_mount_seconds", Unit::Seconds, &[LIVE_VIEW], "The time of a `mount`."),
    counter(
        "tealight_slow_total",
        &[("in", "`guard`, `mount`, `update`, `view`, `subscriptions`, `command`, `save`"), LIVE_VIEW],
        "Calls that kept a thread busy for more than 100 ms, also those that never return. For `mount` and a command's future, one poll is a call.",
    ),
    // sessions and pages
    gauge("tealight_sessions", &[("state", "`unattached`, `attached`, `detached`")], "Sessions."),
    counter("tealight_mounts_total", &[], "Calls of `mount`."),
    counter(
        "tealight_attaches_total",
        &[("kind", "`first`, `again`")],
        "Pages that have attached to their session: for the first time, or again after a lost connection or a restart.",
    ),
    counter("tealight_prefetches_total", &[], "Views that pages have asked for ahead."),
    counter(
        "tealight_remounts_total",
        &[],
        "Full renders that pages have asked for, because they could not apply a patch. A page that asks again and again must wait.",
    ),
    // connections
    gauge("tealight_connections", &[], "Open connections of pages."),
    counter("tealight_connections_opened_total", &[TRANSPORT], "Connections that pages have opened."),
    counter("tealight_connections_closed_total", &[TRANSPORT], "Connections of pages that have ended."),
    bytes("tealight_received_bytes_total", &[TRANSPORT], "The length of all messages from pages."),
    bytes("tealight_sent_bytes_total", &[TRANSPORT], "The length of all messages to pages, before any compression."),
    // refusals and bounds
    counter(
        "tealight_refused_total",
        &[(
            "reason",
            "of a [`Refusal`](tealight_core::session::Refusal::reason) or a [`Close`](crate::Close::reason); `target`, `host`, `owner`",
        )],
        "Refused messages, forms and requests, and closed connections.",
    ),
    counter(
        "tealight_limits_reached_total",
        &[("limit", "the name of a [`Limit`](crate::Limit)")],
        "Each time that a limit was reached.",
    ),
    counter(
        "tealight_queue_full_total",
        &[("queue", "`topic`, `mounting`, `prefetch`, `ahead`")],
        "Each time that a queue was full, and the oldest was removed: the messages of a topic, those of all topics while pages are mounted, the addresses that a page wants ahead, and the views that are ready for it.",
    ),
    counter(
        "tealight_page_commands_dropped_total",
        &[],
        "Page commands that were dropped because too many were waiting for their page.",
    ),
    // faults of the application
    counter(
        "tealight_panics_total",
        &[(
            "in",
            "`guard`, `mount`, `update`, `view`, `command`, `layout`, `error_page`, `messages`, `messages_for`, `model_bytes`, `save`, `restore`, `store`, `pubsub`, `drop`",
        )],
        "Panics of the application, a store or an engine.",
    ),
    counter("tealight_duplicate_keys_total", &[], "Lists in which two rows had the same key."),
    // saved sessions
    counter("tealight_saves_total", &[], "Sessions that were saved, each as often as it was."),
    counter(
        "tealight_sessions_moved_total",
        &[],
        "Sessions that this process has handed over to another one, or lost to it.",
    ),
    counter("tealight_saves_failed_total", &[], "Attempts to save sessions that failed."),
    bytes("tealight_saved_bytes_total", &[], "The length of all saves."),
    histogram(
        "tealight_save_seconds",
        Unit::Seconds,
        &[],
        "The time in which the store saves some sessions, or fails.",
    ),
    counter("tealight_restores_total", &[], "Saved sessions that were restored."),
    counter("tealight_restores_failed_total", &[], "Saved sessions that could not be restored."),
    histogram("tealight_load_seconds", Unit::Seconds, &[], "The time in which the store loads a session, or fails."),
    gauge(
        "tealight_pages_waiting_for_store",
        &[],
        "Pages whose session is being loaded, or whose message waits until the session is saved.",
    ),
    counter("tealight_sessions_lost_total", &[], "Sessions that a shutdown could not save in time."),
    // work
    gauge("tealight_commands_running", &[], "Futures, streams and functions of commands that run."),
    gauge("tealight_timers", &[], "Timers of sessions, deadlines of waiting sessions, and alarms of transports."),
    // topics and presence
    gauge("tealight_topic_subscriptions", &[], "Subscriptions of sessions to topics."),
    counter("tealight_published_messages_total", &[], "Messages that were handed to the engine."),
    counter("tealight_lost_messages_total", &[], "Published messages that the engine could not send."),
    counter("tealight_topics_lagged_total", &[], "Subscriptions of sessions that have missed messages, or may have."),
    counter(
        "tealight_relayed_total",
        &[("result", "`answered`, `busy` or `unknown`")],
        "Requests of pages that were passed on to the process that has their connection.",
    ),
    gauge(
        "tealight_engine_connected",
        &[],
        "1 if the engine has its connection to the other processes, 0 if this process is cut off.",
    ),
    gauge("tealight_presence_places", &[], "Places at which this process's pages are, or look on."),
    gauge("tealight_presence_people", &[], "People at these places, on any process. One at two places counts twice."),
    gauge("tealight_presence_devices", &[], "This process's pages at places, with those that have just gone away."),
    counter("tealight_presence_messages_total", &[], "Messages about places to other processes."),
];

/// Tells the recorder the units and descriptions of all metrics. Call it after you have installed the recorder.
///
/// ```
/// // install a recorder first, such as that of metrics-exporter-prometheus
/// tealight_runtime::telemetry::describe_metrics();
/// ```
pub fn describe_metrics() {
    for Metric { name, kind, unit, about, .. } in METRICS {
        let unit = match unit {
            Unit::Count => metrics::Unit::Count,
            Unit::Seconds => metrics::Unit::Seconds,
            Unit::Bytes => metrics::Unit::Bytes,
        };
        match kind {
            MetricKind::Counter => metrics::describe_counter!(*name, unit, *about),
            MetricKind::Gauge => metrics::describe_gauge!(*name, unit, *about),
            MetricKind::Histogram => metrics::describe_histogram!(*name, unit, *about),
        }
    }
}

/// Records each counter that has only listed labels, without a value. Otherwise it would appear with its first fault, and an alert that
/// looks at changes would miss that.
pub(super) fn begin_at_zero() {
    for Metric { name, kind, labels, .. } in METRICS {
        match (kind, labels) {
            (MetricKind::Counter, []) => metrics::counter!(*name).increment(0),
            (MetricKind::Counter, [(label, values)]) if !values.contains('[') => {
                for value in values.split('`').skip(1).step_by(2) {
                    metrics::counter!(*name, *label => value).increment(0);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fmt::Write;
    use std::fs;
    use std::path::{Path, PathBuf};

    use expect_test::expect_file;

    use super::*;

    fn table() -> String {
        let mut table = String::from("| metric | kind, unit | labels | |\n|---|---|---|---|\n");
        for Metric { name, kind, unit, labels, about } in METRICS {
            let kind = match kind {
                MetricKind::Counter => "counter",
                MetricKind::Gauge => "gauge",
                MetricKind::Histogram => "histogram",
            };
            let unit = match unit {
                Unit::Count => "",
                Unit::Seconds => ", seconds",
                Unit::Bytes => ", bytes",
            };
            let labels = labels.iter().map(|(name, values)| match *values {
                "" => format!("`{name}`"),
                values => format!("`{name}`: {values}"),
            });
            let labels = labels.collect::<Vec<_>>().join("; ");
            writeln!(table, "| `{name}` | {kind}{unit} | {labels} | {about} |").expect("text");
        }
        table
    }

    #[test]
    fn the_documented_table_lists_all_metrics() {
        expect_file!["metrics.md"].assert_eq(&table());
    }

    #[test]
    fn names_follow_the_conventions_of_prometheus() {
        for Metric { name, kind, unit, .. } in METRICS {
            assert!(name.starts_with("tealight_"), "{name}");
            assert_eq!(name.ends_with("_total"), *kind == MetricKind::Counter, "{name}");
            let unit_of = name.trim_end_matches("_total");
            assert_eq!(unit_of.ends_with("_seconds"), *unit == Unit::Seconds, "{name}");
            assert_eq!(unit_of.ends_with("_bytes"), *unit == Unit::Bytes, "{name}");
        }
        let names: BTreeSet<_> = METRICS.iter().map(|metric| metric.name).collect();
        assert_eq!(names.len(), METRICS.len());
    }

    fn rust_files(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                rust_files(&path, files);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }

    #[test]
    fn the_code_records_these_metrics_and_no_others() {
        let mut files = Vec::new();
        rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut files);
        let mut recorded = BTreeSet::new();
        for file in files.iter().filter(|file| !file.ends_with("telemetry/catalog.rs")) {
            let text = fs::read_to_string(file).expect("a file");
            let names = text.split('"').filter(|name| name.starts_with("tealight_") && !name.contains(':'));
            recorded.extend(names.map(str::to_owned));
        }
        let listed: BTreeSet<_> = METRICS.iter().map(|metric| metric.name.to_owned()).collect();
        assert_eq!(recorded, listed);
    }
}
