//! A page for the browser tests: it counts numbered events, and says which ones are missing, doubled or out of order.
//!
//! ```text
//! cargo run --example faults
//! ```
//!
//! With a file in the variable `SESSIONS`, its sessions survive a restart. `SAVE_EVERY` is a number of milliseconds.

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::{Layout, Live, Saving};
use tealight::warp::run;
use tealight_store::FileStore;

/// The latest numbers that the page shows.
const SHOWN: u32 = 8;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let layout = Layout::new("Faults").head(r#"<link rel="icon" href="data:,">"#);
    let mut faults = Live::builder(Faults).layout(layout);
    if let Ok(file) = env::var("SESSIONS") {
        let mut saving = Saving::new(Arc::new(FileStore::open(file)?));
        if let Ok(every) = env::var("SAVE_EVERY") {
            saving = saving.every(Duration::from_millis(every.parse()?));
        }
        faults = faults.save_sessions(saving);
    }
    Ok(run(faults.start()).await?)
}

struct Faults;

#[derive(Default, Serialize, Deserialize)]
struct Model {
    /// The last number, and the sum of all.
    last: u32,
    sum: u32,
    clicks: u32,
    /// The numbers that did not come after the one before.
    wrong: Vec<u32>,
    ticks: u32,
    refused: u32,
}

#[derive(Hash)]
enum ExternalEvent {
    Number(u32),
    Click,
    Pick(u32),
}

#[derive(Clone)]
enum InternalEvent {
    Tick,
    Refused,
}

impl LiveView for Faults {
    type Model = Model;
    type ExternalEvent = ExternalEvent;
    type InternalEvent = InternalEvent;

    async fn mount(&self, _request: &PageRequest) -> Result<(Model, Command<InternalEvent>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<ExternalEvent, InternalEvent>) -> Command<InternalEvent> {
        match event {
            Event::External(ExternalEvent::Number(number)) => {
                if number != model.last + 1 {
                    model.wrong.push(number);
                }
                model.last = number;
                model.sum += 1;
            }
            Event::External(ExternalEvent::Click | ExternalEvent::Pick(_)) => model.clicks += 1,
            Event::Internal(InternalEvent::Tick) => model.ticks += 1,
            Event::Internal(InternalEvent::Refused) => model.refused += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<ExternalEvent> {
        html! {
            <button id="click" on:click={ExternalEvent::Click}>"Click"</button>
            <p id="clicks">{model.clicks}</p>
            if model.ticks % 2 == 1 { <p>"odd"</p> }
            <ul on:custom:number={ExternalEvent::Number}>
                for number in model.last.saturating_sub(SHOWN)..model.last, key = number {
                    <li><button on:click={ExternalEvent::Pick(number)}>{number + 1}</button></li>
                }
            </ul>
            <p id="sum">{model.sum}</p>
            <p id="wrong">for number in &model.wrong, key = number { {number} " " }</p>
            <p id="refused">{model.refused}</p>
            <p id="ticks">{model.ticks}</p>
        }
    }

    fn refused(&self, _refusal: Refusal) -> Option<InternalEvent> {
        Some(InternalEvent::Refused)
    }

    fn subscriptions(&self, _model: &Model) -> Subscription<InternalEvent> {
        Subscription::every(Duration::from_secs(1), InternalEvent::Tick)
    }
}
