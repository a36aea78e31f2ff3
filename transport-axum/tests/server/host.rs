//! A page in an axum server that has routes, state, layers and extractors of its own.

use std::net::SocketAddr;

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use serde_json::json;
use tealight_axum::{live, live_with, pages, pages_with};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::conformance::PageEnd;
use tealight_runtime::{Live, Router as Views, script};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::events::{self, Attach};
use crate::sockets;

/// Shows what it knows of its request.
struct Mirror;

#[derive(Clone)]
struct User(String);

#[derive(Hash)]
struct Posted;

impl LiveView for Mirror {
    type Model = String;
    type ExternalEvent = Posted;
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
        if request.path().ends_with("/nowhere") {
            return Err(MountError::NotFound);
        }
        let user = request.get().map_or("nobody", |User(name)| name.as_str());
        let address = request.address().map_or("nowhere".to_owned(), |address| address.to_string());
        Ok((format!("{user} sees {} from {address}", request.path()), Command::none()))
    }

    fn update(&self, seen: &mut String, _: Event<Posted, ()>) -> Command<()> {
        seen.push_str(" and posts");
        Command::none()
    }

    fn view(&self, seen: &String) -> impl View<Posted> {
        html! { <p>{seen}</p> <form method="post" on:submit={Posted}><button>"Post"</button></form> }
    }
}

async fn serve(routes: Router) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let routes = routes.into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async { axum::serve(listener, routes).await });
    address
}

/// Sends a request. Returns the status of its answer.
async fn status(server: SocketAddr, method: &str, path: &str, headers: &str) -> u16 {
    let mut stream = TcpStream::connect(server).await.expect("a connection");
    let request = format!("{method} {path} HTTP/1.1\r\nHost: tea.example\r\nContent-Length: 0\r\n{headers}\r\n");
    stream.write_all(request.as_bytes()).await.expect("the server reads");
    let mut line = [0; 12];
    stream.read_exact(&mut line).await.expect("an answer");
    std::str::from_utf8(&line[9..]).expect("a text").parse().expect("a status")
}

const UPGRADE: &str = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
                       Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
const STREAM: &str = "Accept: text/event-stream\r\n";

/// The attach of a page whose session is gone, so that another one is mounted.
fn attach() -> String {
    json!({"tealight": 1, "session": "AAAAAAAAAAAAAAAAAAAAAA", "patch": 0, "event": 0}).to_string()
}

/// The first messages of both kinds of connection, for a page whose session is gone.
async fn mounted_again(server: SocketAddr, path: &str) -> [String; 2] {
    let mut socket = sockets::Page::open(server, path).await;
    socket.send(&attach()).await;
    let mut stream = events::Page::new(server, path, Attach::InHeader).await;
    stream.send(&attach()).await;
    [socket.receive().await.expect("a message"), stream.receive().await.expect("a message")]
}

/// Checks that a page loads its script from below this path, and that it is there.
async fn has_script(server: SocketAddr, page: &str, base: &str) -> bool {
    let script = format!("{base}{}", script::path());
    page.contains(&format!("<script src=\"{script}\"")) && status(server, "GET", &script, "").await == 200
}

/// Signs in the person whom the query names.
async fn sign_in(mut request: Request, next: Next) -> Response {
    let name = request.uri().query().and_then(|query| query.strip_prefix("user=")).map(str::to_owned);
    if let Some(name) = name {
        request.extensions_mut().insert(User(name));
    }
    next.run(request).await
}

#[tokio::test]
async fn what_a_layer_adds_reaches_mount_for_the_page_and_for_its_connection() {
    let mirror = live_with(Mirror, |Extension(user): Extension<User>, request| request.with(user));
    let server = serve(Router::new().nest("/app/mirror", mirror).layer(from_fn(sign_in))).await;
    let seen = "Ada sees /app/mirror from 127.0.0.1";
    let page = events::get(server, "/app/mirror?user=Ada").await;
    assert!(page.contains(seen), "{page}");
    for message in mounted_again(server, "/app/mirror?user=Ada").await {
        assert!(message.contains(seen), "{message}");
    }
}

/// The state of a server.
#[derive(Clone)]
struct App {
    greeting: &'static str,
}

/// A person who has a token. An extractor of the server, which asks its state.
struct SignedIn(User);

impl FromRequestParts<App> for SignedIn {
    type Rejection = (StatusCode, &'static str);

    async fn from_request_parts(parts: &mut Parts, state: &App) -> Result<Self, Self::Rejection> {
        // as a database would take its time
        tokio::task::yield_now().await;
        match parts.uri.query() {
            Some(query) if query.contains("token") => Ok(Self(User(format!("{} Ada", state.greeting)))),
            _ => Err((StatusCode::UNAUTHORIZED, "who are you?")),
        }
    }
}

#[tokio::test]
async fn an_extractor_reads_the_state() {
    let mirror = live_with(Mirror, |(SignedIn(user), State(App { .. })), request: PageRequest| request.with(user));
    let server = serve(Router::new().nest("/mirror", mirror).with_state(App { greeting: "dear" })).await;
    let page = events::get(server, "/mirror?token").await;
    assert!(page.contains("dear Ada sees /mirror"), "{page}");
    for message in mounted_again(server, "/mirror?token").await {
        assert!(message.contains("dear Ada sees /mirror"), "{message}");
    }
    // the form of a browser without JavaScript
    let (_, action) = page.split_once("action=\"?").expect("a form");
    let form = action.split_once('"').expect("its end").0.replace("&amp;", "&");
    let own = "Origin: http://tea.example\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(status(server, "POST", &format!("/mirror?{form}&token"), own).await, 200);
}

#[tokio::test]
async fn nothing_is_mounted_for_a_request_that_the_extractor_rejects() {
    for all_paths in [false, true] {
        let mirror = Live::new(Mirror);
        let add = |SignedIn(user): SignedIn, request: PageRequest| request.with(user);
        let routes = if all_paths { pages_with(mirror.clone(), add) } else { live_with(mirror.clone(), add) };
        let server = serve(Router::new().nest("/mirror", routes).with_state(App { greeting: "dear" })).await;
        let script = format!("/mirror/{}", script::path());
        let file = "/mirror/tealight/file";
        for (method, path, headers, expected) in [
            ("GET", "/mirror", "", 401),
            ("HEAD", "/mirror", "", 401),
            ("GET", "/mirror", UPGRADE, 401),
            ("GET", "/mirror", STREAM, 401),
            ("POST", "/mirror?tealight-form=0", "", 401),
            ("POST", "/mirror", "", 401),
            // a post to a stream that does not exist
            ("POST", "/mirror", "Tealight-Connection: AAAAAAAAAAAAAAAAAAAAAA\r\nTealight-Post: 1\r\n", 404),
            ("POST", "/mirror", "Tealight-Connection: AAAAAAAAAAAAAAAAAAAAAA\r\nUpgrade: websocket\r\n", 405),
            ("OPTIONS", "/mirror", UPGRADE, 405),
            // the script is for everybody, and its folder has nothing else
            ("GET", &script, "", 200),
            ("GET", &script, STREAM, 200),
            ("GET", &script, UPGRADE, 200),
            ("GET", file, "", 404),
            ("GET", file, UPGRADE, 404),
            ("GET", file, STREAM, 404),
            ("POST", "/mirror/tealight/file?tealight-form=0", "", 405),
        ] {
            assert_eq!(status(server, method, path, headers).await, expected, "{method} {path} {headers}");
        }
        let stats = mirror.stats();
        assert_eq!((stats.sessions(), stats.connections), (0, 0));
    }
}

#[tokio::test]
async fn a_nested_page_finds_its_script_and_its_path() {
    let shop = Router::new().nest("/eu", pages(Mirror)).nest("/{country}/mirror", live(Mirror));
    let server = serve(Router::new().nest("/shop", shop).merge(pages(Mirror))).await;
    for (path, base) in [
        ("/shop/eu", "/shop/eu/"),
        ("/shop/eu/orders/7", "/shop/eu/"),
        ("/shop/eu/orders/7/", "/shop/eu/"),
        ("/shop/uk/mirror", "/shop/uk/mirror/"),
        ("/", "/"),
        ("/orders/7", "/"),
    ] {
        let page = events::get(server, path).await;
        assert!(page.contains(&format!("nobody sees {path} from 127.0.0.1")), "{page}");
        assert!(has_script(server, &page, base).await, "{page}");
        assert!(page.contains("data-transports=\"ws,sse\""), "{page}");
    }
    assert_eq!(status(server, "GET", "/shop/eu/nowhere", "").await, 404);
}

#[tokio::test]
async fn the_base_of_the_application_comes_first() {
    let mirror = Live::builder(Mirror).base("/public/").start();
    let routes = Router::new().nest("/mirror", live(mirror)).nest("/public", live(Mirror));
    let server = serve(routes).await;
    let page = events::get(server, "/mirror").await;
    assert!(has_script(server, &page, "/public/").await, "{page}");
}

#[tokio::test]
async fn other_routes_stay_the_servers() {
    let routes = Router::new()
        .route("/", get(async || "home"))
        .route("/mirror/about", get(async || "about"))
        .route("/mirror/{id}/edit", post(async |Path(id): Path<String>| id))
        .nest_service("/nested", live(Mirror))
        .nest("/mirror", live(Mirror))
        .fallback(async || (StatusCode::IM_A_TEAPOT, "nothing"));
    let server = serve(routes).await;
    assert_eq!(events::get(server, "/").await, "home");
    assert_eq!(events::get(server, "/mirror/about").await, "about");
    for (path, expected) in [
        ("/mirror", 200),
        ("/mirror/", 418),
        ("/mirror/7/edit", 405),
        ("/mirror/other", 418),
        ("/mirror/tealight", 418),
        ("/mirror/tealight/a/b", 418),
        ("/nested", 200),
        ("/nested/", 200),
        ("/nested/other", 404),
        ("/favicon.ico", 418),
    ] {
        assert_eq!(status(server, "GET", path, "").await, expected, "{path}");
    }

    // merged, where the application has all other paths
    let routes = Router::new().route("/health", get(async || "well")).merge(pages(Mirror));
    let server = serve(routes).await;
    assert_eq!(events::get(server, "/health").await, "well");
    assert_eq!(status(server, "GET", "/orders", "").await, 200);
    assert_eq!(status(server, "GET", "/nowhere", "").await, 404);
}

#[tokio::test]
#[should_panic(expected = "Overlapping method route")]
async fn two_pages_of_one_path_are_found_at_the_start() {
    let _: Router = Router::new().route("/", get(async || "home")).merge(live(Mirror));
}

#[tokio::test]
async fn a_layer_for_routes_holds_for_all_that_mounts() {
    async fn forbid(_: Request, _: Next) -> StatusCode {
        StatusCode::FORBIDDEN
    }
    let mirror = Live::new(Mirror);
    let server = serve(pages(mirror.clone()).route_layer(from_fn(forbid))).await;
    for (path, headers) in [("/", ""), ("/orders", ""), ("/orders", UPGRADE), ("/orders", STREAM)] {
        assert_eq!(status(server, "GET", path, headers).await, 403, "{path} {headers}");
    }
    assert_eq!(mirror.stats().sessions(), 0);
}

#[derive(serde::Deserialize)]
struct Shop {
    shop: u32,
}

#[tokio::test]
async fn parameters_of_the_path_reach_mount() {
    let one = live_with(Mirror, |Path(shop): Path<u32>, request| request.with(User(format!("shop {shop}"))));
    let all = pages_with(Mirror, |Path(Shop { shop }), request| request.with(User(format!("shop {shop}"))));
    let server = serve(Router::new().nest("/one/{shop}", one).nest("/all/{shop}", all)).await;
    for path in ["/one/7", "/all/7", "/all/7/orders/8"] {
        let page = events::get(server, path).await;
        assert!(page.contains(&format!("shop 7 sees {path}")), "{page}");
    }
}

#[tokio::test]
async fn a_router_of_views_has_pages_at_all_its_paths() {
    let views = Views::new().live_at("/shop/{item}", Mirror).live_at("/desk", Mirror);
    let server = serve(Router::new().route("/health", get(async || "well")).merge(live(views))).await;
    for (path, expected) in [("/health", 200), ("/shop/pens", 200), ("/desk", 200), ("/shop", 404), ("/desk/", 303)] {
        assert_eq!(status(server, "GET", path, "").await, expected, "{path}");
    }
    let page = events::get(server, "/shop/pens").await;
    assert!(has_script(server, &page, "/").await, "{page}");
}
