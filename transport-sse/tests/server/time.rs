//! Deadlines of event streams, in virtual time, without a server between them and the test.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use serde_json::json;
use tealight_runtime::{Limits, Live};
use tealight_sse::{Body, Sse};
use tokio::time::{Instant, sleep, timeout};
use tower_service::Service;

use super::support::{Counter, press};

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

async fn ask(sse: &Sse, request: http::request::Builder, body: &str) -> Response<Body> {
    let request = request.uri("/").header("host", "tea.example").body(Full::new(Bytes::from(body.to_owned())));
    sse.clone().call(request.expect("a request")).await.expect("an answer")
}

async fn next(stream: &mut Body) -> Option<String> {
    let frame = stream.frame().await?.expect("the stream does not fail");
    Some(String::from_utf8(frame.into_data().expect("there are no trailers").to_vec()).expect("a text"))
}

/// Opens the stream of a new page. Returns its key too.
async fn open(sse: &Sse) -> (Body, String) {
    let page = ask(sse, Request::get("/"), "").await.into_body().collect().await.expect("a page").to_bytes();
    let page = String::from_utf8(page.to_vec()).expect("a text");
    let session = page.split("\"session\":\"").nth(1).and_then(|rest| rest.split('"').next()).expect("a session");
    let attach = json!({"tealight": 1, "session": session, "patch": 0, "event": 0}).to_string();
    let request = Request::get("/").header("accept", "text/event-stream").header("tealight-attach", attach);
    let mut stream = ask(sse, request, "").await.into_body();
    let first = next(&mut stream).await.expect("the key");
    let key = first.lines().nth(1).and_then(|line| line.strip_prefix("data: ")).expect("the key").to_owned();
    (stream, key)
}

async fn post(sse: &Sse, key: &str, number: u32) -> u16 {
    post_lines(sse, key, number, "").await
}

async fn post_lines(sse: &Sse, key: &str, number: u32, lines: &str) -> u16 {
    let request = Request::post("/").header("tealight-connection", key).header("tealight-post", number);
    ask(sse, request, lines).await.status().as_u16()
}

#[tokio::test(start_paused = true)]
async fn a_stream_whose_page_does_not_attach_ends_after_ten_seconds() {
    let sse = Sse::new(Live::new(Counter));
    let start = Instant::now();
    let mut stream = ask(&sse, Request::get("/").header("accept", "text/event-stream"), "").await.into_body();
    assert!(next(&mut stream).await.expect("the key").starts_with("event: connection\n"));
    assert_eq!(next(&mut stream).await.as_deref(), Some("event: close\ndata: 1002 broken\n\n"));
    assert_eq!((next(&mut stream).await, start.elapsed()), (None, secs(10)));
}

#[tokio::test(start_paused = true)]
async fn a_silent_stream_sends_a_comment_and_a_silent_page_is_detached() {
    let live = Live::new(Counter);
    let sse = Sse::new(live.clone());
    let start = Instant::now();
    let (mut stream, _) = open(&sse).await;
    let mut times = Vec::new();
    loop {
        let event = next(&mut stream).await.expect("the stream goes on");
        if event.contains("event: close\n") {
            assert!(event.contains("data: 1001 silent"), "{event}");
            break;
        }
        times.extend(event.contains(": here").then(|| start.elapsed().as_secs()));
    }
    assert_eq!((times, start.elapsed()), (vec![40, 60, 80], secs(100)));
    drop(stream);
    assert_eq!((live.stats().attached, live.stats().detached), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_nobody_reads_ends_although_the_page_posts() {
    let live = Live::new(Counter);
    let sse = Sse::new(live.clone());
    let (stream, key) = open(&sse).await;
    let start = Instant::now();
    let mut number = 0;
    while post(&sse, &key, number + 1).await == 200 {
        number += 1;
        assert_eq!(live.stats().attached, 1);
        sleep(secs(5)).await;
        assert!(start.elapsed() < secs(100), "the page is still attached");
    }
    assert!(start.elapsed() >= secs(40), "it ended after {:?}", start.elapsed());
    assert_eq!((live.stats().attached, live.stats().connections), (0, 0));
    drop(stream);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_reads_and_posts_stays() {
    let live = Live::new(Counter);
    let sse = Sse::new(live.clone());
    let (mut stream, key) = open(&sse).await;
    for number in 1..=30 {
        assert_eq!(post(&sse, &key, number).await, 200);
        let waited = Instant::now();
        while let Ok(event) = timeout(secs(55).saturating_sub(waited.elapsed()), next(&mut stream)).await {
            assert!(event.is_some_and(|event| !event.contains("event: close")));
        }
    }
    assert_eq!(live.stats().attached, 1);
}

#[tokio::test(start_paused = true)]
async fn there_is_a_bound_on_the_bytes_that_wait_for_a_session() {
    let limits = Limits::default().held_bytes(5_000).events_per_second(1).events_burst(1);
    let live = Live::builder(Counter).limits(limits).start();
    let sse = Sse::new(live.clone());
    // after one event, the session takes no message for a second
    let lines = format!("{}{}", press(1), "\n".repeat(3_000));
    let (first, first_key) = open(&sse).await;
    let (_second, second_key) = open(&sse).await;
    assert_eq!(post_lines(&sse, &first_key, 1, &lines).await, 200);
    assert_eq!(post_lines(&sse, &first_key, 2, &lines).await, 503, "three thousand wait already");
    assert_eq!(post_lines(&sse, &second_key, 1, &lines).await, 503);
    drop(first);
    assert_eq!(post_lines(&sse, &second_key, 1, &lines).await, 200);
}
