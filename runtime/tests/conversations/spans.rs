//! Spans say which session does something, and never with which data.

use std::collections::BTreeSet;
use std::fmt::{Debug, Write as _};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tealight_runtime::Live;
use tealight_test::protocol::{Tab, settle};
use tokio::time::sleep;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

use crate::saved::{MemoryStore, Rows, end};
use crate::support::{Desk, LISTEN, LOAD, SAY, TICK, UP};

/// The spans that were made, each with its fields.
#[derive(Clone, Default)]
struct Spans(Arc<Mutex<Vec<String>>>);

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        write!(self.0, " {}={value:?}", field.name()).expect("a String takes every text");
    }
}

impl Subscriber for Spans {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "tealight::spans"
    }

    fn new_span(&self, span: &Attributes<'_>) -> Id {
        let mut line = Line(span.metadata().name().to_owned());
        span.record(&mut line);
        self.0.lock().expect("no panic").push(line.0);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

impl Spans {
    /// Takes the spans, without the numbers of sessions and the paths of types. Returns those numbers too.
    fn take(&self) -> (BTreeSet<String>, BTreeSet<String>) {
        let mut numbers = BTreeSet::new();
        let lines = std::mem::take(&mut *self.0.lock().expect("no panic"));
        let words = |line: &String| {
            let word = |word: &str| match word.split_once('=') {
                Some(("session", number)) => {
                    numbers.insert(number.to_owned());
                    "session".to_owned()
                }
                Some(("live_view", name)) => name.rsplit("::").next().unwrap_or(name).trim_matches('"').to_owned(),
                _ => word.replace('"', ""),
            };
            line.split(' ').map(word).collect::<Vec<_>>().join(" ")
        };
        let spans = lines.iter().map(words).collect();
        (spans, numbers)
    }
}

#[tokio::test(start_paused = true)]
async fn a_span_names_the_session_and_the_kind_of_event() {
    let spans = Spans::default();
    let _logs = tracing::subscriber::set_default(spans.clone());
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    for slot in [UP, LOAD, LISTEN, SAY, TICK] {
        tab.click(slot);
        tab.next().await.expect("a patch");
    }
    sleep(Duration::from_secs(2)).await;
    let (made, numbers) = spans.take();
    let expected = [
        "mount Desk",
        "attach Desk session",
        "render Desk session",
        "command Desk session",
        "event Desk session kind=page",
        "event Desk session kind=topic",
        "event Desk session kind=timer",
        "event Desk session kind=command",
    ];
    assert_eq!(made, expected.map(str::to_owned).into());
    assert_eq!(numbers.len(), 1, "{numbers:?}");

    let mut other = Tab::open(&live, "/").await;
    other.send(&json!([1, other.patch, [UP], "a secret"]));
    other.next().await.expect("a patch");
    let (made, others) = spans.take();
    assert!(!format!("{made:?}").contains("secret"));
    assert!(numbers.is_disjoint(&others));
}

#[tokio::test(start_paused = true)]
async fn saves_and_restores_have_spans() {
    let spans = Spans::default();
    let _logs = tracing::subscriber::set_default(spans.clone());
    let store = MemoryStore::default();
    let server = || Live::builder(Rows).save_sessions(store.clone()).start();
    let first = server();
    let mut tab = Tab::open(&first, "/").await;
    end(&first, &mut tab).await;
    tab.reconnect(&server());
    tab.next().await.expect("an answer");
    settle().await;
    let (made, _) = spans.take();
    assert!(made.contains("save sessions=1") && made.contains("restore Rows"), "{made:?}");
}
