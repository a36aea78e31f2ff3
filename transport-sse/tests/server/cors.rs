use http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN, HeaderMap, VARY,
};
use http::request::Builder;
use http::{Method, Request, StatusCode};

use crate::support::{Server, press};

const FRIEND: &str = "https://shop.example";

async fn server() -> Server {
    Server::with(|builder| builder.allow_origin(FRIEND)).await
}

fn preflight(asked: &str) -> Builder {
    let request = Request::builder().method(Method::OPTIONS).header("access-control-request-method", "POST");
    request.header("access-control-request-headers", asked)
}

fn allowed(headers: &HeaderMap) -> Option<&str> {
    assert_eq!(headers[VARY], "origin");
    Some(headers.get(ACCESS_CONTROL_ALLOW_ORIGIN)?.to_str().expect("a text"))
}

#[tokio::test]
async fn a_preflight_of_an_allowed_origin_is_granted() {
    let server = server().await;
    let answer = server.ask(preflight("tealight-connection,tealight-post").header("origin", FRIEND), "").await;
    assert_eq!((answer.status, allowed(&answer.headers)), (StatusCode::NO_CONTENT, Some(FRIEND)));
    assert_eq!(answer.headers[ACCESS_CONTROL_ALLOW_METHODS], "GET, POST");
    assert_eq!(answer.headers[ACCESS_CONTROL_ALLOW_HEADERS], "tealight-attach, tealight-connection, tealight-post");
    assert_eq!(answer.text, "");
}

#[tokio::test]
async fn a_preflight_of_another_origin_is_refused() {
    let server = server().await;
    for origin in ["https://evil.example", "http://shop.example", "null", "https://shop.example.evil.example"] {
        let answer = server.ask(preflight("tealight-attach").header("origin", origin), "").await;
        assert_eq!((answer.status, allowed(&answer.headers)), (StatusCode::FORBIDDEN, None), "{origin}");
        assert!(!answer.headers.contains_key(ACCESS_CONTROL_ALLOW_HEADERS));
    }
    let answer = server.ask(preflight("x-other").header("origin", FRIEND), "").await;
    assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn an_allowed_origin_may_read_streams_and_posts() {
    let server = server().await;
    let stream = server.stream().await;
    for (number, key, status) in
        [(1, stream.key.as_str(), StatusCode::OK), (2, "AAAAAAAAAAAAAAAAAAAAAA", StatusCode::NOT_FOUND)]
    {
        let post = Request::post("/").header("tealight-connection", key).header("tealight-post", number);
        let answer = server.ask(post.header("origin", FRIEND), &press(1)).await;
        assert_eq!((answer.status, allowed(&answer.headers)), (status, Some(FRIEND)));
    }
    let request = Request::get("/").header("accept", "text/event-stream").header("origin", FRIEND);
    let answer = server.send(request, "").await;
    assert_eq!((answer.status(), allowed(answer.headers())), (StatusCode::OK, Some(FRIEND)));
}

#[tokio::test]
async fn other_origins_may_not_connect() {
    let server = server().await;
    let stream = server.stream().await;
    let origin = "https://evil.example";
    let answer = server.ask(stream.post(1).header("origin", origin), &press(1)).await;
    assert_eq!((answer.status, allowed(&answer.headers)), (StatusCode::FORBIDDEN, None));
    let request = Request::get("/").header("accept", "text/event-stream").header("origin", origin);
    let answer = server.ask(request, "").await;
    assert_eq!((answer.status, allowed(&answer.headers)), (StatusCode::FORBIDDEN, None));
}
