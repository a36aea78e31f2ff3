//! A week of a thousand people who come, sleep and return. `SEED=n` replays one week, `PEOPLE=n` sets how many they are.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::task::Poll;
use std::time::Duration;

use fastrand::Rng;
use serde::{Deserialize, Serialize};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Live, Saving};
use tealight_simulation::store::{Access, Store};
use tealight_test::protocol::Tab;
use tokio::runtime::Builder;

const PEOPLE: usize = 1_000;
const SECOND: u64 = 1_000;
const MINUTE: u64 = 60 * SECOND;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const WEEK: u64 = 7 * DAY;
/// After this time without a page, nothing of a session is left.
const GONE: u64 = 5 * MINUTE;
/// The most bytes that may be left. They are capacity of shared tables.
const MOST_GROWTH: i64 = 64 * 1024;

/// A diary, with a timer, a topic and commands.
struct Diary;

#[derive(Default, Serialize, Deserialize)]
struct Model {
    notes: Vec<String>,
    ticks: u32,
    heard: u32,
}

#[derive(Hash)]
enum External {
    Write,
    Say,
    Wait,
}

#[derive(Clone)]
enum Internal {
    Tick,
    Heard(u32),
    Waited,
}

/// The slots of the buttons.
const BUTTONS: [u64; 3] = [3, 4, 5];

impl LiveView for Diary {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Internal;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Internal>), MountError> {
        Ok((Model::default(), Command::after(Duration::from_secs(40), Internal::Waited)))
    }

    fn update(&self, model: &mut Model, event: Event<External, Internal>) -> Command<Internal> {
        match event {
            Event::External(External::Write) => {
                model.notes.truncate(9);
                model.notes.insert(0, format!("note {}", model.ticks));
            }
            Event::External(External::Say) => return Command::publish("diaries", &model.ticks),
            Event::External(External::Wait) => {
                return Command::perform(tokio::time::sleep(Duration::from_secs(20)), |()| Internal::Waited);
            }
            Event::Internal(Internal::Tick) => model.ticks += 1,
            Event::Internal(Internal::Heard(n)) => model.heard = n,
            Event::Internal(Internal::Waited) => {}
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <p>{model.ticks}</p> <p>{model.heard}</p>
            <ul>for note in &model.notes { <li>{note}</li> }</ul>
            <button on:click={External::Write}>"Write"</button>
            <button on:click={External::Say}>"Say"</button>
            <button on:click={External::Wait}>"Wait"</button>
        }
    }

    fn subscriptions(&self, model: &Model) -> Subscription<Internal> {
        let ticks = Subscription::every(Duration::from_secs(30), Internal::Tick);
        let topic = (model.notes.len() % 2 == 1).then(|| Subscription::topic("diaries", Internal::Heard));
        Subscription::batch([ticks].into_iter().chain(topic))
    }
}

/// Takes the message that waits now. Returns false if there is none, or if the connection has ended.
async fn take(tab: &mut Tab) -> bool {
    let mut next = pin!(tab.next());
    poll_fn(|cx| Poll::Ready(matches!(next.as_mut().poll(cx), Poll::Ready(Ok(_))))).await
}

/// A person, and the page that the person has open.
#[derive(Default)]
struct Person {
    tab: Option<Tab>,
    is_asleep: bool,
}

struct Week {
    live: Live,
    store: Store,
    random: Rng,
    now: u64,
    visits: u64,
    returns: u64,
    most: usize,
}

impl Week {
    async fn run(&mut self, people: usize, length: u64) {
        let mut all: Vec<Person> = (0..people).map(|_| Person::default()).collect();
        let end = self.now + length;
        let mut next: BinaryHeap<_> = (0..people).map(|at| Reverse((self.now + self.random.u64(0..DAY), at))).collect();
        while let Some(Reverse((at, person))) = next.pop() {
            self.wait_until(at).await;
            let wait = self.act(&mut all[person]).await;
            if self.now + wait < end {
                next.push(Reverse((self.now + wait, person)));
            }
            self.most = self.most.max(self.live.stats().sessions());
        }
        drop(all);
        self.wait_until(end.max(self.now) + GONE).await;
    }

    /// A person does the next thing. Returns the time until the one after, in milliseconds.
    async fn act(&mut self, person: &mut Person) -> u64 {
        let Some(tab) = &mut person.tab else {
            self.visits += 1;
            person.tab = Some(Tab::open(&self.live, "/").await);
            return self.random.u64(1..60) * SECOND;
        };
        if person.is_asleep {
            self.returns += 1;
            person.is_asleep = false;
            tab.reconnect(&self.live);
        }
        // Everything that has come meanwhile.
        while take(tab).await {}
        match self.random.u32(0..8) {
            0 => {
                person.tab = None;
                self.random.u64(8..80) * HOUR
            }
            1 | 2 => {
                tab.connection.hang_up();
                person.is_asleep = true;
                if self.random.bool() { self.random.u64(1..100) * SECOND } else { self.random.u64(1..600) * MINUTE }
            }
            _ => {
                tab.click(BUTTONS[self.random.usize(0..3)]);
                while take(tab).await {}
                self.random.u64(1..300) * SECOND
            }
        }
    }

    async fn wait_until(&mut self, at: u64) {
        while self.now < at {
            // A long sleep is many short ones, so that timers tick on the way.
            let step = (at - self.now).min(MINUTE);
            tokio::time::advance(Duration::from_millis(step)).await;
            self.now += step;
        }
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
    }

    /// Everything that the application holds.
    fn held(&self) -> [usize; 8] {
        let stats = self.live.stats();
        let waiting = [stats.unattached, stats.attached, stats.detached, stats.connections];
        let running = [stats.timers, stats.tasks, stats.subscriptions, self.store.len()];
        [waiting, running].concat().try_into().expect("eight counts")
    }
}

#[test]
fn after_a_week_nothing_is_left() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seed = number("SEED").unwrap_or(1);
    let people = number("PEOPLE").map_or(PEOPLE, |people| people as usize);
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
    let store = Store::new(seed, 10, 0);
    let saving = Saving::new(Arc::new(Access::new(&store, &Arc::new(AtomicBool::new(false)))));
    let live = {
        let _guard = runtime.enter();
        Live::builder(Diary).save_sessions(saving.every(Duration::from_secs(60))).start()
    };
    let random = Rng::with_seed(seed);
    let mut week = Week { live, store, random, now: 0, visits: 0, returns: 0, most: 0 };
    let mut kept = Vec::new();
    // The first day fills the tables that all sessions share.
    for length in [DAY, WEEK] {
        let counted = allocation_counter::measure(|| runtime.block_on(week.run(people, length)));
        assert_eq!(week.held(), [0; 8], "SEED={seed}");
        kept.push(counted.bytes_current);
    }
    let Week { visits, returns, most, .. } = week;
    println!("{visits} visits, {returns} returns, at most {most} sessions, {kept:?} bytes kept");
    assert!(visits > people as u64 && returns > people as u64 && most > people / 100, "SEED={seed}: it was quiet");
    assert!(kept[1] < MOST_GROWTH, "SEED={seed}: {kept:?} bytes");
}
