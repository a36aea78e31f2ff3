//! Moves of sessions between processes that share an engine and a store.
//!
//! A page may come back to any process. If another one has its session, that one saves it, gives it up and says so. The store's
//! revisions then make sure that two processes never have the same session, also if one of them was cut off and has not heard
//! of the move.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight_core::session::{Message, TopicFilter};
use tokio::runtime::Handle;
use tokio::sync::oneshot;
use tokio::time::timeout;

use crate::registry::Registry;
use crate::store::SessionKey;
use crate::sync::lock;
use crate::token::random_bytes;
use crate::topics::{Hears, Subscribed, Topics};

/// The topic on which processes speak about sessions.
const TOPIC: &str = "tealight:sessions";
/// The longest wait for a process that has the session.
const PATIENCE: Duration = Duration::from_secs(1);
/// The most sessions that this process asks for at once. Beyond it, a page tries again.
const MOST: usize = 10_000;

/// The answer of the other processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// No process has the session, or it does not answer.
    Nobody,
    /// A process has saved it and given it up.
    Given,
    /// A process has it, and cannot save it now. Or this process asks for too many.
    TryAgain,
}

#[derive(Serialize, Deserialize)]
struct Said {
    /// The process that wants the session.
    process: u64,
    key: [u8; 32],
    what: What,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Wanted,
    Given,
    Kept,
}

pub(crate) struct Moves {
    this: Weak<Self>,
    registry: Arc<Registry>,
    topics: Arc<Topics>,
    handle: Handle,
    /// Names this process, which hears itself too.
    process: u64,
    wanted: Mutex<HashMap<[u8; 32], Vec<oneshot::Sender<Answer>>>>,
    /// The engine's subscription.
    guard: Mutex<Option<Subscribed>>,
}

impl Moves {
    pub(crate) fn new(this: Weak<Self>, registry: Arc<Registry>, topics: Arc<Topics>, handle: Handle) -> Self {
        let process = u64::from_ne_bytes(random_bytes());
        Self { this, registry, topics, handle, process, wanted: Mutex::default(), guard: Mutex::default() }
    }

    /// Hears from now on which sessions others want.
    pub(crate) fn start(&self) {
        if !self.topics.hears_all() {
            let this = Weak::clone(&self.this);
            self.topics.subscribe_own(TopicFilter::name(TOPIC), move |subscribed| {
                if let Some(this) = this.upgrade() {
                    *lock(&this.guard) = Some(subscribed);
                }
            });
        }
    }

    /// Asks the other processes to give up a session.
    pub(crate) async fn ask(&self, key: SessionKey) -> Answer {
        let (sender, answer) = oneshot::channel();
        {
            let mut wanted = lock(&self.wanted);
            if wanted.len() >= MOST {
                return Answer::TryAgain;
            }
            wanted.entry(*key.as_bytes()).or_default().push(sender);
        }
        let forget = Forget { moves: self, key };
        self.say(self.process, *key.as_bytes(), What::Wanted);
        let answered = timeout(PATIENCE, answer).await;
        drop(forget);
        answered.ok().and_then(Result::ok).unwrap_or(Answer::Nobody)
    }

    fn say(&self, process: u64, key: [u8; 32], what: What) {
        match Message::new(TOPIC, &Said { process, key, what }) {
            Ok(message) => self.topics.publisher().send(message),
            Err(error) => tracing::error!(%error, "could not speak about a session"),
        }
    }

    /// A task gives the session up: the engine may call this in a turn.
    fn give(&self, process: u64, key: [u8; 32]) {
        let Some(session) = self.registry.find_key(&SessionKey::new(key)) else { return };
        let this = Weak::clone(&self.this);
        self.handle.spawn(async move {
            let is_given = session.give_up().await;
            if let Some(this) = this.upgrade() {
                this.say(process, key, if is_given { What::Given } else { What::Kept });
            }
        });
    }
}

impl Hears for Moves {
    fn hear(&self, topic: &str, payload: &[u8]) -> bool {
        if topic != TOPIC {
            return false;
        }
        let Ok(Said { process, key, what }) = serde_json::from_slice(payload) else {
            tracing::warn!(topic, "a message that is not Tealight's own was ignored");
            return true;
        };
        let answer = match what {
            What::Wanted if process == self.process => return true,
            What::Wanted => {
                self.give(process, key);
                return true;
            }
            What::Given => Answer::Given,
            What::Kept => Answer::TryAgain,
        };
        if process == self.process {
            let waiting = lock(&self.wanted).remove(&key).unwrap_or_default();
            for sender in waiting {
                let _ = sender.send(answer);
            }
        }
        true
    }

    /// A request that was lost is one that nobody answers.
    fn lagged(&self, _: Option<&str>) {}
}

/// Forgets those that have given up their wait.
struct Forget<'m> {
    moves: &'m Moves,
    key: SessionKey,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        let mut wanted = lock(&self.moves.wanted);
        if let Some(waiting) = wanted.get_mut(self.key.as_bytes()) {
            waiting.retain(|sender| !sender.is_closed());
            if waiting.is_empty() {
                wanted.remove(self.key.as_bytes());
            }
        }
    }
}
