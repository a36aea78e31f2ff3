//! A store that is out of reach when pages come back.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use serde_json::json;
use tealight_runtime::{Close, Limits, Live};
use tealight_test::protocol::Tab;
use tokio::time::{sleep, timeout};

use super::{ADD, MemoryStore, Rows, end, saved, server};

#[tokio::test(start_paused = true)]
async fn a_page_waits_for_a_store_that_is_out_of_reach() {
    for (outage, is_back) in [(0, true), (30, true), (119, true), (121, false)] {
        let (store, mut tab) = saved(1).await;

        let second = server(store.clone());
        store.is_broken.store(outage > 0, Relaxed);
        if outage > 0 {
            tab.reconnect(&second);
            assert_eq!(tab.next().await, Err(Close::TryAgain));
        }
        sleep(Duration::from_secs(outage)).await;
        if is_back {
            store.is_broken.store(false, Relaxed);
        }
        tab.reconnect(&second);
        let answer = tab.next().await.expect("a message");
        assert_eq!(answer.get("resume").is_some(), is_back, "after {outage} s: {answer}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_store_that_does_not_answer_is_out_of_reach() {
    let (store, mut tab) = saved(0).await;

    let mut limits = Limits::default();
    limits.mount_time = Duration::from_secs(1);
    let second = Live::builder(Rows).save_sessions(store.clone()).limits(limits).start();
    store.is_slow.store(true, Relaxed);
    tab.reconnect(&second);
    assert_eq!(tab.next().await, Err(Close::TryAgain));
    tab.reconnect(&second);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 0}})));
}

#[tokio::test(start_paused = true)]
async fn each_page_waits_for_the_store_on_its_own() {
    let store = MemoryStore::default();
    let first = server(store.clone());
    let [mut early, mut other] = [Tab::open(&first, "/").await, Tab::open(&first, "/").await];
    for tab in [&mut early, &mut other] {
        tab.click(ADD);
        tab.next().await.expect("a patch");
    }
    other.connection.hang_up();
    end(&first, &mut early).await;

    let second = server(store.clone());
    store.is_broken.store(true, Relaxed);
    early.reconnect(&second);
    assert_eq!(early.next().await, Err(Close::TryAgain));
    // that page has left, and an hour later the store fails again for a moment
    for waited in [3_600, 100] {
        sleep(Duration::from_secs(waited)).await;
        other.reconnect(&second);
        assert_eq!(other.next().await, Err(Close::TryAgain));
    }
    early.reconnect(&second);
    assert_eq!(early.next().await, Err(Close::TryAgain), "it has just come back");
    store.is_broken.store(false, Relaxed);
    other.reconnect(&second);
    assert_eq!(other.next().await, Ok(json!({"resume": {"event": 1}})));
}

#[tokio::test(start_paused = true)]
async fn a_page_does_not_wait_for_ever_for_one_session_that_cannot_be_loaded() {
    let (store, mut tab) = saved(0).await;

    let second = server(store.clone());
    for _ in 0..24 {
        store.is_broken.store(true, Relaxed);
        tab.reconnect(&second);
        assert_eq!(tab.next().await, Err(Close::TryAgain));
        store.is_broken.store(false, Relaxed);
        let mut other = Tab::connect(&second, "/", "0".repeat(22));
        other.attach();
        assert!(other.next().await.expect("a new session").get("mount").is_some());
        sleep(Duration::from_secs(5)).await;
    }
    store.is_broken.store(true, Relaxed);
    tab.reconnect(&second);
    assert!(tab.next().await.expect("a new session").get("mount").is_some());
}

#[tokio::test(start_paused = true)]
async fn a_page_that_gives_up_each_attempt_gets_a_new_session_in_the_end() {
    let (store, mut tab) = saved(0).await;

    let second = server(store.clone());
    store.hangs.store(true, Relaxed);
    // the client's script waits for four seconds if it has another transport
    for _ in 0..30 {
        tab.reconnect(&second);
        assert!(timeout(Duration::from_secs(4), tab.next()).await.is_err());
    }
    tab.reconnect(&second);
    let answer = timeout(Duration::from_secs(4), tab.next()).await.expect("an answer");
    assert!(answer.expect("a new session").get("mount").is_some());
}
