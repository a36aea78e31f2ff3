//! Applications record what the list of metrics promises.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use metrics_util::MetricKind as RecordedKind;
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use serde_json::json;
use tealight_core::{FormData, PageRequest};
use tealight_runtime::telemetry::{METRICS, MetricKind, flush_metrics};
use tealight_runtime::{Limits, Live};
use tealight_test::protocol::{Tab, settle};
use tokio::time::sleep;

use crate::presence::{Hall, SMILE};
use crate::router::shop;
use crate::saved::moves::{Two, at_the_end, resume};
use crate::saved::{MemoryStore, Rows, end};
use crate::support::{BREAK_UPDATE, Desk, LISTEN, LOAD, SAY, TICK, UP};

/// The counters that this test does not change.
const RARE: &[&str] = &[
    "tealight_duplicate_keys_total",
    "tealight_lost_messages_total",
    "tealight_page_commands_dropped_total",
    "tealight_queue_full_total",
    "tealight_relayed_total",
    "tealight_topics_lagged_total",
];

/// A busy machine changes this one.
const SLOW: &str = "tealight_slow_total";

/// The sums of what was recorded, by name and labels.
type Recorded = BTreeMap<(String, String), f64>;

/// Reads what was recorded since the last time: all values begin again at zero.
fn read(snapshotter: &Snapshotter) -> Recorded {
    flush_metrics();
    let mut recorded = Recorded::new();
    for (key, _, _, value) in snapshotter.snapshot().into_vec() {
        let name = key.key().name();
        let metric =
            METRICS.iter().find(|metric| metric.name == name).unwrap_or_else(|| panic!("{name} is not listed"));
        let kind = match key.kind() {
            RecordedKind::Counter => MetricKind::Counter,
            RecordedKind::Gauge => MetricKind::Gauge,
            RecordedKind::Histogram => MetricKind::Histogram,
        };
        assert_eq!(metric.kind, kind, "{name}");
        let labels: BTreeMap<_, _> = key.key().labels().map(|label| (label.key(), label.value())).collect();
        let listed: BTreeSet<_> = metric.labels.iter().map(|(label, _)| *label).collect();
        assert_eq!(labels.keys().copied().collect::<BTreeSet<_>>(), listed, "{name}");
        for (label, value) in labels.iter().filter(|(label, _)| **label != "live_view") {
            let (_, values) = metric.labels.iter().find(|(listed, _)| listed == label).expect("a label");
            assert!(values.contains(&format!("`{value}`")) || values.contains("](crate::"), "{name}: {label}={value}");
        }
        let values: Vec<_> = labels.values().map(|value| value.rsplit("::").next().unwrap_or_default()).collect();
        let number = match value {
            DebugValue::Counter(count) => count as f64,
            DebugValue::Gauge(value) => value.0,
            DebugValue::Histogram(values) => values.len() as f64,
        };
        recorded.insert((name.to_owned(), values.join(" ")), number);
    }
    recorded
}

fn of(recorded: &Recorded, name: &str, labels: &str) -> f64 {
    *recorded.get(&(name.to_owned(), labels.to_owned())).unwrap_or_else(|| panic!("{name} {labels}: {recorded:#?}"))
}

#[tokio::test(start_paused = true)]
async fn an_event_is_counted_timed_and_weighed() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _metrics = metrics::set_default_local_recorder(&recorder);
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    assert_eq!(of(&read(&snapshotter), "tealight_connections", ""), 1.0);
    let mut sent = 0;
    for _ in 0..3 {
        tab.click(UP);
        sent += tab.next().await.expect("a patch").to_string().len();
    }
    let recorded = read(&snapshotter);
    assert_eq!(of(&recorded, "tealight_events_total", "page Desk"), 3.0);
    for histogram in ["event_to_patch_seconds", "update_seconds", "render_seconds", "patch_bytes"] {
        assert_eq!(of(&recorded, &format!("tealight_{histogram}"), "Desk"), 3.0, "{histogram}");
    }
    assert_eq!(of(&recorded, "tealight_sent_bytes_total", "other"), sent as f64);

    // An acknowledgement is no event, and a page that attaches again waits for none.
    tab.reconnect(&live);
    tab.next().await.expect("an answer");
    tab.click(TICK);
    sleep(Duration::from_millis(3_500)).await;
    let recorded = read(&snapshotter);
    assert_eq!(of(&recorded, "tealight_attaches_total", "again"), 1.0);
    assert_eq!(of(&recorded, "tealight_events_total", "page Desk"), 1.0);
    assert_eq!(of(&recorded, "tealight_events_total", "timer Desk"), 3.0);
    assert_eq!(of(&recorded, "tealight_event_to_patch_seconds", "Desk"), 0.0);

    tab.connection.hang_up();
    drop((tab, live));
    settle().await;
    let recorded = read(&snapshotter);
    assert_eq!(of(&recorded, "tealight_connections_closed_total", "other"), 1.0);
}

#[tokio::test(start_paused = true)]
async fn gauges_add_up_over_applications_and_end_at_zero() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _metrics = metrics::set_default_local_recorder(&recorder);
    let (first, second) = (Live::new(Hall), Live::new(Hall));
    let mut tabs = Vec::new();
    for (live, path) in [(&first, "/ada"), (&first, "/ada"), (&second, "/bob")] {
        tabs.push(Tab::open(live, path).await);
    }
    settle().await;
    let before = read(&snapshotter);
    for (name, expected) in
        [("connections", 3.0), ("presence_places", 2.0), ("presence_people", 2.0), ("presence_devices", 3.0)]
    {
        assert_eq!(of(&before, &format!("tealight_{name}"), ""), expected, "{name}");
    }
    tabs.clear();
    first.shutdown().await;
    second.shutdown().await;
    drop((first, second));
    settle().await;
    let after = read(&snapshotter);
    for name in ["connections", "timers", "commands_running", "topic_subscriptions", "presence_devices"] {
        let name = format!("tealight_{name}");
        assert_eq!(of(&before, &name, "") + of(&after, &name, ""), 0.0, "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn applications_record_what_is_listed() {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let _metrics = metrics::set_default_local_recorder(&recorder);

    let live = Live::builder(Desk::default()).limits(Limits::default().attached(1)).start();
    let mut tab = Tab::open(&live, "/").await;
    for slot in [UP, LOAD, LISTEN, SAY, TICK] {
        tab.click(slot);
        tab.next().await.expect("a patch");
    }
    sleep(Duration::from_secs(2)).await;
    tab.send(&json!({"remount": tab.patch}));
    let mut refused = Tab::connect(&live, "/", tab.session.clone());
    refused.attach();
    refused.next().await.expect_err("there is one page too many");
    tab.click(BREAK_UPDATE);
    while tab.next().await.is_ok() {}
    live.post(PageRequest::new("/", "tealight-form=0.0"), "/", FormData::default()).await.expect("an answer");

    let shop = shop().start();
    let mut tab = Tab::open(&shop, "/shop").await;
    tab.send(&json!([1, tab.patch, [u32::MAX - 2], "/desk/pens"]));
    tab.next().await.expect("an answer");
    settle().await;

    let mut tab = Tab::open(&Live::new(Hall), "/ada").await;
    tab.click(SMILE);
    sleep(Duration::from_secs(2)).await;

    let store = MemoryStore::default();
    let rows = || Live::builder(Rows).save_sessions(store.clone()).start();
    let first = rows();
    let mut tab = Tab::open(&first, "/").await;
    end(&first, &mut tab).await;
    let second = rows();
    tab.reconnect(&second);
    tab.next().await.expect("an answer");
    store.is_broken.store(true, Relaxed);
    let mut lost = Tab::connect(&second, "/", "0".repeat(tab.session.len()));
    lost.attach();
    lost.next().await.expect_err("the store is broken");
    drop(lost);
    end(&second, &mut tab).await;

    let two = Two::start(at_the_end);
    let mut tab = two.page().await;
    resume(&mut tab, &two.second).await;

    let recorded = read(&snapshotter);
    let names: BTreeSet<_> = recorded.keys().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, METRICS.iter().map(|metric| metric.name).collect());
    // Gauges are back at zero, and most counters began there.
    let has_changed =
        |name: &str| name == SLOW || recorded.iter().any(|((other, _), value)| other == name && *value != 0.0);
    let steady = METRICS.iter().filter(|metric| metric.kind != MetricKind::Gauge && !has_changed(metric.name));
    assert_eq!(steady.map(|metric| metric.name).collect::<BTreeSet<_>>(), RARE.iter().copied().collect());
}
