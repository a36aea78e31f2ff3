mod queue;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::mem;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, Weak};
use std::task::{Wake, Waker};
use std::time::Duration;

use slab::Slab;
use tealight_core::timer::TimerKey;

use self::queue::{Links, Queue};
use super::AnySession;
use crate::error::catch;
use crate::limits::{Limit, group};
use crate::sync::lock;
use crate::time::Clock;

/// The reason why a session waits for a page.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum WaitReason {
    /// Its page has not attached yet.
    Unattached,
    /// Its page has lost its connection and may attach again.
    Detached,
}

/// Sessions that wait for a page, each for the same time. When there are too many, the oldest session of the client that has
/// most must end: a client that fills the list pushes out only its own sessions.
pub(crate) struct WaitingList {
    reason: WaitReason,
    bound: usize,
    weight: usize,
    lifetime: Duration,
    clock: Arc<Clock>,
    /// Ends the sessions that have waited for too long.
    expiry: Waker,
    inner: Mutex<Inner>,
}

/// A session's place in a list.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Ticket {
    number: u64,
    place: u32,
    reason: WaitReason,
}

/// A session that must end, if it still waits with this ticket.
pub(crate) struct Evicted {
    session: Weak<dyn AnySession>,
    ticket: Ticket,
}

struct Inner {
    /// The number of the newest session. The deadline is part of a number: see [`deadline_of`].
    last: u64,
    /// The timer for the oldest session. It is set while there are sessions.
    timer: Option<TimerKey>,
    weight: usize,
    places: Slab<Place>,
    /// All places.
    all: Queue,
    clients: Slab<Client>,
    by_address: HashMap<Option<IpAddr>, u32>,
    /// The last one is the first whose session must end.
    order: BTreeSet<Rank>,
}

struct Place {
    session: Weak<dyn AnySession>,
    number: u64,
    weight: u32,
    client: u32,
    in_all: Links,
    in_client: Links,
}

struct Client {
    address: Option<IpAddr>,
    count: usize,
    weight: usize,
    places: Queue,
}

/// A client's weight, its number of sessions, the number of its oldest session, and its place.
type Rank = (usize, usize, Reverse<u64>, u32);

/// A session costs about this besides its model, in bytes: see `benches/benches/detached_sessions.rs`.
const BESIDES: usize = 600;

/// The sessions that expire at one time. More expire a millisecond later, so that other tasks run in between.
const BATCH: usize = 128;

/// The lowest bits of a session's number tell apart those that have the same deadline.
const SERIAL_BITS: u32 = 16;

/// Returns the deadline of the session with this number, in milliseconds of the clock.
fn deadline_of(number: u64) -> u64 {
    number >> SERIAL_BITS
}

impl WaitingList {
    /// An empty list. At most `bound` sessions wait, each for `lifetime`. Their models have at most `weight` bytes.
    pub(crate) fn new(
        reason: WaitReason,
        bound: usize,
        weight: usize,
        lifetime: Duration,
        clock: &Arc<Clock>,
    ) -> Arc<Self> {
        Arc::new_cyclic(|list| Self {
            reason,
            bound,
            weight,
            lifetime,
            clock: Arc::clone(clock),
            expiry: Waker::from(Arc::new(Expiry(Weak::clone(list)))),
            inner: Mutex::default(),
        })
    }

    pub(crate) fn len(&self) -> usize {
        lock(&self.inner).places.len()
    }

    /// Adds a session of a client at the end. `weight` is the bytes of its model. Returns its ticket for
    /// [`leave`](Self::leave), and the sessions to [end](Evicted::end), if the list was full.
    #[must_use = "the sessions of a full list must end"]
    pub(crate) fn enter(
        &self,
        session: Weak<dyn AnySession>,
        client: Option<IpAddr>,
        weight: usize,
    ) -> (Ticket, Vec<Evicted>) {
        let weight = u32::try_from(weight.saturating_add(BESIDES)).unwrap_or(u32::MAX);
        let mut inner = lock(&self.inner);
        // taken under the lock, so that numbers are in the order of deadlines
        let deadline = self.clock.deadline(self.lifetime);
        let (place, number) = inner.add(session, client.map(group), weight, deadline);
        let evicted = self.make_room(&mut inner);
        self.set_timer(&mut inner, 0);
        drop(inner);
        metrics::gauge!("tealight_sessions", "state" => self.state()).increment(1.0);
        (self.ticket(place, number), self.count_evicted(evicted))
    }

    /// Notes that the model of a waiting session has `weight` bytes now. Returns the sessions to [end](Evicted::end), if that is
    /// too much: one of them may be this session.
    #[must_use = "the sessions of a full list must end"]
    pub(crate) fn reweigh(&self, ticket: Ticket, weight: usize) -> Vec<Evicted> {
        let weight = u32::try_from(weight.saturating_add(BESIDES)).unwrap_or(u32::MAX);
        let mut inner = lock(&self.inner);
        let is_here = inner.places.get(ticket.place as usize).is_some_and(|place| place.number == ticket.number);
        if !is_here {
            return Vec::new();
        }
        inner.reweigh(ticket.place, weight);
        let evicted = self.make_room(&mut inner);
        drop(inner);
        self.count_evicted(evicted)
    }

    /// Removes sessions until no bound is exceeded. Returns them with their clients' addresses.
    fn make_room(&self, inner: &mut Inner) -> Vec<(Evicted, Option<IpAddr>)> {
        let mut evicted = Vec::new();
        while inner.places.len() > self.bound || inner.weight.saturating_sub(inner.places.len() * BESIDES) > self.weight
        {
            let Some((_, _, _, client)) = inner.order.last().copied() else { break };
            let Client { address, places, .. } = &inner.clients[client as usize];
            let (address, oldest) = (*address, places.oldest);
            evicted.push((self.evict(inner, oldest), address));
        }
        evicted
    }

    fn count_evicted(&self, evicted: Vec<(Evicted, Option<IpAddr>)>) -> Vec<Evicted> {
        let counted = evicted.into_iter().map(|(evicted, address)| {
            metrics::gauge!("tealight_sessions", "state" => self.state()).decrement(1.0);
            let limit = match self.reason {
                WaitReason::Unattached => Limit::Unattached,
                WaitReason::Detached => Limit::Detached,
            };
            limit.count(address);
            evicted
        });
        counted.collect()
    }

    /// Removes a session, unless it was already removed because the list was full or its time was over.
    pub(crate) fn leave(&self, ticket: Ticket) {
        let mut inner = lock(&self.inner);
        let is_here = inner.places.get(ticket.place as usize).is_some_and(|place| place.number == ticket.number);
        if is_here {
            let _ = inner.remove(ticket.place);
            if inner.places.is_empty()
                && let Some(timer) = inner.timer.take()
            {
                self.clock.cancel(timer);
            }
            drop(inner);
            metrics::gauge!("tealight_sessions", "state" => self.state()).decrement(1.0);
        }
    }

    /// Ends the sessions whose time is over.
    fn expire(&self) {
        let mut evicted = Vec::new();
        let mut inner = lock(&self.inner);
        let now = self.clock.now();
        if let Some(timer) = inner.timer.take() {
            // usually the one that has fired; but the list may have been empty meanwhile
            self.clock.cancel(timer);
        }
        while evicted.len() < BATCH
            && let Some(deadline) = inner.next_deadline()
            && deadline <= now
        {
            let oldest = inner.all.oldest;
            evicted.push(self.evict(&mut inner, oldest));
        }
        self.set_timer(&mut inner, now + 1);
        drop(inner);
        metrics::gauge!("tealight_sessions", "state" => self.state()).decrement(evicted.len() as f64);
        evicted.into_iter().for_each(Evicted::end);
    }

    /// Sets the timer for the oldest session, not before `earliest`.
    fn set_timer(&self, inner: &mut Inner, earliest: u64) {
        if inner.timer.is_none()
            && let Some(deadline) = inner.next_deadline()
        {
            inner.timer = Some(self.clock.wake_at(deadline.max(earliest), self.expiry.clone()));
        }
    }

    fn evict(&self, inner: &mut Inner, place: u32) -> Evicted {
        let (session, number) = inner.remove(place);
        Evicted { session, ticket: self.ticket(place, number) }
    }

    fn ticket(&self, place: u32, number: u64) -> Ticket {
        Ticket { number, place, reason: self.reason }
    }

    /// The sessions' state in metrics.
    fn state(&self) -> &'static str {
        match self.reason {
            WaitReason::Unattached => "unattached",
            WaitReason::Detached => "detached",
        }
    }
}

impl Ticket {
    /// The reason why its session waits. It tells the list.
    pub(crate) fn reason(self) -> WaitReason {
        self.reason
    }
}

impl Evicted {
    /// Ends the session. Nobody may hold the lock of another session.
    pub(crate) fn end(self) {
        // the last reference to a session may drop values of the application
        let _ = catch("drop", || {
            if let Some(session) = self.session.upgrade() {
                session.evict(self.ticket);
            }
        });
    }
}

/// Wakes a list when its oldest session has waited for too long.
struct Expiry(Weak<WaitingList>);

impl Wake for Expiry {
    fn wake(self: Arc<Self>) {
        if let Some(list) = self.0.upgrade() {
            list.expire();
        }
    }
}

impl Default for Inner {
    fn default() -> Self {
        Self {
            last: 0,
            timer: None,
            weight: 0,
            places: Slab::new(),
            all: Queue::EMPTY,
            clients: Slab::new(),
            by_address: HashMap::new(),
            order: BTreeSet::new(),
        }
    }
}

impl Inner {
    /// Returns the session's place and number.
    fn add(
        &mut self,
        session: Weak<dyn AnySession>,
        address: Option<IpAddr>,
        weight: u32,
        deadline: u64,
    ) -> (u32, u64) {
        // a deadline that no machine lives to see leaves room for the serial
        let number = (deadline.min(1 << 46) << SERIAL_BITS).max(self.last + 1);
        self.last = number;
        self.weight += weight as usize;
        let client = *self.by_address.entry(address).or_insert_with(|| {
            self.clients.insert(Client { address, count: 0, weight: 0, places: Queue::EMPTY }) as u32
        });
        if self.clients[client as usize].count > 0 {
            self.order.remove(&self.rank(client));
        }
        if self.places.len() == self.places.capacity() {
            // a doubled slab would be half empty for long
            self.places.reserve_exact(self.places.len() / 4 + 16);
        }
        let (in_all, in_client) = (Links::ALONE, Links::ALONE);
        let place = self.places.insert(Place { session, number, weight, client, in_all, in_client }) as u32;
        let changed = &mut self.clients[client as usize];
        (changed.count, changed.weight) = (changed.count + 1, changed.weight + weight as usize);
        changed.places.push(&mut self.places, place, |place| &mut place.in_client);
        self.all.push(&mut self.places, place, |place| &mut place.in_all);
        self.order.insert(self.rank(client));
        (place, number)
    }

    /// Returns the session and its number.
    fn remove(&mut self, place: u32) -> (Weak<dyn AnySession>, u64) {
        let client = self.places[place as usize].client;
        self.order.remove(&self.rank(client));
        let Place { session, number, weight, in_all, in_client, .. } = self.places.remove(place as usize);
        self.weight -= weight as usize;
        let changed = &mut self.clients[client as usize];
        (changed.count, changed.weight) = (changed.count - 1, changed.weight - weight as usize);
        changed.places.remove(&mut self.places, in_client, |place| &mut place.in_client);
        self.all.remove(&mut self.places, in_all, |place| &mut place.in_all);
        if self.clients[client as usize].count > 0 {
            self.order.insert(self.rank(client));
        } else {
            let address = self.clients.remove(client as usize).address;
            self.by_address.remove(&address);
        }
        (session, number)
    }

    fn reweigh(&mut self, place: u32, weight: u32) {
        let client = self.places[place as usize].client;
        self.order.remove(&self.rank(client));
        let before = mem::replace(&mut self.places[place as usize].weight, weight);
        self.weight = self.weight - before as usize + weight as usize;
        let changed = &mut self.clients[client as usize];
        changed.weight = changed.weight - before as usize + weight as usize;
        self.order.insert(self.rank(client));
    }

    fn rank(&self, client: u32) -> Rank {
        let Client { count, weight, ref places, .. } = self.clients[client as usize];
        (weight, count, Reverse(self.places[places.oldest as usize].number), client)
    }

    /// The deadline of the oldest session.
    fn next_deadline(&self) -> Option<u64> {
        self.places.get(self.all.oldest as usize).map(|place| deadline_of(place.number))
    }
}

#[cfg(test)]
mod tests;
