//! Many pages under load, and servers that end. `PAGES=1000 RESTARTS=10 cargo test --release -p tealight-restarts -- --nocapture`
//! is the full run. It needs 1,100 open files for each process.

#![cfg(unix)]

mod support;

use support::{Pages, Server, Transport, free_address, setting};
use tokio::time::Instant;

/// The events that each page makes between two restarts.
const EVENTS: u64 = 20;

/// Ends the server with this signal again and again, in the middle of the load.
async fn restart(signal: &str, variables: &[(&str, &str)], transport: Transport) {
    let seed = setting("SEED", 1);
    let (pages, restarts) = (setting("PAGES", 200), setting("RESTARTS", 3));
    println!("{signal}: {pages} pages over {transport:?}, {restarts} restarts, SEED={seed}");
    let folder = tempfile::tempdir().expect("a folder");
    let sessions = folder.path().join("sessions.db");
    let address = free_address();
    let mut server = Server::start(address, &sessions, variables).await;
    let mut pages = Pages::open_over(transport, address, pages, seed).await;
    let mut events = 0;
    for number in 1..=restarts {
        pages.make(events + EVENTS);
        pages.some(events + EVENTS / 2, 7).await;
        events += EVENTS;

        let told = Instant::now();
        server.signal(signal).await;
        let (status, log) = server.ended().await;
        assert_eq!(status.success(), signal == "TERM", "{log}");
        let ended = Instant::now();
        server = Server::start(address, &sessions, variables).await;
        let listens = Instant::now();
        let times = pages.all_live_since(told, listens).await;
        println!("{number}: ended after {:?}, started after {:?}", ended - told, listens - ended);
        println!("   live after {times:?} (first, median, last), {:?} after the signal", told.elapsed());
        pages.check(events).await;
    }
    server.signal("TERM").await;
    assert!(server.ended().await.0.success());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_keep_everything_when_their_server_is_told_to_end() {
    restart("TERM", &[], Transport::WebSocket).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_keep_everything_when_their_server_is_killed_and_saves_each_event() {
    restart("KILL", &[("SAVE_EVERY", "0")], Transport::WebSocket).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_with_event_streams_keep_everything_too() {
    restart("TERM", &[], Transport::Events).await;
}
