use std::convert::Infallible;
use std::sync::atomic::Ordering::Relaxed;

use serde_json::json;
use tealight_core::{MountError, html};
use tealight_runtime::{Layout, Live, Router, script};
use warp::http::StatusCode;
use warp::{Filter, Reply};

use crate::support::{Client, Counter, Received, UP, ask, get, serve, serve_routes, session_in, text};

#[tokio::test]
async fn a_socket_attaches_to_the_session_of_its_page() {
    let counter = Counter::default();
    let live = Live::new(counter.clone());
    let server = serve(&live).await;
    let page = get(server, "/?from=41", "").await;
    assert_eq!(page.status, 200);
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("cache-control"), Some("no-store"));
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert!(page.header("content-security-policy").is_some_and(|policy| policy.contains("script-src 'self'")));
    assert!(page.text().contains("<p>41</p>"), "{}", page.text());
    assert!(page.text().contains(&format!("<script src=\"/{}\" data-transports=\"ws\"", script::path())));

    let mut client = Client::open(server, "/?from=41").await;
    assert_eq!(client.attach(session_in(page.text())).await, json!({"resume": {"event": 0}}));
    client.send(&text(&json!([1, 0, [UP]]).to_string())).await;
    assert_eq!(client.receive().await, Received::Message(json!([1, ["42"], {"e": 1}])));
    assert_eq!(counter.mounts.load(Relaxed), 1);
}

#[tokio::test]
async fn a_head_makes_no_session() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let head = ask(server, "HEAD / HTTP/1.1\r\nHost: tea.example\r\n\r\n").await;
    assert_eq!((head.status, head.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let head = ask(server, "HEAD /nowhere HTTP/1.1\r\nHost: tea.example\r\n\r\n").await;
    assert_eq!(head.status, 404);
    assert_eq!(live.stats().sessions(), 0);
}

#[tokio::test]
async fn mount_errors_have_their_status() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    for (path, status) in
        [("/nowhere", 404), ("/forbidden", 403), ("/away", 303), ("/astray", 500), ("/later", 503), ("/panics", 503)]
    {
        let page = get(server, path, "").await;
        assert_eq!(page.status, status, "{path}");
        assert!(!page.text().contains("database"), "{path}");
    }
    assert_eq!(get(server, "/away", "").await.header("location"), Some("/here?x=1"));
    assert_eq!(ask(server, "POST / HTTP/1.1\r\nHost: tea.example\r\nContent-Length: 0\r\n\r\n").await.status, 405);
    assert_eq!(ask(server, "DELETE / HTTP/1.1\r\nHost: tea.example\r\n\r\n").await.status, 405);
    assert_eq!(live.stats().sessions(), 0);
}

#[tokio::test]
async fn the_script_is_cached_for_good_and_compressed() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let path = format!("/{}", script::path());
    let plain = get(server, &path, "").await;
    assert_eq!((plain.status, plain.header("content-type")), (200, Some("text/javascript; charset=utf-8")));
    assert_eq!(plain.header("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(plain.header("content-encoding"), None);
    let zipped = get(server, &path, "Accept-Encoding: gzip, deflate, br\r\n").await;
    assert_eq!((zipped.status, zipped.header("content-encoding")), (200, Some("gzip")));
    assert!(zipped.body.len() < plain.body.len() && zipped.body.starts_with(&[0x1f, 0x8b]));
    assert_eq!(zipped.header("vary"), Some("accept-encoding"));

    for (response, accept) in [(plain, ""), (zipped, "Accept-Encoding: gzip\r\n")] {
        let tag = response.header("etag").expect("a tag");
        assert!(tag.starts_with('"'), "{tag} is strong");
        let again = get(server, &path, &format!("{accept}If-None-Match: {tag}\r\n")).await;
        assert_eq!((again.status, again.header("etag"), again.body.len()), (304, Some(tag), 0));
    }
    assert_eq!(get(server, "/tealight/other.js", "").await.status, 200, "it is a page of this application");
    assert_eq!(ask(server, &format!("HEAD {path} HTTP/1.1\r\nHost: tea.example\r\n\r\n")).await.status, 200);
}

#[tokio::test]
async fn below_a_path_the_script_is_below_it_too() {
    let live = Live::new(Counter::default());
    let server = serve(&live).await;
    let page = get(server, "/below/deep/page", "").await;
    let script = format!("/below/{}", script::path());
    assert!(page.text().contains(&format!("<script src=\"{script}\" data-transports=\"ws\"")), "{}", page.text());
    assert_eq!(get(server, &script, "").await.header("content-type"), Some("text/javascript; charset=utf-8"));
}

#[tokio::test]
async fn live_serves_an_application_and_nothing_else() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let server = listener.local_addr().expect("an address");
    let counter = warp::path("counter").and(tealight_warp::live(Counter::default()));
    tokio::spawn(tealight_warp::serve(listener, counter));

    for (path, status) in
        [("/counter", 200), ("/counter/", 200), ("/", 404), ("/counter/favicon.ico", 404), ("/counterfeit", 404)]
    {
        assert_eq!(get(server, path, "").await.status, status, "{path}");
    }
    let page = get(server, "/counter", "").await;
    assert_eq!(get(server, &format!("/counter/{}", script::path()), "").await.status, 200);
    let mut client = Client::open(server, "/counter").await;
    assert_eq!(client.attach(session_in(page.text())).await, json!({"resume": {"event": 0}}));
}

#[tokio::test]
async fn an_icon_that_the_application_has_not_is_empty() {
    async fn icon<F>(routes: F) -> (u16, String)
    where
        F: Filter<Extract: Reply> + Clone + Send + Sync + 'static,
    {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let server = listener.local_addr().expect("an address");
        tokio::spawn(tealight_warp::serve(listener, routes));
        let icon = get(server, "/favicon.ico", "").await;
        (icon.status, icon.text().to_owned())
    }
    let live = tealight_warp::live(Counter::default());
    assert_eq!(icon(live.clone()).await, (204, String::new()));

    let file = warp::path!("favicon.ico").map(|| "an icon");
    assert_eq!(icon(live.clone().or(file)).await, (200, "an icon".to_owned()));

    let missing = warp::any().map(|| warp::reply::with_status("no such page", StatusCode::NOT_FOUND));
    assert_eq!(icon(live.clone().or(missing)).await, (404, "no such page".to_owned()));
    let rejected = async |_| Ok::<_, Infallible>(warp::reply::with_status("a lost page", StatusCode::NOT_FOUND));
    assert_eq!(icon(live.recover(rejected)).await, (404, "a lost page".to_owned()));
}

#[tokio::test]
async fn a_server_that_stops_finishes_its_requests() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let server = listener.local_addr().expect("an address");
    let live = Live::new(Counter::default());
    let (begun, end) =
        (std::sync::Arc::new(tokio::sync::Notify::new()), std::sync::Arc::new(tokio::sync::Notify::new()));
    let slow = {
        let (begun, end) = (begun.clone(), end.clone());
        warp::path!("slow").then(move || {
            let (begun, end) = (begun.clone(), end.clone());
            async move {
                begun.notify_one();
                end.notified().await;
                "done"
            }
        })
    };
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let routes = slow.or(tealight_warp::live(live.clone()));
    let serving = tokio::spawn(tealight_warp::serve_until(listener, routes, async { drop(stopped.await) }));

    let mut socket = Client::open(server, "/").await;
    socket.attach("").await;
    let mut idle = Client::new(tokio::net::TcpStream::connect(server).await.expect("a connection"));
    assert_eq!(idle.ask("GET / HTTP/1.1\r\nHost: tea.example\r\n\r\n").await.status, 200);
    let slow = tokio::spawn(async move { get(server, "/slow", "").await });
    begun.notified().await;

    drop(stop);
    assert_eq!(idle.receive().await, Received::End, "a connection without a request is closed");
    assert!(!serving.is_finished());
    end.notify_one();
    assert_eq!(slow.await.expect("no panic").text(), "done");
    serving.await.expect("no panic");
    assert!(tokio::net::TcpStream::connect(server).await.is_err());

    let shutdown = tokio::spawn(async move { live.shutdown().await });
    assert_eq!(socket.receive().await, Received::Message(serde_json::json!({"back": 1})));
    assert_eq!(socket.receive().await, Received::Close(1012));
    shutdown.await.expect("no panic");
}

#[tokio::test]
async fn an_application_has_its_own_page_for_errors() {
    let layout = Layout::new("Tea").body("<header>Tea</header>", "");
    let live = Live::builder(Counter::default()).layout(layout).error_page(|request, error| {
        let (path, missing) = (request.path().to_owned(), matches!(error, MountError::NotFound).to_string());
        assert_ne!(path, "/panics", "a page that breaks");
        html! { <h1>{missing}</h1><p>{path}</p> }
    });
    let live = live.start();
    let server = serve(&live).await;
    for (path, status, body) in [
        ("/nowhere", 404, "<h1>true</h1><p>/nowhere</p>"),
        ("/forbidden", 403, "<h1>false</h1><p>/forbidden</p>"),
        ("/later", 503, "<h1>false</h1><p>/later</p>"),
        ("/panics", 503, "<h1>Not available at the moment</h1>"),
    ] {
        let page = get(server, path, "").await;
        assert_eq!(page.status, status, "{path}");
        assert!(page.text().contains(body), "{path}: {}", page.text());
        assert!(!page.text().contains("<script"), "{path}");
        let has_layout = page.text().contains("<header>Tea</header>") && page.text().contains("<title>");
        assert_eq!(has_layout, path != "/panics", "{path}: {}", page.text());
    }
    assert_eq!(get(server, "/away", "").await.header("location"), Some("/here?x=1"));
    assert_eq!(live.stats().sessions(), 0);
}

#[tokio::test]
async fn a_router_has_pages_at_all_its_paths() {
    let router = Router::new().live_at("/", Counter::default()).live_at("/deep/{*rest}", Counter::default());
    let live = Live::from(router);
    let server = serve_routes(tealight_warp::live(live.clone())).await;
    for (path, status) in [("/", 200), ("/deep/down", 200), ("/deep/", 404), ("/other", 404)] {
        let page = get(server, path, "").await;
        assert_eq!(page.status, status, "{path}");
        if status == 200 {
            assert!(
                page.text().contains(&format!("<script src=\"/{}\"", script::path())),
                "{path}: one script for all"
            );
        }
    }
    let mut client = Client::open(server, "/deep/down?from=41").await;
    let session = session_in(get(server, "/deep/down?from=41", "").await.text()).to_owned();
    assert_eq!(client.attach(&session).await, json!({"resume": {"event": 0}}));
}
