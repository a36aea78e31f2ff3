//! Clients that take too much, over real sockets.

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde_json::json;
use socket2::SockRef;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Limits, Live};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use warp::Filter;

#[cfg(feature = "sse")]
use crate::support::session_in;
use crate::support::{Client, Received, ask, frame, handshake, text};

/// Shows its client's address, a number from a topic, and a text of the length in its query.
struct Board {
    renders: Arc<AtomicUsize>,
}

struct Model {
    client: String,
    said: u32,
    filler: String,
}

#[derive(Hash)]
struct Up;

/// The slot of the button.
const UP: u32 = 3;

impl LiveView for Board {
    type Model = Model;
    type ExternalEvent = Up;
    type InternalEvent = u32;

    async fn mount(&self, request: &PageRequest) -> Result<(Model, Command<u32>), MountError> {
        let client = request.address().map(|address| address.to_string()).unwrap_or_default();
        let length = request.query("length").and_then(|length| length.parse().ok()).unwrap_or(0);
        Ok((Model { client, said: 0, filler: "x".repeat(length) }, Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<Up, u32>) -> Command<u32> {
        match event {
            Event::Internal(said) => model.said = said,
            Event::External(Up) => model.said += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<Up> {
        self.renders.fetch_add(1, Relaxed);
        let text = format!("{} {}", model.said, model.filler);
        html! { <p>{&model.client}</p> <p>{model.said}</p> <pre>{&text}</pre> <button on:click={Up}>"Up"</button> }
    }

    fn subscriptions(&self, _: &Model) -> Subscription<u32> {
        Subscription::topic("board", |said| said)
    }
}

async fn serve(limits: Limits) -> (Live, SocketAddr) {
    let live = Live::builder(Board { renders: Arc::default() }).limits(limits.clone()).start();
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = tealight_warp::live(live.clone()).or(warp::path!("health").map(|| "well"));
    tokio::spawn(async move { tealight_warp::serve_within(&limits, listener, routes, pending()).await });
    (live, address)
}

async fn connect(server: SocketAddr) -> Client<TcpStream> {
    Client::new(TcpStream::connect(server).await.expect("a connection"))
}

fn get(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: tea.example\r\n{headers}\r\n")
}

/// Asks on new connections until one is let in.
async fn until_let_in(server: SocketAddr) {
    while ask(server, &get("/health", "")).await.status != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn an_address_opens_so_many_connections() {
    let (_, server) = serve(Limits::default().connections_per_address(3)).await;
    let mut held = Vec::new();
    for _ in 0..3 {
        let mut client = connect(server).await;
        assert_eq!(client.ask(&get("/health", "")).await.status, 200);
        held.push(client);
    }
    for _ in 0..10 {
        let mut answer = String::new();
        // the server does not read the request, so the end may be a reset
        let _ = connect(server).await.io.read_to_string(&mut answer).await;
        assert!(answer.starts_with("HTTP/1.1 429 "), "{answer}");
    }
    held.pop();
    until_let_in(server).await;
    let _ = held;
}

#[tokio::test]
async fn a_websocket_leaves_its_place_to_other_connections() {
    let (live, server) = serve(Limits::default().connections_per_address(1)).await;
    let mut page = connect(server).await;
    assert_eq!(page.ask(&handshake("/")).await.status, 101);
    page.attach("").await;
    // it counts as a page's connection from now on
    until_let_in(server).await;
    let mut second = connect(server).await;
    assert_eq!(second.ask(&handshake("/")).await.status, 101);
    assert_eq!(second.receive().await, Received::Close(1013));
    assert_eq!(live.stats().attached, 1);
}

#[tokio::test]
async fn a_request_knows_its_client() {
    let proxies = || Limits::default().proxies("127.0.0.1".parse().expect("a network"));
    let forwarded = "X-Forwarded-For: 6.6.6.6, 203.0.113.7\r\n";
    for (limits, headers, client) in [
        (Limits::default(), "", "127.0.0.1"),
        (Limits::default(), forwarded, "127.0.0.1"),
        (proxies(), "", "127.0.0.1"),
        (proxies(), forwarded, "203.0.113.7"),
    ] {
        let (_, server) = serve(limits).await;
        let page = ask(server, &get("/", headers)).await;
        assert!(page.text().contains(&format!("<p>{client}</p>")), "{headers}: {}", page.text());

        let mut socket = connect(server).await;
        let shake = handshake("/").replace("Upgrade: websocket\r\n", &format!("Upgrade: websocket\r\n{headers}"));
        assert_eq!(socket.ask(&shake).await.status, 101);
        let mount = socket.attach("gone").await;
        assert_eq!(mount["mount"]["view"][1], json!(client), "{mount}");
    }
}

#[tokio::test]
async fn a_proxy_opens_any_number_of_connections() {
    let limits = Limits::default().connections_per_address(2).proxies("127.0.0.1".parse().expect("a network"));
    let (_, server) = serve(limits).await;
    let mut held = Vec::new();
    for _ in 0..20 {
        let mut client = connect(server).await;
        assert_eq!(client.ask(&get("/health", "")).await.status, 200);
        held.push(client);
    }
}

#[tokio::test]
async fn too_many_requests_are_refused() {
    let (_, server) = serve(Limits::default().requests_per_second(1).requests_burst(2)).await;
    let mut statuses = Vec::new();
    for _ in 0..50 {
        let answer = ask(server, &get("/", "")).await;
        assert!(answer.status == 200 || answer.header("retry-after") == Some("5"));
        statuses.push(answer.status);
    }
    assert_eq!(statuses[..3], [200, 200, 429]);
    assert_eq!(ask(server, &get("/health", "")).await.status, 200, "other routes are not Tealight's");
}

#[tokio::test]
async fn a_long_head_is_refused() {
    let (_, server) = serve(Limits::default().head_bytes(16 * 1024)).await;
    let head = |length: usize| get("/health", &format!("X-Long: {}\r\n", "x".repeat(length)));
    assert_eq!(ask(server, &head(12 * 1024)).await.status, 200);
    assert_eq!(ask(server, &head(20 * 1024)).await.status, 431);
}

#[tokio::test]
async fn an_answer_that_nobody_reads_ends_its_connection() {
    let limits = Limits::default().connections_per_address(1).write_time(Duration::from_millis(300));
    let (_, server) = serve(limits).await;
    let mut client = connect(server).await;
    // more than the kernel takes
    client.io.write_all(get("/?length=30000000", "").as_bytes()).await.expect("the server reads");
    until_let_in(server).await;
    let mut read = Vec::new();
    let _ = client.io.read_to_end(&mut read).await;
    assert!(read.len() < 30_000_000, "{}", read.len());
}

#[cfg(feature = "sse")]
#[tokio::test]
async fn an_event_stream_that_nobody_reads_ends() {
    let limits = Limits::default().write_time(Duration::from_millis(300));
    let (live, server) = serve(limits).await;
    let page = ask(server, &get("/?length=100000", "")).await;
    let attach = json!({"tealight": 1, "session": session_in(page.text()), "patch": 0, "event": 0});
    let mut client = connect(server).await;
    let request = get("/", &format!("Accept: text/event-stream\r\nTealight-Attach: {attach}\r\n"));
    client.io.write_all(request.as_bytes()).await.expect("the server reads");
    while live.stats().attached == 0 {
        tokio::task::yield_now().await;
    }
    let mut said = 0;
    while live.stats().attached > 0 {
        said += 1;
        live.publisher().publish("board", &said).expect("it is JSON");
        tokio::task::yield_now().await;
    }
    assert_eq!(live.stats().detached, 1);
}

/// Lets the socket's task see each number before the next one.
async fn say(live: &Live, from: u32, to: u32) {
    for said in from..=to {
        live.publisher().publish("board", &said).expect("it is JSON");
        for _ in 0..70 {
            tokio::task::yield_now().await;
        }
    }
}

/// Connects with a small buffer, as a page on a slow network has.
async fn connect_narrowly(server: SocketAddr) -> Client<TcpStream> {
    let socket = TcpSocket::new_v4().expect("a socket");
    SockRef::from(&socket).set_recv_buffer_size(16 * 1024).expect("a small buffer");
    Client::new(socket.connect(server).await.expect("a connection"))
}

const LAST: u32 = 300;

#[tokio::test]
async fn a_page_that_stops_reading_gets_the_present_and_few_past_states_over_a_websocket() {
    let (live, server) = serve(Limits::default()).await;
    let mut client = connect_narrowly(server).await;
    client.shake_hands("/?length=20000").await;
    client.attach("").await;
    say(&live, 1, LAST).await;
    let mut heard = Vec::new();
    while heard.last() != Some(&json!(LAST.to_string())) {
        match client.receive().await {
            Received::Message(patch) => heard.push(patch[1][1].clone()),
            other => panic!("{other:?}"),
        }
    }
    assert!(heard.len() <= 10, "{} patches: {heard:?}", heard.len());
}

#[cfg(feature = "sse")]
#[tokio::test]
async fn a_page_that_stops_reading_gets_the_present_and_few_past_states_over_an_event_stream() {
    let (live, server) = serve(Limits::default()).await;
    let page = ask(server, &get("/?length=20000", "")).await;
    let attach = json!({"tealight": 1, "session": session_in(page.text()), "patch": 0, "event": 0});
    let mut client = connect_narrowly(server).await;
    let request = get("/?length=20000", &format!("Accept: text/event-stream\r\nTealight-Attach: {attach}\r\n"));
    client.io.write_all(request.as_bytes()).await.expect("the server reads");
    while live.stats().attached == 0 {
        tokio::task::yield_now().await;
    }
    say(&live, 1, LAST).await;
    let (mut stream, mut read) = (String::new(), vec![0; 64 * 1024]);
    while !stream.contains(&format!("\"{LAST}\"")) {
        let length = client.io.read(&mut read).await.expect("the stream goes on");
        assert!(length > 0, "the stream goes on");
        stream.push_str(std::str::from_utf8(&read[..length]).expect("a text"));
    }
    let patches = stream.matches("\nid: ").count();
    assert!(patches <= 12, "{patches} patches");
}

#[tokio::test]
async fn a_websocket_at_full_rate_loses_no_event() {
    let (_, server) = serve(Limits::default().events_per_second(20_000).events_burst(100)).await;
    let mut client = connect(server).await;
    assert_eq!(client.ask(&handshake("/")).await.status, 101);
    client.attach("").await;
    let events: Vec<u8> = (1..=5_000).flat_map(|event| text(&json!([event, 1, [UP]]).to_string())).collect();
    let (mut reader, mut writer) = client.io.into_split();
    let writing = tokio::spawn(async move {
        writer.write_all(&events).await.expect("the server reads");
        writer
    });
    let mut read = String::new();
    let mut bytes = vec![0; 64 * 1024];
    while !read.contains("\"e\":5000") {
        let length = reader.read(&mut bytes).await.expect("the socket is open");
        assert!(length > 0, "the socket is open, but after {}", &read[read.len().saturating_sub(500)..]);
        read.push_str(&String::from_utf8_lossy(&bytes[..length]));
    }
    let last = read.rsplit("\"e\":5000").nth(1).expect("what was before it");
    assert!(last.contains("\"5000\"") && !read.contains("refused"), "{}", &last[last.len().saturating_sub(200)..]);
    drop(writing.await.expect("no panic"));
}

#[tokio::test]
async fn a_websocket_with_a_flood_of_frames_that_bring_nothing_ends() {
    let (_, server) = serve(Limits::default()).await;
    let [ping, pong, begin, piece] = [0x89, 0x8a, 0x01, 0x00].map(|first| frame(first, b""));
    for (flood, is_refused) in [
        (ping.repeat(100), false),
        (ping.repeat(1_000), true),
        (pong.repeat(1_000), true),
        ([begin, piece.repeat(1_000)].concat(), true),
    ] {
        let mut client = Client::open(server, "/").await;
        client.attach("").await;
        client.send(&[flood, text(r#"{"ping":7}"#)].concat()).await;
        let answer = loop {
            match client.receive().await {
                Received::Pong(_) => {}
                other => break other,
            }
        };
        let expected = if is_refused { Received::Close(1002) } else { Received::Message(json!({"pong": 7})) };
        assert_eq!(answer, expected);
    }
}

/// A posted form of a page, with a body of this length.
fn form(length: usize) -> String {
    format!(
        "POST /?tealight-form=0 HTTP/1.1\r\nHost: tea.example\r\nOrigin: http://tea.example\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n"
    )
}

#[cfg(feature = "sse")]
#[tokio::test]
async fn a_body_that_stops_half_way_is_given_up() {
    let (live, server) = serve(Limits::default().body_time(Duration::from_millis(600))).await;
    let mut client = connect(server).await;
    assert_eq!(client.ask(&format!("{}name=Ad", form(100))).await.status, 408);

    let mut stream = connect(server).await;
    let attach = json!({"tealight": 1, "session": "", "patch": 0, "event": 0});
    let request = get("/", &format!("Accept: text/event-stream\r\nTealight-Attach: {attach}\r\n"));
    stream.io.write_all(request.as_bytes()).await.expect("the server reads");
    let (mut events, mut read) = (String::new(), [0; 1024]);
    while !events.contains("event: connection\ndata: ") || !events.ends_with("\n\n\r\n") {
        let length = stream.io.read(&mut read).await.expect("the stream goes on");
        events.push_str(&String::from_utf8_lossy(&read[..length]));
    }
    let key = events.split("event: connection\ndata: ").nth(1).and_then(|rest| rest.lines().next()).expect("a key");
    let mut poster = connect(server).await;
    let post = format!(
        "POST / HTTP/1.1\r\nHost: tea.example\r\nTealight-Connection: {key}\r\nTealight-Post: 1\r\n\
         Content-Length: 100\r\n\r\n[1,"
    );
    assert_eq!(poster.ask(&post).await.status, 408);
    assert_eq!(live.stats().attached, 1, "the stream goes on");
}

#[tokio::test]
async fn there_is_a_bound_on_the_bytes_of_unread_pages() {
    let (live, server) = serve(Limits::default().held_bytes(8_000_000)).await;
    let mut client = connect(server).await;
    client.io.write_all(get("/?length=30000000", "").as_bytes()).await.expect("the server reads");
    while live.stats().unattached == 0 {
        tokio::task::yield_now().await;
    }
    let refused = ask(server, &get("/", "")).await;
    assert_eq!((refused.status, refused.header("retry-after")), (503, Some("5")));
    assert_eq!(live.stats().unattached, 1, "nothing is mounted for a page that cannot be sent");
    drop(client);
    while ask(server, &get("/", "")).await.status != 200 {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn there_is_a_bound_on_the_bytes_of_bodies() {
    let (_, server) = serve(Limits::default().held_bytes(400_000)).await;
    let mut slow = Vec::new();
    for _ in 0..2 {
        let mut client = connect(server).await;
        client.send(form(60_000).as_bytes()).await;
        client.send(&[b'x'; 45_000]).await;
        slow.push(client);
    }
    let whole = format!("{}{}", form(60_000), "x".repeat(60_000));
    let mut statuses = Vec::new();
    while statuses.last() != Some(&503) {
        statuses.push(ask(server, &whole).await.status);
    }
    drop(slow);
    while ask(server, &whole).await.status == 503 {
        tokio::task::yield_now().await;
    }
}

#[cfg(feature = "sse")]
#[tokio::test]
async fn there_is_a_bound_on_the_bytes_of_unread_messages() {
    let (live, server) = serve(Limits::default().held_bytes(4_000_000)).await;
    let attach = json!({"tealight": 1, "session": "", "patch": 0, "event": 0});
    let stream = get("/?length=30000000", &format!("Accept: text/event-stream\r\nTealight-Attach: {attach}\r\n"));
    let mut first = connect(server).await;
    first.shake_hands("/?length=30000000").await;
    first.send(&text(&attach.to_string())).await;
    let mut second = connect(server).await;
    second.send(stream.as_bytes()).await;
    // each has attached to a session of 30 MB, and is ended by it
    while live.stats().detached < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(live.stats().connections, 0);
    let mut third = Client::open(server, "/?length=100000").await;
    assert!(third.attach("").await.get("mount").is_some(), "shorter messages are sent");
}

#[tokio::test]
async fn a_head_that_stops_half_way_ends_its_connection() {
    let (_, server) = serve(Limits::default().head_time(Duration::from_millis(300))).await;
    let mut client = connect(server).await;
    client.send(b"GET / HTTP/1.1\r\nHost: tea.exa").await;
    let mut answer = Vec::new();
    client.io.read_to_end(&mut answer).await.expect("the connection ends");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 408"), "{}", String::from_utf8_lossy(&answer));
}
