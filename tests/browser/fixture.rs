//! A page for the browser tests: a text field, its value, and a counter.
//!
//! ```text
//! cargo run --example fixture
//! ```

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Fixture").head(r#"<link rel="icon" href="data:,">"#);
    let fixture = Live::builder(Fixture::default()).layout(layout).start();
    run(fixture).await
}

#[derive(Default)]
struct Fixture {
    mounts: AtomicU32,
}

struct Model {
    /// The number of mounts, including this one.
    mounts: u32,
    heard: String,
    ticks: u32,
    clicks: u32,
}

#[derive(Hash)]
enum ExternalEvent {
    Typed(String),
    Clicked,
}

#[derive(Clone)]
enum InternalEvent {
    Tick,
}

impl LiveView for Fixture {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        let mounts = self.mounts.fetch_add(1, Ordering::Relaxed) + 1;
        Ok((Model { mounts, heard: String::new(), ticks: 0, clicks: 0 }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Typed(text)) => model.heard = text,
            Event::External(ExternalEvent::Clicked) => model.clicks += 1,
            Event::Internal(InternalEvent::Tick) => model.ticks += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <label>"Name " <input on:input={ExternalEvent::Typed}/></label>
            <button on:click={ExternalEvent::Clicked}>"Click"</button>
            <p id="clicks">{model.clicks}</p>
            <p id="heard">{&model.heard}</p>
            <p id="ticks">{model.ticks}</p>
            <p id="mounts">{model.mounts}</p>
        }
    }

    fn subscriptions(&self, _model: &Model) -> Subscription<InternalEvent> {
        Subscription::every(Duration::from_millis(100), InternalEvent::Tick)
    }
}
