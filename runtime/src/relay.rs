//! Requests of a page that reach another process than the one that has its connection.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight_core::session::{Message, TopicFilter};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::error::catch;
use crate::sync::lock;
use crate::token::random_bytes;
use crate::topics::{Hears, Subscribed, Topics};

/// The names of the topics on which relays hear. Each has its own.
const TOPICS: &str = "tealight:relay:";
/// The longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most requests of this process that wait for their answers.
const MOST: usize = 10_000;

/// Passes on requests of pages to the process that has their connection, over the engine.
///
/// For transports whose pages send requests of their own: a proxy may bring these to any process. Made by
/// [`Live::relay`](crate::Live::relay). A connection's key then names the relay of its process, by [`name`](Self::name).
pub struct Relay {
    number: u64,
    relays: Arc<Relays>,
    _take: Arc<Take>,
}

/// Answers a request of a page of this process.
type Take = dyn Fn(&str) -> String + Send + Sync;

/// The relays of this process.
pub(crate) struct Relays {
    this: Weak<Self>,
    topics: Arc<Topics>,
    handle: Handle,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    ends: HashMap<u64, End>,
    /// The requests that wait for their answers, by number.
    asking: HashMap<u64, oneshot::Sender<String>>,
    last: u64,
}

struct End {
    take: Weak<Take>,
    /// The engine's subscription.
    guard: Option<Subscribed>,
}

#[derive(Serialize, Deserialize)]
struct Said {
    /// The relay that asks.
    from: u64,
    /// The number of its request.
    ask: u64,
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Ask(String),
    Answer(String),
}

impl Relay {
    /// Returns the name of this relay for other processes: 16 characters. Returns `None` if no other process shares the engine.
    pub fn name(&self) -> Option<String> {
        (!self.relays.topics.is_local()).then(|| text(self.number))
    }

    /// Asks the relay of this name, and returns its answer. Returns `None` if there is no such relay, if it does not answer within two seconds,
    /// or if too many requests wait for an answer.
    pub async fn ask(&self, name: &str, request: String) -> Option<String> {
        let to = number(name).filter(|to| *to != self.number && !self.relays.topics.is_local())?;
        let (ask, answer) = self.relays.begin()?;
        let _forget = Forget { relays: &self.relays, ask };
        metrics::counter!("tealight_relayed_total").increment(1);
        self.relays.say(to, &Said { from: self.number, ask, what: What::Ask(request) });
        timeout(PATIENCE, answer).await.ok()?.ok()
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
        Self { this, topics, handle, state: Mutex::default() }
    }

    /// Begins a relay, which answers with this function.
    pub(crate) fn start(self: &Arc<Self>, take: Arc<Take>) -> Relay {
        let number = u64::from_ne_bytes(random_bytes());
        lock(&self.state).ends.insert(number, End { take: Arc::downgrade(&take), guard: None });
        if !self.topics.hears_all() {
            let this = Weak::clone(&self.this);
            self.topics.subscribe_own(TopicFilter::name(topic(number)), move |subscribed| {
                let unwanted = this.upgrade().and_then(|this| match lock(&this.state).ends.get_mut(&number) {
                    Some(end) => end.guard.replace(subscribed),
                    None => Some(subscribed),
                });
                drop(unwanted);
            });
        }
        Relay { number, relays: Arc::clone(self), _take: take }
    }

    fn begin(&self) -> Option<(u64, oneshot::Receiver<String>)> {
        let State { asking, last, .. } = &mut *lock(&self.state);
        if asking.len() >= MOST {
            return None;
        }
        *last += 1;
        let (sender, answer) = oneshot::channel();
        asking.insert(*last, sender);
        Some((*last, answer))
    }

    fn say(&self, to: u64, said: &Said) {
        let message = Message::new(topic(to), said).expect("texts and numbers are JSON");
        self.topics.publisher().send(message);
    }

    /// Answers a request. A task does it: the engine may call this in a turn.
    fn answer(&self, take: Arc<Take>, [own, from, ask]: [u64; 3], request: String) {
        let Some(this) = self.this.upgrade() else { return };
        self.handle.spawn(async move {
            if let Ok(answer) = catch("relay", || take(&request)) {
                this.say(from, &Said { from: own, ask, what: What::Answer(answer) });
            }
        });
    }
}

impl Hears for Relays {
    fn hear(&self, topic: &str, payload: &[u8]) -> bool {
        let Some(name) = topic.strip_prefix(TOPICS) else { return false };
        let end = number(name).and_then(|own| Some((own, lock(&self.state).ends.get(&own)?.take.upgrade()?)));
        // An engine may bring the messages of all relays.
        let Some((own, take)) = end else { return true };
        match serde_json::from_slice::<Said>(payload) {
            Ok(Said { from, ask, what: What::Ask(request) }) => self.answer(take, [own, from, ask], request),
            Ok(Said { ask, what: What::Answer(answer), .. }) => {
                if let Some(asking) = lock(&self.state).asking.remove(&ask) {
                    let _ = asking.send(answer);
                }
            }
            Err(_) => tracing::warn!(topic, "a message that is not Tealight's own was ignored"),
        }
        true
    }

    /// A request that was lost has no answer.
    fn lagged(&self, _: Option<&str>) {}
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
