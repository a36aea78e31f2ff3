//! Requests of a page that reach another process than the one that has its connection.
//!
//! A relay says to all others that it is there. Requests go only to relays that are known: otherwise the names that clients make up would
//! become topics.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight_core::session::{Message, TopicFilter};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};

use crate::error::catch;
use crate::limits::{Limit, Shares};
use crate::sync::lock;
use crate::token::random_bytes;
use crate::topics::{Hears, Subscribed, Topics};

/// The names of the topics on which relays hear. Each has its own.
const TOPICS: &str = "tealight:relay:";
/// The topic on which relays say that they are there.
const ALL: &str = "tealight:relays";
/// The longest wait for an answer. A process that is busy for a moment has it still.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most requests of this process that wait for their answers. One client may have a quarter of them.
const MOST: usize = 10_000;
/// The most relays that are known.
const MOST_KNOWN: usize = 4_096;
/// The least time between two questions which relays there are.
const PERIOD: Duration = Duration::from_secs(1);

/// Passes on requests of pages to the process that has their connection, over the engine.
///
/// For transports whose pages send requests of their own: a proxy may bring these to any process. Made by
/// [`Live::relay`](crate::Live::relay). A connection's key then names the relay of its process, by [`name`](Self::name).
pub struct Relay {
    number: u64,
    relays: Arc<Relays>,
    _take: Arc<Take>,
}

/// The reason why a request has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RelayError {
    /// No process has this relay, as far as this one knows.
    #[error("no process has this relay")]
    Unknown,
    /// Too many requests wait, the engine has refused it or has no connection, or no answer came within five seconds.
    #[error("the relay did not answer")]
    Busy,
}

/// Answers a request of a page of this process.
type Take = dyn Fn(&str) -> String + Send + Sync;

/// The relays of this process.
pub(crate) struct Relays {
    this: Weak<Self>,
    topics: Arc<Topics>,
    handle: Handle,
    state: Mutex<State>,
    waiting: Arc<Shares>,
}

#[derive(Default)]
struct State {
    ends: HashMap<u64, End>,
    /// The relays of other processes.
    known: HashSet<u64>,
    /// The last time that this process has asked for them.
    sought: Option<Instant>,
    /// The requests that wait for their answers, by number.
    asking: HashMap<u64, oneshot::Sender<String>>,
    last: u64,
    /// The engine's subscription to what relays say of themselves.
    guard: Option<Subscribed>,
}

struct End {
    take: Weak<Take>,
    /// The engine's subscription.
    guard: Option<Subscribed>,
}

#[derive(Serialize, Deserialize)]
struct Said {
    /// The relay that says it.
    from: u64,
    /// The number of a request.
    ask: u64,
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    /// It is there.
    Here,
    /// It is there, and wants to know which others are.
    Seek,
    Ask(String),
    Answer(String),
}

impl Relay {
    /// Returns the name of this relay for other processes: 16 characters. Returns `None` if no other process shares the engine.
    pub fn name(&self) -> Option<String> {
        (!self.relays.topics.is_local()).then(|| text(self.number))
    }

    /// Asks the relay of this name for a client, and returns its answer.
    ///
    /// # Errors
    /// See [`RelayError`]. After [`RelayError::Busy`], the other process may have taken the request, or may still take it.
    pub async fn ask(&self, name: &str, client: Option<IpAddr>, request: String) -> Result<String, RelayError> {
        let is_other = |to: &u64| *to != self.number && !self.relays.topics.is_local();
        let to = number(name).filter(is_other).ok_or(RelayError::Unknown)?;
        let answer = self.relays.ask(self.number, to, client, request).await;
        let result = match answer {
            Ok(_) => "answered",
            Err(RelayError::Unknown) => "unknown",
            Err(RelayError::Busy) => "busy",
        };
        metrics::counter!("tealight_relayed_total", "result" => result).increment(1);
        answer
    }
}

impl fmt::Debug for Relay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Relay").field("name", &text(self.number)).finish_non_exhaustive()
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        let end = lock(&self.relays.state).ends.remove(&self.number);
        // Without the lock: the guard runs the engine's code.
        drop(end);
    }
}

impl Relays {
    pub(crate) fn new(this: Weak<Self>, topics: Arc<Topics>, handle: Handle) -> Self {
        let waiting = Arc::new(Shares::new(MOST / 4, MOST));
        Self { this, topics, handle, state: Mutex::default(), waiting }
    }

    /// Begins a relay, which answers with this function.
    pub(crate) fn start(self: &Arc<Self>, take: Arc<Take>) -> Relay {
        let number = u64::from_ne_bytes(random_bytes());
        let is_first = {
            let ends = &mut lock(&self.state).ends;
            ends.insert(number, End { take: Arc::downgrade(&take), guard: None });
            ends.len() == 1
        };
        let relay = Relay { number, relays: Arc::clone(self), _take: take };
        if self.topics.is_local() {
            return relay;
        }
        if self.topics.hears_all() {
            self.say_soon(number, What::Seek);
            return relay;
        }
        let this = Weak::clone(&self.this);
        self.topics.subscribe_own(TopicFilter::name(topic(number)), move |subscribed| {
            let Some(this) = this.upgrade() else { return };
            let unwanted = match lock(&this.state).ends.get_mut(&number) {
                Some(end) => end.guard.replace(subscribed),
                None => Some(subscribed),
            };
            drop(unwanted);
            this.say_soon(number, What::Seek);
        });
        if is_first {
            let this = Weak::clone(&self.this);
            self.topics.subscribe_own(TopicFilter::name(ALL), move |subscribed| {
                let Some(this) = this.upgrade() else { return };
                lock(&this.state).guard = Some(subscribed);
                this.say_soon(number, What::Seek);
            });
        }
        relay
    }

    async fn ask(&self, from: u64, to: u64, client: Option<IpAddr>, request: String) -> Result<String, RelayError> {
        if !lock(&self.state).known.contains(&to) {
            // Its word may have been lost.
            self.seek(from);
            return Err(RelayError::Unknown);
        }
        if !self.topics.is_connected() {
            return Err(RelayError::Busy);
        }
        let Some(_share) = self.waiting.take(client, 1) else {
            Limit::Relayed.count(client);
            return Err(RelayError::Busy);
        };
        let (ask, answer) = self.begin();
        let _forget = Forget { relays: self, ask };
        let message = message(to, &Said { from, ask, what: What::Ask(request) });
        let answered = async {
            // An engine may refuse what is too long.
            self.topics.publisher().try_send(message).await.map_err(|_| RelayError::Busy)?;
            answer.await.map_err(|_| RelayError::Busy)
        };
        timeout(PATIENCE, answered).await.unwrap_or(Err(RelayError::Busy))
    }

    fn begin(&self) -> (u64, oneshot::Receiver<String>) {
        let State { asking, last, .. } = &mut *lock(&self.state);
        *last += 1;
        let (sender, answer) = oneshot::channel();
        asking.insert(*last, sender);
        (*last, answer)
    }

    /// Asks which relays there are, at most once a second.
    fn seek(&self, from: u64) {
        let State { sought, .. } = &mut *lock(&self.state);
        if sought.is_none_or(|at| at.elapsed() >= PERIOD) {
            *sought = Some(Instant::now());
            self.say_soon(from, What::Seek);
        }
    }

    /// Says something to all. A task does it: the engine may be calling in a turn.
    fn say_soon(&self, from: u64, what: What) {
        let topics = Arc::clone(&self.topics);
        self.handle.spawn(async move {
            let said = Message::new(ALL, &Said { from, ask: 0, what }).expect("numbers are JSON");
            topics.publisher().send(said);
        });
    }

    /// Says of all relays of this process that they are there.
    fn say_all(&self, what: impl Fn() -> What) {
        let own: Vec<_> = lock(&self.state).ends.keys().copied().collect();
        own.into_iter().for_each(|own| self.say_soon(own, what()));
    }

    /// Takes what a relay says of itself.
    fn meet(&self, Said { from, what, .. }: &Said) {
        {
            let State { ends, known, .. } = &mut *lock(&self.state);
            if ends.contains_key(from) {
                return;
            }
            if known.len() >= MOST_KNOWN {
                // Most of them are gone. The others say again that they are there.
                known.clear();
            }
            known.insert(*from);
        }
        if matches!(what, What::Seek) {
            self.say_all(|| What::Here);
        }
    }

    /// Takes what is for one of this process's relays.
    fn take(&self, to: u64, said: Said) {
        let Some(take) = lock(&self.state).ends.get(&to).and_then(|end| end.take.upgrade()) else { return };
        let Said { from, ask, what } = said;
        match what {
            What::Ask(request) => {
                let topics = Arc::clone(&self.topics);
                self.handle.spawn(async move {
                    if let Ok(answer) = catch("relay", || take(&request)) {
                        let answer = Said { from: to, ask, what: What::Answer(answer) };
                        topics.publisher().send(message(from, &answer));
                    }
                });
            }
            What::Answer(answer) => {
                if let Some(asking) = lock(&self.state).asking.remove(&ask) {
                    let _ = asking.send(answer);
                }
            }
            What::Here | What::Seek => {}
        }
    }
}

impl Hears for Relays {
    fn hear(&self, topic: &str, payload: &[u8]) -> bool {
        let to = match topic.strip_prefix(TOPICS) {
            Some(name) => number(name),
            None if topic == ALL => None,
            None => return false,
        };
        // An engine may bring the messages of all relays.
        if to.is_some_and(|to| !lock(&self.state).ends.contains_key(&to)) {
            return true;
        }
        match (to, serde_json::from_slice::<Said>(payload)) {
            (Some(to), Ok(said)) => self.take(to, said),
            (None, Ok(said)) if topic == ALL => self.meet(&said),
            _ => tracing::warn!(topic, "a message that is not Tealight's own was ignored"),
        }
        true
    }

    /// A request that was lost has no answer. But others may have come.
    fn lagged(&self, topic: Option<&str>) {
        if topic.is_none_or(|topic| topic == ALL) {
            self.say_all(|| What::Seek);
        }
    }
}

/// Forgets a request that has its answer, or for which nobody waits any more.
struct Forget<'r> {
    relays: &'r Relays,
    ask: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        lock(&self.relays.state).asking.remove(&self.ask);
    }
}

fn message(to: u64, said: &Said) -> Message {
    Message::new(topic(to), said).expect("texts and numbers are JSON")
}

fn topic(number: u64) -> String {
    format!("{TOPICS}{}", text(number))
}

fn text(number: u64) -> String {
    format!("{number:016x}")
}

fn number(text: &str) -> Option<u64> {
    let is_right = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u64::from_str_radix(text, 16).ok().filter(|_| is_right)
}
