use std::future::{Future, ready};
use std::net::Ipv4Addr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::runtime::Handle;

use super::*;
use crate::close::Close;
use crate::registry::GivenUp;
use crate::report::SessionReport;
use crate::store::{OwnerKey, SavedSession};
use crate::token::Token;

/// A session that has only a name.
struct Named(Token);

impl AnySession for Named {
    fn id(&self) -> &Token {
        &self.0
    }

    fn owner(&self) -> Option<OwnerKey> {
        None
    }

    fn has_ended(&self) -> bool {
        false
    }

    fn view(&self) -> u32 {
        0
    }

    fn is_attached(&self) -> bool {
        false
    }

    fn attach(&self, _: Option<u32>, _: u32, _: u32) -> Option<u32> {
        None
    }

    fn receive(&self, _: u32, _: &[u8]) -> Result<crate::registry::Received, Close> {
        unreachable!("a list only lists")
    }

    fn poll(&self, _: u32, _: &Context<'_>, _: &mut Vec<u8>) -> Poll<Result<(), Close>> {
        unreachable!("a list only lists")
    }

    fn detach(&self, _: u32) {}

    fn is_idle(&self) -> bool {
        true
    }

    fn refuse_link(&self, _: u32, _: u32) {}

    fn leave(&self, _: u32, _: u32) {}

    fn name(&self, _: &str) {}

    fn render_ahead(&self, _: &mut Vec<u8>) -> bool {
        false
    }

    fn end_flash(&self) {}

    fn begin_save(&self) -> Option<SavedSession> {
        None
    }

    fn end_save(&self, _: bool) {}

    fn freeze(&self) -> Option<SavedSession> {
        None
    }

    fn give_up(&self, _: bool) -> Pin<Box<dyn Future<Output = GivenUp> + Send>> {
        Box::pin(ready(GivenUp::Kept))
    }

    fn doubtful_revision(&self) -> Option<u32> {
        None
    }

    fn raise(&self, _: u32) {}

    fn end_moved(&self) {}

    fn report(&self) -> Option<SessionReport> {
        None
    }

    fn evict(&self, _: Ticket) {}

    fn end(&self, _: Close) {}
}

struct Clients {
    list: Arc<WaitingList>,
    sessions: Vec<(String, Arc<dyn AnySession>)>,
}

impl Clients {
    fn new(bound: usize, weight: usize) -> Self {
        let clock = Clock::start(&Handle::current());
        let list = WaitingList::new(WaitReason::Detached, bound, weight, Duration::from_secs(30), &clock);
        Self { list, sessions: Vec::new() }
    }

    /// Adds a session of the client with this number. Returns its ticket and the names of those that must end.
    fn enter(&mut self, name: &str, client: u32, weight: usize) -> (Ticket, Vec<String>) {
        let session: Arc<dyn AnySession> = Arc::new(Named(Token::random()));
        self.sessions.push((name.to_owned(), Arc::clone(&session)));
        let address = Some(IpAddr::V4(Ipv4Addr::from_bits(client)));
        let (ticket, evicted) = self.list.enter(Arc::downgrade(&session), address, weight);
        (ticket, evicted.iter().map(|evicted| self.name(evicted)).collect())
    }

    fn name(&self, evicted: &Evicted) -> String {
        let is_it = |session: &Arc<dyn AnySession>| Weak::ptr_eq(&Arc::downgrade(session), &evicted.session);
        self.sessions.iter().find(|(_, session)| is_it(session)).expect("a session of these").0.clone()
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_fills_the_list_pushes_out_only_its_own() {
    let mut clients = Clients::new(5, usize::MAX);
    for (name, client) in [("a", 1), ("b", 2), ("c", 2)] {
        assert!(clients.enter(name, client, 0).1.is_empty());
    }
    assert!(clients.enter("e0", 3, 0).1.is_empty());
    assert!(clients.enter("e1", 3, 0).1.is_empty());
    // Two clients have two sessions each. The oldest is that of client 2, but the new one makes client 3 the largest.
    assert_eq!(clients.enter("e2", 3, 0).1, ["e0"]);
    for n in 3..1_000 {
        assert_eq!(clients.enter(&format!("e{n}"), 3, 0).1, [format!("e{}", n - 2)]);
    }
    assert_eq!(clients.enter("d", 4, 0).1, ["b"], "of two clients with as many sessions, the oldest session ends");
    assert_eq!(clients.list.len(), 5);
}

#[tokio::test(start_paused = true)]
async fn among_clients_with_one_session_each_the_oldest_ends() {
    let mut clients = Clients::new(3, usize::MAX);
    let evicted: Vec<_> = (0..6).map(|n| clients.enter(&n.to_string(), n, 0).1).collect();
    assert_eq!(evicted[3..], [["0"], ["1"], ["2"]]);
}

#[tokio::test(start_paused = true)]
async fn bytes_count_too() {
    let mut clients = Clients::new(100, 1_000);
    assert!(clients.enter("a", 1, 400).1.is_empty());
    assert!(clients.enter("b", 2, 300).1.is_empty());
    assert!(clients.enter("c", 2, 300).1.is_empty());
    assert_eq!(clients.enter("d", 1, 10).1, ["b"], "client 2 holds most");
    assert_eq!(clients.enter("e", 3, 2_000).1, ["e"], "it is more than all may hold");
    assert_eq!(clients.list.len(), 3);
}

#[tokio::test(start_paused = true)]
async fn sessions_leave_in_any_order_and_a_late_ticket_is_ignored() {
    let mut clients = Clients::new(64, usize::MAX);
    let mut tickets: Vec<_> = (0..64).map(|n| clients.enter(&n.to_string(), n % 3, n as usize).0).collect();
    let (new, evicted) = clients.enter("64", 0, 0);
    assert_eq!(evicted.len(), 1);
    tickets.push(new);
    // an order that mixes heads, tails and middles
    for n in 0..tickets.len() {
        let ticket = tickets[n * 37 % tickets.len()];
        clients.list.leave(ticket);
        clients.list.leave(ticket);
    }
    let inner = lock(&clients.list.inner);
    assert_eq!((inner.weight, inner.places.len(), inner.clients.len()), (0, 0, 0));
    assert!(inner.by_address.is_empty() && inner.order.is_empty() && inner.timer.is_none());
}

#[tokio::test(start_paused = true)]
async fn sessions_expire_in_their_order_and_not_before_their_time() {
    let mut clients = Clients::new(10_000, usize::MAX);
    let mut tickets = Vec::new();
    // at each tenth of a second, more sessions than may expire at one time
    for at in 0..4 {
        tickets.extend((0..2 * BATCH).map(|n| clients.enter(&format!("{at} {n}"), n as u32 % 3, 0).0));
        clients.list.leave(tickets[at * 2 * BATCH]);
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let mut left = Vec::new();
    for _ in 0..5 {
        left.push(clients.list.len());
        tokio::time::sleep(Duration::from_millis(if left.len() == 1 { 29_650 } else { 100 })).await;
    }
    let each = 2 * BATCH - 1;
    assert_eq!(left, [4 * each, 3 * each, 2 * each, each, 0]);
    assert_eq!(clients.list.clock.timers(), 0);
}
