//! Moves of sessions between processes that share an engine and a store.
//!
//! A page may come back to any process. If another one has its session, that one saves it, gives it up and says so. The store's
//! revisions then make sure that two processes never have the same session, also if one of them was cut off and has not heard
//! of the move.

use std::collections::HashMap;
use std::mem::replace;
use std::sync::{Arc, Mutex, Weak};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight_core::session::{Message, TopicFilter};
use tokio::runtime::Handle;
use tokio::sync::watch;
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
    /// The number of its question. Two pages may ask for the same session, and get different answers.
    ask: u64,
    what: What,
}

#[derive(Clone, Copy, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum What {
    Wanted {
        key: [u8; 32],
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

/// The news for a page that waits for a session.
#[derive(Clone, Copy, PartialEq, Eq)]
enum News {
    Nothing,
    /// A process has it, and begins to save it.
    Has,
    Answer(Answer),
}

pub(crate) struct Moves {
    this: Weak<Self>,
    registry: Arc<Registry>,
    topics: Arc<Topics>,
    handle: Handle,
    /// Names this process, which hears itself too.
    process: u64,
    asking: Mutex<Asking>,
    /// The sessions that this process is giving up, with the questions that it answers then.
    giving: Mutex<HashMap<SessionKey, Vec<Question>>>,
    /// The engine's subscription.
    guard: Mutex<Option<Subscribed>>,
}

/// The questions of this process, by number.
#[derive(Default)]
struct Asking {
    pages: HashMap<u64, watch::Sender<News>>,
    last: u64,
}

/// A process, and the number of its question.
#[derive(Clone, Copy)]
struct Question {
    process: u64,
    ask: u64,
}

impl Moves {
    pub(crate) fn new(this: Weak<Self>, registry: Arc<Registry>, topics: Arc<Topics>, handle: Handle) -> Self {
        Self {
            this,
            registry,
            topics,
            handle,
            process: u64::from_ne_bytes(random_bytes()),
            asking: Mutex::default(),
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
        let Some((ask, mut news)) = self.begin() else { return Answer::TryAgain };
        let _forget = Forget { moves: self, ask };
        let (key, owner) = (*key.as_bytes(), owner.map(|owner| *owner.as_bytes()));
        self.say(Question { process: self.process, ask }, What::Wanted { key, owner, view, if_free });
        if timeout(PATIENCE, news.wait_for(|news| *news != News::Nothing)).await.is_err() {
            return Answer::Nobody;
        }
        // A session that another process is saving is not lost.
        let answered = timeout(SAVING, news.wait_for(|news| matches!(news, News::Answer(_)))).await;
        match answered.ok().and_then(Result::ok).map(|news| *news) {
            Some(News::Answer(answer)) => answer,
            _ => Answer::TryAgain,
        }
    }

    /// Begins a question, unless there are too many.
    fn begin(&self) -> Option<(u64, watch::Receiver<News>)> {
        let Asking { pages, last } = &mut *lock(&self.asking);
        if pages.len() >= MOST {
            return None;
        }
        *last += 1;
        let (sender, news) = watch::channel(News::Nothing);
        pages.insert(*last, sender);
        Some((*last, news))
    }

    fn say(&self, Question { process, ask }: Question, what: What) {
        match Message::new(TOPIC, &Said { process, ask, what }) {
            Ok(message) => self.topics.publisher().send(message),
            Err(error) => tracing::error!(%error, "could not speak about a session"),
        }
    }

    /// Gives up a session that another process wants, if it is here. A task does it: the engine may call this in a turn.
    fn give(&self, question: Question, Wanted { key, owner, view, if_free }: Wanted) {
        let (Some(session), Some(this)) = (self.registry.find_key(&key), self.this.upgrade()) else { return };
        let is_theirs = session.view() == view && session.is_for(owner);
        let is_first = is_theirs && {
            let mut giving = lock(&self.giving);
            let questions = giving.entry(key).or_default();
            questions.push(question);
            questions.len() == 1
        };
        self.handle.spawn(async move {
            this.say(question, if is_theirs { What::Has } else { What::NotYours });
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
            let questions = lock(&this.giving).remove(&key).unwrap_or_default();
            if let Some(what) = what {
                questions.into_iter().for_each(|question| this.say(question, what));
            }
        });
    }
}

/// Forgets a question that has its answer, or whose page has given up.
struct Forget<'m> {
    moves: &'m Moves,
    ask: u64,
}

impl Drop for Forget<'_> {
    fn drop(&mut self) {
        lock(&self.moves.asking).pages.remove(&self.ask);
    }
}

impl Hears for Moves {
    fn hear(&self, topic: &str, payload: &[u8]) -> bool {
        if topic != TOPIC {
            return false;
        }
        let Ok(Said { process, ask, what }) = serde_json::from_slice(payload) else {
            tracing::warn!(topic, "a message that is not Tealight's own was ignored");
            return true;
        };
        let is_own = process == self.process;
        let news = match what {
            What::Wanted { key, owner, view, if_free } => {
                if !is_own {
                    let (key, owner) = (SessionKey::new(key), owner.map(OwnerKey::new));
                    self.give(Question { process, ask }, Wanted { key, owner, view, if_free });
                }
                return true;
            }
            What::Has => News::Has,
            What::Given => News::Answer(Answer::Given),
            What::NotYours => News::Answer(Answer::NotYours),
            What::Kept => News::Answer(Answer::TryAgain),
        };
        if is_own && let Some(page) = lock(&self.asking).pages.get(&ask) {
            // The first answer counts.
            page.send_if_modified(|known| !matches!(known, News::Answer(_)) && replace(known, news) != news);
        }
        true
    }

    /// A question that was lost is one that nobody answers.
    fn lagged(&self, _: Option<&str>) {}
}
