use http::{Method, Request, StatusCode};

use crate::support::{Server, press};

#[tokio::test]
async fn hosts_that_are_not_listed_are_refused() {
    let server = Server::start().await;
    let mut stream = server.stream().await;
    // the client of these tests asks for tea.example
    let other = Server::with(|builder| builder.allow_host("shop.example")).await;
    let asked = other.ask(Request::get("/"), "").await;
    assert_eq!(asked.status, StatusCode::MISDIRECTED_REQUEST);
    let asked = other.ask(Request::head("/"), "").await;
    assert_eq!(asked.status, StatusCode::MISDIRECTED_REQUEST);
    let asked = other.ask(Request::get("/").header("accept", "text/event-stream"), "").await;
    assert_eq!(asked.status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(other.ask(stream.post(1), &press(1)).await.status, StatusCode::MISDIRECTED_REQUEST);
    assert_eq!(other.live.stats().connections, 0);

    assert_eq!(server.ask(stream.post(1), &press(1)).await.status, StatusCode::OK);
    assert!(stream.next().await.contains("resume"));
}

#[tokio::test]
async fn a_head_with_two_meanings_is_refused() {
    let server = Server::start().await;
    for request in [
        Request::get("/").header("host", "evil.example"),
        Request::head("/").header("host", "tea.example"),
        Request::post("/").header("host", "tea.example").header("tealight-connection", "AAAAAAAAAAAAAAAAAAAAAA"),
        Request::get("/").header("host", "tea.example").header("accept", "text/event-stream"),
        Request::builder().method(Method::DELETE).header("host", ""),
    ] {
        // with the one that the client adds, it has two
        assert_eq!(server.ask(request, "").await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test]
async fn another_site_opens_no_stream_without_an_origin() {
    let server = Server::start().await;
    let stream = || Request::get("/").header("accept", "text/event-stream");
    for (site, status) in [
        ("same-origin", StatusCode::OK),
        ("none", StatusCode::OK),
        ("same-site", StatusCode::FORBIDDEN),
        ("cross-site", StatusCode::FORBIDDEN),
    ] {
        assert_eq!(server.send(stream().header("sec-fetch-site", site), "").await.status(), status, "{site}");
    }
    // a page may be linked from everywhere
    let page = server.ask(Request::get("/").header("sec-fetch-site", "cross-site"), "").await;
    assert_eq!(page.status, StatusCode::OK);
}
