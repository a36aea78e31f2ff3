//! The numbers that a status page shows: counters of views, sessions and topics, and never their data.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use tealight_runtime::overview::{NoSession, Overview, SessionState};
use tealight_runtime::{Live, Router};
use tealight_test::protocol::{Tab, settle};
use tokio::time::sleep;

use crate::support::{Desk, LISTEN, TICK, UP, request};

/// Starts a desk, and returns the overview of its application.
fn desk() -> (Live, Overview) {
    let made = Arc::new(OnceLock::new());
    let keep = Arc::clone(&made);
    let router = Router::new().live_with("/", move |overview| {
        keep.set(overview).expect("it starts once");
        Desk::default()
    });
    let live = Live::builder(router).start();
    let overview = made.get().expect("it has started").clone();
    (live, overview)
}

async fn click(tab: &mut Tab, slots: &[u64]) {
    for slot in slots {
        tab.click(*slot);
        tab.next().await.expect("a patch");
    }
}

#[tokio::test(start_paused = true)]
async fn views_and_sessions_report_what_they_do() {
    let (live, overview) = desk();
    let (mut busy, idle) = (Tab::open(&live, "/").await, Tab::open(&live, "/").await);
    live.page(request("/"), "/").await.expect("a page that does not attach");
    click(&mut busy, &[UP, UP, TICK]).await;
    let views = overview.views();
    let [view] = &views[..] else { panic!("one view") };
    assert!(view.live_view.ends_with("::Desk"));
    assert_eq!((view.sessions, view.events, view.latency.count()), ([1, 2, 0], 3, 3));
    assert!(view.update.count() == 3 && view.render.count() > 3 && view.patches > 2 && view.patch_bytes > 10);
    assert!(view.latency.quantile(0.99).is_some());

    let sessions = overview.sessions(10);
    let find = |events| sessions.iter().find(|session| session.events == events).expect("it is listed");
    let of_busy = find(3);
    assert_eq!((of_busy.state, of_busy.resources, of_busy.unsent), (SessionState::Attached, 1, None));
    assert!(of_busy.received > find(0).received && of_busy.sent > 0 && of_busy.page_bytes > 0);
    assert_eq!(overview.session(of_busy.number).map(|report| report.map(|report| report.events)), Ok(Some(3)));
    assert!(sessions.is_sorted_by_key(|session| usize::MAX - session.page_bytes));
    assert_eq!((sessions.len(), overview.sessions(1)[0].page_bytes), (3, sessions[0].page_bytes));

    let name = view.live_view;
    drop(idle);
    settle().await;
    assert_eq!((overview.views()[0].sessions, overview.sessions_of(name)), ([1; 3], [1; 3]));
    drop(busy);
    // All wait for their pages in vain.
    sleep(Duration::from_secs(200)).await;
    assert_eq!((overview.views()[0].sessions, overview.sessions(10).len()), ([0; 3], 0));
}

#[tokio::test(start_paused = true)]
async fn a_view_without_a_status_page_counts_nothing() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    click(&mut tab, &[UP]).await;
    let (_live, overview) = desk();
    assert_eq!((overview.views()[0].events, overview.sessions(10).len()), (0, 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_is_ended_by_its_number() {
    let (live, overview) = desk();
    let (mut first, mut second) = (Tab::open(&live, "/").await, Tab::open(&live, "/").await);
    click(&mut first, &[UP]).await;
    let number = overview.sessions(10).into_iter().find(|session| session.events == 1).expect("it is here").number;
    assert_eq!(overview.end_session(number), Ok(()));
    assert_eq!(overview.end_session(number), Err(NoSession));
    assert_eq!(overview.session(number), Err(NoSession));
    let close = first.next().await.expect_err("it has ended");
    assert_eq!((close.code(), close.reason()), (1012, "ended"));
    click(&mut second, &[UP]).await;
    assert_eq!(live.stats().attached, 1);
    let refusals = overview.refusals();
    assert!(refusals.iter().any(|(reason, count)| *reason == "ended" && *count >= 1), "{refusals:?}");
}

#[tokio::test(start_paused = true)]
async fn topics_report_their_traffic_and_are_heard_outside_of_sessions() {
    let (live, overview) = desk();
    let heard = Arc::new(Mutex::new(Vec::new()));
    let hears = Arc::clone(&heard);
    let listening = overview.listen("room:7", move |message| hears.lock().expect("a list").push(message.to_vec()));
    let mut tab = Tab::open(&live, "/").await;
    click(&mut tab, &[LISTEN]).await;
    for (topic, message) in [("room:7", "a"), ("desk", "bc"), ("nobody", "d")] {
        overview.publisher().publish(topic, message).expect("it is JSON");
    }
    settle().await;
    assert_eq!(*heard.lock().expect("a list"), [br#""a""#]);
    let mut topics = overview.topics();
    topics.sort_by(|a, b| a.first.cmp(&b.first));
    let numbers: Vec<_> = topics.iter().map(|t| (&*t.first, t.topics, t.subscribers, t.messages, t.bytes)).collect();
    assert_eq!(numbers, [("desk", 1, 1, 1, 4), ("room", 1, 1, 1, 3)]);
    drop(listening);
    overview.publisher().publish("room:7", "e").expect("it is JSON");
    settle().await;
    assert_eq!((heard.lock().expect("a list").len(), overview.topics().len()), (1, 1));
}
