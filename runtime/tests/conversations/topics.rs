//! Topics: what a session hears, from when on, and what it hears if it cannot keep up.

mod busy;
mod engines;

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tealight_core::session::{ENGINE_CONNECTED, Message, TopicFilter};
use tealight_core::{
    Command, Event, FormData, Keyed, LiveView, MountError, PageRequest, Subscription, Topic, View, html,
};
use tealight_runtime::{Live, Posted, PubSub, PubSubError, Saving, Subscribed, Subscriber};
use tealight_test::protocol::{Tab, request, session_in, session_of, settle};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::saved::MemoryStore;

#[derive(Serialize, Deserialize)]
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

const NEWS: Topic<u32> = Topic::new("news");
const STATE: Topic<u32> = Topic::new("state").newest();
const LEVEL: Topic<u32, u32> = Topic::new("level:{id}").newest();
const PRICES: Topic<Price> = Topic::new("prices").newest_by_key();
const ROOM: Topic<String, u32> = Topic::new("room:{id}");
const PAIR: Topic<bool, (String, String)> = Topic::new("{one}:{other}");

/// Lists what it has heard.
#[derive(Clone, Default)]
struct Board {
    /// `mount` waits for one.
    permits: Option<Arc<Semaphore>>,
    /// An update for the number 0 waits for it.
    door: Arc<Mutex<Option<mpsc::Receiver<()>>>>,
    /// A posted form waits for one. Without them, it publishes a number.
    stamps: Option<Arc<Semaphore>>,
    /// No model wants topics any more.
    is_deaf: Arc<AtomicBool>,
}

#[derive(Hash)]
enum Press {
    /// Publishes so many numbers, within one turn.
    News(u32),
    State(u32),
    Prices(u32),
    Levels(u32),
    Posted(Letter),
}

#[derive(Hash, Deserialize)]
struct Letter {}

enum Heard {
    Number(u32),
    Price(Price),
    Said(u32, String),
    Connected(bool),
    Lagged,
    Stamped,
}

/// The buttons, by their slots.
const MANY_NEWS: u64 = 1;
const TOO_MANY_NEWS: u64 = 2;
const TOO_MANY_STATES: u64 = 3;
const TOO_MANY_PRICES: u64 = 4;
const TOO_MANY_LEVELS: u64 = 5;

impl LiveView for Board {
    type Model = (String, String);
    type ExternalEvent = Press;
    type InternalEvent = Heard;

    async fn mount(&self, request: &PageRequest) -> Result<(Self::Model, Command<Heard>), MountError> {
        if let Some(permits) = &self.permits {
            permits.acquire().await.expect("it is never closed").forget();
        }
        Ok(((request.path().trim_start_matches('/').to_owned(), String::new()), Command::none()))
    }

    fn update(&self, (_, heard): &mut Self::Model, event: Event<Press, Heard>) -> Command<Heard> {
        let line = match event {
            Event::External(Press::News(count)) => {
                return Command::batch((1..=count).map(|n| Command::publish(NEWS, &n)));
            }
            Event::External(Press::State(count)) => {
                return Command::batch((1..=count).map(|n| Command::publish(STATE, &n)));
            }
            Event::External(Press::Prices(count)) => {
                let price = |n| Price { share: n % 3, cents: n };
                return Command::batch((1..=count).map(|n| Command::publish(PRICES, &price(n))));
            }
            Event::External(Press::Levels(count)) => {
                return Command::batch((1..=count).map(|n| Command::publish(LEVEL.of(n % 3), &n)));
            }
            Event::External(Press::Posted(Letter {})) => {
                let Some(stamps) = self.stamps.clone() else { return Command::publish(NEWS, &7) };
                return Command::perform(
                    async move { stamps.acquire().await.expect("it is never closed").forget() },
                    |()| Heard::Stamped,
                );
            }
            Event::Internal(Heard::Number(n)) => {
                let door = self.door.lock().expect("a lock").take();
                if let Some(door) = door {
                    door.recv().expect("the test opens it");
                }
                n.to_string()
            }
            Event::Internal(Heard::Price(Price { share, cents })) => format!("{share}={cents}"),
            Event::Internal(Heard::Said(room, said)) => format!("{said} in {room}"),
            Event::Internal(Heard::Connected(is_connected)) => {
                if is_connected { "connected" } else { "cut off" }.to_owned()
            }
            Event::Internal(Heard::Lagged) => "lagged".to_owned(),
            Event::Internal(Heard::Stamped) => "stamped".to_owned(),
        };
        // Long lists are cut: their ends say enough.
        if heard.len() > 100 {
            heard.truncate(20);
            heard.push('…');
        }
        if !heard.is_empty() {
            heard.push(' ');
        }
        heard.push_str(&line);
        Command::none()
    }

    fn view(&self, (_, heard): &Self::Model) -> impl View<Press> {
        html! {
            <p>{heard}</p>
            <button on:click={Press::News(1000)}>"Many news"</button>
            <button on:click={Press::News(2000)}>"Too many news"</button>
            <button on:click={Press::State(2000)}>"Too many states"</button>
            <button on:click={Press::Prices(2000)}>"Too many prices"</button>
            <button on:click={Press::Levels(2000)}>"Too many levels"</button>
            <form method="post" on:submit={Press::Posted}></form>
        }
    }

    fn subscriptions(&self, (topic, _): &Self::Model) -> Subscription<Heard> {
        match topic.as_str() {
            _ if self.is_deaf.load(Relaxed) => Subscription::none(),
            "news" => Subscription::topic(NEWS, Heard::Number).lagged(Heard::Lagged),
            "state" => Subscription::topic(STATE, Heard::Number).lagged(Heard::Lagged),
            "prices" => Subscription::topic(PRICES, Heard::Price).lagged(Heard::Lagged),
            "levels" => {
                let level = |share, cents| Heard::Price(Price { share, cents });
                Subscription::topics(LEVEL, level).lagged(Heard::Lagged)
            }
            "news and state" => Subscription::batch([
                Subscription::topic(NEWS, Heard::Number),
                Subscription::topic(STATE, Heard::Number),
            ]),
            "connected" => Subscription::engine_connected(Heard::Connected),
            "pairs" => Subscription::topics(PAIR, |(_, _), _| Heard::Lagged),
            "rooms" => Subscription::topics(ROOM, Heard::Said),
            "room" => Subscription::topic(ROOM.of(7), |said| Heard::Said(7, said)),
            _ => Subscription::none(),
        }
    }
}

fn publish(live: &Live, numbers: impl IntoIterator<Item = u32>) {
    for n in numbers {
        live.publisher().publish(NEWS, &n).expect("a number is JSON");
    }
}

/// Attaches a page, and returns what it shows then.
async fn attached(live: &Live, session: String) -> String {
    let mut tab = Tab::connect(live, "/", session);
    tab.attach();
    shown(&mut tab).await
}

/// Returns the last list that a page gets.
async fn shown(tab: &mut Tab) -> String {
    let mut shown = String::new();
    settle().await;
    while let Some(message) = tab.now().await {
        let message = message.expect("a session");
        if let Some(text) = message[1][0].as_str() {
            text.clone_into(&mut shown);
        }
    }
    shown
}

#[tokio::test(start_paused = true)]
async fn a_page_hears_what_was_published_before_it_attached() {
    let live = Live::new(Board::default());
    publish(&live, [1]);
    let session = session_of(&live, "/news").await;
    publish(&live, [2, 3]);
    assert_eq!(attached(&live, session).await, "2 3");
    assert_eq!(attached(&live, session_of(&live, "/news").await).await, "", "it is told once");
}

#[tokio::test(start_paused = true)]
async fn a_page_hears_what_was_published_during_its_mount() {
    for is_first in [true, false] {
        let permits = Arc::new(Semaphore::new(1));
        let live = Live::new(Board { permits: Some(Arc::clone(&permits)), ..Board::default() });
        let other = if is_first { None } else { Some(session_of(&live, "/news").await) };
        permits.forget_permits(1);
        publish(&live, [1]);
        let page = tokio::spawn({
            let live = live.clone();
            async move { live.page(request("/news"), "/").await }
        });
        settle().await;
        publish(&live, [2, 3]);
        permits.add_permits(1);
        let page = page.await.expect("no panic").expect("a page");
        publish(&live, [4]);
        assert_eq!(attached(&live, session_in(page.html())).await, "2 3 4", "first: {is_first}");
        if let Some(other) = other {
            assert_eq!(attached(&live, other).await, "1 2 3 4");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_topic_decides_what_waits_for_a_page_that_is_mounted() {
    async fn check(path: &'static str, topic: Topic<u32>, begin: &str, end: &str) {
        let permits = Arc::new(Semaphore::new(0));
        let live = Live::new(Board { permits: Some(Arc::clone(&permits)), ..Board::default() });
        let page = tokio::spawn({
            let live = live.clone();
            async move { live.page(request(path), "/").await }
        });
        settle().await;
        for n in 1..=1000 {
            live.publisher().publish(topic, &n).expect("a number is JSON");
        }
        permits.add_permits(1);
        let page = page.await.expect("no panic").expect("a page");
        let heard = attached(&live, session_in(page.html())).await;
        assert!(heard.starts_with(begin) && heard.ends_with(end), "{path}: {heard}");
    }
    check("/news", NEWS, "lagged 745 746 ", " 999 1000").await;
    check("/state", STATE, "1000", "1000").await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_attaches_late_hears_that_it_lags() {
    let live = Live::new(Board::default());
    let session = session_of(&live, "/news").await;
    publish(&live, 1..=2000);
    let heard = attached(&live, session).await;
    assert!(heard.starts_with("lagged 1025 1026 "), "{heard}");
    assert!(heard.ends_with(" 1999 2000"), "{heard}");
}

#[tokio::test(start_paused = true)]
async fn a_topic_decides_what_waits_for_a_session_that_is_behind() {
    async fn check(topic: &str, button: u64, begin: &str, end: &str) {
        let live = Live::new(Board::default());
        let mut tab = Tab::open(&live, topic).await;
        tab.click(button);
        let heard = shown(&mut tab).await;
        assert!(heard.starts_with(begin) && heard.ends_with(end), "{topic}: {heard}");
    }
    check("/news", MANY_NEWS, "1 2 3 ", " 999 1000").await;
    check("/news", TOO_MANY_NEWS, "lagged 1025 1026 ", " 1999 2000").await;
    check("/state", TOO_MANY_STATES, "2000", "2000").await;
    check("/prices", TOO_MANY_PRICES, "0=1998 1=1999 2=2000", "2=2000").await;
    check("/levels", TOO_MANY_LEVELS, "0=1998 1=1999 2=2000", "2=2000").await;
}

#[tokio::test(start_paused = true)]
async fn one_subscription_hears_all_topics_of_a_pattern() {
    let live = Live::new(Board::default());
    let (mut all, mut one) = (Tab::open(&live, "/rooms").await, Tab::open(&live, "/room").await);
    for (room, said) in [(7, "hello"), (8, "good day")] {
        live.publisher().publish(ROOM.of(room), &said.to_owned()).expect("a text is JSON");
    }
    live.publisher().publish("room:x", "no room").expect("a text is JSON");
    live.publisher().publish("room:7", "as a text").expect("a text is JSON");
    assert_eq!(shown(&mut all).await, "hello in 7 good day in 8 as a text in 7");
    assert_eq!(shown(&mut one).await, "hello in 7 as a text in 7");
}

#[tokio::test(start_paused = true)]
async fn a_restored_session_hears_that_it_may_have_missed_something() {
    let store = MemoryStore::default();
    let start = || Live::builder(Board::default()).save_sessions(Saving::new(Arc::new(store.clone()))).start();
    let live = start();
    let mut tab = Tab::open(&live, "/news").await;
    publish(&live, [1]);
    assert_eq!(shown(&mut tab).await, "1");
    let Tab { connection, session, patch, event } = tab;
    drop(connection);
    live.shutdown().await;
    let next = start();
    let mut tab = Tab { connection: next.connect(request("/news")), session, patch, event };
    tab.attach();
    assert_eq!(shown(&mut tab).await, "1 lagged");
    publish(&next, [2]);
    assert_eq!(shown(&mut tab).await, "1 lagged 2");
    tab.connection = next.connect(request("/news"));
    tab.attach();
    publish(&next, [3]);
    assert_eq!(shown(&mut tab).await, "1 lagged 2 3", "a page that only comes back has missed nothing");
}

/// Gets a page whose `mount` takes as long as `meanwhile`, and returns what it shows when it attaches.
async fn mounted<F: Future<Output = ()>>(live: &Live, mounts: &Semaphore, meanwhile: impl FnOnce() -> F) -> String {
    let page = tokio::spawn({
        let live = live.clone();
        async move { live.page(request("/news"), "/").await }
    });
    settle().await;
    meanwhile().await;
    mounts.add_permits(1);
    let page = page.await.expect("no panic").expect("a page");
    attached(live, session_in(page.html())).await
}
