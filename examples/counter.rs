//! A counter that all open pages share.
//!
//! ```text
//! cargo run --example counter        # http://127.0.0.1:3000, best in two windows
//! ```
//!
//! The application holds the count. Each page's model is the count that the page shows. A page that changes the count
//! publishes it on a topic, and all pages subscribe to that topic.

use std::sync::{Arc, Mutex};

use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Counter").style(STYLE).head(r#"<link rel="icon" href="data:,">"#);
    run(Live::builder(Counter::default()).layout(layout).start()).await
}

/// The number of changes, and the value. The greater of two counts is the newer one.
type Count = (u64, i64);

#[derive(Clone, Default)]
struct Counter(Arc<Mutex<Count>>);

#[derive(Hash)]
struct Add(i64);

enum InternalEvent {
    /// This page has changed the count.
    Changed(Count),
    /// A page has published its change.
    Heard(Count),
    /// Changes may be lost.
    Lagged,
}

/// The topic on which pages publish their changes.
const COUNT: Topic<Count> = Topic::new("count").newest();

impl LiveView for Counter {
    type Model = Count;
    type ExternalEvent = Add;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Count, Command<InternalEvent>), MountError> {
        Ok((self.change(|_| {}).await, Command::none()))
    }

    fn update(&self, count: &mut Count, event: Event<Add, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(Add(by)) => {
                let add = move |count: &mut Count| *count = (count.0 + 1, count.1.saturating_add(by));
                return Command::perform(self.change(add), InternalEvent::Changed);
            }
            Event::Internal(InternalEvent::Changed(new)) => return Command::publish(COUNT, &new),
            Event::Internal(InternalEvent::Heard(new)) => *count = new.max(*count),
            Event::Internal(InternalEvent::Lagged) => {
                return Command::perform(self.change(|_| {}), InternalEvent::Heard);
            }
        }
        Command::none()
    }

    fn view(&self, (_, value): &Count) -> impl View<Add> {
        html! {
            <button type="button" aria-label="One less" on:click={Add(-1)}>"−"</button>
            <output>{*value}</output>
            <button type="button" aria-label="One more" on:click={Add(1)}>"+"</button>
        }
    }

    fn subscriptions(&self, _count: &Count) -> Subscription<InternalEvent> {
        Subscription::topic(COUNT, InternalEvent::Heard).lagged(InternalEvent::Lagged)
    }
}

impl Counter {
    /// Changes the shared count, and returns it.
    fn change<F: FnOnce(&mut Count)>(&self, change: F) -> impl Future<Output = Count> + use<F> {
        let Self(shared) = self.clone();
        async move {
            let mut count = shared.lock().expect("no page panics while it holds the count");
            change(&mut count);
            *count
        }
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
    use tealight_test::TestApp;

    use super::*;

    #[test]
    fn two_pages_share_the_count() {
        let app = TestApp::start(Counter::default());
        let (ada, bob) = (app.open("/"), app.open("/"));
        ada.click("[aria-label='One more']");
        bob.click("[aria-label='One more']");
        bob.click("[aria-label='One less']");
        assert_eq!((ada.text("output"), bob.text("output")), ("1".into(), "1".into()));
        assert_eq!(app.open("/").text("output"), "1");
    }

    #[test]
    fn an_older_count_is_ignored() {
        let app = TestApp::start(Counter::default());
        let page = app.open("/");
        for (changes, value, shown) in [(2, 2, "2"), (1, 1, "2"), (3, 1, "1")] {
            app.publish(COUNT, &(changes, value));
            assert_eq!(page.text("output"), shown);
        }
    }
}
