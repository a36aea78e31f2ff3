//! A flood of messages from one process to one subscriber, in the process and over NATS: what reaches `update` by the topic's rule, and
//! what it costs. Over NATS, the publisher and the subscriber are two applications with connections of their own.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::runtime::Live;
use tealight_nats::NatsOptions;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use crate::cluster::start_nats;
use crate::process::{Process, own_costs};
use crate::report;
use crate::tab::Tab;

pub(crate) struct Settings {
    /// The messages a second.
    pub(crate) rate: u32,
    pub(crate) time: Duration,
}

#[derive(Serialize, Deserialize)]
struct Price {
    share: u32,
    /// Counts the messages.
    number: u32,
}

impl Keyed for Price {
    type Key = u32;

    fn key(&self) -> u32 {
        self.share
    }
}

const ALL: Topic<Price> = Topic::new("all");
const NEWEST: Topic<Price> = Topic::new("newest").newest();
const BY_KEY: Topic<Price> = Topic::new("by-key").newest_by_key();
const RULES: [(&str, Topic<Price>); 3] = [("all", ALL), ("newest", NEWEST), ("newest_by_key", BY_KEY)];
const SHARES: u32 = 100;
const TICK: Duration = Duration::from_millis(10);

struct Board;

struct Model {
    rule: usize,
    heard: u32,
    last: u32,
    lagged: u32,
}

enum Heard {
    Price(Price),
    Lagged,
}

impl LiveView for Board {
    type Model = Model;
    type ExternalEvent = ();
    type InternalEvent = Heard;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Heard>), MountError> {
        let rule = request.query("rule").and_then(|text| text.parse().ok()).ok_or(MountError::NotFound)?;
        Ok((Model { rule, heard: 0, last: 0, lagged: 0 }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<(), Heard>) -> Command<Heard> {
        match event {
            Event::External(()) => {}
            Event::Internal(Heard::Price(price)) => {
                model.heard += 1;
                model.last = price.number;
            }
            Event::Internal(Heard::Lagged) => model.lagged += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<()> {
        html! { <p>{format!("{} {} {}", model.heard, model.lagged, model.last)}</p> }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Heard> {
        Subscription::topic(RULES[model.rule].1, Heard::Price).lagged(Heard::Lagged)
    }
}

pub(crate) async fn run(settings: &Settings) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (nats, address) = start_nats("-1", folder.path()).await?;
    for (rule, (name, topic)) in RULES.into_iter().enumerate() {
        println!("{name}, within the process:");
        let live = Live::builder(Board).start();
        flood(settings, &live, &live, rule, topic, None).await;
        println!("{name}, over NATS:");
        let mut sides = Vec::new();
        for _ in 0..2 {
            let engine = NatsOptions::default().prefix("flood").connect(format!("nats://{address}")).await?;
            sides.push(Live::builder(Board).pubsub(Arc::new(engine)).start());
        }
        flood(settings, &sides[0], &sides[1], rule, topic, Some(&nats)).await;
    }
    Ok(())
}

async fn flood(settings: &Settings, from: &Live, to: &Live, rule: usize, topic: Topic<Price>, nats: Option<&Process>) {
    let mut tab = Tab::open(to, &format!("rule={rule}")).await;
    // The engine's subscription is there.
    sleep(Duration::from_millis(500)).await;
    let publisher = from.publisher();
    let (own_before, nats_before) = (own_costs(), nats.and_then(Process::costs).unwrap_or_default());
    let began = Instant::now();
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let (mut number, mut memory) = (0, Vec::new());
    while began.elapsed() < settings.time {
        ticks.tick().await;
        for _ in 0..settings.rate / 100 {
            number += 1;
            publisher.publish(topic, &Price { share: number % SHARES, number }).expect("it is JSON");
        }
        if number % settings.rate == 0 {
            memory.push(own_costs().memory >> 20);
        }
        tab.read();
    }
    let took = began.elapsed();
    let own = own_costs();
    // The rest is heard when nothing new comes.
    let mut before = String::new();
    while tab.shown != before {
        before.clone_from(&tab.shown);
        sleep(Duration::from_secs(1)).await;
        tab.read();
    }
    let [heard, lagged, last] = tab.shown.split(' ').collect::<Vec<_>>()[..] else { panic!("three numbers") };
    report::line("published a second", format!("{:.0}", f64::from(number) / took.as_secs_f64()));
    report::line("reach update, of these", format!("{heard} of {number}"));
    report::line("times that the page was told to read again", lagged);
    report::line("the last message was heard", last.parse() == Ok(number));
    report::line("memory after each second, MiB", format!("{memory:?}"));
    report::costs([("this process", (own_before, own))].into_iter(), took);
    if let Some(nats) = nats {
        report::costs([("nats-server", (nats_before, nats.costs().unwrap_or_default()))].into_iter(), took);
    }
}
