//! All sessions of an application: by id, and those that wait for a page.

mod waiting;

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, MutexGuard};
use std::task::{Context, Poll};
use std::time::Duration;

use hashbrown::HashTable;
use tealight_core::session::Elsewhere;

use crate::close::Close;
use crate::report::SessionReport;
use crate::store::{OwnerKey, SavedSession, SessionKey};
use crate::sync::lock;
use crate::telemetry::spans;
use crate::token::Token;

pub(crate) use waiting::{Evicted, Ticket, WaitReason, WaitingList};

/// A session of any application.
///
/// Each method is one [turn](crate::turn).
pub(crate) trait AnySession: Send + Sync {
    fn id(&self) -> &Token;
    fn owner(&self) -> Option<OwnerKey>;
    fn has_ended(&self) -> bool;
    /// The place of its view in the router.
    fn view(&self) -> u32;
    fn is_attached(&self) -> bool;
    /// Returns true if requests of this owner may attach.
    fn is_for(&self, owner: Option<OwnerKey>) -> bool {
        self.owner().is_none_or(|own| owner == Some(own))
    }

    /// Attaches a page, in place of any other. `patch` is the last patch that the page has applied, if it has any of
    /// this session. `page` is the number by which it names itself, or 0. Returns the number of this attachment, or
    /// `None` if the session has ended.
    fn attach(&self, patch: Option<u32>, event: u32, page: u32) -> Option<u32>;
    /// Takes a message of the page.
    fn receive(&self, attachment: u32, message: &[u8]) -> Result<Received, Close>;
    /// Appends the next message for the page to `out`.
    fn poll(&self, attachment: u32, cx: &Context<'_>, out: &mut Vec<u8>) -> Poll<Result<(), Close>>;
    /// Lets the session wait for its page, if this attachment is the present one.
    fn detach(&self, attachment: u32);

    /// Returns true if there is nothing left to be sent to its page.
    fn is_idle(&self) -> bool;
    /// Tells the page to load the address of its link `event`.
    fn refuse_link(&self, attachment: u32, event: u32);
    /// Detaches its page, as `detach` does, because its link `event` has led to another session.
    fn leave(&self, attachment: u32, event: u32);
    /// Sets the title of its page, if the session has not.
    fn name(&self, title: &str);
    /// Makes its page forget the flash that the session before has left, unless the session leaves another.
    fn end_flash(&self);
    /// Appends its first message for the page that it waits for from now on. Returns false if it has ended.
    fn render_ahead(&self, out: &mut Vec<u8>) -> bool;

    /// Returns what is to be saved, if the session can be saved.
    fn begin_save(&self) -> Option<SavedSession>;
    /// Notes that the session was saved as it was at the last `begin_save`, or could not be saved.
    fn end_save(&self, is_saved: bool);
    /// Takes no more inputs, and returns what is to be saved. The page hears of it when the session ends.
    fn freeze(&self) -> Option<SavedSession>;

    /// Saves the session and ends it, because another process wants it.
    fn give_up(&self, if_free: bool) -> Pin<Box<dyn Future<Output = GivenUp> + Send>>;
    /// Returns the revision of a session that another process may have claimed since its page has left.
    fn doubtful_revision(&self) -> Option<u32>;
    /// Notes that it was claimed by this process once more.
    fn raise(&self, revision: u32);
    /// Ends the session because another process has claimed it.
    fn end_moved(&self);

    /// Returns its counters, unless it has ended or is busy.
    fn report(&self) -> Option<SessionReport>;
    /// Ends the session if it waits for a page with this ticket.
    fn evict(&self, ticket: Ticket);
    /// Ends the session.
    fn end(&self, close: Close);
}

/// The result of giving a session up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum GivenUp {
    Yes,
    /// It goes on: it cannot be saved now, or its page has attached again.
    Kept,
    /// Another page shows it.
    Taken,
    /// This process has lost it before.
    Lost,
}

/// Tells a connection how to go on after a message of its page.
#[derive(Default)]
pub(crate) struct Received {
    pub(crate) asked: Option<Box<Asked>>,
    /// The page must receive the result before its next message is taken.
    pub(crate) wants_poll: bool,
    /// The page sends too much: its next message is taken after this time.
    pub(crate) wait: Option<Duration>,
}

/// A wish of the page for a view that is not its session's.
pub(crate) enum Asked {
    Link(Elsewhere),
    /// The page may go to this address soon.
    Prefetch(String),
}

/// Sessions, hashed by the numbers of their keys. A table of the bare sessions takes a third less than a map.
type Shard = HashTable<Arc<dyn AnySession>>;

/// All sessions by id, and the lists of those that wait.
pub(crate) struct Registry {
    shards: [Mutex<Shard>; SHARDS],
    unattached: Arc<WaitingList>,
    detached: Arc<WaitingList>,
    attached: AtomicUsize,
    closed: AtomicBool,
}

const SHARDS: usize = 16;

impl Registry {
    pub(crate) fn new(unattached: Arc<WaitingList>, detached: Arc<WaitingList>) -> Self {
        Self {
            shards: Default::default(),
            unattached,
            detached,
            attached: AtomicUsize::new(0),
            closed: AtomicBool::new(false),
        }
    }

    /// Adds a session. Returns false if the registry is closed, or has a session of this id: two connections of one page may
    /// restore it at the same time.
    pub(crate) fn insert(&self, session: Arc<dyn AnySession>) -> bool {
        let number = number_of(session.id());
        let mut shard = self.shard(number);
        if self.closed.load(Relaxed) || shard.find(number, |other| other.id() == session.id()).is_some() {
            return false;
        }
        shard.insert_unique(number, session, |session| number_of(session.id()));
        true
    }

    pub(crate) fn find(&self, id: &str) -> Option<Arc<dyn AnySession>> {
        let id = Token::parse(id)?;
        let number = number_of(&id);
        self.shard(number).find(number, |session| *session.id() == id).map(Arc::clone)
    }

    pub(crate) fn find_key(&self, key: &SessionKey) -> Option<Arc<dyn AnySession>> {
        let number = key.number();
        self.shard(number).find(number, |session| SessionKey::of(session.id()) == *key).map(Arc::clone)
    }

    pub(crate) fn remove(&self, id: &Token) {
        let number = number_of(id);
        // the session is dropped after the lock is released
        let removed =
            self.shard(number).find_entry(number, |session| session.id() == id).ok().map(|found| found.remove().0);
        drop(removed);
    }

    /// Looks at all sessions, without a lock.
    pub(crate) fn for_each(&self, mut look: impl FnMut(&Arc<dyn AnySession>)) {
        for shard in &self.shards {
            let sessions: Vec<_> = lock(shard).iter().map(Arc::clone).collect();
            sessions.iter().for_each(&mut look);
        }
    }

    /// Finds a session by its number in spans. This looks at all of them.
    pub(crate) fn find_number(&self, number: u64) -> Option<Arc<dyn AnySession>> {
        let find = |shard: &Mutex<Shard>| {
            lock(shard).iter().find(|session| spans::number_of(session.id()) == number).map(Arc::clone)
        };
        self.shards.iter().find_map(find)
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Relaxed)
    }

    /// Closes the registry to new sessions, and returns those that it holds.
    pub(crate) fn close(&self) -> Vec<Arc<dyn AnySession>> {
        self.closed.store(true, Relaxed);
        let mut sessions = Vec::new();
        for shard in &self.shards {
            sessions.extend(lock(shard).iter().map(Arc::clone));
        }
        sessions
    }

    /// The list of sessions that wait for this reason.
    pub(crate) fn waiting(&self, reason: WaitReason) -> &WaitingList {
        match reason {
            WaitReason::Unattached => &self.unattached,
            WaitReason::Detached => &self.detached,
        }
    }

    /// The number of sessions whose page is attached.
    pub(crate) fn attached(&self) -> usize {
        self.attached.load(Relaxed)
    }

    pub(crate) fn count_attached(&self) {
        self.attached.fetch_add(1, Relaxed);
        metrics::gauge!("tealight_sessions", "state" => "attached").increment(1.0);
    }

    pub(crate) fn uncount_attached(&self) {
        self.attached.fetch_sub(1, Relaxed);
        metrics::gauge!("tealight_sessions", "state" => "attached").decrement(1.0);
    }

    fn shard(&self, number: u64) -> MutexGuard<'_, Shard> {
        // Other bits than those by which the table finds its entries.
        lock(&self.shards[(number >> 32) as usize % SHARDS])
    }
}

fn number_of(id: &Token) -> u64 {
    SessionKey::of(id).number()
}
