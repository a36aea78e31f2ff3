//! The costs of presence: ten processes, each with many pages at many places, on a real NATS server. The processes are applications of this
//! one, each with a connection of its own.

use std::collections::HashMap;
use std::error::Error;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tealight::prelude::*;
use tealight::presence::{Here, People, Person};
use tealight::runtime::{Limits, Live};
use tealight_nats::{Nats, NatsOptions};
use tokio::time::{Instant, interval, sleep};

use crate::cluster::start_nats;
use crate::process::{Costs, Process, own_costs};
use crate::report;
use crate::tab::Tab;

pub(crate) struct Settings {
    /// All devices, in all processes.
    pub(crate) devices: usize,
    pub(crate) places: usize,
    /// The devices that change each second.
    pub(crate) changes: usize,
    pub(crate) time: Duration,
}

const PROCESSES: usize = 10;
const PREFIX: &str = "presence";
const PLACE: Topic<u32, u32> = Topic::new("place:{number}");

struct Guests;

struct Model {
    place: u32,
    number: u32,
    /// The number of times that the guest has changed.
    mood: u32,
    /// Only some pages keep the list: the costs of a list in each model are those of the application.
    people: Option<People<u32>>,
}

#[derive(Hash)]
struct Change;

impl LiveView for Guests {
    type Model = Model;
    type ExternalEvent = Change;
    type InternalEvent = Here<u32>;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Here<u32>>), MountError> {
        let number = |name| request.query(name).and_then(|text| text.parse().ok()).ok_or(MountError::NotFound);
        let people = request.query("keeps").map(|_| People::new());
        Ok((Model { place: number("place")?, number: number("number")?, mood: 0, people }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Change, Here<u32>>) -> Command<Here<u32>> {
        match (event, &mut model.people) {
            (Event::External(Change), _) => model.mood += 1,
            (Event::Internal(here), Some(people)) => drop(people.apply(here)),
            (Event::Internal(_), None) => {}
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Change> {
        let count = model.people.as_ref().map(People::len);
        html! { <p>{count.unwrap_or_default()}</p> <button on:click={Change}>"Change"</button> }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Here<u32>> {
        let me = Person::new(model.number.to_string(), model.mood);
        Subscription::presence(PLACE.of(model.place), Some(me), |here| here)
    }
}

/// The messages on the subjects of presence.
#[derive(Default)]
struct Heard {
    messages: u64,
    bytes: u64,
    /// The times of the last messages of each process about each place.
    last: HashMap<(u64, String), Instant>,
    /// The least time between two of them.
    least: Option<Duration>,
}

pub(crate) async fn run(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let Settings { devices, places, changes, time } = *settings;
    println!("{devices} devices of {PROCESSES} processes at {places} places");
    let folder = tempfile::tempdir()?;
    let (nats, address) = start_nats("-1", folder.path()).await?;
    let url = format!("nats://{address}");
    let mut processes = Vec::new();
    for _ in 0..PROCESSES {
        let engine = NatsOptions::default().prefix(PREFIX).connect(&url).await?;
        let limits = Limits::default().requests_per_second(1_000_000).requests_burst(1_000_000).unattached(1_000_000);
        processes.push(Live::builder(Guests).limits(limits).pubsub(Arc::new(engine)).start());
    }
    let heard = listen(&url).await?;
    let before = own_costs();
    let (mut tabs, mut keepers) = (Vec::with_capacity(devices), Vec::new());
    for number in 0..devices {
        let (process, place) = (number % PROCESSES, number / PROCESSES % places);
        // One page at each place keeps the list.
        let keeps = process == place % PROCESSES && number / PROCESSES < places;
        let query = format!("place={place}&number={number}{}", if keeps { "&keeps=1" } else { "" });
        tabs.push(Tab::open(&processes[process], &query).await);
        if keeps {
            keepers.push((number, place));
        }
        if number % 100 == 0 {
            tokio::task::yield_now().await;
        }
    }
    let began = Instant::now();
    // Nobody waits longer than this for people who never come.
    let is_right = |tabs: &mut Vec<Tab>| {
        keepers.iter().all(|&(number, place)| {
            let here = (0..devices)
                .skip(place * PROCESSES)
                .step_by(PROCESSES * places)
                .map(|first| PROCESSES.min(devices - first))
                .sum::<usize>();
            tabs[number].read();
            tabs[number].shown == here.to_string()
        })
    };
    while !is_right(&mut tabs) {
        if began.elapsed() > Duration::from_secs(120) {
            return Err("some never hear of all who are there".into());
        }
        sleep(Duration::from_millis(100)).await;
    }
    report::line("all are known everywhere, after the last came", report::seconds(began.elapsed()));
    let entered = own_costs();
    let each = entered.memory.saturating_sub(before.memory) / devices as u64;
    report::line("memory of a device, with its session", format!("{each} B"));
    report(&heard, "while they came", None, &nats, Costs::default(), entered, Duration::ZERO);

    for (what, changes) in [("nobody changes", 0), ("changes", changes), ("nobody changes again", 0)] {
        let (nats_before, own_before, began) = (nats.costs().unwrap_or_default(), own_costs(), Instant::now());
        let mut ticks = interval(Duration::from_millis(100));
        let mut next = 0;
        while began.elapsed() < time {
            ticks.tick().await;
            for _ in 0..changes / 10 {
                // They are all over the places and processes.
                tabs[next * 7_919 % devices].click(1);
                next += 1;
            }
        }
        let what = if changes > 0 { format!("{changes} {what} a second") } else { what.to_owned() };
        report(&heard, &what, Some(own_before), &nats, nats_before, own_costs(), began.elapsed());
    }
    drop(tabs);
    Ok(())
}

/// Listens to what the processes say of places and of themselves.
async fn listen(url: &str) -> Result<Arc<Mutex<Heard>>, Box<dyn Error>> {
    let ear = Nats::connect(url).await?;
    let mut messages = ear.client().subscribe(format!("{PREFIX}.topic.>")).await?;
    let heard = Arc::new(Mutex::new(Heard::default()));
    let shared = Arc::clone(&heard);
    tokio::spawn(async move {
        let _ear = ear;
        while let Some(message) = futures_util::StreamExt::next(&mut messages).await {
            let said: serde_json::Value = serde_json::from_slice(&message.payload).expect("Tealight's own are JSON");
            let mut heard = shared.lock().expect("nobody panics with it");
            heard.messages += 1;
            heard.bytes += message.payload.len() as u64;
            // Questions are no news.
            if message.subject.contains(".presence.") && said["what"].get("ask").is_none() {
                let process = said["process"].as_u64().expect("a number");
                let now = Instant::now();
                let last = heard.last.insert((process, message.subject.to_string()), now);
                if let Some(apart) = last.map(|last| now - last) {
                    heard.least = Some(heard.least.map_or(apart, |least| least.min(apart)));
                }
            }
        }
    });
    Ok(heard)
}

fn report(
    heard: &Mutex<Heard>,
    what: &str,
    own_before: Option<Costs>,
    nats: &Process,
    nats_before: Costs,
    own: Costs,
    time: Duration,
) {
    let Heard { messages, bytes, least, .. } = {
        let mut heard = heard.lock().expect("nobody panics with it");
        let last = heard.last.clone();
        std::mem::replace(&mut *heard, Heard { last, ..Heard::default() })
    };
    println!("  {what}:");
    report::line("  messages, bytes", format!("{messages}, {bytes}"));
    let least = least.map_or_else(|| "none twice".to_owned(), report::seconds);
    report::line("  least time between two of a process and place", least);
    if let Some(before) = own_before {
        let nats = nats.costs().unwrap_or_default();
        let processes = [("  the ten processes", (before, own)), ("  nats-server", (nats_before, nats))];
        report::line(
            "  messages a second, of a process",
            format!("{:.1}", messages as f64 / time.as_secs_f64() / PROCESSES as f64),
        );
        report::costs(processes.into_iter(), time);
    }
}
