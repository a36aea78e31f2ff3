//! Topics in one process: `cargo bench -p tealight-benches --bench topics`.
//!
//! The first table is the CPU time in which one message reaches the models of all subscribers: nothing is rendered. The second is what
//! one subscriber gets of 100,000 messages that are published within one turn, and the most bytes that this took, beyond what it takes if
//! nobody subscribes.

use std::collections::BTreeMap;
use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tealight_core::{Command, Event, Keyed, LiveView, MountError, PageRequest, Subscription, Topic, View, html};
use tealight_runtime::Live;
use tokio::runtime::Builder;

const SUBSCRIBERS: [usize; 3] = [100, 1_000, 10_000];
const ROUNDS: u32 = 100;
const FLOOD: u32 = 100_000;

#[derive(serde::Serialize, serde::Deserialize)]
struct Price {
    share: u32,
    cents: u32,
}

impl Keyed for Price {
    type Key = u32;

    fn key(&self) -> u32 {
        self.share
    }
}

const ALL: Topic<Price> = Topic::new("prices");
const NEWEST: Topic<Price> = Topic::new("newest").newest();
const BY_KEY: Topic<Price> = Topic::new("by-key").newest_by_key();

/// A page that shows prices. Its path says which topic it hears.
struct Board;

#[derive(Default)]
struct Model {
    path: String,
    prices: BTreeMap<u32, u32>,
    heard: u32,
    lagged: u32,
}

#[derive(Hash)]
struct Flood;

enum Heard {
    Price(Price),
    Lagged,
}

impl LiveView for Board {
    type Model = Model;
    type ExternalEvent = Flood;
    type InternalEvent = Heard;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Heard>), MountError> {
        Ok((Model { path: request.path().to_owned(), ..Model::default() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Flood, Heard>) -> Command<Heard> {
        match event {
            Event::External(Flood) => {
                let topic = topic(&model.path);
                return Command::batch(
                    (0..FLOOD).map(|n| Command::publish(topic, &Price { share: n % 100, cents: n })),
                );
            }
            Event::Internal(Heard::Price(Price { share, cents })) => {
                model.heard += 1;
                model.prices.insert(share, cents);
            }
            Event::Internal(Heard::Lagged) => model.lagged += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Flood> {
        html! {
            <p>{format!("{} {}", model.heard, model.lagged)}</p>
            <button on:click={Flood}>"Flood"</button>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Heard> {
        match model.path.as_str() {
            "/nothing" => Subscription::none(),
            path => Subscription::topic(topic(path), Heard::Price).lagged(Heard::Lagged),
        }
    }
}

fn topic(path: &str) -> Topic<Price> {
    match path {
        "/newest" => NEWEST,
        "/by-key" => BY_KEY,
        _ => ALL,
    }
}

fn main() {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    println!("{:<24} {:>16} {:>18}", "one message", "us of CPU", "ns a subscriber");
    for count in SUBSCRIBERS {
        let spent = runtime.block_on(fan_out(count));
        let each = spent.as_secs_f64() / f64::from(ROUNDS);
        println!("{:<24} {:>16.0} {:>18.0}", format!("to {count} subscribers"), each * 1e6, each * 1e9 / count as f64);
    }
    println!(
        "\n{:<24} {:>16} {:>18} {:>12}",
        format!("{FLOOD} messages"),
        "reach update",
        "times lagged",
        "peak bytes"
    );
    let (_, alone) = flood(&runtime, "/nothing");
    for path in ["/all", "/newest", "/by-key"] {
        let (heard, peak) = flood(&runtime, path);
        let (heard, lagged) = heard.split_once(' ').expect("two numbers");
        println!("{path:<24} {heard:>16} {lagged:>18} {:>12}", peak - alone);
    }
}

/// Publishes messages one by one, and returns the CPU time until all sessions have them.
async fn fan_out(count: usize) -> Duration {
    let live = Live::new(Board);
    let mut pages = Vec::with_capacity(count);
    for _ in 0..count {
        pages.push(Page::open(&live, "/all").await);
    }
    let publisher = live.publisher();
    let began = cpu_time();
    for n in 0..ROUNDS {
        publisher.publish(ALL, &Price { share: 7, cents: n }).expect("it is JSON");
        // A task delivers it.
        for _ in 0..count / 32 + 2 {
            tokio::task::yield_now().await;
        }
    }
    let spent = cpu_time().saturating_sub(began);
    for page in &mut pages {
        assert_eq!(page.shown(), format!("{ROUNDS} 0"), "all have heard all");
    }
    spent
}

/// Returns what the page shows after a flood, and the most bytes that it took beside those of the command.
fn flood(runtime: &tokio::runtime::Runtime, path: &str) -> (String, i64) {
    let mut heard = String::new();
    let counted = allocation_counter::measure(|| {
        runtime.block_on(async {
            let live = Live::new(Board);
            let mut page = Page::open(&live, path).await;
            page.connection.receive(b"[1,0,[1]]");
            for _ in 0..10_000 {
                tokio::task::yield_now().await;
            }
            heard = page.shown();
        });
    });
    (heard, counted.bytes_max as i64)
}

struct Page {
    connection: tealight_runtime::Connection,
}

impl Page {
    async fn open(live: &Live, path: &str) -> Self {
        let page = live.page(PageRequest::new(path.to_owned(), ""), "/").await.expect("a page");
        let (_, rest) = page.html().split_once("\"session\":\"").expect("a data block");
        let session = rest.split_once('"').expect("its end").0;
        let attach = format!("{{\"tealight\":1,\"session\":\"{session}\",\"patch\":0,\"event\":0}}");
        let mut page = Self { connection: live.connect(PageRequest::new(path.to_owned(), "")) };
        page.connection.receive(attach.as_bytes());
        page.shown();
        page
    }

    /// Returns the text that the last patch shows.
    fn shown(&mut self) -> String {
        let mut shown = String::new();
        let mut cx = std::task::Context::from_waker(std::task::Waker::noop());
        loop {
            let mut message = Vec::new();
            match self.connection.poll_message(&mut cx, &mut message) {
                std::task::Poll::Ready(Ok(())) => {}
                _ => return shown,
            }
            let message: serde_json::Value = serde_json::from_slice(&message).expect("JSON");
            if let Some(text) = message[1][0].as_str().or_else(|| message[1][1].as_str()) {
                text.clone_into(&mut shown);
            }
        }
    }
}

fn cpu_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().expect("it is positive"), time.tv_nsec.try_into().expect("it is positive"))
}
