//! Events that panic when they are dropped end at most their own session.

use std::time::Duration;

use serde_json::json;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::Live;
use tealight_test::protocol::{Tab, settle};
use tokio::time::sleep;

struct Fragile;

#[derive(Default)]
struct Model {
    ticks: u32,
    heard: u32,
    /// Its events panic when they are dropped.
    is_fragile: bool,
}

#[derive(Clone)]
enum Internal {
    Tick,
    Later(Bomb),
    Heard(u32),
}

#[derive(Clone)]
struct Bomb(bool);

impl Drop for Bomb {
    fn drop(&mut self) {
        // a second panic would end the process
        assert!(!self.0 || std::thread::panicking(), "the event breaks");
    }
}

#[derive(Hash)]
enum External {
    Later,
    Say,
}

const LATER: u64 = 1;
const SAY: u64 = 2;

impl LiveView for Fragile {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        Ok((Model { is_fragile: request.path() == "/fragile", ..Model::default() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Later) => {
                return Command::after(Duration::from_secs(1_000), Internal::Later(Bomb(model.is_fragile)));
            }
            Event::External(External::Say) => return Command::publish("news", &1),
            Event::Internal(Internal::Tick) => model.ticks += 1,
            Event::Internal(Internal::Heard(number)) => {
                model.heard += number;
                drop(Bomb(model.is_fragile));
            }
            Event::Internal(Internal::Later(bomb)) => drop(bomb),
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <p>{model.ticks}</p>
            <button on:click={External::Later}>"later"</button>
            <button on:click={External::Say}>"say"</button>
        }
    }

    fn subscriptions(&self, _: &Model) -> Subscription<Internal> {
        Subscription::batch([
            Subscription::every(Duration::from_secs(1), Internal::Tick),
            Subscription::topic("news", Internal::Heard),
        ])
    }
}

async fn two_pages(live: &Live) -> (Tab, Tab) {
    (Tab::open(live, "/fragile").await, Tab::open(live, "/").await)
}

/// Checks that only the other page's session is left, and that it goes on.
async fn check(live: &Live, other: &mut Tab) {
    settle().await;
    assert_eq!(live.stats().sessions(), 1, "{:?}", live.stats());
    while let Some(message) = other.now().await {
        message.expect("the other session lives");
    }
    let shown = other.patch;
    assert_eq!(other.next().await.map(|patch| patch[0].clone()), Ok(json!(shown + 1)), "the clock goes on");
}

#[tokio::test(start_paused = true)]
async fn a_delayed_event_of_a_session_that_expires() {
    let live = Live::new(Fragile);
    let (mut fragile, mut other) = two_pages(&live).await;
    fragile.click(LATER);
    settle().await;
    drop(fragile);
    sleep(Duration::from_secs(121)).await;
    check(&live, &mut other).await;
}

#[tokio::test(start_paused = true)]
async fn a_delayed_event_of_a_session_that_is_pushed_out() {
    let live = Live::builder(Fragile).max_detached(1).start();
    let (mut fragile, mut other) = two_pages(&live).await;
    let mut last = Tab::open(&live, "/").await;
    fragile.click(LATER);
    settle().await;
    drop(fragile);
    // it takes the only place of the fragile one
    last.connection.hang_up();
    sleep(Duration::from_secs(121)).await;
    check(&live, &mut other).await;
}

#[tokio::test(start_paused = true)]
async fn an_update_that_panics_while_all_hear_a_message() {
    let live = Live::new(Fragile);
    let (_fragile, mut other) = two_pages(&live).await;
    other.click(SAY);
    check(&live, &mut other).await;
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_ends_all_sessions() {
    let live = Live::new(Fragile);
    let (mut fragile, mut other) = two_pages(&live).await;
    fragile.click(LATER);
    settle().await;
    fragile.connection.hang_up();
    other.connection.hang_up();
    live.shutdown().await;
    assert_eq!(live.stats().sessions(), 0);
}
