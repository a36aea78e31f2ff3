//! One session, and the connections over which its page and others attach.

use serde_json::json;
use tealight_runtime::{Close, Live};
use tokio::time::sleep;

use crate::sessions::{secs, waits};
use crate::support::{Desk, Tab, UP, attach, next, request, settle};

#[tokio::test(start_paused = true)]
async fn the_newest_attachment_takes_over() {
    let live = Live::new(Desk::default());
    let mut first = Tab::open(&live, "/").await;
    let mut second = Tab::connect(&live, "/", first.session.clone());
    let waiting = tokio::spawn(async move {
        let end = first.next().await;
        (first, end)
    });
    settle().await;
    second.attach();
    assert_eq!(second.next().await, Ok(json!({"resume": {"event": 0}})));

    let (first, end) = waiting.await.expect("no panic");
    assert_eq!(end, Err(Close::TakenOver));
    waits(0, 1, 0, &live);
    drop(first);
    waits(0, 1, 0, &live);
    second.click(UP);
    assert_eq!(second.next().await, Ok(json!([1, ["1"], {"e": 1}])));
}

#[tokio::test(start_paused = true)]
async fn a_duplicated_tab_continues_and_the_first_gets_a_session_of_its_own() {
    let live = Live::new(Desk::default());
    let mut first = Tab::open(&live, "/").await;
    first.click(UP);
    first.next().await.expect("a patch");

    // The copy has the same HTML, and knows of no event.
    let mut copy = Tab::connect(&live, "/", first.session.clone());
    copy.attach();
    let mount = copy.next().await.expect("a full render");
    assert_eq!((&mount["mount"]["view"][1], &mount["mount"]["event"]), (&json!("1"), &json!(1)));
    copy.connection.receive(b"[2,2,[3]]");
    assert_eq!(copy.next().await, Ok(json!([3, ["2"], {"e": 2}])));

    assert_eq!(first.next().await, Err(Close::TakenOver));
    first.connection = live.connect(request("/"));
    first.connection.receive(attach("", 1, 1).as_bytes());
    let mount = next(&mut first.connection).await.expect("a session of its own");
    assert_ne!(mount["mount"]["session"], json!(copy.session));
    assert_eq!(mount["mount"]["view"][1], json!("0"));
    waits(0, 2, 0, &live);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_has_slept_for_an_hour_gets_a_new_session() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/ticking").await;
    let slept = tab.session.clone();
    drop(std::mem::replace(&mut tab.connection, live.connect(request("/ticking"))));
    sleep(secs(3_600)).await;
    waits(0, 0, 0, &live);
    tab.connection.receive(attach(&slept, tab.patch, 1).as_bytes());
    let mount = next(&mut tab.connection).await.expect("a full render");
    assert_ne!(mount["mount"]["session"], json!(slept));
    // The page's event, which waited meanwhile, is not done.
    assert_eq!((&mount["mount"]["event"], &mount["mount"]["view"][1]), (&json!(0), &json!("0")));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_changes_its_network_sends_again_what_the_old_line_still_holds() {
    let live = Live::new(Desk::default());
    let mut old = Tab::open(&live, "/").await;
    let mut line = Tab::connect(&live, "/", old.session.clone());
    line.connection.receive(attach(&old.session, 0, 1).as_bytes());
    assert_eq!(line.next().await, Ok(json!({"resume": {"event": 0}})));
    line.click(UP);
    assert_eq!(line.next().await, Ok(json!([1, ["1"], {"e": 1}])));
    // The same event arrives over the old line, late.
    old.click(UP);
    assert_eq!(old.next().await, Err(Close::TakenOver));
    assert_eq!(line.now().await, None);
    line.click(UP);
    assert_eq!(line.next().await, Ok(json!([2, ["2"], {"e": 2}])));
}

#[tokio::test(start_paused = true)]
async fn a_late_attach_of_the_same_page_does_not_cost_its_session() {
    let live = Live::new(Desk::default());
    let first = Tab::open(&live, "/").await;
    let line = |page: u32| {
        let mut line = Tab::connect(&live, "/", first.session.clone());
        line.send(&json!({"tealight": 1, "session": first.session, "patch": 0, "event": 0, "page": page}));
        line
    };
    // The page has given up the line whose attach is read last. It hears nothing there.
    let (mut present, _late, other) = (line(7), line(7), 8);
    assert_eq!(present.next().await, Err(Close::Left));
    let mut again = line(7);
    assert_eq!(again.next().await, Ok(json!({"resume": {"event": 0}})));
    // Another page takes the session over.
    let _other = line(other);
    assert_eq!(again.next().await, Err(Close::TakenOver));
}

#[tokio::test(start_paused = true)]
async fn a_guessed_id_attaches_to_no_session() {
    let live = Live::new(Desk::default());
    let tab = Tab::open(&live, "/").await;
    for guess in ["", "x", &"x".repeat(22), &"x".repeat(500), &tab.session[1..], "ü"] {
        let mut connection = live.connect(request("/"));
        connection.receive(attach(guess, 0, 0).as_bytes());
        let answer = next(&mut connection).await.expect("an answer");
        assert_ne!(answer["mount"]["session"], json!(tab.session), "{guess}");
    }
}

#[tokio::test(start_paused = true)]
async fn messages_of_a_replaced_connection_are_ignored() {
    let live = Live::new(Desk::default());
    let mut old = Tab::open(&live, "/").await;
    let mut new = Tab::connect(&live, "/", old.session.clone());
    new.attach();
    assert_eq!(new.next().await, Ok(json!({"resume": {"event": 0}})));
    old.click(UP);
    assert_eq!(old.next().await, Err(Close::TakenOver));
    assert_eq!(new.now().await, None);
}

#[tokio::test(start_paused = true)]
async fn messages_from_before_a_hang_up_count_until_the_page_attaches_again() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    assert!(tab.connection.hang_up());
    assert!(!tab.connection.hang_up());
    waits(0, 0, 1, &live);
    assert_eq!(live.stats().connections, 0);
    tab.click(UP);

    let mut gone = std::mem::replace(&mut tab.connection, live.connect(request("/")));
    tab.attach();
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
    assert_eq!(tab.next().await, Ok(json!([1, ["1"]])));
    gone.receive(json!([2, 1, [UP]]).to_string().as_bytes());
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([2, ["2"], {"e": 2}])));
    drop(gone);
    waits(0, 1, 0, &live);
}
