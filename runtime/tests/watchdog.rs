//! A function that does not return is reported while it runs, by name.

use std::collections::HashSet;
use std::sync::{Arc, Condvar, LazyLock, Mutex};
use std::time::Duration;

use metrics::{Counter, CounterFn, Gauge, Histogram, Key, KeyName, Metadata, Recorder, SharedString, Unit};
use serde_json::json;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::Live;
use tealight_test::protocol::{Tab, request};

/// The functions that were reported, by label.
#[derive(Default)]
struct Reports {
    seen: Mutex<HashSet<String>>,
    changed: Condvar,
}

static REPORTS: LazyLock<Arc<Reports>> = LazyLock::new(|| {
    let reports = Arc::<Reports>::default();
    metrics::set_global_recorder(Record(Arc::clone(&reports))).expect("there is no other recorder");
    reports
});

/// A test that fails ends after this time.
const GIVE_UP: Duration = Duration::from_secs(30);

impl Reports {
    /// Blocks this thread, as an endless loop does, until the watchdog has reported it.
    fn block_until_reported(&self, function: &str) {
        let seen = self.seen.lock().expect("no panic");
        let waiting = self.changed.wait_timeout_while(seen, GIVE_UP, |seen| !seen.contains(function));
        let (_seen, waited) = waiting.expect("no panic");
        assert!(!waited.timed_out(), "{function} is not reported");
    }
}

struct Record(Arc<Reports>);

struct Report(Arc<Reports>, String);

impl CounterFn for Report {
    fn increment(&self, _: u64) {
        self.0.seen.lock().expect("no panic").insert(self.1.clone());
        self.0.changed.notify_all();
    }

    fn absolute(&self, _: u64) {}
}

impl Recorder for Record {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}
    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, key: &Key, _: &Metadata<'_>) -> Counter {
        if key.name() != "tealight_slow_total" {
            return Counter::noop();
        }
        let label = |name| key.labels().find(|label| label.key() == name).expect("a label").value().to_owned();
        assert_eq!(label("live_view"), "watchdog::Endless");
        Counter::from_arc(Arc::new(Report(Arc::clone(&self.0), label("in"))))
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, _: &Key, _: &Metadata<'_>) -> Histogram {
        Histogram::noop()
    }
}

/// One of its functions does not return before it is reported.
struct Endless(&'static str);

impl Endless {
    fn run(&self, function: &str, clicks: u32) {
        if self.0 == function && clicks > 0 {
            REPORTS.block_until_reported(function);
        }
    }
}

impl LiveView for Endless {
    type Model = u32;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
        self.run("mount", 1);
        Ok((0, Command::none()))
    }

    fn update(&self, clicks: &mut u32, event: Event<(), ()>) -> Command<()> {
        self.run("update", 1);
        if let Event::Internal(()) = event {
            return Command::none();
        }
        *clicks += 1;
        if self.0 != "command" {
            return Command::none();
        }
        Command::perform(async { REPORTS.block_until_reported("command") }, |()| ())
    }

    fn view(&self, clicks: &u32) -> impl View<()> {
        self.run("view", *clicks);
        html! { <button on:click={()}>{clicks}</button> }
    }

    fn subscriptions(&self, clicks: &u32) -> Subscription<()> {
        self.run("subscriptions", *clicks);
        Subscription::none()
    }
}

#[tokio::test]
async fn an_endless_function_is_reported_while_it_runs() {
    LazyLock::force(&REPORTS);
    for function in ["mount", "update", "view", "subscriptions", "command"] {
        let live = Live::new(Endless(function));
        let mut tab = Tab::open(&live, "/").await;
        tab.click(0);
        assert_eq!(tab.next().await, Ok(json!([1, [1, "1"], {"e": 1}])), "{function}");
        while live.stats().tasks > 0 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(REPORTS.seen.lock().expect("no panic").len(), 5);
    Live::new(Endless("")).page(request("/"), "/").await.expect("a page");
}
