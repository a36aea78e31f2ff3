//! A server for the tests of restarts: it counts numbered events, and those that did not come after the one before.
//!
//! The variable `SESSIONS` names the file of its sessions. `SAVE_EVERY` is a number of milliseconds. `PADDING` is the size of a
//! model in bytes.

use std::env;
use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::{Limits, Live, Saving};
use tealight::warp::run;
use tealight_store::FileStore;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    let number = |name| env::var(name).ok().map(|value| value.parse::<u64>()).transpose();
    let mut saving = Saving::new(Arc::new(FileStore::open(env::var("SESSIONS")?)?));
    if let Some(every) = number("SAVE_EVERY")? {
        saving = saving.every(Duration::from_millis(every));
    }
    let padding = usize::try_from(number("PADDING")?.unwrap_or_default())?;
    // All pages have one address, and a busy machine may need longer than the default to save them.
    let limits = Limits::default().requests_burst(10_000_000);
    let numbers = Live::builder(Numbers { padding }).limits(limits).save_sessions(saving);
    let numbers = numbers.shutdown_timeout(Duration::from_secs(60));
    run(numbers.start()).await?;
    Ok(())
}

struct Numbers {
    padding: usize,
}

#[derive(Serialize, Deserialize)]
struct Model {
    last: u32,
    sum: u32,
    wrong: u32,
    ticks: u32,
    padding: String,
}

#[derive(Hash)]
struct Number(u32);

#[derive(Clone)]
struct Tick;

impl LiveView for Numbers {
    type Model = Model;
    type ExternalEvent = Number;
    type InternalEvent = Tick;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Tick>), MountError> {
        Ok((Model { last: 0, sum: 0, wrong: 0, ticks: 0, padding: "x".repeat(self.padding) }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Number, Tick>) -> Command<Tick> {
        match event {
            Event::External(Number(number)) => {
                model.wrong += u32::from(number != model.last + 1);
                model.last = number;
                model.sum += 1;
            }
            Event::Internal(Tick) => model.ticks += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Number> {
        html! {
            <p>{model.last}</p>
            <p>{model.sum}</p>
            <p>{model.wrong}</p>
            <p>{model.ticks}</p>
            <div on:custom:number={Number}></div>
        }
    }

    fn subscriptions(&self, _: &Model) -> Subscription<Tick> {
        Subscription::every(Duration::from_secs(1), Tick)
    }
}
