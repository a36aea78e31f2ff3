//! Presence: who is at a place, on this process and on the others.
//!
//! A device is a page at a place. Each process tells the others of its own devices: it is the only one that writes about them. It does so
//! with messages on a topic of the place, at most once a second, and each message has a number, so that a process that misses
//! one asks for all. A process that says nothing for [`SILENCE`] is gone, with its devices.

mod life;
mod place;
mod tick;
mod wire;

use std::collections::{HashMap, HashSet, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use tealight_core::session::{Message, SubscriptionId, TopicFilter};
use tokio::runtime::Handle;
use tokio::time::Instant;

use self::life::{Beats, Processes};
use self::place::Place;
use self::tick::Telling;
use self::wire::{Said, What};
use crate::sync::lock;
use crate::token::random_bytes;
use crate::topics::{Hears, Listener, Subscribed, Topics};
use crate::turn::{defer, turn};

/// The time in which a device is still there after its page has gone away.
const GRACE: Duration = Duration::from_secs(5);
/// The least time between two news of a place.
const PERIOD: Duration = Duration::from_secs(1);
/// The time between two signs of life.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// A process that gives no sign of life for this time is gone.
const SILENCE: Duration = Duration::from_secs(6);
/// How often the time is looked at.
const TICK: Duration = Duration::from_millis(250);

/// The names of this process's topics for the sessions that look on.
const HERE: &str = "tealight:here:";
/// The names of the topics on which processes speak about a place.
const PLACES: &str = "tealight:presence:";
/// The topic of signs of life.
const PROCESSES: &str = "tealight:processes";

/// The places of a running application.
pub(crate) struct Presence {
    this: Weak<Self>,
    state: Mutex<State>,
    topics: Arc<Topics>,
    handle: Handle,
    /// Names this process, which hears itself too.
    process: u64,
}

struct State {
    places: HashMap<Arc<str>, Place>,
    /// The places that have news.
    pending: HashSet<Arc<str>>,
    /// The messages that wait for the end of the turn: an engine may not be called while it delivers.
    outbox: Vec<Message>,
    /// The devices whose pages have gone away, the first to leave first.
    leaving: VecDeque<Leaving>,
    processes: Processes,
    last_device: u64,
    /// Begins the numbers of a place's messages, so that no two places of one name have the same.
    epochs: u64,
    beats: Beats,
    is_ticking: bool,
    has_shut_down: bool,
    /// The engine's subscription to the signs of life.
    guard: Option<Subscribed>,
}

/// The sizes of all places together.
pub(crate) struct Numbers {
    pub(crate) places: usize,
    /// The people at each place, on any process.
    pub(crate) people: usize,
    /// This process's devices.
    pub(crate) devices: usize,
}

struct Leaving {
    at: Instant,
    place: Arc<str>,
    device: u64,
    /// The device has gone away so many times.
    absence: u32,
}

impl Presence {
    pub(crate) fn new(this: Weak<Self>, topics: Arc<Topics>, handle: Handle) -> Self {
        let state = State {
            places: HashMap::new(),
            pending: HashSet::new(),
            outbox: Vec::new(),
            leaving: VecDeque::new(),
            processes: Processes::default(),
            last_device: 0,
            epochs: 0,
            beats: Beats::default(),
            is_ticking: false,
            has_shut_down: false,
            guard: None,
        };
        let process = u64::from_ne_bytes(random_bytes());
        Self { this, state: Mutex::new(state), topics, handle, process }
    }

    pub(crate) fn numbers(&self) -> Numbers {
        let State { places, .. } = &*lock(&self.state);
        let (people, devices) = (places.values().map(Place::people), places.values().map(Place::own));
        Numbers { places: places.len(), people: people.sum(), devices: devices.sum() }
    }

    /// Adds a device to a place. Returns its number.
    pub(crate) fn enter(&self, name: &Arc<str>, person: Arc<str>, about: Arc<str>) -> u64 {
        self.open(name, |place, number| {
            place.enter(number, person, about);
            number
        })
    }

    /// Removes a device.
    pub(crate) fn leave(&self, name: &Arc<str>, device: u64) {
        self.change(name, |place| place.leave(device));
    }

    /// Removes a device after the [grace](GRACE), if its page has not come back.
    pub(crate) fn go_away(&self, name: &Arc<str>, device: u64) {
        let State { places, leaving, .. } = &mut *lock(&self.state);
        if let Some(absence) = places.get_mut(name).and_then(|place| place.go_away(device)) {
            leaving.push_back(Leaving { at: Instant::now() + GRACE, place: Arc::clone(name), device, absence });
        }
    }

    /// Keeps a device whose page has come back. It enters again if it has left.
    pub(crate) fn come_back(&self, name: &Arc<str>, device: u64) {
        self.change(name, |place| place.come_back(device));
    }

    /// Lets a session hear who is at a place, and then what changes. Returns the key for [`ignore`](Self::ignore).
    pub(crate) fn listen(&self, name: &Arc<str>, session: (Weak<dyn Listener>, SubscriptionId)) -> usize {
        let topic = here(name);
        self.open(name, |place, _| {
            place.listeners += 1;
            let first = Message { topic: Arc::clone(topic.text()), payload: place.all() };
            // Under the lock, so that no news comes between what it hears first and the next.
            self.topics.listen(&topic, session, first)
        })
    }

    /// Lets a session hear on that was busy.
    pub(crate) fn go_on(&self, name: &Arc<str>, key: usize) {
        self.topics.go_on(&here(name), key);
    }

    pub(crate) fn ignore(&self, name: &Arc<str>, key: usize) {
        self.topics.unsubscribe(&here(name), key);
        self.change(name, |place| place.listeners -= 1);
    }

    /// Changes a place, which is made if there is none, and hands out the number of a device.
    fn open<R>(&self, name: &Arc<str>, work: impl FnOnce(&mut Place, u64) -> R) -> R {
        let (result, is_new, must_tick) = {
            let state = &mut *lock(&self.state);
            state.last_device += 1;
            let is_new = !state.places.contains_key(name);
            let place = state.places.entry(Arc::clone(name)).or_insert_with(|| {
                state.epochs += 1;
                Place::new(state.epochs << 32)
            });
            let result = work(place, state.last_device);
            state.pending.insert(Arc::clone(name));
            (result, is_new, !mem::replace(&mut state.is_ticking, true))
        };
        if must_tick {
            self.start_ticking();
        }
        if is_new {
            self.subscribe(name);
        }
        self.tell_soon(Some(Arc::clone(name)));
        result
    }

    /// Changes a place, if it is there.
    fn change(&self, name: &Arc<str>, work: impl FnOnce(&mut Place)) {
        let State { places, pending, .. } = &mut *lock(&self.state);
        if let Some(place) = places.get_mut(name) {
            work(place);
            pending.insert(Arc::clone(name));
            self.tell_soon(Some(Arc::clone(name)));
        }
    }

    /// Tells what is new at a place at the end of this thread's turn, and sends what waits for the other processes.
    fn tell_soon(&self, name: Option<Arc<str>>) {
        defer(Telling(Weak::clone(&self.this), name));
    }

    /// Hears of other processes' devices from now on, and asks for those that are there.
    fn subscribe(&self, place: &Arc<str>) {
        let topic = TopicFilter::name(format!("{PLACES}{place}"));
        if self.topics.hears_all() {
            return self.ask(place);
        }
        let epoch = lock(&self.state).places.get(place).map(Place::epoch);
        let (this, place) = (Weak::clone(&self.this), Arc::clone(place));
        self.topics.subscribe_own(topic, move |subscribed| {
            let Some(presence) = this.upgrade() else { return };
            let unwanted = {
                let mut state = lock(&presence.state);
                match state.places.get_mut(&place).filter(|place| Some(place.epoch()) == epoch) {
                    Some(place) => place.guard.replace(subscribed),
                    None => Some(subscribed),
                }
            };
            // Without the lock: the guard runs the engine's code.
            drop(unwanted);
            presence.ask(&place);
        });
    }

    fn message(&self, place: &str, what: What) -> Message {
        let said = Said { process: self.process, what };
        Message::new(format!("{PLACES}{place}"), &said).expect("texts and numbers are JSON")
    }

    /// Asks all processes for their devices at a place.
    fn ask(&self, place: &str) {
        let message = self.message(place, What::Ask { of: None });
        lock(&self.state).outbox.push(message);
        turn(|_| self.tell_soon(None));
    }

    /// Takes a message of any process about a place.
    fn hear_place(&self, name: &str, payload: &[u8]) {
        let Some(Said { process, what }) = wire::read(payload) else {
            return tracing::warn!(place = name, "a message about a place that is not Tealight's own was ignored");
        };
        if process == self.process {
            return;
        }
        let name = {
            let State { places, pending, processes, .. } = &mut *lock(&self.state);
            let Some((name, _)) = places.get_key_value(name) else { return };
            let name = Arc::clone(name);
            pending.insert(Arc::clone(&name));
            processes.hear(process);
            let place = places.get_mut(&name).expect("it was just found");
            match what {
                What::Ask { of } => place.must_say_all |= of.is_none_or(|of| of == self.process),
                What::Changed { number, devices } => place.hear_changed(process, number, devices),
                What::All { number, devices, part } => place.hear_all(process, number, devices, part),
            }
            name
        };
        turn(|_| self.tell_soon(Some(name)));
    }

    /// Says and asks everything again, after messages about a place were lost, or about all places.
    fn say_again(&self, place: Option<&str>) {
        let lagged: Vec<_> = {
            let State { places, pending, .. } = &mut *lock(&self.state);
            let lagged = places.iter_mut().filter(|(name, _)| place.is_none_or(|place| ***name == *place));
            let names = lagged.map(|(name, place)| {
                place.must_say_all = true;
                Arc::clone(name)
            });
            let names: Vec<_> = names.collect();
            // The next tick tells them.
            pending.extend(names.iter().cloned());
            names
        };
        lagged.iter().for_each(|place| self.ask(place));
    }
}

impl Hears for Presence {
    fn hear(&self, topic: &str, payload: &[u8]) -> bool {
        if topic == PROCESSES {
            self.hear_life(payload);
        } else if let Some(place) = topic.strip_prefix(PLACES) {
            self.hear_place(place, payload);
        } else {
            return false;
        }
        true
    }

    fn lagged(&self, topic: Option<&str>) {
        let place = topic.map(|topic| topic.strip_prefix(PLACES));
        match place {
            None => self.say_again(None),
            Some(Some(place)) => self.say_again(Some(place)),
            Some(None) => {}
        }
    }
}

/// The topic of this process's sessions that look on.
fn here(place: &str) -> TopicFilter {
    TopicFilter::name(format!("{HERE}{place}"))
}
