//! A page for the browser tests: rows and a notice that enter and leave.
//!
//! ```text
//! cargo run --example leaving
//! ```

use std::time::Duration;

use tealight::prelude::*;
use tealight::runtime::{Layout, Live};
use tealight::warp::{RunError, run};

/// Long enough for a test to see the transitions, which it ends itself.
const STYLE: &str = "<style>
    .arriving { animation: arrive 1000s }
    .leaving { animation: leave 1000s forwards }
    @keyframes arrive { from { opacity: 0 } }
    @keyframes leave { to { opacity: 0 } }
</style>";

#[tokio::main]
async fn main() -> Result<(), RunError> {
    let layout = Layout::new("Leaving").head(r#"<link rel="icon" href="data:,">"#).head(STYLE);
    run(Live::builder(Leaving).layout(layout).start()).await
}

struct Leaving;

struct Model {
    teas: Vec<u32>,
    has_notice: bool,
}

#[derive(Hash)]
enum ExternalEvent {
    Add(u32),
    Remove(u32),
    Announce,
}

#[derive(Clone)]
enum InternalEvent {
    Hide,
}

impl LiveView for Leaving {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        Ok((Model { teas: vec![1, 2, 3], has_notice: false }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Add(tea)) => model.teas.push(tea),
            Event::External(ExternalEvent::Remove(tea)) => model.teas.retain(|other| *other != tea),
            Event::External(ExternalEvent::Announce) => {
                model.has_notice = true;
                return Command::after(Duration::from_millis(100), InternalEvent::Hide);
            }
            Event::Internal(InternalEvent::Hide) => model.has_notice = false,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <ul>
                for tea in &model.teas, key = tea {
                    <li transition:enter="arriving" transition:leave="leaving">
                        <button on:click={ExternalEvent::Remove(*tea)}>{tea}</button>
                    </li>
                }
            </ul>
            <p id="count">{model.teas.len()}</p>
            <button id="add" on:click={ExternalEvent::Add(2)}>"Add 2"</button>
            <button id="announce" on:click={ExternalEvent::Announce}>"Announce"</button>
            if model.has_notice {
                <p id="notice" transition:enter="arriving" transition:leave="leaving">"Tea is ready"</p>
            }
        }
    }
}
