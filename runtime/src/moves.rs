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
use tokio::sync::mpsc;
use tokio::time::timeout;

use crate::registry::{GivenUp, Registry};
use crate::store::{OwnerKey, SessionKey};
use crate::sync::lock;
use crate::token::random_bytes;
use crate::topics::{Hears, Subscribed, Topics};

/// The topic on which processes speak about sessions.
const TOPIC: &str = "tealight:sessions";
/// The longest wait for a word of the process that has the session.
const PATIENCE: Duration = Duration::from_secs(1);
/// The longest wait for a process that is saving the session.
const SAVING: Duration = Duration::from_secs(5);
/// The most sessions that this process asks for at once. Beyond it, a page tries again.
const MOST: usize = 10_000;

/// A session that a page has asked for.
pub(crate) struct Wanted {
    pub(crate) key: SessionKey,
    pub(crate) owner: Option<OwnerKey>,
    /// The place of its view in the router.
    pub(crate) view: u32,
    /// The page has another session, so it gets this one only if no page shows it.
    pub(crate) if_free: bool,
}

/// The answer of the other processes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// No process has the session, or it does not answer.
    Nobody,
    /// A process has saved it and given it up.
    Given,
    /// A process has it, and it is not for this page.
    NotYours,
    /// A process has it, and cannot give it up now. Or this process asks for too many.
    TryAgain,
}

#[derive(Serialize, Deserialize)]
struct Said {
    /// The process that wants the session.
    process: u64,
    key: [u8; 32],
    what: What,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Wanted {
        owner: Option<[u8; 32]>,
        view: u32,
        if_free: bool,
    },
    /// The process has it, and begins to save it.
    Has,
    Given,
    NotYours,
    Kept,
}

/// A page that waits for an answer. `None` says that a process has the session.
type Asker = mpsc::Sender<Option<Answer>>;

pub(crate) struct Moves {
    this: Weak<Self>,
    registry: Arc<Registry>,
    topics: Arc<Topics>,
    handle: Handle,
    /// Names this process, which hears itself too.
    process: u64,
    /// The sessions that this process has asked for.
    wanted: Mutex<HashMap<[u8; 32], Vec<Asker>>>,
    /// The sessions that this process is giving up, with the processes that have asked.
    giving: Mutex<HashMap<[u8; 32], Vec<u64>>>,
    /// The engine's subscription.
    guard: Mutex<Option<Subscribed>>,
}

impl Moves {
    pub(crate) fn new(this: Weak<Self>, registry: Arc<Registry>, topics: Arc<Topics>, handle: Handle) -> Self {
        let process = u64::from_ne_bytes(random_bytes());
        Self {
            this,
            registry,
            topics,
            handle,
            process,
            wanted: Mutex::default(),
            giving: Mutex::default(),
            guard: Mutex::default(),
        }
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
    pub(crate) async fn ask(&self, Wanted { key, owner, view, if_free }: Wanted) -> Answer {
        let forget = Forget { moves: self, key };
        // One for `Has`, and one for the end.
        let (sender, mut answers) = mpsc::channel(2);
        {
            let mut wanted = lock(&self.wanted);
            if wanted.len() >= MOST {
                return Answer::TryAgain;
            }
            wanted.entry(*key.as_bytes()).or_default().push(sender);
        }
        let owner = owner.map(|owner| *owner.as_bytes());
        self.say(self.process, *key.as_bytes(), What::Wanted { owner, view, if_free });
        let answer = match timeout(PATIENCE, answers.recv()).await {
            Ok(Some(Some(answer))) => answer,
            // It is not lost: another process is saving it.
            Ok(Some(None)) => {
                timeout(SAVING, answers.recv()).await.ok().flatten().flatten().unwrap_or(Answer::TryAgain)
            }
            Ok(None) | Err(_) => Answer::Nobody,
        };
        drop(answers);
        drop(forget);
        answer
    }

    fn say(&self, process: u64, key: [u8; 32], what: What) {
        match Message::new(TOPIC, &Said { process, key, what }) {
            Ok(message) => self.topics.publisher().send(message),
            Err(error) => tracing::error!(%error, "could not speak about a session"),
        }
    }

    /// A task gives the session up: the engine may call this in a turn.
    fn give(&self, process: u64, wanted: Wanted) {
        let Wanted { key, owner, view, if_free } = wanted;
        let Some(session) = self.registry.find_key(&key) else { return };
        let key = *key.as_bytes();
        let this = Weak::clone(&self.this);
        if session.view() != view || !session.is_for(owner) {
            self.handle.spawn(async move {
                if let Some(this) = this.upgrade() {
                    this.say(process, key, What::NotYours);
                }
            });
            return;
        }
        let is_first = {
            let mut giving = lock(&self.giving);
            let processes = giving.entry(key).or_default();
            processes.push(process);
            processes.len() == 1
        };
        self.handle.spawn(async move {
            if let Some(this) = this.upgrade() {
                this.say(process, key, What::Has);
            }
            if !is_first {
                return;
            }
            let what = match session.give_up(if_free).await {
                GivenUp::Yes => Some(What::Given),
                GivenUp::Kept => Some(What::Kept),
                GivenUp::Taken => Some(What::NotYours),
                // Another process has it.
                GivenUp::Lost => None,
            };
            if let Some(this) = this.upgrade() {
                let processes = lock(&this.giving).remove(&key).unwrap_or_default();
                if let Some(what) = what {
                    processes.into_iter().for_each(|process| this.say(process, key, what));
                }
            }
        });
    }

    /// Forgets those that wait no longer.
    fn forget(&self, key: &SessionKey) {
        let mut wanted = lock(&self.wanted);
        if let Some(waiting) = wanted.get_mut(key.as_bytes()) {
            waiting.retain(|sender| !sender.is_closed());
            if waiting.is_empty() {
                wanted.remove(key.as_bytes());
            }
        }
    }
}

/// Forgets those that wait no longer, also if their page has given up.
struct Forget<'m> {
    moves: &'m Moves,
    key: SessionKey,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        self.moves.forget(&self.key);
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
            What::Wanted { .. } if process == self.process => return true,
            What::Wanted { owner, view, if_free } => {
                let owner = owner.map(OwnerKey::new);
                self.give(process, Wanted { key: SessionKey::new(key), owner, view, if_free });
                return true;
            }
            What::Has => None,
            What::Given => Some(Answer::Given),
            What::NotYours => Some(Answer::NotYours),
            What::Kept => Some(Answer::TryAgain),
        };
        if process == self.process {
            let mut wanted = lock(&self.wanted);
            for sender in wanted.get(&key).into_iter().flatten() {
                let _ = sender.try_send(answer);
            }
            if answer.is_some() {
                wanted.remove(&key);
            }
        }
        true
    }

    /// A request that was lost is one that nobody answers.
    fn lagged(&self, _: Option<&str>) {}
}
