//! Values of the application that panic when they are dropped end at most their own session.

use std::panic::panic_any;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use serde_json::json;
use tealight_core::session::{Message, TopicFilter};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Close, Layout, Limits, Live, PubSub, PubSubError, Stats, Subscribed, Subscriber};
use tealight_test::protocol::{Tab, request, settle};
use tokio::time::sleep;

struct Fragile;

#[derive(Default)]
struct Model {
    ticks: u32,
    heard: u32,
    performed: u32,
    /// Its events panic when they are dropped.
    is_fragile: bool,
    subscriptions_panic: bool,
    _bomb: Bomb,
}

#[derive(Clone)]
enum Internal {
    Tick,
    Later(Bomb),
    Heard(u32),
    Grenade(Arc<Grenade>),
    Performed(u32),
}

#[derive(Clone, Default)]
struct Bomb(bool);

impl Drop for Bomb {
    fn drop(&mut self) {
        // a second panic would end the process
        assert!(!self.0 || std::thread::panicking(), "the event breaks");
    }
}

/// Panics whenever it is dropped, and with itself.
struct Grenade;

impl Drop for Grenade {
    fn drop(&mut self) {
        panic_any(Self);
    }
}

/// A future that is ready, and panics when it is dropped.
struct Ready {
    _bomb: Bomb,
}

impl Future for Ready {
    type Output = ();

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }
}

#[derive(Hash)]
enum External {
    Later,
    Say,
    LaterAndPanic,
    PanicWithGrenade,
    Perform,
    PerformPanic,
}

const LATER: u64 = 1;
const SAY: u64 = 2;
const LATER_AND_PANIC: u64 = 3;
const PANIC_WITH_GRENADE: u64 = 4;
const PERFORM: u64 = 5;
const PERFORM_PANIC: u64 = 6;

impl LiveView for Fragile {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        let model = Model { is_fragile: request.path() == "/fragile", ..Model::default() };
        Ok(match request.path() {
            "/model" => (Model { _bomb: Bomb(true), ..model }, Command::none()),
            "/command" => {
                let later = || Command::after(Duration::ZERO, Internal::Grenade(Arc::new(Grenade)));
                (model, Command::batch([later(), later()]))
            }
            _ => (model, Command::none()),
        })
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Later) => {
                return Command::after(Duration::from_secs(1_000), Internal::Later(Bomb(model.is_fragile)));
            }
            Event::External(External::LaterAndPanic) => {
                model.subscriptions_panic = true;
                let later = || Command::after(Duration::from_secs(1_000), Internal::Later(Bomb(true)));
                return Command::batch([later(), later()]);
            }
            Event::External(External::PanicWithGrenade) => panic_any(Grenade),
            Event::External(External::Perform) => {
                let future = Ready { _bomb: Bomb(true) };
                return Command::perform_or(future, |()| Internal::Performed(1), Internal::Performed(10));
            }
            Event::External(External::PerformPanic) => {
                let command = Command::perform(async { panic!("the future breaks") }, Internal::Performed);
                return command.map(|event| event);
            }
            Event::External(External::Say) => return Command::publish("news", &1),
            Event::Internal(Internal::Tick) => model.ticks += 1,
            Event::Internal(Internal::Heard(number)) => {
                model.heard += number;
                drop(Bomb(model.is_fragile));
            }
            Event::Internal(Internal::Later(bomb)) => drop(bomb),
            Event::Internal(Internal::Grenade(grenade)) => drop(grenade),
            Event::Internal(Internal::Performed(how)) => model.performed += how,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <p>{model.ticks}</p>
            <button on:click={External::Later}>"later"</button>
            <button on:click={External::Say}>"say"</button>
            <button on:click={External::LaterAndPanic}>"later and panic"</button>
            <button on:click={External::PanicWithGrenade}>"panic with grenade"</button>
            <button on:click={External::Perform}>"perform"</button>
            <button on:click={External::PerformPanic}>"perform and panic"</button>
            <p>{model.performed}</p>
        }
    }

    fn command_failed(&self) -> Option<Internal> {
        Some(Internal::Performed(100))
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        assert!(!model.subscriptions_panic, "subscriptions break");
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
    let live = Live::builder(Fragile).limits(Limits::default().detached(1)).start();
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

#[tokio::test(start_paused = true)]
async fn two_delayed_events_of_a_session_that_expires() {
    let live = Live::new(Fragile);
    let (mut fragile, mut other) = two_pages(&live).await;
    fragile.click(LATER);
    fragile.click(LATER);
    settle().await;
    drop(fragile);
    sleep(Duration::from_secs(121)).await;
    check(&live, &mut other).await;
    let stats = live.stats();
    assert_eq!((stats.subscriptions, stats.timers), (1, 1), "the other session's");
}

#[tokio::test(start_paused = true)]
async fn the_work_of_an_update_whose_subscriptions_panic() {
    let live = Live::new(Fragile);
    let (mut fragile, mut other) = two_pages(&live).await;
    fragile.click(LATER_AND_PANIC);
    assert_eq!(fragile.next().await, Err(Close::Panicked));
    check(&live, &mut other).await;
}

#[tokio::test(start_paused = true)]
async fn a_panic_whose_payload_panics() {
    let live = Live::new(Fragile);
    let (mut fragile, mut other) = two_pages(&live).await;
    fragile.click(PANIC_WITH_GRENADE);
    assert_eq!(fragile.next().await, Err(Close::Panicked));
    check(&live, &mut other).await;
}

#[tokio::test(start_paused = true)]
async fn a_future_that_panics_is_an_event() {
    let live = Live::new(Fragile);
    let (mut fragile, _) = two_pages(&live).await;
    fragile.click(PERFORM);
    assert_eq!(fragile.next().await, Ok(json!({"event": 1})));
    // it is ready, but its `Drop` panics
    assert_eq!(fragile.next().await, Ok(json!([1, [7, "10"]])));
    fragile.click(PERFORM_PANIC);
    assert_eq!(fragile.next().await, Ok(json!({"event": 2})));
    assert_eq!(fragile.next().await, Ok(json!([2, [7, "110"]])));
    assert_eq!(live.stats().tasks, 0);
}

#[tokio::test(start_paused = true)]
async fn the_command_of_a_page_that_never_attaches() {
    let live = Live::new(Fragile);
    live.page(request("/command"), "/").await.expect("a page");
    let mut other = Tab::open(&live, "/").await;
    sleep(Duration::from_secs(31)).await;
    check(&live, &mut other).await;
}

#[tokio::test(start_paused = true)]
async fn a_model_that_is_mounted_for_nothing() {
    let live = Live::new(Fragile);
    live.probe(request("/model")).await.expect("a page");
    live.probe(request("/command")).await.expect("a page");
    assert_eq!(live.stats().sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_layout_that_panics() {
    let layout = Layout::custom(|document| match document.request().path() {
        "/fragile" => panic!("the layout breaks"),
        _ => format!("{}{}", document.view(), document.script()),
    });
    let live = Live::builder(Fragile).layout(layout).start();
    let error = live.page(request("/fragile"), "/").await.expect_err("no page");
    assert_eq!(error.to_string(), "unavailable: the application panicked");
    assert_eq!(live.stats().sessions(), 0);
    live.page(request("/"), "/").await.expect("a page");
}

/// An engine that panics when it publishes, and when a subscription ends.
struct Faulty;

#[async_trait]
impl PubSub for Faulty {
    async fn publish(&self, _: Message) -> Result<(), PubSubError> {
        panic!("the engine breaks")
    }

    async fn subscribe(&self, _: TopicFilter, _: Subscriber) -> Result<Subscribed, PubSubError> {
        Ok(Subscribed::new(Bomb(true)))
    }
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_panics() {
    let live = Live::builder(Fragile).pubsub(Arc::new(Faulty)).start();
    let mut tab = Tab::open(&live, "/").await;
    tab.click(SAY);
    assert_eq!(tab.next().await, Ok(json!({"event": 1})));
    assert_eq!(tab.next().await, Ok(json!([1, ["1"]])), "its session goes on");
    drop(tab);
    sleep(Duration::from_secs(121)).await;
    assert_eq!(live.stats(), Stats::default());
}
