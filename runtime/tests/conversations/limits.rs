//! Limits of pages and clients, in memory and in virtual time.

use std::future::poll_fn;
use std::net::IpAddr;
use std::task::Poll;
use std::time::Duration;

use serde_json::json;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Close, Limit, Limits, Live, Stats};
use tokio::time::{Instant, advance, sleep};

use crate::support::{Desk, Tab, UP, attach, next, request, session_in, settle};

const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 7));
const THERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::new(203, 0, 113, 8));

fn desk(limits: Limits) -> Live {
    Live::builder(Desk::default()).limits(limits).start()
}

fn from(address: IpAddr) -> PageRequest {
    request("/").with_address(address)
}

async fn page(live: &Live, address: IpAddr) -> Result<String, MountError> {
    live.page(from(address), "/").await.map(|page| session_in(page.html()))
}

/// Attaches to a session, and returns the name of the answer.
async fn answer(live: &Live, session: &str) -> String {
    let mut connection = live.connect(request("/"));
    connection.receive(attach(session, 0, 0).as_bytes());
    let answer = next(&mut connection).await.expect("an answer");
    answer.as_object().and_then(|answer| answer.keys().next()).expect("a named answer").clone()
}

fn reached(result: Result<String, MountError>) -> Limit {
    match result {
        Err(MountError::Unavailable(error)) => *error.downcast_ref().expect("a limit"),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(start_paused = true)]
async fn an_address_makes_so_many_requests_a_second() {
    let live = desk(Limits::default().requests_per_second(2).requests_burst(3));
    for _ in 0..3 {
        page(&live, HERE).await.expect("a page");
    }
    assert_eq!(reached(page(&live, HERE).await), Limit::Requests);
    let mut connection = live.connect(from(HERE));
    assert_eq!(next(&mut connection).await, Err(Close::TryAgain));
    page(&live, THERE).await.expect("another client gets its page");
    for _ in 0..100 {
        live.page(request("/"), "/").await.expect("a client without an address is not limited");
    }
    advance(Duration::from_secs(1)).await;
    assert!(page(&live, HERE).await.is_ok() && page(&live, HERE).await.is_ok());
    assert_eq!(reached(page(&live, HERE).await), Limit::Requests);
}

#[tokio::test(start_paused = true)]
async fn an_address_has_so_many_connections() {
    let live = desk(Limits::default().connections_per_address(2));
    let mut held = vec![live.connect(from(HERE)), live.connect(from(HERE))];
    for _ in 0..3 {
        let mut third = live.connect(from(HERE));
        third.receive(attach("", 0, 0).as_bytes());
        assert_eq!(next(&mut third).await, Err(Close::TryAgain));
    }
    let mut other = live.connect(from(THERE));
    other.receive(attach("", 0, 0).as_bytes());
    assert!(next(&mut other).await.expect("a mount").get("mount").is_some());

    assert!(!held[0].hang_up());
    let mut third = live.connect(from(HERE));
    third.receive(attach("", 0, 0).as_bytes());
    assert!(next(&mut third).await.expect("a mount").get("mount").is_some());
    drop((third, other, held));
    sleep(Duration::from_secs(121)).await;
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn ipv6_clients_count_by_their_network() {
    let live = desk(Limits::default().connections_per_address(1));
    let address = |text: &str| from(text.parse().expect("an address"));
    let _held = live.connect(address("2001:db8:0:1::1"));
    assert_eq!(next(&mut live.connect(address("2001:db8:0:1:ffff::2"))).await, Err(Close::TryAgain));
    let mut other = live.connect(address("2001:db8:0:2::1"));
    other.receive(attach("", 0, 0).as_bytes());
    assert!(next(&mut other).await.is_ok());
}

#[tokio::test(start_paused = true)]
async fn behind_a_proxy_each_client_has_its_own_share() {
    let proxies = "10.0.0.0/8".parse().expect("a network");
    let live = desk(Limits::default().connections_per_address(1).proxies(proxies));
    let through = |proxy: [u8; 4], client: &str| {
        request("/").header("x-forwarded-for", format!("6.6.6.6, {client}")).with_address(IpAddr::from(proxy))
    };
    let _held =
        [live.connect(through([10, 0, 0, 1], "203.0.113.7")), live.connect(through([10, 0, 0, 1], "203.0.113.8"))];
    assert_eq!(next(&mut live.connect(through([10, 0, 0, 2], "203.0.113.7"))).await, Err(Close::TryAgain));
    let liar = || through([203, 0, 113, 9], "203.0.113.10");
    let _lies = live.connect(liar());
    assert_eq!(next(&mut live.connect(liar())).await, Err(Close::TryAgain), "the header of a client does not count");
}

#[tokio::test(start_paused = true)]
async fn there_is_a_bound_on_attached_pages() {
    let live = desk(Limits::default().attached(2));
    let tabs = [Tab::open(&live, "/").await, Tab::open(&live, "/").await];
    let session = page(&live, HERE).await.expect("a page");
    let mut third = live.connect(request("/"));
    third.receive(attach(&session, 0, 0).as_bytes());
    assert_eq!(next(&mut third).await, Err(Close::TryAgain));
    drop(tabs);
    assert_eq!(answer(&live, &session).await, "resume", "the session has waited for its page");
}

#[tokio::test(start_paused = true)]
async fn one_address_cannot_push_out_the_sessions_of_others() {
    let live = desk(Limits::default().unattached(20));
    let mut others = Vec::new();
    for n in 0..10 {
        others.push(page(&live, IpAddr::from([198, 51, 100, n])).await.expect("a page"));
    }
    let mut own = Vec::new();
    for _ in 0..500 {
        own.push(page(&live, HERE).await.expect("a page"));
    }
    assert_eq!(live.stats().unattached, 20);
    assert_eq!(answer(&live, &own[489]).await, "mount");
    for session in others.iter().chain(&own[492..]) {
        assert_eq!(answer(&live, session).await, "resume");
    }
}

/// A page whose model has as many bytes as its address says.
struct Heavy;

impl LiveView for Heavy {
    type Model = usize;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(usize, Command<()>), MountError> {
        Ok((request.query_string().parse().unwrap_or_default(), Command::none()))
    }

    fn update(&self, bytes: &mut usize, _: Event<(), ()>) -> Command<()> {
        *bytes += 100_000;
        Command::none()
    }

    fn view(&self, bytes: &usize) -> impl View<()> {
        html! { <p>{*bytes}</p> }
    }

    fn subscriptions(&self, _: &usize) -> Subscription<()> {
        Subscription::topic("more", |()| ())
    }

    fn model_bytes(&self, bytes: &usize) -> usize {
        assert_ne!(*bytes, 13, "model_bytes breaks");
        *bytes
    }
}

#[tokio::test(start_paused = true)]
async fn there_is_a_bound_on_the_bytes_of_detached_models() {
    let live = Live::builder(Heavy).limits(Limits::default().detached_bytes(1_200_000)).start();
    let mut sessions = Vec::new();
    for (bytes, client) in [(400_000, 1), (13, 1), (300_000, 2), (300_000, 2), (400_000, 3)] {
        let request = || PageRequest::new("/", bytes.to_string()).with_address(IpAddr::from([10, 0, 0, client]));
        let session = session_in(live.page(request(), "/").await.expect("a page").html());
        let mut connection = live.connect(request());
        connection.receive(attach(&session, 0, 0).as_bytes());
        next(&mut connection).await.expect("it resumes");
        sessions.push(session);
    }
    assert_eq!(live.stats().detached, 4, "client 2 held most");
    let mut answers = Vec::new();
    for session in &sessions {
        answers.push(answer(&live, session).await);
    }
    assert_eq!(answers, ["resume", "resume", "mount", "resume", "resume"]);
}

#[tokio::test(start_paused = true)]
async fn models_that_grow_while_their_pages_are_away_count() {
    let live = Live::builder(Heavy).limits(Limits::default().detached_bytes(1_200_000)).start();
    for client in 0..10 {
        let request = || PageRequest::new("/", "1").with_address(IpAddr::from([10, 0, 0, client]));
        let session = session_in(live.page(request(), "/").await.expect("a page").html());
        let mut connection = live.connect(request());
        connection.receive(attach(&session, 0, 0).as_bytes());
        next(&mut connection).await.expect("it resumes");
    }
    assert_eq!(live.stats().detached, 10);
    for (messages, left) in [(1, 10), (1, 5), (2, 2)] {
        for _ in 0..messages {
            live.publisher().publish("more", &()).expect("it is JSON");
            settle().await;
        }
        assert!(live.stats().detached <= left, "{} are left", live.stats().detached);
    }
    assert_eq!(live.stats().sessions(), live.stats().detached);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_sends_too_much_waits_and_loses_nothing() {
    let live = desk(Limits::default().events_per_second(100).events_burst(10));
    let mut tab = Tab::open(&live, "/").await;
    sleep(Duration::from_secs(5)).await;
    let start = Instant::now();
    let mut last = Vec::new();
    for _ in 0..1_000 {
        poll_fn(|cx| {
            let mut message = Vec::new();
            while tab.connection.poll_message(cx, &mut message).map(|polled| polled.expect("it is open")).is_ready() {
                last = std::mem::take(&mut message);
            }
            if tab.connection.is_ready() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        tab.click(UP);
    }
    let secs = start.elapsed().as_secs_f64();
    assert!((9.0..11.0).contains(&secs), "{secs} s for 1,000 events at 100 a second");
    let patch = tab.next().await.expect("a patch");
    assert_eq!(
        (&patch[1][0], &patch[2]["e"]),
        (&json!("1000"), &json!(1000)),
        "after {}",
        String::from_utf8_lossy(&last)
    );
}

#[tokio::test(start_paused = true)]
async fn a_page_that_attaches_again_has_no_new_burst() {
    let live = desk(Limits::default().events_per_second(1).events_burst(10));
    let mut tab = Tab::open(&live, "/").await;
    for _ in 0..20 {
        if tab.connection.is_ready() {
            tab.click(UP);
        }
    }
    let sent = tab.event;
    assert!(sent < 12, "{sent}");
    tab.next().await.expect("a patch");
    for _ in 0..5 {
        tab.reconnect(&live);
        tab.next().await.expect("an answer");
        if tab.connection.is_ready() {
            tab.click(UP);
        }
        assert!(!tab.connection.is_ready(), "the first message is one too many");
        tab.now().await;
    }
}

#[tokio::test(start_paused = true)]
async fn mount_has_a_time_limit() {
    let live = desk(Limits::default().mount_time(Duration::from_millis(500)));
    let start = Instant::now();
    let mounted = live.page(request("/slow"), "/").await.map(|_| String::new());
    assert_eq!((reached(mounted), start.elapsed()), (Limit::Mount, Duration::from_millis(500)));
    let mut connection = live.connect(request("/slow"));
    connection.receive(attach("gone", 3, 4).as_bytes());
    assert_eq!(next(&mut connection).await, Err(Close::TryAgain));
    drop(connection);
    settle().await;
    assert_eq!(live.stats(), Stats::default());
}
