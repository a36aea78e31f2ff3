//! Sessions and the pages that come to them, in memory and in virtual time.

use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::support::{
    Desk, LISTEN, LOAD, REMIND, TICK, Tab, UP, attach, next, request, session_in, session_of, settle,
};
use serde_json::json;
use tealight_core::{MountError, PageRequest};
use tealight_runtime::{Close, Layout, Limits, Live, Panicked, ShuttingDown, Stats};
use tokio::time::sleep;

pub(super) const fn secs(secs: u64) -> Duration {
    Duration::from_secs(secs)
}

pub(super) fn waits(unattached: usize, attached: usize, detached: usize, live: &Live) {
    let stats = live.stats();
    assert_eq!((stats.unattached, stats.attached, stats.detached), (unattached, attached, detached), "{stats:?}");
}

#[tokio::test(start_paused = true)]
async fn mount_runs_once_for_a_page_that_connects() {
    let desk = Desk::default();
    let live = Live::new(desk.clone());
    let mut tab = Tab::open(&live, "/").await;
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([1, ["1"], {"e": 1}])));
    assert_eq!(desk.mounts.load(Relaxed), 1);
    waits(0, 1, 0, &live);
}

#[tokio::test(start_paused = true)]
async fn a_session_without_a_page_is_dropped_after_thirty_seconds() {
    let live = Live::new(Desk::default());
    let session = session_of(&live, "/").await;
    sleep(Duration::from_millis(29_999)).await;
    waits(1, 0, 0, &live);
    sleep(Duration::from_millis(2)).await;
    assert_eq!(live.stats(), Stats::default());

    let mut connection = live.connect(request("/"));
    connection.receive(attach(&session, 0, 0).as_bytes());
    let mount = next(&mut connection).await.expect("another session is mounted");
    assert_ne!(mount["mount"]["session"], json!(session));
}

#[tokio::test(start_paused = true)]
async fn the_oldest_session_is_dropped_at_the_limit() {
    let desk = Desk::default();
    let live = Live::builder(desk.clone()).limits(Limits::default().unattached(2)).start();
    let sessions = [session_of(&live, "/").await, session_of(&live, "/").await, session_of(&live, "/").await];
    waits(2, 0, 0, &live);

    for (session, expected) in sessions.iter().zip(["mount", "resume", "resume"]) {
        let mut connection = live.connect(request("/"));
        connection.receive(attach(session, 0, 0).as_bytes());
        let answer = next(&mut connection).await.expect("an answer");
        assert!(answer.get(expected).is_some(), "{answer}");
    }
    assert_eq!(desk.mounts.load(Relaxed), 4);
}

#[tokio::test(start_paused = true)]
async fn a_page_that_comes_back_resumes() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    tab.click(UP);
    tab.next().await.expect("a patch");

    tab.reconnect(&live);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([2, ["2"], {"e": 2}])));
}

#[tokio::test(start_paused = true)]
async fn a_page_that_missed_a_patch_gets_a_full_render_of_the_same_session() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    let session = tab.session.clone();
    tab.click(UP);
    tab.next().await.expect("a patch");
    tab.patch = 0;

    tab.reconnect(&live);
    let mount = tab.next().await.expect("a full render");
    assert_eq!((&mount["mount"]["view"][1], &tab.session), (&json!("1"), &session));
}

#[tokio::test(start_paused = true)]
async fn a_detached_session_is_dropped_after_two_minutes() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/ticking").await;
    drop(std::mem::replace(&mut tab.connection, live.connect(request("/"))));
    waits(0, 0, 1, &live);
    sleep(Duration::from_millis(119_999)).await;
    waits(0, 0, 1, &live);
    sleep(Duration::from_millis(2)).await;
    waits(0, 0, 0, &live);
    drop(tab);
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn each_absence_has_its_own_deadline() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    for _ in 0..3 {
        drop(std::mem::replace(&mut tab.connection, live.connect(request("/"))));
        sleep(secs(50)).await;
        tab.attach();
        assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 0}})));
    }
}

#[tokio::test(start_paused = true)]
async fn one_page_that_closes_while_it_ticks_does_not_disturb_another() {
    let live = Live::new(Desk::default());
    let mut staying = Tab::open(&live, "/ticking").await;
    let leaving = Tab::open(&live, "/ticking").await;
    assert_eq!(staying.next().await, Ok(json!([1, [1, "1"]])));
    drop(leaving);
    for tick in 2..200 {
        assert_eq!(staying.next().await, Ok(json!([tick, [1, tick.to_string()]])));
    }
    waits(0, 1, 0, &live);
}

#[tokio::test(start_paused = true)]
async fn a_stalled_page_gets_one_patch_for_all_that_happened() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/ticking").await;
    sleep(Duration::from_millis(100_500)).await;
    assert_eq!(tab.next().await, Ok(json!([1, [1, "100"]])));
}

#[tokio::test(start_paused = true)]
async fn a_thousand_closed_pages_leave_no_session() {
    let live = Live::new(Desk::default());
    let mut tabs = Vec::new();
    for n in 0..1_000 {
        let path = if n % 2 == 0 { "/ticking" } else { "/" };
        let mut tab = Tab::open(&live, path).await;
        tab.click(LISTEN);
        tab.click(REMIND);
        tab.click(if n % 2 == 0 { UP } else { TICK });
        tabs.push(tab);
    }
    sleep(secs(3)).await;
    let stats = live.stats();
    assert_eq!((stats.attached, stats.connections, stats.subscriptions), (1_000, 1_000, 1_000));
    assert_eq!(stats.timers, 3_000);
    drop(tabs);
    waits(0, 0, 1_000, &live);
    sleep(secs(121)).await;
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn an_error_of_mount_closes_the_connection_of_an_open_page() {
    let live = Live::new(Desk::default());
    for (path, close) in [
        ("/nowhere", Close::Elsewhere),
        ("/away", Close::Elsewhere),
        ("/later", Close::TryAgain),
        ("/panics", Close::TryAgain),
    ] {
        let mut connection = live.connect(request(path));
        connection.receive(attach("gone", 3, 4).as_bytes());
        assert_eq!(next(&mut connection).await, Err(close), "{path}");
        assert_eq!(next(&mut connection).await, Err(close), "{path}, and so it stays");
    }
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn while_a_session_is_mounted_no_message_is_taken() {
    let live = Live::new(Desk::default());
    let mut connection = live.connect(request("/slow"));
    connection.receive(attach("gone", 3, 4).as_bytes());
    assert!(!connection.is_ready());
    assert!(next(&mut connection).await.expect("a mount").get("mount").is_some());
    assert!(connection.is_ready());

    let mut hasty = live.connect(request("/slow"));
    hasty.receive(attach("gone", 3, 4).as_bytes());
    hasty.receive(b"[1,0,[3]]");
    assert_eq!(next(&mut hasty).await, Err(Close::Order));
}

#[tokio::test(start_paused = true)]
async fn a_first_message_that_is_no_attach_is_refused() {
    let live = Live::builder(Desk::default()).limits(Limits::default().message_bytes(100)).start();
    for (message, refused, close) in [
        ("nonsense", Some(json!({"refused": "malformed"})), Close::Malformed),
        ("[1,0,[3]]", Some(json!({"refused": "malformed"})), Close::Malformed),
        (r#"{"ping":1}"#, Some(json!({"refused": "malformed"})), Close::Malformed),
        (r#"{"tealight":2}"#, Some(json!({"refused": "version", "speaks": [1]})), Close::Version),
        (&"x".repeat(101), None, Close::TooLong),
    ] {
        let mut connection = live.connect(request("/"));
        connection.receive(message.as_bytes());
        connection.receive(b"what comes later is not looked at");
        if let Some(refused) = refused {
            assert_eq!(next(&mut connection).await, Ok(refused), "{message}");
        }
        assert_eq!(next(&mut connection).await, Err(close), "{message}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_is_sent_before_the_connection_ends_and_the_session_waits() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    tab.send(&json!([7, 0, [UP]]));
    assert_eq!(tab.next().await, Ok(json!({"refused": "order"})));
    assert_eq!(tab.next().await, Err(Close::Order));
    tab.reconnect(&live);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 0}})));
    waits(0, 1, 0, &live);
}

#[tokio::test(start_paused = true)]
async fn a_page_has_the_documents_head_and_headers() {
    let layout =
        Layout::new("Tea & Co.").language("de").stylesheet("/a.css?x&y").style("p{}").body("<i>a</i>", "<i>z</i>");
    let live = Live::builder(Desk::default()).layout(layout).start();
    let page = live.page(request("/"), "/desk/").await.expect("a page");
    let html = page.html();
    let script = format!("<script src=\"/desk/{}\" data-lost=\"This was not done", tealight_runtime::script::path());
    for part in [
        "<!DOCTYPE html>\n<html lang=\"de\">",
        "<meta charset=\"utf-8\">",
        "<meta name=\"viewport\"",
        "<title>Tea &amp; Co.</title>",
        "<link rel=\"stylesheet\" href=\"/a.css?x&amp;y\">",
        "<style>p{}</style>",
        &script,
        "<body>\n<i>a</i><div data-tealight=\"connecting\"><p>0</p>",
        "</script><i>z</i>\n</body>",
    ] {
        assert!(html.contains(part), "{part} in {html}");
    }
    let headers: Vec<_> = page.headers().collect();
    assert!(headers.contains(&("cache-control", "no-store")));
    assert!(
        headers.iter().any(|(name, value)| *name == "content-security-policy" && value.contains("script-src 'self'"))
    );

    let live = Live::builder(Desk::default())
        .base("/public/")
        .layout(Layout::custom(|page| format!("{}{}", page.script(), page.view())))
        .start();
    let page = live.page(request("/"), "/seen/").await.expect("a page");
    assert!(page.html().starts_with("<script src=\"/public/tealight/"), "{}", page.html());
}

#[tokio::test(start_paused = true)]
async fn an_error_of_mount_is_returned() {
    let live = Live::new(Desk::default());
    let refused = live.page(request("/nowhere"), "/").await;
    assert!(matches!(refused, Err(MountError::NotFound)), "{refused:?}");
    let refused = live.probe(request("/away")).await;
    assert!(matches!(&refused, Err(MountError::Redirect(to)) if to == "/"), "{refused:?}");
    for path in ["/panics", "/view-panics"] {
        match live.page(request(path), "/").await {
            Err(MountError::Unavailable(error)) => assert!(error.is::<Panicked>(), "{path}: {error}"),
            other => panic!("{path}: {other:?}"),
        }
    }
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn a_shutdown_closes_every_connection_and_ends_every_session() {
    let live = Live::new(Desk::default());
    let mut attached = Tab::open(&live, "/ticking").await;
    attached.click(LOAD);
    let mut fresh = live.connect(request("/"));
    let mut mounting = live.connect(request("/slow"));
    mounting.receive(attach("gone", 0, 0).as_bytes());
    session_of(&live, "/").await;

    let waiting = [
        tokio::spawn(async move { attached.next().await }),
        tokio::spawn(async move { next(&mut fresh).await }),
        tokio::spawn(async move { next(&mut mounting).await }),
    ];
    settle().await;
    live.shutdown().await;
    for connection in waiting {
        let last = connection.await.expect("no panic");
        assert!(last == Err(Close::GoingDown) || last == Ok(json!({"event": 1})) || last.is_ok(), "{last:?}");
    }
    settle().await;
    assert_eq!(live.stats(), Stats::default());

    match live.page(request("/"), "/").await {
        Err(MountError::Unavailable(error)) => assert!(error.is::<ShuttingDown>(), "{error}"),
        other => panic!("{other:?}"),
    }
    let mut late = live.connect(request("/"));
    assert!(next(&mut late).await.expect("a time")["back"].is_u64());
    assert_eq!(next(&mut late).await, Err(Close::GoingDown));
}

#[tokio::test(start_paused = true)]
async fn ids_are_long_random_and_safe_in_urls() {
    let live = Live::new(Desk::default());
    let mut seen = std::collections::HashSet::new();
    for _ in 0..100 {
        let page = live.page(request("/"), "/").await.expect("a page");
        let session = session_in(page.html());
        assert_eq!(session.len(), 22);
        assert!(session.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{session}");
        assert!(seen.insert(session));
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_knows_another_message_limit_than_the_usual_one() {
    for (limit, known) in [(64 * 1024, None), (1000, Some(" data-limit=\"1000\" "))] {
        let live = Live::builder(Desk::default()).limits(Limits::default().message_bytes(limit)).start();
        let page = live.page(request("/"), "/").await.expect("a page");
        let is_right = match known {
            Some(attribute) => page.html().contains(attribute),
            None => !page.html().contains("data-limit"),
        };
        assert!(is_right, "{limit}: {}", page.html());
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_is_offered_every_transport_or_the_one_that_it_asks_for() {
    let live = Live::new(Desk::default());
    live.offer("ws");
    live.offer("sse");
    for (query, offered) in
        [("", "ws,sse"), ("a=1&tealight-transport=sse", "sse"), ("tealight-transport=none", "ws,sse")]
    {
        let page = live.page(PageRequest::new("/", query), "/").await.expect("a page");
        assert!(page.html().contains(&format!(" data-transports=\"{offered}\" ")), "{query}: {}", page.html());
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_that_asks_for_full_renders_again_and_again_must_wait() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    let mut waits = Vec::new();
    for _ in 0..8 {
        let asked = tokio::time::Instant::now();
        tab.send(&json!({ "remount": tab.patch }));
        let mount = tab.next().await.expect("a full render");
        assert_eq!(mount["mount"]["session"], json!(tab.session));
        waits.push(asked.elapsed().as_millis());
    }
    assert_eq!(waits[..4], [0; 4]);
    assert!(waits[4] >= 250 && waits[5..].is_sorted_by(|one, next| next - one >= 250), "{waits:?}");

    sleep(secs(121)).await;
    let asked = tokio::time::Instant::now();
    tab.send(&json!({ "remount": tab.patch }));
    tab.next().await.expect("a full render");
    assert_eq!(asked.elapsed(), secs(0));
}
