//! Topics: what a session hears, from when on, and what it hears if it cannot keep up.

use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tealight_core::session::{Message, TopicFilter};
use tealight_core::{
    Command, Event, FormData, Keyed, LiveView, MountError, PageRequest, Subscription, Topic, View, html,
};
use tealight_runtime::{Live, Posted, PubSub, PubSubError, Saving, Subscribed, Subscriber};
use tealight_test::protocol::{Tab, request, session_in, session_of, settle};
use tokio::sync::Semaphore;
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

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_is_slow_does_not_hold_up_others() {
    let (open, door) = mpsc::channel();
    let board = Board { door: Arc::new(Mutex::new(Some(door))), ..Board::default() };
    let live = Live::new(board.clone());
    let (mut slow, mut other) = (Tab::open(&live, "/news").await, Tab::open(&live, "/news").await);
    let publisher = live.publisher();
    let stuck = std::thread::spawn(move || publisher.publish(NEWS, &1).expect("a number is JSON"));
    while board.door.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    // The other thread stands in the first session's `update`, and nothing else is published.
    let first = shown_soon(&mut other).await;
    publish(&live, [2]);
    let both = shown_soon(&mut other).await;
    open.send(()).expect("it waits");
    stuck.join().expect("no panic");
    assert_eq!((first.as_str(), both.as_str()), ("1", "1 2"));
    while shown(&mut slow).await != "1 2" {
        tokio::task::yield_now().await;
    }
}

/// Returns the next list that a page gets.
async fn shown_soon(tab: &mut Tab) -> String {
    loop {
        let shown = shown(tab).await;
        if !shown.is_empty() {
            return shown;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_for_a_session_that_is_busy() {
    let (open, door) = mpsc::channel();
    let board = Board { door: Arc::new(Mutex::new(Some(door))), ..Board::default() };
    let live = Live::new(board.clone());
    let (mut busy, mut other) = (Tab::open(&live, "/news and state").await, Tab::open(&live, "/state").await);
    let publisher = live.publisher();
    let stuck = std::thread::spawn(move || publisher.publish(NEWS, &1).expect("a number is JSON"));
    while board.door.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    let (publisher, (done, is_done)) = (live.publisher(), mpsc::channel());
    let second = std::thread::spawn(move || {
        publisher.publish(STATE, &2).expect("a number is JSON");
        done.send(()).expect("the test waits");
    });
    let is_done = is_done.recv_timeout(Duration::from_secs(2));
    let heard = shown(&mut other).await;
    open.send(()).expect("it waits");
    assert_eq!((is_done, heard.as_str()), (Ok(()), "2"), "the publisher waits");
    stuck.join().expect("no panic");
    second.join().expect("no panic");
    assert_eq!(shown(&mut busy).await, "1 2");
}

/// Brings messages of one topic only when it has subscribed, and it subscribes late.
#[derive(Clone, Default)]
struct Far {
    subscribers: Arc<Mutex<Subscribers>>,
    /// `subscribe` waits for one.
    permits: Arc<Mutex<Option<Arc<Semaphore>>>>,
    /// Each subscription has one.
    guards: Arc<()>,
    brings_all: bool,
}

type Subscribers = Vec<(Option<TopicFilter>, Subscriber)>;

impl Far {
    /// It subscribes when it gets permits.
    fn late() -> (Self, Arc<Semaphore>) {
        let permits = Arc::new(Semaphore::new(0));
        (Self { permits: Arc::new(Mutex::new(Some(Arc::clone(&permits)))), ..Self::default() }, permits)
    }

    fn lose_connection(&self) {
        self.subscribers.lock().expect("a lock").iter().for_each(|(_, subscriber)| subscriber.lagged());
    }
}

#[async_trait]
impl PubSub for Far {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        let subscribers = self.subscribers.lock().expect("a lock").clone();
        let wants = |topic: &Option<TopicFilter>| topic.as_ref().is_none_or(|topic| topic.matches(&message.topic));
        for (_, subscriber) in subscribers.iter().filter(|(topic, _)| wants(topic)) {
            subscriber.deliver(message.clone());
        }
        Ok(())
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        let permits = self.permits.lock().expect("a lock").clone();
        if let Some(permits) = permits {
            permits.acquire().await.expect("it is never closed").forget();
        }
        self.subscribers.lock().expect("a lock").push((Some(topic), subscriber));
        Ok(Subscribed::new(Arc::clone(&self.guards)))
    }

    fn subscribe_all(&self, subscriber: Subscriber) -> Option<Subscribed> {
        self.brings_all.then(|| {
            self.subscribers.lock().expect("a lock").push((None, subscriber));
            Subscribed::new(())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_of_a_topic_hears_that_it_may_lag_when_the_engine_has_subscribed() {
    let (far, permits) = Far::late();
    let live = Live::builder(Board::default()).pubsub(Arc::new(far.clone())).start();
    let mut first = Tab::open(&live, "/news").await;
    publish(&live, [1]);
    assert_eq!(shown(&mut first).await, "", "the engine has lost it");
    permits.add_permits(1);
    settle().await;
    publish(&live, [2]);
    assert_eq!(shown(&mut first).await, "lagged 2");
    // A second page of the topic misses nothing.
    let session = session_of(&live, "/news").await;
    publish(&live, [3]);
    assert_eq!(attached(&live, session).await, "3");
    assert_eq!(shown(&mut first).await, "lagged 2 3");
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_an_engine_ends_late_brings_nothing() {
    let far = Far::default();
    let live = Live::builder(Board::default()).pubsub(Arc::new(far.clone())).start();
    drop(Tab::open(&live, "/news").await);
    sleep(Duration::from_secs(130)).await;
    assert_eq!(live.stats().sessions(), 0);
    let mut tab = Tab::open(&live, "/news").await;
    settle().await;
    assert_eq!(far.subscribers.lock().expect("a lock").len(), 2, "this engine forgets none");
    publish(&live, [1]);
    assert_eq!(shown(&mut tab).await, "lagged 1");
}

#[tokio::test(start_paused = true)]
async fn sessions_hear_that_the_engine_has_lost_messages() {
    let far = Far::default();
    let live = Live::builder(Board::default()).pubsub(Arc::new(far.clone())).start();
    let mut tab = Tab::open(&live, "/state").await;
    live.publisher().publish(STATE, &1).expect("a number is JSON");
    let before = shown(&mut tab).await;
    far.lose_connection();
    live.publisher().publish(STATE, &2).expect("a number is JSON");
    assert_eq!(shown(&mut tab).await, format!("{before} lagged 2"));
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

#[tokio::test(start_paused = true)]
async fn a_page_hears_that_the_engine_was_not_there_during_its_mount() {
    let (far, permits) = Far::late();
    let mounts = Arc::new(Semaphore::new(1));
    let board = Board { permits: Some(Arc::clone(&mounts)), ..Board::default() };
    let live = Live::builder(board).pubsub(Arc::new(far)).start();
    let _first = Tab::open(&live, "/news").await;
    let meanwhile = || async {
        publish(&live, [1]);
        permits.add_permits(1);
        settle().await;
    };
    assert_eq!(mounted(&live, &mounts, meanwhile).await, "lagged");
}

#[tokio::test(start_paused = true)]
async fn a_page_hears_that_the_engine_has_lost_messages_during_its_mount() {
    for brings_all in [false, true] {
        let far = Far { brings_all, ..Far::default() };
        let mounts = Arc::new(Semaphore::new(1));
        let board = Board { permits: Some(Arc::clone(&mounts)), ..Board::default() };
        let live = Live::builder(board).pubsub(Arc::new(far.clone())).start();
        let first = Tab::open(&live, "/news").await;
        if brings_all {
            // No session knows the topic when the connection is lost.
            drop(first);
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert_eq!(live.stats().sessions(), 0);
        }
        let meanwhile = || async { far.lose_connection() };
        assert_eq!(mounted(&live, &mounts, meanwhile).await, "lagged", "brings all: {brings_all}");
        if !brings_all {
            mounts.add_permits(1);
            let next = session_of(&live, "/news").await;
            publish(&live, [1]);
            assert_eq!(attached(&live, next).await, "1", "a later page has missed nothing");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_a_page_wants_no_more_when_it_attaches_is_left() {
    let far = Far::default();
    let board = Board::default();
    let live = Live::builder(board.clone()).pubsub(Arc::new(far.clone())).start();
    let before = Arc::strong_count(&far.guards);
    let session = session_of(&live, "/news").await;
    assert_eq!(Arc::strong_count(&far.guards), before + 1);
    board.is_deaf.store(true, Relaxed);
    assert_eq!(attached(&live, session).await, "");
    assert_eq!(Arc::strong_count(&far.guards), before);
}

/// Posts the form of a page.
async fn post(live: &Live) -> JoinHandle<Result<Posted, MountError>> {
    let (live, page) = (live.clone(), live.page(request("/news"), "/").await.expect("a page").into_html());
    let (_, rest) = page.split_once("action=\"?").expect("a form");
    let form = PageRequest::new("/news", rest.split('"').next().expect("its end"));
    tokio::spawn(async move { live.post(form, "/", FormData::default()).await })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_posted_form_does_not_wait_for_a_session_that_is_busy() {
    let (open, door) = mpsc::channel();
    let board = Board { door: Arc::new(Mutex::new(Some(door))), ..Board::default() };
    let live = Live::new(board.clone());
    let _busy = Tab::open(&live, "/news and state").await;
    let publisher = live.publisher();
    let stuck = std::thread::spawn(move || publisher.publish(STATE, &1).expect("a number is JSON"));
    while board.door.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    let posted = tokio::time::timeout(Duration::from_secs(2), post(&live).await).await;
    open.send(()).expect("it waits");
    stuck.join().expect("no panic");
    let Ok(Posted::Page(page)) = posted.expect("an answer in time").expect("no panic") else { panic!("a page") };
    assert!(page.html().contains("<p>7</p>"), "{}", page.html());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_of_a_posted_form_hears_what_was_still_on_its_way_to_it() {
    let (open, door) = mpsc::channel();
    let stamps = Arc::new(Semaphore::new(0));
    let board = Board { stamps: Some(Arc::clone(&stamps)), ..Board::default() };
    let live = Live::new(board.clone());
    let _slow = Tab::open(&live, "/news").await;
    let posted = post(&live).await;
    while live.stats().subscriptions < 2 {
        tokio::task::yield_now().await;
    }
    // The message stands in the `update` of the first page, while the answer to the form is made.
    *board.door.lock().expect("a lock") = Some(door);
    let publisher = live.publisher();
    let stuck = std::thread::spawn(move || publisher.publish(NEWS, &1).expect("a number is JSON"));
    while board.door.lock().expect("a lock").is_some() {
        tokio::task::yield_now().await;
    }
    stamps.add_permits(1);
    let Ok(Posted::Page(posted)) = posted.await.expect("no panic") else { panic!("a page") };
    open.send(()).expect("it waits");
    stuck.join().expect("no panic");
    assert!(posted.html().contains("<p>stamped</p>"), "{}", posted.html());
    assert_eq!(attached(&live, session_in(posted.html())).await, "stamped 1");
}

/// Counts what it hears from each of four publishers, and what it should not have heard.
struct Strict;

const COUNTS: Topic<(usize, u32)> = Topic::new("counts");

#[derive(Hash)]
struct Busy;

#[derive(Clone)]
enum Count {
    Of((usize, u32)),
    Lagged,
}

impl LiveView for Strict {
    type Model = ([u32; 4], u32);
    type ExternalEvent = Busy;
    type InternalEvent = Count;

    async fn mount(&self, _: &PageRequest) -> Result<(Self::Model, Command<Count>), MountError> {
        Ok((([0; 4], 0), Command::none()))
    }

    fn update(&self, (next, faults): &mut Self::Model, event: Event<Busy, Count>) -> Command<Count> {
        match event {
            Event::External(Busy) => std::thread::yield_now(),
            Event::Internal(Count::Of((publisher, n))) if next[publisher] == n => next[publisher] += 1,
            Event::Internal(Count::Of(_) | Count::Lagged) => *faults += 1,
        }
        Command::none()
    }

    fn view(&self, (next, faults): &Self::Model) -> impl View<Busy> {
        html! { <p>{format!("{} heard, {faults} faults", next.iter().sum::<u32>())}</p><button on:click={Busy}>"Busy"</button> }
    }

    fn subscriptions(&self, _: &Self::Model) -> Subscription<Count> {
        Subscription::topic(COUNTS, Count::Of).lagged(Count::Lagged)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sessions_that_are_often_busy_hear_everything_once_and_in_order() {
    let live = Live::new(Strict);
    let pages: Vec<_> = (0..8)
        .map(|_| {
            let live = live.clone();
            tokio::spawn(async move {
                let (mut tab, mut shown) = (Tab::open(&live, "/").await, String::new());
                while !shown.starts_with("1000 heard") {
                    for _ in 0..20 {
                        tab.click(1);
                        tokio::task::yield_now().await;
                    }
                    while let Some(message) = tab.now().await {
                        if let Some(text) = message.expect("a session")[1][0].as_str() {
                            text.clone_into(&mut shown);
                        }
                    }
                }
                shown
            })
        })
        .collect();
    while live.stats().subscriptions < pages.len() {
        tokio::task::yield_now().await;
    }
    let publishers = (0..4).map(|publisher| {
        let live = live.publisher();
        std::thread::spawn(move || {
            for n in 0..250 {
                live.publish(COUNTS, &(publisher, n)).expect("numbers are JSON");
                if n % 20 == 0 {
                    std::thread::yield_now();
                }
            }
        })
    });
    publishers.collect::<Vec<_>>().into_iter().for_each(|publisher| publisher.join().expect("no panic"));
    for page in pages {
        let shown = tokio::time::timeout(Duration::from_secs(60), page).await.expect("everything is heard");
        assert_eq!(shown.expect("no panic"), "1000 heard, 0 faults");
    }
}
