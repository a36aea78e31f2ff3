//! What takes time, in virtual time: sockets over pipes in memory.

use std::time::Duration;

use serde_json::json;
use tealight_runtime::Live;
use tokio::io::DuplexStream;
use tokio::time::{Instant, sleep};

use crate::support::{Counter, FIN, Heard, PONG, TEXT, UP, Wire, frame, header, pipe, text};

async fn open(live: &Live, path: &str) -> Wire<DuplexStream> {
    let mut wire = Wire::new(pipe(live, 100_000));
    wire.shake_hands(path).await;
    wire.attach("").await;
    wire
}

const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

#[tokio::test(start_paused = true)]
async fn a_silent_page_is_pinged_and_then_closed() {
    let live = Live::new(Counter::default());
    let start = Instant::now();
    let mut wire = open(&live, "/").await;
    assert_eq!((wire.hear().await, start.elapsed()), (Heard::Ping, secs(30)));
    wire.send(&frame(FIN | PONG, b"")).await;
    assert_eq!((wire.hear().await, start.elapsed()), (Heard::Ping, secs(60)));
    assert_eq!(live.stats().attached, 1);
    assert_eq!((wire.hear().await, start.elapsed()), (Heard::Close(1001), secs(90)));
    assert_eq!((live.stats().attached, live.stats().detached), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_does_not_attach_is_not_waited_for_longer_than_ten_seconds() {
    let live = Live::new(Counter::default());
    let mut wire = Wire::new(pipe(&live, 100_000));
    wire.shake_hands("/").await;
    let start = Instant::now();
    wire.send(&frame(FIN | PONG, b"")).await;
    assert_eq!((wire.hear().await, start.elapsed()), (Heard::Close(1002), secs(10)));
}

#[tokio::test(start_paused = true)]
async fn a_farewell_that_is_not_answered_ends_too() {
    let live = Live::new(Counter::default());
    let mut wire = open(&live, "/").await;
    wire.send(&text("nonsense")).await;
    assert_eq!(wire.hear().await, Heard::Message(json!({"refused": "malformed"})));
    assert_eq!(wire.hear().await, Heard::Close(4400));
    let tasks = tokio::runtime::Handle::current().metrics().num_alive_tasks();
    sleep(Duration::from_millis(5_100)).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), tasks - 1);
}

#[tokio::test(start_paused = true)]
async fn half_a_message_is_not_waited_for_longer_than_ten_seconds() {
    let live = Live::new(Counter::default());
    for half in [vec![FIN | TEXT], header(FIN | TEXT, 10), frame(TEXT, b"[1,"), text("[1,0,[2]]")[..9].to_vec()] {
        let mut wire = open(&live, "/").await;
        sleep(secs(7)).await;
        let start = Instant::now();
        wire.send(&half).await;
        assert_eq!((wire.hear().await, start.elapsed()), (Heard::Close(1002), secs(10)), "{half:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_slow_message_that_goes_on_and_on_is_not_waited_for_either() {
    let live = Live::new(Counter::default());
    let mut wire = open(&live, "/").await;
    let start = Instant::now();
    for byte in header(FIN | TEXT, 1_000) {
        wire.send(&[byte]).await;
        sleep(secs(1)).await;
    }
    for _ in 0..2 {
        wire.send(b"x").await;
        sleep(secs(1)).await;
    }
    assert_eq!(wire.hear().await, Heard::Close(1002));
    assert_eq!(start.elapsed(), secs(10));
}

#[tokio::test(start_paused = true)]
async fn messages_that_are_each_in_time_may_always_be_half() {
    let live = Live::new(Counter::default());
    let mut wire = open(&live, "/").await;
    let mut rest = Vec::new();
    for n in 1..10_u32 {
        let event = text(&json!([n, n, [UP]]).to_string());
        wire.send(&[&rest, &event[..5]].concat()).await;
        rest = event[5..].to_vec();
        if n > 1 {
            assert_eq!(wire.hear().await, Heard::Message(json!([n, [(n - 1).to_string()], {"e": n - 1}])));
        }
        sleep(secs(8)).await;
    }
    assert_eq!(live.stats().attached, 1);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_stalls_gets_the_latest_state_and_no_queue_grows() {
    let live = Live::new(Counter::default());
    let mut wire = open(&live, "/ticking").await;
    sleep(Duration::from_millis(25_500)).await;
    let mut heard = Vec::new();
    while heard.last() != Some(&25) {
        match wire.hear().await {
            Heard::Message(patch) => {
                let text = patch[1][1].as_str().expect("a text");
                heard.push(text.split(' ').next().and_then(|tick| tick.parse().ok()).expect("a number"));
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(heard, [1, 2, 3, 25], "what was in the pipe, and what is true now");
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_never_reads_is_given_up() {
    let live = Live::new(Counter::default());
    let wire = open(&live, "/ticking").await;
    sleep(secs(29)).await;
    assert_eq!(live.stats().attached, 1);
    sleep(secs(40)).await;
    assert_eq!((live.stats().attached, live.stats().connections), (0, 0));
    drop(wire);
}
