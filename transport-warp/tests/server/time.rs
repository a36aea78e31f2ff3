//! Timeouts of websockets, in virtual time, over pipes in memory.

use std::time::Duration;

use serde_json::json;
use tealight_runtime::Live;
use tokio::io::DuplexStream;
use tokio::time::{Instant, sleep};

use crate::support::{Client, Counter, FIN, PONG, Received, TEXT, UP, frame, header, pipe, text};

async fn open(live: &Live, path: &str) -> Client<DuplexStream> {
    let mut client = Client::new(pipe(live, 100_000));
    client.shake_hands(path).await;
    client.attach("").await;
    client
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

#[tokio::test(start_paused = true)]
async fn a_silent_page_is_pinged_and_then_closed() {
    let live = Live::new(Counter::default());
    let start = Instant::now();
    let mut client = open(&live, "/").await;
    assert_eq!((client.receive().await, start.elapsed()), (Received::Ping, secs(26)));
    client.send(&frame(FIN | PONG, b"")).await;
    assert_eq!((client.receive().await, start.elapsed()), (Received::Ping, secs(52)));
    assert_eq!(live.stats().attached, 1);
    assert_eq!((client.receive().await, start.elapsed()), (Received::Close(1001), secs(61)));
    assert_eq!((live.stats().attached, live.stats().detached), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_attach_is_closed_after_ten_seconds() {
    let live = Live::new(Counter::default());
    let mut client = Client::new(pipe(&live, 100_000));
    client.shake_hands("/").await;
    let start = Instant::now();
    client.send(&frame(FIN | PONG, b"")).await;
    assert_eq!((client.receive().await, start.elapsed()), (Received::Close(1002), secs(10)));
}

#[tokio::test(start_paused = true)]
async fn an_unanswered_close_frame_ends_the_connection() {
    let live = Live::new(Counter::default());
    let mut client = open(&live, "/").await;
    client.send(&text("nonsense")).await;
    assert_eq!(client.receive().await, Received::Message(json!({"refused": "malformed"})));
    assert_eq!(client.receive().await, Received::Close(4400));
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    sleep(Duration::from_millis(5_100)).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), tasks - 1);
}

#[tokio::test(start_paused = true)]
async fn an_incomplete_message_is_refused_after_ten_seconds() {
    let live = Live::new(Counter::default());
    for half in [vec![FIN | TEXT], header(FIN | TEXT, 10), frame(TEXT, b"[1,"), text("[1,0,[2]]")[..9].to_vec()] {
        let mut client = open(&live, "/").await;
        sleep(secs(7)).await;
        let start = Instant::now();
        client.send(&half).await;
        assert_eq!((client.receive().await, start.elapsed()), (Received::Close(1002), secs(10)), "{half:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_message_sent_byte_by_byte_has_ten_seconds_too() {
    let live = Live::new(Counter::default());
    let mut client = open(&live, "/").await;
    let start = Instant::now();
    for byte in header(FIN | TEXT, 1_000) {
        client.send(&[byte]).await;
        sleep(secs(1)).await;
    }
    for _ in 0..2 {
        client.send(b"x").await;
        sleep(secs(1)).await;
    }
    assert_eq!(client.receive().await, Received::Close(1002));
    assert_eq!(start.elapsed(), secs(10));
}

#[tokio::test(start_paused = true)]
async fn a_connection_may_always_hold_an_incomplete_message() {
    let live = Live::new(Counter::default());
    let mut client = open(&live, "/").await;
    let mut rest = Vec::new();
    for n in 1..10_u32 {
        let event = text(&json!([n, n, [UP]]).to_string());
        client.send(&[&rest, &event[..5]].concat()).await;
        rest = event[5..].to_vec();
        if n > 1 {
            assert_eq!(client.receive().await, Received::Message(json!([n, [(n - 1).to_string()], {"e": n - 1}])));
        }
        sleep(secs(8)).await;
    }
    assert_eq!(live.stats().attached, 1);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_page_gets_the_latest_state_without_a_queue() {
    let live = Live::new(Counter::default());
    let mut client = open(&live, "/ticking").await;
    sleep(Duration::from_millis(25_500)).await;
    let mut heard = Vec::new();
    while heard.last() != Some(&25) {
        match client.receive().await {
            Received::Message(patch) => {
                let text = patch[1][1].as_str().expect("a text");
                heard.push(text.split(' ').next().and_then(|tick| tick.parse().ok()).expect("a number"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(heard, [1, 2, 3, 25], "what was in the pipe, and what is true now");
}

#[tokio::test(start_paused = true)]
async fn a_page_that_never_reads_is_detached() {
    let live = Live::new(Counter::default());
    let client = open(&live, "/ticking").await;
    sleep(secs(29)).await;
    assert_eq!(live.stats().attached, 1);
    sleep(secs(40)).await;
    assert_eq!((live.stats().attached, live.stats().connections), (0, 0));
    drop(client);
}
