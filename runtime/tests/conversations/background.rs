//! Work that a command begins: keyed, streams, and functions that block.

mod attempts;

use std::future::{Ready, pending, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, mpsc};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_core::Stream;
use serde_json::json;
use tealight_core::{
    Child, ChildEvent, Command, Component, Event, LiveView, MountError, PageRequest, Retry, View, html,
};
use tealight_runtime::Live;
use tealight_test::protocol::{Tab, settle};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{Instant, sleep};

/// The buttons of the page, by their slots.
const SLOW: u64 = 0;
const FAST: u64 = 1;
const CANCEL: u64 = 2;
const FOLLOW: u64 = 3;
const COUNT: u64 = 4;
const BLOCK: u64 = 5;
const BREAK: u64 = 6;
const FETCH: u64 = 7;
const HANG: u64 = 8;

#[derive(Hash)]
enum Press {
    /// Sleeps for so many milliseconds.
    Find(u64),
    Cancel,
    Follow,
    Count,
    Block,
    Break,
    /// Tries three times.
    Fetch,
    /// Begins work of each kind that does not end in time.
    Hang,
}

enum Heard {
    Found(u64),
    Line(String),
    Number(u32),
    Blocked,
    Broken,
    Fetched(Result<u32, u32>),
    Late(&'static str),
}

/// Shows everything that it has heard.
#[derive(Default)]
struct Office {
    lines: std::sync::Mutex<Option<UnboundedReceiver<String>>>,
    /// The items that `Count` has been asked for.
    counted: Arc<AtomicUsize>,
    /// The blocking functions that run now, and the most so far.
    blocked: Arc<(AtomicUsize, AtomicUsize)>,
    doors: std::sync::Mutex<Vec<mpsc::Receiver<()>>>,
    /// The attempts so far, and the first one that succeeds.
    attempts: Arc<AtomicU32>,
    succeeds: u32,
}

struct Lines(UnboundedReceiver<String>);

impl Stream for Lines {
    type Item = String;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<String>> {
        self.0.poll_recv(cx)
    }
}

/// Always has a number.
struct Numbers(u32, Arc<AtomicUsize>);

impl Stream for Numbers {
    type Item = u32;

    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        self.0 += 1;
        self.1.fetch_add(1, Relaxed);
        Poll::Ready(Some(self.0))
    }
}

struct Breaking;

impl Stream for Breaking {
    type Item = u32;

    fn poll_next(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
        panic!("a stream of the application")
    }
}

impl LiveView for Office {
    type Model = String;
    type ExternalEvent = Press;
    type InternalEvent = Heard;

    async fn mount(&self, _: &PageRequest) -> Result<(String, Command<Heard>), MountError> {
        Ok((String::new(), Command::none()))
    }

    fn update(&self, said: &mut String, event: Event<Press, Heard>) -> Command<Heard> {
        match event {
            Event::External(Press::Find(wait)) => {
                let search = async move {
                    sleep(Duration::from_millis(wait)).await;
                    wait
                };
                return Command::perform_keyed("find", search, Heard::Found);
            }
            Event::External(Press::Cancel) => return Command::batch(["find", "lines", "count"].map(Command::cancel)),
            Event::External(Press::Follow) => {
                let lines = self.lines.lock().expect("a lock").take().expect("it is followed once");
                return Command::stream(Lines(lines), Heard::Line).keyed("lines");
            }
            Event::External(Press::Count) => {
                return Command::stream(Numbers(0, Arc::clone(&self.counted)), Heard::Number).keyed("count");
            }
            Event::External(Press::Block) => {
                let door = self.doors.lock().expect("a lock").pop().expect("a door");
                let blocked = Arc::clone(&self.blocked);
                let wait = move || {
                    let now = blocked.0.fetch_add(1, Relaxed) + 1;
                    blocked.1.fetch_max(now, Relaxed);
                    door.recv().expect("somebody opens");
                    blocked.0.fetch_sub(1, Relaxed);
                };
                return Command::blocking(wait, |()| Heard::Blocked);
            }
            Event::External(Press::Break) => {
                return Command::batch([
                    Command::stream(Breaking, Heard::Number),
                    Command::blocking(|| panic!("a function of the application"), Heard::Number),
                ]);
            }
            Event::External(Press::Fetch) => {
                let fetch = fetch(Arc::clone(&self.attempts), self.succeeds);
                return Command::retry(Retry::attempts(3).first_pause(Duration::from_secs(10)), fetch, Heard::Fetched);
            }
            Event::External(Press::Hang) => {
                let fetch = fetch(Arc::clone(&self.attempts), u32::MAX);
                let lines = self.lines.lock().expect("a lock").take().expect("it is followed once");
                let door = self.doors.lock().expect("a lock").pop().expect("a door");
                let wait = move || door.recv().expect("somebody opens");
                return Command::batch([
                    Command::perform(pending(), Heard::Found).time_limit(Duration::from_secs(1), Heard::Late("future")),
                    Command::retry(Retry::attempts(100), fetch, Heard::Fetched)
                        .time_limit(Duration::from_secs(20), Heard::Late("attempts")),
                    Command::stream(Lines(lines), Heard::Line)
                        .time_limit(Duration::from_secs(3), Heard::Late("stream")),
                    Command::blocking(wait, |()| Heard::Blocked)
                        .time_limit(Duration::from_secs(8), Heard::Late("function")),
                ]);
            }
            Event::Internal(Heard::Fetched(Ok(attempt))) => *said += &format!("{attempt} "),
            Event::Internal(Heard::Fetched(Err(attempt))) => *said += &format!("failed {attempt} "),
            Event::Internal(Heard::Late(work)) => *said += &format!("{work} late "),
            Event::Internal(Heard::Found(wait)) => *said += &format!("{wait} "),
            Event::Internal(Heard::Line(line)) => *said += &format!("{line} "),
            Event::Internal(Heard::Number(number)) => *said = number.to_string(),
            Event::Internal(Heard::Blocked) => *said += "done ",
            Event::Internal(Heard::Broken) => *said += "broken ",
        }
        Command::none()
    }

    fn command_failed(&self) -> Option<Heard> {
        Some(Heard::Broken)
    }

    fn view(&self, said: &String) -> impl View<Press> {
        html! {
            <button on:click={Press::Find(300)}>"Slow"</button>
            <button on:click={Press::Find(100)}>"Fast"</button>
            <button on:click={Press::Cancel}>"Cancel"</button>
            <button on:click={Press::Follow}>"Follow"</button>
            <button on:click={Press::Count}>"Count"</button>
            <button on:click={Press::Block}>"Block"</button>
            <button on:click={Press::Break}>"Break"</button>
            <button on:click={Press::Fetch}>"Fetch"</button>
            <button on:click={Press::Hang}>"Hang"</button>
            <p>{said}</p>
        }
    }
}

/// Makes futures that fail until this attempt.
fn fetch(attempts: Arc<AtomicU32>, succeeds: u32) -> impl FnMut() -> Ready<Result<u32, u32>> {
    move || {
        let attempt = attempts.fetch_add(1, Relaxed) + 1;
        ready(if attempt >= succeeds { Ok(attempt) } else { Err(attempt) })
    }
}

/// Clicks, and waits until the server has the event.
async fn click(tab: &mut Tab, slot: u64) {
    tab.click(slot);
    assert_eq!(tab.next().await, Ok(json!({"event": tab.event})));
}

/// The text of the next patch.
async fn said(tab: &mut Tab) -> String {
    tab.next().await.expect("a patch")[1][1].as_str().expect("a text").to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_newer_piece_of_work_takes_the_place_of_the_one_with_its_key() {
    let live = Live::new(Office::default());
    let mut tab = Tab::open(&live, "/").await;
    let start = Instant::now();
    click(&mut tab, SLOW).await;
    click(&mut tab, FAST).await;
    assert_eq!(said(&mut tab).await, "100 ");
    assert_eq!(start.elapsed(), Duration::from_millis(100));
    settle().await;
    assert_eq!(live.stats().tasks, 0);
    click(&mut tab, SLOW).await;
    click(&mut tab, CANCEL).await;
    sleep(Duration::from_secs(1)).await;
    assert_eq!((tab.now().await, live.stats().tasks), (None, 0));
}

#[tokio::test(start_paused = true)]
async fn a_result_that_is_here_when_it_is_cancelled_is_dropped() {
    let live = Live::new(Office::default());
    let mut tab = Tab::open(&live, "/").await;
    click(&mut tab, FAST).await;
    // The clock moves, but the task has no turn before the click.
    tokio::time::advance(Duration::from_millis(100)).await;
    tab.click(CANCEL);
    settle().await;
    let last = tab.next().await.expect("an answer");
    assert_eq!(tab.now().await, None);
    // Either the result came first, or never.
    assert!(last == json!({"event": 2}) || last[1][1] == "100 ", "{last}");
}

#[tokio::test(start_paused = true)]
async fn a_stream_brings_its_items_in_order_until_it_ends() {
    let (sender, lines) = unbounded_channel();
    let office = Office { lines: std::sync::Mutex::new(Some(lines)), ..Office::default() };
    let live = Live::new(office);
    let mut tab = Tab::open(&live, "/").await;
    click(&mut tab, FOLLOW).await;
    for line in ["a", "b", "c"] {
        sender.send(line.to_owned()).expect("it is followed");
    }
    settle().await;
    assert_eq!(said(&mut tab).await, "a b c ");
    assert_eq!(live.stats().tasks, 1);
    drop(sender);
    settle().await;
    assert_eq!((tab.now().await, live.stats().tasks), (None, 0));
}

fn followed() -> (UnboundedSender<String>, Live) {
    let (sender, lines) = unbounded_channel();
    (sender, Live::new(Office { lines: std::sync::Mutex::new(Some(lines)), ..Office::default() }))
}

#[tokio::test(start_paused = true)]
async fn a_stream_ends_with_its_session_or_when_it_is_cancelled() {
    let (sender, live) = followed();
    let mut tab = Tab::open(&live, "/").await;
    click(&mut tab, FOLLOW).await;
    click(&mut tab, CANCEL).await;
    settle().await;
    assert!(sender.is_closed());
    assert_eq!(live.stats().tasks, 0);

    let (sender, live) = followed();
    let mut tab = Tab::open(&live, "/").await;
    click(&mut tab, FOLLOW).await;
    drop(tab);
    settle().await;
    assert!(!sender.is_closed(), "the page may come back");
    sleep(Duration::from_secs(121)).await;
    settle().await;
    assert!(sender.is_closed());
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_always_has_an_item_is_no_faster_than_its_session_and_hinders_nobody() {
    let office = Office::default();
    let counted = Arc::clone(&office.counted);
    let live = Live::new(office);
    let mut tab = Tab::open(&live, "/").await;
    tab.click(COUNT);
    settle().await;
    let seen = said(&mut tab).await;
    let asked = counted.load(Relaxed);
    assert!(asked > 10, "{asked}");
    assert!(seen.parse::<usize>().is_ok_and(|seen| seen == asked || seen + 1 == asked), "{seen} of {asked}");
    tab.click(CANCEL);
    settle().await;
    let asked = counted.load(Relaxed);
    settle().await;
    assert_eq!((counted.load(Relaxed), live.stats().tasks), (asked, 0));
}

#[tokio::test]
async fn blocking_functions_run_beside_all_else_and_only_as_many_as_the_builder_says() {
    let (doors, keys): (Vec<_>, Vec<_>) = (0..5).map(|_| mpsc::channel()).map(|(key, door)| (door, key)).unzip();
    let office = Office { doors: std::sync::Mutex::new(doors), ..Office::default() };
    let blocked = Arc::clone(&office.blocked);
    let live = Live::builder(office).blocking_threads(2).start();
    let mut tab = Tab::open(&live, "/").await;
    for _ in 0..5 {
        click(&mut tab, BLOCK).await;
    }
    assert_eq!(live.stats().tasks, 5);
    // The page is answered meanwhile.
    click(&mut tab, CANCEL).await;
    for key in keys.iter().rev() {
        key.send(()).expect("it waits");
    }
    let mut last = String::new();
    while last != "done done done done done " {
        last = said(&mut tab).await;
    }
    assert_eq!((blocked.0.load(Relaxed), live.stats().tasks), (0, 0));
    assert!(blocked.1.load(Relaxed) <= 2);
}

#[tokio::test]
async fn a_blocking_function_that_waits_when_its_session_ends_never_runs() {
    let (doors, keys): (Vec<_>, Vec<_>) = (0..2).map(|_| mpsc::channel()).map(|(key, door)| (door, key)).unzip();
    let office = Office { doors: std::sync::Mutex::new(doors), ..Office::default() };
    let blocked = Arc::clone(&office.blocked);
    let live = Live::builder(office).blocking_threads(1).start();
    let mut tab = Tab::open(&live, "/").await;
    click(&mut tab, BLOCK).await;
    while blocked.0.load(Relaxed) == 0 {
        tokio::task::yield_now().await;
    }
    click(&mut tab, BLOCK).await;
    // A shutdown waits for its connections.
    drop(tab);
    live.shutdown().await;
    // The door of the second function went with it.
    while keys[0].send(()).is_ok() {
        tokio::task::yield_now().await;
    }
    keys[1].send(()).expect("the first one still waits");
    assert_eq!(blocked.1.load(Relaxed), 1);
}

#[tokio::test]
async fn a_panic_of_a_stream_or_a_blocking_function_is_an_event() {
    let live = Live::new(Office::default());
    let mut tab = Tab::open(&live, "/").await;
    tab.click(BREAK);
    let mut last = tab.next().await.expect("a message");
    while last[1][1] != "broken broken " {
        last = tab.next().await.expect("a message");
    }
    assert_eq!(live.stats().tasks, 0);
}

/// Two parts of a page, with work of the same key.
struct Parts;

#[derive(Default)]
struct Part {
    found: u32,
}

#[derive(Hash)]
struct Find;

struct Found;

impl Component for Part {
    type ExternalEvent = Find;
    type InternalEvent = Found;
    type Outcome = Command<Found>;

    fn update(&mut self, event: Event<Find, Found>) -> Command<Found> {
        match event {
            Event::External(Find) => {
                return Command::perform_keyed("find", sleep(Duration::from_millis(10)), |()| Found);
            }
            Event::Internal(Found) => self.found += 1,
        }
        Command::none()
    }

    fn view(&self) -> impl View<Find> {
        html! { <button on:click={Find}>{self.found}</button> }
    }
}

#[derive(Hash)]
enum ToPart {
    First(ChildEvent<Find>),
    Second(ChildEvent<Find>),
}

enum OfPart {
    First(ChildEvent<Found>),
    Second(ChildEvent<Found>),
}

impl LiveView for Parts {
    type Model = (Child<Part>, Child<Part>);
    type ExternalEvent = ToPart;
    type InternalEvent = OfPart;

    async fn mount(&self, _: &PageRequest) -> Result<(Self::Model, Command<OfPart>), MountError> {
        Ok((Self::Model::default(), Command::none()))
    }

    fn update(&self, (first, second): &mut Self::Model, event: Event<ToPart, OfPart>) -> Command<OfPart> {
        match event {
            Event::External(ToPart::First(event)) => first.update(Event::External(event), OfPart::First),
            Event::External(ToPart::Second(event)) => second.update(Event::External(event), OfPart::Second),
            Event::Internal(OfPart::First(event)) => first.update(Event::Internal(event), OfPart::First),
            Event::Internal(OfPart::Second(event)) => second.update(Event::Internal(event), OfPart::Second),
        }
    }

    fn view(&self, (first, second): &Self::Model) -> impl View<ToPart> {
        html! { <p id="first">{first.view(ToPart::First)}</p><p id="second">{second.view(ToPart::Second)}</p> }
    }
}

#[test]
fn components_have_keys_of_their_own() {
    let app = tealight_test::TestApp::start(Parts);
    let page = app.open("/");
    for part in ["#first", "#second", "#second"] {
        page.click(&format!("{part} button"));
    }
    app.advance(Duration::from_millis(10));
    assert_eq!(page.texts("button"), ["1", "1"]);
}
