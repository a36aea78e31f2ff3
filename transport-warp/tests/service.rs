//! The tower service behind a hyper server: its paths, and what its server hands to `mount`.

#[path = "server/support.rs"]
#[allow(dead_code, unreachable_pub)] // the other tests use the rest
mod support;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use serde_json::json;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::http::{Peer, page_request};
use tealight_runtime::{Live, script};
use tealight_warp::LiveService;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Client, Counter, Received, UP, ask, get, handshake, session_in, text};

async fn serve(service: LiveService) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let service = TowerToHyperService::new(service);
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service.clone());
            tokio::spawn(connection.with_upgrades());
        }
    });
    address
}

#[tokio::test]
async fn one_page_has_its_path_and_its_script() {
    let server = serve(LiveService::new(Counter::default()).at("/app/counter")).await;
    let page = get(server, "/app/counter", "").await;
    assert!(
        page.text().contains(&format!("<script src=\"/app/counter/{}\" data-transports=\"ws,sse\"", script::path()))
    );
    let script = format!("/app/counter/{}", script::path());
    for (path, status) in [
        ("/app/counter", 200),
        ("/app/counter/", 200),
        ("/app/counter?from=1", 200),
        (&*script, 200),
        ("/", 404),
        ("/app", 404),
        ("/app/counterfeit", 404),
        ("/app/counter//", 404),
        ("/app/counter/other", 404),
        ("/app/counter/tealight", 404),
        ("/app/counter/tealight/", 404),
        ("/app/counter/tealight/other.js", 404),
        ("/app/counter/tealight/other/other.js", 404),
        ("/app/counter/app/counter", 404),
    ] {
        assert_eq!(get(server, path, "").await.status, status, "{path}");
    }
    assert_eq!(ask(server, &handshake("/app")).await.status, 404);

    let mut client = Client::open(server, "/app/counter").await;
    assert_eq!(client.attach(session_in(page.text())).await, json!({"resume": {"event": 0}}));
    client.send(&text(&json!([1, 0, [UP]]).to_string())).await;
    assert_eq!(client.receive().await, Received::Message(json!([1, ["1"], {"e": 1}])));
}

#[tokio::test]
async fn the_root_is_a_path_too() {
    let server = serve(LiveService::new(Counter::default()).at("/")).await;
    let page = get(server, "/", "").await;
    assert!(page.text().contains(&format!("<script src=\"/{}\"", script::path())));
    assert_eq!(get(server, &format!("/{}", script::path()), "").await.status, 200);
    assert_eq!(get(server, "/favicon.ico", "").await.status, 404);
}

#[tokio::test]
#[should_panic(expected = "\"counter\" does not begin with a slash")]
async fn a_path_begins_with_a_slash() {
    let _ = LiveService::new(Counter::default()).at("counter");
}

#[tokio::test]
async fn without_a_path_each_path_has_the_page() {
    let live = Live::builder(Counter::default()).base("/shop/").start();
    let server = serve(LiveService::new(live)).await;
    for path in ["/shop", "/shop/orders/7"] {
        let page = get(server, path, "").await;
        assert!(page.text().contains(&format!("<script src=\"/shop/{}\"", script::path())), "{path}");
    }
    assert_eq!(get(server, &format!("/shop/{}", script::path()), "").await.status, 200);
    assert_eq!(get(server, "/nowhere", "").await.status, 404);
}

#[tokio::test]
async fn a_websocket_for_another_host_is_refused() {
    let live = Live::new(Counter::default());
    let server = serve(LiveService::new(live.clone())).await;
    let elsewhere = handshake("http://evil.example/");
    assert_eq!(ask(server, &elsewhere).await.status, 400);
    assert_eq!(live.stats().connections, 0);
}

/// Greets its visitor.
struct Greeting;

struct Visitor(String);

impl LiveView for Greeting {
    type Model = String;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
        let Visitor(name) = request.get().ok_or(MountError::Forbidden)?;
        let address = request.address().ok_or(MountError::Forbidden)?;
        Ok((format!("Hello {name} at {address}"), Command::none()))
    }

    fn update(&self, _: &mut String, _: Event<(), ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, greeting: &String) -> impl View<()> {
        html! { <p>{greeting}</p> }
    }
}

#[tokio::test]
async fn the_servers_values_reach_mount_for_the_page_and_for_its_connection() {
    let service = LiveService::new(Greeting).at("/").request(|parts| {
        let request = page_request(parts).with_address(IpAddr::V4(Ipv4Addr::new(203, 0, 113, 7)));
        let name = request.query("name").unwrap_or_default();
        request.with(Visitor(name))
    });
    let server = serve(service).await;
    let greeting = "Hello Ada at 203.0.113.7";
    assert!(get(server, "/?name=Ada", "").await.text().contains(greeting));

    // its session is gone
    let mut client = Client::open(server, "/?name=Ada").await;
    let mounted = client.attach("AAAAAAAAAAAAAAAAAAAAAA").await.to_string();
    assert!(mounted.contains(greeting), "{mounted}");

    let attach = json!({"tealight": 1, "session": "AAAAAAAAAAAAAAAAAAAAAA", "patch": 0, "event": 0});
    let asked = format!(
        "GET /?name=Ada HTTP/1.1\r\nHost: tea.example\r\nAccept: text/event-stream\r\nTealight-Attach: {attach}\r\n\r\n"
    );
    assert!(answer_has(server, &asked, greeting).await);
}

/// Sends a request, and reads its answer until this text. Returns false if it ends before.
async fn answer_has(server: SocketAddr, request: &str, text: &str) -> bool {
    let mut stream = TcpStream::connect(server).await.expect("a connection");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut answer = Vec::new();
    while !String::from_utf8_lossy(&answer).contains(text) {
        if stream.read_buf(&mut answer).await.expect("an answer") == 0 {
            return false;
        }
    }
    true
}

#[tokio::test]
async fn the_address_is_the_peers() {
    let service = LiveService::new(Greeting);
    let parts = |peer| {
        let request = hyper::Request::get("/").header("host", "tea.example").extension(Peer(peer));
        request.body(String::new()).expect("a request")
    };
    let service = service.request(|parts| page_request(parts).with(Visitor("Ada".to_owned())));
    let answer = service.answer(parts(IpAddr::V4(Ipv4Addr::LOCALHOST))).await;
    assert_eq!(answer.status(), 200);
}
