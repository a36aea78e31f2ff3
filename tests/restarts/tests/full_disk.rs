//! A disk that is full: what could not be saved is named, and everything else goes on.

#![cfg(unix)]

mod support;

use support::{Pages, Server, free_address};
use tokio::time::Instant;

/// SQLite needs 32 KiB beside the file itself. One save of all new pages needs more than the limit.
const LIMIT: u32 = 96 * 1024;
const PADDING: (&str, &str) = ("PADDING", "8000");

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_costs_only_what_it_cannot_hold() {
    let folder = tempfile::tempdir().expect("a folder");
    let sessions = folder.path().join("sessions.db");
    let address = free_address();

    let first = Server::start(address, &sessions, &[PADDING]).await;
    let mut old = Pages::open(address, 5, 1).await;
    old.make(3);
    old.check(3).await;
    let told = Instant::now();
    first.signal("TERM").await;
    assert!(first.ended().await.0.success());

    // the old pages do not see this one, which listens elsewhere
    let elsewhere = free_address();
    let limited = Server::start_limited(elsewhere, &sessions, LIMIT, &[PADDING, ("SAVE_EVERY", "50")]).await;
    let mut new = Pages::open(elsewhere, 30, 2).await;
    new.make(10);
    new.check(10).await;
    limited.signal("TERM").await;
    let (status, log) = limited.ended().await;
    assert!(status.success(), "{log}");
    assert!(log.contains("sessions could not be saved"), "{log}");
    assert!(log.contains("the server ends without these sessions saved") && log.contains("lost=30"), "{log}");

    let third = Server::start(address, &sessions, &[PADDING]).await;
    old.all_live_since(told, told).await;
    old.make(6);
    old.check(6).await;
    third.signal("TERM").await;
    assert!(third.ended().await.0.success());
}
