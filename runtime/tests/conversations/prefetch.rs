//! Views that are mounted and rendered before the page goes there.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::Duration;

use serde_json::{Value, json};
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{Limits, Live, Router};
use tealight_test::protocol::{Tab, settle};

use crate::router::{Desk, LINK, Shop, Shopping, UP, Working, follow, go, guarded, open_as, shop};

/// The address of the event that a person may soon follow a link.
const PREFETCH: u32 = u32::MAX - 2;

/// Asks for a view. Returns the full render, if one comes.
async fn prefetch(tab: &mut Tab, address: &str) -> Option<Value> {
    tab.event += 1;
    let event = json!([tab.event, tab.patch, [PREFETCH], address]);
    tab.send(&event);
    assert_eq!(tab.next().await, Ok(json!({"event": tab.event})));
    // The first look begins the mount.
    assert_eq!(tab.now().await, None);
    settle().await;
    let mut ahead = tab.now().await?.expect("a message");
    assert_eq!(ahead["ahead"], address);
    Some(ahead["mount"].take())
}

/// Shows a view that is here already, as a page does: it tells the server, and does not wait for an answer. Returns the event of the link.
fn show(tab: &mut Tab, address: &str, mount: &Value) -> u64 {
    let link = tab.event + 1;
    tab.send(&json!([link, tab.patch, [LINK], [address, mount["session"], null, mount["patch"]]]));
    assert!(!tab.connection.is_ready(), "no message is taken before the link has led anywhere");
    tab.session = mount["session"].as_str().expect("a session").to_owned();
    (tab.patch, tab.event) = (1, 0);
    link
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_here_already_is_shown_without_a_round_trip() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    let first = tab.session.clone();
    let mount = prefetch(&mut tab, "/desk/pens").await.expect("a full render");
    assert_eq!((&mount["view"][1], &mount["commands"]), (&json!("0"), &json!([["title", "pens"]])));
    assert_eq!((live.stats().attached, live.stats().unattached), (1, 1));
    let link = show(&mut tab, "/desk/pens", &mount);
    assert_eq!(tab.next().await, Ok(json!({"went": link})));
    // The page has clicked before it could hear of that.
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
    assert_eq!(tab.next().await, Ok(json!([2, [1, "1"], {"e": 1}])));
    // The page answers all the same.
    tab.send(&json!({"went": link}));
    assert_eq!((live.stats().attached, live.stats().unattached, live.stats().detached), (1, 0, 1));
    assert_eq!(go(&mut tab, json!(["/shop", first])).await, json!(["0", "/shop", null]));
}

#[tokio::test(start_paused = true)]
async fn a_route_that_the_model_hears_and_an_address_without_a_view_are_not_fetched() {
    let live = guarded();
    let mut tab = open_as(&live, "bob", "/shop").await;
    let long = format!("/desk?{}", "x".repeat(2_048));
    let known =
        ["/shop/7", "/shop?q=tea", "/desk/pens", "/desk/", "/other", "//evil.example/desk", "desk", "/desk\n", ""];
    for address in known.into_iter().chain([&*long]) {
        assert_eq!(prefetch(&mut tab, address).await, None, "{address:?}");
    }
    assert_eq!(live.stats().sessions(), 1);
    assert!(prefetch(&mut tab, "/desk").await.is_some());
}

#[tokio::test(start_paused = true)]
async fn a_view_that_is_gone_is_mounted_again_and_gets_no_event_of_the_one_before() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    let mount = prefetch(&mut tab, "/desk").await.expect("a full render");
    tokio::time::advance(Duration::from_secs(31)).await;
    settle().await;
    assert_eq!(live.stats().unattached, 0);
    let link = show(&mut tab, "/desk", &mount);
    assert_eq!(tab.next().await, Ok(json!({"went": link})));
    tab.click(UP);
    let again = tab.next().await.expect("a full render");
    assert_ne!(again["mount"]["session"], mount["session"]);
    assert_eq!(again["mount"]["view"][1], "0");
    tab.send(&json!([1, 1, [UP]]));
    tab.send(&json!({"went": link}));
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([2, [1, "1"], {"e": 1}])));
}

#[tokio::test(start_paused = true)]
async fn a_link_that_is_refused_takes_no_later_event_to_the_view_before() {
    let asked = AtomicUsize::new(0);
    let desk = Router::new().live::<Desk>(Working).guard(move |request: PageRequest| {
        let is_first = asked.fetch_add(1, Relaxed) == 0;
        async move { if is_first { Ok(request) } else { Err(MountError::Forbidden) } }
    });
    let live = Live::from(Router::new().live::<Shop>(Shopping::default()).merge(desk));
    let mut tab = Tab::open(&live, "/shop").await;
    let first = tab.session.clone();
    let mount = prefetch(&mut tab, "/desk").await.expect("a full render");
    let link = show(&mut tab, "/desk", &mount);
    assert_eq!(tab.next().await, Ok(json!({"refused": "elsewhere", "event": link})));
    for _ in 0..4 {
        tab.click(UP);
    }
    tab.send(&json!({"ping": 7}));
    assert_eq!(tab.now().await, None);
    // The page loads the address. Then it goes back.
    drop(tab);
    let mut tab = Tab::connect(&live, "/shop", first);
    (tab.patch, tab.event) = (0, link);
    tab.attach();
    assert_eq!(tab.next().await, Ok(json!({"refused": "elsewhere", "event": link})));
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": link}})));
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([1, [1, "1"], {"e": link + 1}])));
}

#[tokio::test(start_paused = true)]
async fn events_that_come_after_the_line_has_ended_are_for_no_session() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    let first = tab.session.clone();
    let mount = prefetch(&mut tab, "/desk").await.expect("a full render");
    assert!(tab.connection.hang_up());
    tab.send(&json!([2, 0, [LINK], ["/desk", mount["session"], null, 1]]));
    for event in 1..5 {
        tab.send(&json!([event, 1, [UP]]));
    }
    // The page is at the desk, and sends its events again.
    let mut desk = Tab::connect(&live, "/desk", mount["session"].as_str().expect("a session").to_owned());
    (desk.patch, desk.event) = (1, 1);
    desk.attach();
    assert_eq!(desk.next().await, Ok(json!({"resume": {"event": 0}})));
    desk.send(&json!([1, 1, [UP]]));
    assert_eq!(desk.next().await, Ok(json!([2, [1, "1"], {"e": 1}])));
    assert_eq!(go(&mut desk, json!(["/shop", first])).await, json!(["0", "/shop", null]));
}

#[tokio::test(start_paused = true)]
async fn a_claim_on_another_session_harms_nobody() {
    let live = shop().start();
    let other = Tab::open(&live, "/desk").await;
    let mut tab = Tab::open(&live, "/shop").await;
    let mine = prefetch(&mut tab, "/desk").await.expect("a full render");
    for (session, patch) in [(&*other.session, 0), (&*tab.session.clone(), 0), ("", 1), ("x", 9)] {
        let mount = json!({"session": session, "patch": patch});
        let link = show(&mut tab, "/desk", &mount);
        assert_eq!(tab.next().await, Ok(json!({"went": link})));
        let mount = tab.next().await.expect("a full render")["mount"].take();
        assert_ne!(mount["session"], session);
        tab.send(&json!({"went": link}));
        go(&mut tab, json!("/shop")).await;
    }
    // A patch that the session has never made.
    let link = show(&mut tab, "/desk", &json!({"session": mine["session"], "patch": 4_000_000_000_u32}));
    assert_eq!(tab.next().await, Ok(json!({"went": link})));
    assert_eq!(tab.next().await.expect("a full render")["mount"]["session"], mine["session"]);
    // A payload that is no link.
    for payload in [
        json!(7),
        json!([]),
        json!([7]),
        json!(["/desk", 7]),
        json!(["/desk", null, null, "1"]),
        json!(["/desk", "", "", 1, 2]),
    ] {
        let answer = follow(&mut tab, payload).await;
        assert_eq!(answer, Ok(json!({"refused": "elsewhere", "event": tab.event})));
    }
}

/// Counts the work that it has begun.
struct Busy(Arc<AtomicUsize>);

impl LiveView for Busy {
    type Model = String;
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<(String, Command<()>), MountError> {
        let begun = Arc::clone(&self.0);
        let work = Command::perform(async move { begun.fetch_add(1, Relaxed) }, |_| ());
        let said = request.flash().unwrap_or("nothing").to_owned();
        Ok((said, Command::batch([work, Command::after(Duration::ZERO, ())])))
    }

    fn update(&self, _: &mut String, _: Event<(), ()>) -> Command<()> {
        self.0.fetch_add(1, Relaxed);
        Command::none()
    }

    fn view(&self, said: &String) -> impl View<()> {
        html! { <button on:click={()}>{said}</button> }
    }

    fn subscriptions(&self, _: &String) -> Subscription<()> {
        Subscription::every(Duration::from_secs(1), ())
    }
}

#[tokio::test(start_paused = true)]
async fn a_thousand_views_that_nobody_goes_to_do_no_work_and_are_few() {
    let begun = Arc::new(AtomicUsize::new(0));
    let views = Router::new().live::<Shop>(Shopping::default()).live_at("/busy/{n}", Busy(Arc::clone(&begun)));
    let mut limits = Limits::default();
    limits.events_burst = 2_000;
    let live = Live::builder(views).limits(limits).start();
    let mut tab = Tab::open(&live, "/shop").await;
    for n in 0..1_000 {
        let mount = prefetch(&mut tab, &format!("/busy/{n}")).await.expect("a full render");
        assert_eq!(mount["view"][1], "nothing");
    }
    tokio::time::advance(Duration::from_secs(5)).await;
    settle().await;
    assert_eq!(begun.load(Relaxed), 0);
    assert_eq!((live.stats().unattached, live.stats().attached), (8, 1));
    // The one that is shown begins.
    let mount = prefetch(&mut tab, "/busy/1").await.expect("a full render");
    let link = show(&mut tab, "/busy/1", &mount);
    assert_eq!(tab.next().await, Ok(json!({"went": link})));
    settle().await;
    tokio::time::advance(Duration::from_millis(1_500)).await;
    settle().await;
    assert_eq!(begun.load(Relaxed), 4);
}

#[tokio::test(start_paused = true)]
async fn many_wishes_at_once_are_bounded() {
    let live = shop().start();
    let mut tab = Tab::open(&live, "/shop").await;
    for n in 1..=20 {
        tab.send(&json!([n, 0, [PREFETCH], format!("/desk/{n}")]));
    }
    assert_eq!(tab.next().await, Ok(json!({"event": 20})));
    for n in 13..=20 {
        assert_eq!(tab.next().await.expect("a full render")["ahead"], format!("/desk/{n}"));
    }
    assert_eq!(tab.now().await, None);
    // One that takes long holds up the others, but nothing else.
    tab.send(&json!([21, 0, [PREFETCH], "/desk/slow"]));
    tab.event = 21;
    assert_eq!(tab.next().await, Ok(json!({"event": 21})));
    assert_eq!(tab.now().await, None);
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([1, [1, "1"], {"e": 22}])));
}

/// Its `mount` needs a lock for a while, as one does that asks a database over one connection.
struct Locked(Arc<tokio::sync::Mutex<()>>);

impl LiveView for Locked {
    type Model = ();
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> {
        let _held = self.0.lock().await;
        tokio::time::sleep(Duration::from_millis(100)).await;
        Ok(((), Command::none()))
    }

    fn update(&self, (): &mut (), _: Event<(), ()>) -> Command<()> {
        Command::none()
    }

    fn view(&self, (): &()) -> impl View<()> {
        html! { <p>"locked"</p> }
    }
}

#[tokio::test(start_paused = true)]
async fn a_mount_ahead_of_its_link_goes_on_while_the_link_is_followed_and_ends_with_the_line() {
    let lock = Arc::new(tokio::sync::Mutex::new(()));
    let live =
        Live::from(Router::new().live::<Shop>(Shopping::default()).live_at("/locked", Locked(Arc::clone(&lock))));
    for is_followed in [true, false] {
        let mut tab = Tab::open(&live, "/shop").await;
        tab.send(&json!([1, 0, [PREFETCH], "/locked"]));
        assert_eq!(tab.next().await, Ok(json!({"event": 1})));
        assert_eq!(tab.now().await, None);
        settle().await;
        assert!(lock.try_lock().is_err(), "it is being mounted");
        if is_followed {
            tab.send(&json!([2, 0, [LINK], "/locked"]));
            assert_eq!(tab.next().await, Ok(json!({"went": 2})));
            continue;
        }
        assert!(tab.connection.hang_up());
        settle().await;
        assert!(lock.try_lock().is_ok(), "nobody waits for it");
        tab.send(&json!([2, 0, [PREFETCH], "/locked"]));
        settle().await;
        assert!(lock.try_lock().is_ok(), "nobody waits for it");
    }
}

#[tokio::test(start_paused = true)]
async fn a_view_whose_owner_has_logged_out_is_not_shown() {
    let live = guarded();
    let mut tab = open_as(&live, "ada", "/shop").await;
    let mount = prefetch(&mut tab, "/desk").await.expect("a full render");
    live.publisher().end_sessions("ada").await.expect("they end");
    let link = show(&mut tab, "/desk", &mount);
    assert_eq!(tab.next().await, Ok(json!({"refused": "elsewhere", "event": link})));
}

#[tokio::test(start_paused = true)]
async fn a_view_that_has_not_read_the_flash_is_mounted_again() {
    let views = Router::new().live::<Shop>(Shopping::default()).live_at("/busy", Busy(Arc::default()));
    let live = Live::from(views);
    let mut tab = Tab::open(&live, "/shop").await;
    let mount = prefetch(&mut tab, "/busy").await.expect("a full render");
    let flash = tealight_core::wire::encode_flash("Saved.");
    let link = json!([2, 0, [LINK], ["/busy", mount["session"], flash, 1]]);
    tab.send(&link);
    assert_eq!(tab.next().await, Ok(json!({"went": 2})));
    let mount = tab.next().await.expect("a full render")["mount"].take();
    assert_eq!(mount["view"][1], "Saved.");
}
