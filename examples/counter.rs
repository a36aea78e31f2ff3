//! A counter that all open pages share:
//!
//! ```text
//! cargo run --example counter        # http://127.0.0.1:3000, best in two windows
//! ```
//!
//! What is shared lies in the application, which is one for all pages; each page's model is what that
//! page shows of it. Whoever presses a button changes the first, and tells everybody through a topic.

use std::sync::{Arc, Mutex, MutexGuard};

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Counter").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    let counter = Live::builder(Counter::default()).layout(layout).start();
    run(counter).await
}

#[derive(Clone, Default)]
struct Counter {
    count: Arc<Mutex<Count>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Count {
    value: i64,
    /// How often it has changed: of two counts, the one with more changes is the newer one.
    changes: u64,
}

#[derive(Hash)]
enum ExternalEvent {
    Up,
    Down,
}

enum InternalEvent {
    /// This page has changed the count.
    Changed(Count),
    /// Some page has.
    Heard(Count),
}

const TOPIC: &str = "count";

impl LiveView for Counter {
    type Model = Count;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Count, Command<InternalEvent>), MountError> {
        // a page listens from when it is live: what changes before that, it asks for then
        Ok((*self.lock(), Command::perform(self.latest(), InternalEvent::Heard)))
    }

    fn update(&self, count: &mut Count, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Up) => Command::perform(self.add(1), InternalEvent::Changed),
            Event::External(ExternalEvent::Down) => Command::perform(self.add(-1), InternalEvent::Changed),
            Event::Internal(InternalEvent::Changed(news)) => Command::publish(TOPIC, &news),
            Event::Internal(InternalEvent::Heard(news)) => {
                if news.changes > count.changes {
                    *count = news;
                }
                Command::none()
            }
        }
    }

    fn view(&self, count: &Count) -> impl View<ExternalEvent> {
        html! {
            <button type="button" aria-label="One less" on:click={ExternalEvent::Down}>"−"</button>
            <output>{count.value}</output>
            <button type="button" aria-label="One more" on:click={ExternalEvent::Up}>"+"</button>
        }
    }

    fn subscriptions(&self, _count: &Count) -> Subscription<InternalEvent> {
        Subscription::topic(TOPIC, InternalEvent::Heard)
    }
}

impl Counter {
    fn add(&self, by: i64) -> impl Future<Output = Count> + use<> {
        let this = self.clone();
        async move {
            let mut count = this.lock();
            *count = Count { value: count.value.saturating_add(by), changes: count.changes + 1 };
            *count
        }
    }

    fn latest(&self) -> impl Future<Output = Count> + use<> {
        let this = self.clone();
        async move { *this.lock() }
    }

    fn lock(&self) -> MutexGuard<'_, Count> {
        self.count.lock().expect("nobody panics with the count")
    }
}

const STYLE: &str = "
    :root { color-scheme: light dark; font: 2rem/1 system-ui, sans-serif }
    body { display: grid; place-content: center; min-height: 100vh; margin: 0 }
    button { width: 4rem; height: 4rem; border: 1px solid; border-radius: 1rem; font: inherit }
    output { display: inline-block; min-width: 8rem; text-align: center; font-variant-numeric: tabular-nums }
";

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(model: &mut Count, value: i64, changes: u64) {
        let news = InternalEvent::Heard(Count { value, changes });
        assert!(Counter::default().update(model, Event::Internal(news)).is_none());
    }

    #[test]
    fn news_that_come_late_are_old() {
        let mut count = Count::default();
        hear(&mut count, 2, 2);
        hear(&mut count, 1, 1);
        assert_eq!(count, Count { value: 2, changes: 2 });
        hear(&mut count, 1, 3);
        assert_eq!(count.value, 1);
    }

    #[test]
    fn a_change_is_told_to_all() {
        let count = Count { value: 5, changes: 5 };
        let command = Counter::default().update(&mut Count::default(), Event::Internal(InternalEvent::Changed(count)));
        assert_eq!(format!("{command:?}"), "Publish(\"count\")");
    }

    #[tokio::test]
    async fn the_count_is_shared() {
        let counter = Counter::default();
        let up = counter.clone().add(1);
        assert_eq!(counter.add(-3).await.value, -3);
        assert_eq!(up.await, Count { value: -2, changes: 2 });
        assert_eq!(counter.mount(&PageRequest::default()).await.expect("a page").0.value, -2);
    }
}
