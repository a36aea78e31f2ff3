//! Session ids are in no log line and in no metric.

use std::fmt::{self, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use metrics::{Counter, Gauge, Histogram, Key, KeyName, Metadata as MetricMetadata, Recorder, SharedString, Unit};
use serde_json::json;
use tealight_core::{FormData, PageRequest};
use tealight_runtime::{Live, script};
use tealight_test::protocol::{Tab, settle};
use tokio::time::sleep;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::support::{BREAK_UPDATE, Desk, LISTEN, LOAD, SAY, UP};

/// Everything that is logged and counted, as text.
#[derive(Clone, Default)]
struct Said(Arc<Mutex<String>>);

impl Said {
    fn say(&self, what: impl fmt::Debug) {
        writeln!(self.0.lock().expect("no panic"), "{what:?}").expect("a String takes every text");
    }
}

impl Visit for Said {
    fn record_debug(&mut self, _: &Field, value: &dyn fmt::Debug) {
        self.say(value);
    }
}

impl Subscriber for Said {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        span.record(&mut self.clone());
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        values.record(&mut self.clone());
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        self.say(event.metadata().target());
        event.record(&mut self.clone());
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Recorder for Said {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &MetricMetadata<'_>) -> Counter {
        self.say(key);
        Counter::noop()
    }

    fn register_gauge(&self, key: &Key, _: &MetricMetadata<'_>) -> Gauge {
        self.say(key);
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &MetricMetadata<'_>) -> Histogram {
        self.say(key);
        Histogram::noop()
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_logged_and_counted_names_no_session() {
    let said = Said::default();
    let _logs = tracing::subscriber::set_default(said.clone());
    let recorder = said.clone();
    let _metrics = metrics::set_default_local_recorder(&recorder);

    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    let id = tab.session.clone();
    for slot in [UP, LOAD, LISTEN, SAY] {
        tab.click(slot);
        tab.next().await.expect("a patch");
    }
    // what is refused, with the id in every place that is the page's
    tab.send(&json!([tab.event + 1, tab.patch, [99], &id]));
    tab.event += 1;
    tab.next().await.expect("a refusal");
    tab.send(&json!({ "tealight": 1, "session": &id, "patch": 0, "event": 0 }));
    while tab.next().await.is_ok() {}
    let mut other = Tab::connect(&live, "/", id.clone());
    other.send(&json!({ "tealight": 2, "session": &id, "patch": 0, "event": 0 }));
    other.next().await.expect("a refusal");
    let mut owned = Tab::connect(&live, "/", id.clone());
    owned.attach();
    while !owned.next().await.expect("an answer")["mount"].is_object() {}
    owned.click(BREAK_UPDATE);
    while owned.next().await.is_ok() {}
    live.post(PageRequest::new("/", "tealight-form=0.0"), "/", FormData::default()).await.expect("an answer");
    live.page(PageRequest::new("/later", ""), "/").await.expect_err("it is unavailable");
    assert!(script::answer("other.js", None, None).is_none());
    settle().await;
    sleep(Duration::from_secs(200)).await;
    for tab in [&mut tab, &mut other, &mut owned] {
        tab.connection.hang_up();
    }
    live.shutdown().await;

    let said = said.0.lock().expect("no panic");
    assert!(said.contains("tealight_refused_total") && said.contains("the application panicked"), "{said}");
    assert!(!said.contains(&id), "{said}");
}
