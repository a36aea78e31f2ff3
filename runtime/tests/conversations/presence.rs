//! Presence: who is at a place, over lines that break, processes that end, and engines that lose messages.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use tealight_core::presence::{Change, Here, People, Person};
use tealight_core::session::{Message, TopicFilter};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, Topic, View, html};
use tealight_runtime::{Live, LocalPubSub, PubSub, PubSubError, Subscribed, Subscriber};
use tealight_test::protocol::{Tab, settle};
use tokio::time::sleep;

const HALL: Topic<String, u32> = Topic::new("hall:{id}");

/// Shows who is in a hall, and what has happened there.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hall;

pub(crate) struct Model {
    /// Nobody, if the page only looks on.
    me: Option<String>,
    mood: String,
    people: People<String>,
    /// The changes so far.
    diary: String,
}

#[derive(Hash)]
pub(crate) enum Press {
    Smile,
    Leave,
}

impl LiveView for Hall {
    type Model = Model;
    type ExternalEvent = Press;
    type InternalEvent = Here<String>;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<Here<String>>), MountError> {
        let me = request.path().trim_start_matches('/');
        let me = (!me.is_empty()).then(|| me.to_owned());
        Ok((Model { me, mood: "calm".to_owned(), people: People::new(), diary: String::new() }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Press, Here<String>>) -> Command<Here<String>> {
        match event {
            Event::External(Press::Smile) => model.mood = "smiling".to_owned(),
            Event::External(Press::Leave) => model.me = None,
            Event::Internal(here) => {
                for change in model.people.apply(here) {
                    model.diary.push_str(match change {
                        Change::Joined(_) => "+",
                        Change::Changed(_) => "~",
                        Change::Left(_) => "-",
                    });
                    model.diary.push_str(change.key());
                }
            }
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Press> {
        let people: Vec<_> = model.people.iter().map(|(key, moods)| format!("{key} {}", moods.join(" and "))).collect();
        html! {
            <p>{format!("{}: {}", people.join(", "), model.diary)}</p>
            <button on:click={Press::Smile}>"Smile"</button>
            <button on:click={Press::Leave}>"Leave"</button>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Here<String>> {
        let me = model.me.as_ref().map(|me| Person::new(me, model.mood.clone()));
        Subscription::presence(HALL.of(7), me, |here| here)
    }
}

pub(crate) const SMILE: u64 = 1;
const LEAVE: u64 = 2;

/// A page, and what it shows.
struct Guest {
    tab: Tab,
    shown: String,
}

impl Guest {
    async fn open(live: &Live, path: &str) -> Self {
        Self { tab: Tab::open(live, path).await, shown: String::new() }
    }

    async fn shows(&mut self) -> &str {
        settle().await;
        while let Some(message) = self.tab.now().await {
            let message = message.expect("a session");
            if let Some(text) = message[1][0].as_str() {
                text.clone_into(&mut self.shown);
            }
        }
        &self.shown
    }

    fn detach(&mut self, live: &Live) {
        // The old connection ends, and no other one attaches.
        self.tab.connection = live.connect(PageRequest::new("/", ""));
    }
}

async fn seconds(count: u64) {
    // In steps, so that tasks of all processes run in the meantime.
    for _ in 0..count * 4 {
        sleep(Duration::from_millis(250)).await;
        settle().await;
    }
}

#[tokio::test(start_paused = true)]
async fn pages_hear_who_is_there_who_comes_and_who_leaves() {
    let live = Live::new(Hall);
    let mut ann = Guest::open(&live, "/ann").await;
    let mut watcher = Guest::open(&live, "/").await;
    assert_eq!(ann.shows().await, "ann calm: +ann");
    assert_eq!(watcher.shows().await, "ann calm: +ann");
    let mut bob = Guest::open(&live, "/bob").await;
    seconds(2).await;
    assert_eq!(bob.shows().await, "ann calm, bob calm: +ann+bob");
    assert_eq!(ann.shows().await, "ann calm, bob calm: +ann+bob");
    bob.tab.click(SMILE);
    seconds(2).await;
    assert_eq!(ann.shows().await, "ann calm, bob smiling: +ann+bob~bob");
    bob.tab.click(LEAVE);
    seconds(2).await;
    assert_eq!(bob.shows().await, "ann calm: +ann+bob~bob-bob");
    assert_eq!(watcher.shows().await, "ann calm: +ann+bob~bob-bob");
}

#[tokio::test(start_paused = true)]
async fn two_tabs_are_one_person() {
    let live = Live::new(Hall);
    let mut watcher = Guest::open(&live, "/").await;
    let first = Guest::open(&live, "/ann").await;
    seconds(2).await;
    let mut second = Guest::open(&live, "/ann").await;
    second.tab.click(SMILE);
    seconds(2).await;
    assert_eq!(watcher.shows().await, "ann calm and smiling: +ann~ann~ann");
    drop(first);
    seconds(7).await;
    assert_eq!(watcher.shows().await, "ann smiling: +ann~ann~ann~ann");
    drop(second);
    seconds(7).await;
    assert_eq!(watcher.shows().await, ": +ann~ann~ann~ann-ann");
}

#[tokio::test(start_paused = true)]
async fn a_line_that_breaks_for_a_moment_is_no_leave() {
    let live = Live::new(Hall);
    let mut watcher = Guest::open(&live, "/").await;
    let mut ann = Guest::open(&live, "/ann").await;
    seconds(2).await;
    ann.detach(&live);
    seconds(4).await;
    ann.tab.attach();
    seconds(10).await;
    assert_eq!(watcher.shows().await, "ann calm: +ann");
    ann.detach(&live);
    seconds(7).await;
    assert_eq!(watcher.shows().await, ": +ann-ann");
    ann.tab.attach();
    seconds(2).await;
    assert_eq!(watcher.shows().await, "ann calm: +ann-ann+ann");
    assert_eq!(ann.shows().await, "ann calm: +ann-ann+ann");
}

#[tokio::test(start_paused = true)]
async fn all_that_happens_within_a_second_comes_together() {
    let live = Live::new(Hall);
    let mut watcher = Guest::open(&live, "/").await;
    let mut guests = Vec::new();
    for n in 0..50 {
        guests.push(Guest::open(&live, &format!("/guest{n:02}")).await);
    }
    watcher.shows().await;
    let before = watcher.tab.patch;
    seconds(2).await;
    guests.truncate(49);
    assert!(watcher.shows().await.starts_with("guest00 calm, guest01 calm, "), "{}", watcher.shown);
    assert_eq!(watcher.tab.patch, before + 1, "49 people came in one patch");
}

/// A wire between processes that each bring one topic at a time. It can be cut.
#[derive(Clone, Default)]
struct Wire {
    subscribers: Arc<Mutex<Vec<(u32, TopicFilter, Subscriber)>>>,
    cut: Arc<Mutex<Option<u32>>>,
    /// The messages so far, and their bytes.
    sent: Arc<Mutex<(usize, usize)>>,
}

/// One process's end of it.
struct End(u32, Wire);

#[async_trait]
impl PubSub for End {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        let Self(from, Wire { subscribers, cut, sent }) = self;
        {
            let mut sent = sent.lock().expect("a lock");
            *sent = (sent.0 + 1, sent.1 + message.payload.len());
        }
        let cut = *cut.lock().expect("a lock");
        let subscribers = subscribers.lock().expect("a lock").clone();
        for (to, topic, subscriber) in subscribers {
            let is_cut = |end| cut == Some(end) && *from != to;
            if topic.matches(&message.topic) && !is_cut(*from) && !is_cut(to) {
                subscriber.deliver(message.clone());
            }
        }
        Ok(())
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        self.1.subscribers.lock().expect("a lock").push((self.0, topic, subscriber));
        Ok(Subscribed::new(()))
    }
}

impl Wire {
    fn process(&self, number: u32) -> Live {
        Live::builder(Hall).pubsub(Arc::new(End(number, self.clone()))).start()
    }

    fn cut(&self, process: Option<u32>) {
        let mended = std::mem::replace(&mut *self.cut.lock().expect("a lock"), process);
        let subscribers = self.subscribers.lock().expect("a lock").clone();
        for (process, _, subscriber) in subscribers {
            if mended == Some(process) {
                subscriber.lagged();
            }
        }
    }

    fn sent(&self) -> usize {
        self.sent.lock().expect("a lock").0
    }
}

#[tokio::test(start_paused = true)]
async fn people_of_all_processes_are_there() {
    let wire = Wire::default();
    let (one, two) = (wire.process(1), wire.process(2));
    let mut ann = Guest::open(&one, "/ann").await;
    seconds(3).await;
    let mut bob = Guest::open(&two, "/bob").await;
    let _ann_too = Guest::open(&two, "/ann").await;
    seconds(3).await;
    assert_eq!(ann.shows().await, "ann calm and calm, bob calm: +ann+bob~ann");
    assert_eq!(bob.shows().await.split(':').next(), Some("ann calm and calm, bob calm"));
    bob.tab.click(LEAVE);
    seconds(3).await;
    assert_eq!(ann.shows().await, "ann calm and calm: +ann+bob~ann-bob");
}

#[tokio::test(start_paused = true)]
async fn applications_with_one_engine_share_their_places() {
    let engine = Arc::new(LocalPubSub::default());
    let start = || Live::builder(Hall).pubsub(engine.clone()).start();
    let (one, two) = (start(), start());
    let mut ann = Guest::open(&one, "/ann").await;
    let mut bob = Guest::open(&two, "/bob").await;
    seconds(3).await;
    assert_eq!(ann.shows().await.split(':').next(), Some("ann calm, bob calm"));
    assert_eq!(bob.shows().await.split(':').next(), Some("ann calm, bob calm"));
}

#[tokio::test(start_paused = true)]
async fn the_people_of_a_process_that_dies_are_gone_within_ten_seconds() {
    let wire = Wire::default();
    let (one, two) = (wire.process(1), wire.process(2));
    let mut ann = Guest::open(&one, "/ann").await;
    let _bob = Guest::open(&two, "/bob").await;
    seconds(5).await;
    assert_eq!(ann.shows().await, "ann calm, bob calm: +ann+bob");
    // It says nothing more, and hears nothing.
    wire.cut(Some(2));
    seconds(4).await;
    assert_eq!(ann.shows().await, "ann calm, bob calm: +ann+bob", "it may only be slow");
    seconds(6).await;
    assert_eq!(ann.shows().await, "ann calm: +ann+bob-bob");
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_cut_off_comes_back_with_what_has_changed() {
    let wire = Wire::default();
    let (one, two) = (wire.process(1), wire.process(2));
    let mut ann = Guest::open(&one, "/ann").await;
    let mut bob = Guest::open(&two, "/bob").await;
    seconds(5).await;
    wire.cut(Some(2));
    seconds(10).await;
    let _cleo = Guest::open(&two, "/cleo").await;
    ann.tab.click(SMILE);
    seconds(10).await;
    assert_eq!(bob.shows().await.split(':').next(), Some("bob calm, cleo calm"));
    wire.cut(None);
    seconds(3).await;
    assert_eq!(ann.shows().await, "ann smiling, bob calm, cleo calm: +ann+bob-bob~ann+bob+cleo");
    assert_eq!(bob.shows().await.split(':').next(), Some("ann smiling, bob calm, cleo calm"));
}

#[tokio::test(start_paused = true)]
async fn a_process_that_ends_leaves_its_pages_time_to_move() {
    let wire = Wire::default();
    let (one, two) = (wire.process(1), wire.process(2));
    let mut ann = Guest::open(&one, "/ann").await;
    let bob = Guest::open(&two, "/bob").await;
    seconds(5).await;
    let shutdown = tokio::spawn(async move { two.shutdown().await });
    drop(bob);
    seconds(1).await;
    let _bob = Guest::open(&one, "/bob").await;
    seconds(10).await;
    shutdown.await.expect("it ends");
    let shown = ann.shows().await;
    assert!(shown.starts_with("ann calm, bob calm: ") && !shown.contains('-'), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn a_process_writes_once_a_second_at_most() {
    let wire = Wire::default();
    let live = wire.process(1);
    let mut guests = Vec::new();
    let before = wire.sent();
    for n in 0..500 {
        guests.push(Guest::open(&live, &format!("/{n}")).await);
        sleep(Duration::from_millis(10)).await;
    }
    // Five seconds: so many news, and a sign of life each two seconds, and the question who is there.
    let sent = wire.sent() - before;
    assert!((5..=10).contains(&sent), "{sent}");
    seconds(2).await;
    let before = wire.sent();
    seconds(10).await;
    assert_eq!(wire.sent() - before, 5, "signs of life");
    guests.clear();
    seconds(130).await;
    let before = wire.sent();
    seconds(10).await;
    assert_eq!(wire.sent() - before, 0, "nobody is there any more");
}
