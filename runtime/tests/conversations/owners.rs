//! Sessions that belong to somebody: guards, stolen ids, and logging out everywhere.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::json;
use tealight_core::{Command, Event, FormData, LiveView, MountError, PageRequest, View, html};
use tealight_runtime::{Close, EndSessionsError, Live, LocalPubSub, Saving, StoreError};
use tealight_test::protocol::{Tab, session_in, settle};
use tokio::sync::Semaphore;
use tokio::time::sleep;

use crate::saved::MemoryStore;

/// Counts. Its page says whom it is for.
struct Notes;

/// A value that the guard adds for `mount`.
struct Name(String);

impl LiveView for Notes {
    type Model = (String, u32);
    type ExternalEvent = ();
    type InternalEvent = ();

    async fn mount(&self, request: &PageRequest) -> Result<((String, u32), Command<()>), MountError> {
        let name = request.get::<Name>().map(|name| name.0.clone()).unwrap_or_default();
        Ok(((name, 0), Command::none()))
    }

    fn update(&self, (_, count): &mut (String, u32), _: Event<(), ()>) -> Command<()> {
        *count += 1;
        Command::none()
    }

    fn view(&self, (name, count): &(String, u32)) -> impl View<()> {
        html! {
            <button on:click={()}>{count}</button>
            <p>{name}</p>
        }
    }
}

const UP: u64 = 0;

/// The people who are logged in, and the guards that ask for them.
#[derive(Clone, Default)]
struct Logins {
    names: Arc<Mutex<HashSet<String>>>,
    guards: Arc<AtomicUsize>,
    /// A guard that has found out who somebody is waits for a permit.
    permits: Option<Arc<Semaphore>>,
}

impl Logins {
    fn of(names: &[&str]) -> Self {
        let logins = Self::default();
        logins.names.lock().expect("no panic").extend(names.iter().map(|name| (*name).to_owned()));
        logins
    }

    /// Logs somebody out, on the side of the application.
    fn log_out(&self, name: &str) {
        self.names.lock().expect("no panic").remove(name);
    }

    async fn guard(self, request: PageRequest) -> Result<PageRequest, MountError> {
        self.guards.fetch_add(1, Relaxed);
        let name = request.cookie("login").unwrap_or_default().to_owned();
        match &*name {
            "trouble" => panic!("the guard breaks"),
            "" => return Ok(request),
            _ => {}
        }
        let is_in = self.names.lock().expect("no panic").contains(&name);
        if let Some(permits) = &self.permits {
            permits.acquire().await.expect("it is never closed").forget();
        }
        if is_in { Ok(request.owned_by(&*name).with(Name(name))) } else { Err(MountError::Redirect("/login".into())) }
    }

    fn live(&self) -> Live {
        let logins = self.clone();
        Live::builder(Notes).guard(move |request| logins.clone().guard(request)).start()
    }

    fn live_with(&self, store: MemoryStore) -> Live {
        let logins = self.clone();
        let saving = Saving::new(Arc::new(store)).every(Duration::from_secs(1));
        Live::builder(Notes).guard(move |request| logins.clone().guard(request)).save_sessions(saving).start()
    }
}

fn request_of(name: &str) -> PageRequest {
    PageRequest::new("/", "x=1").header("cookie", format!("theme=dark; login={name}"))
}

async fn session_of(live: &Live, name: &str) -> String {
    session_in(live.page(request_of(name), "/").await.expect("a page").html())
}

/// A page of this person, which asks for a session.
fn page_of(live: &Live, name: &str, session: String) -> Tab {
    let mut tab = Tab { connection: live.connect(request_of(name)), session, patch: 0, event: 0 };
    tab.attach();
    tab
}

async fn open(live: &Live, name: &str) -> Tab {
    let mut tab = page_of(live, name, session_of(live, name).await);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 0}})));
    tab
}

#[tokio::test(start_paused = true)]
async fn a_stolen_id_opens_no_session() {
    let logins = Logins::of(&["ada", "eve"]);
    let live = logins.live();
    let mut ada = open(&live, "ada").await;
    for thief in ["eve", "", "ADA", "nobody"] {
        let mut thief = page_of(&live, thief, ada.session.clone());
        assert_eq!(thief.next().await, Err(Close::Elsewhere));
    }
    // the page has noticed nothing
    ada.click(UP);
    assert_eq!(ada.next().await, Ok(json!([1, [1, "1"], {"e": 1}])));
    assert_eq!((live.stats().attached, live.stats().sessions(), live.stats().connections), (1, 1, 1));

    // the same for a session that waits for its page
    ada.connection.hang_up();
    assert_eq!(page_of(&live, "eve", ada.session.clone()).next().await, Err(Close::Elsewhere));
    assert_eq!(page_of(&live, "ada", ada.session.clone()).next().await.expect("an answer")["mount"]["event"], 1);
}

#[tokio::test(start_paused = true)]
async fn a_guard_runs_for_each_page_attach_probe_and_form() {
    let logins = Logins::of(&["ada"]);
    let live = logins.live();
    let asked = || logins.guards.swap(0, Relaxed);
    let mut ada = open(&live, "ada").await;
    assert_eq!(asked(), 2, "for the page and its attach");
    ada.connection.hang_up();
    let mut ada = page_of(&live, "ada", ada.session);
    ada.next().await.expect("an answer");
    assert_eq!(asked(), 1, "for the next attach");
    live.probe(request_of("ada")).await.expect("a page");
    assert_eq!(asked(), 1, "for a probe");
    let form = PageRequest::new("/", "tealight-form=0.0").header("cookie", "login=nobody");
    let posted = live.post(form, "/", FormData::default()).await;
    assert!(matches!(posted, Err(MountError::Redirect(_))), "{posted:?}");
    assert_eq!(asked(), 1, "for a form");

    logins.log_out("ada");
    assert!(matches!(live.page(request_of("ada"), "/").await, Err(MountError::Redirect(to)) if to == "/login"));
    let session = ada.session.clone();
    assert_eq!(page_of(&live, "ada", session).next().await, Err(Close::Elsewhere));
    // `mount` has what the guard has added
    let page = Logins::of(&["bob"]).live().page(request_of("bob"), "/").await.expect("a page");
    assert!(page.html().contains("<p>bob</p>"), "{}", page.html());
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_panics_lets_nobody_in() {
    let live = Logins::of(&["trouble"]).live();
    assert!(matches!(live.page(request_of("trouble"), "/").await, Err(MountError::Unavailable(_))));
    assert!(matches!(live.probe(request_of("trouble")).await, Err(MountError::Unavailable(_))));
    assert_eq!(page_of(&live, "trouble", String::new()).next().await, Err(Close::TryAgain));
    assert_eq!(live.stats().sessions(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_session_without_an_owner_is_open_to_its_page() {
    let live = Logins::of(&["ada"]).live();
    let mut tab = open(&live, "").await;
    tab.connection.hang_up();
    // the person has logged in since
    assert_eq!(page_of(&live, "ada", tab.session).next().await, Ok(json!({"resume": {"event": 0}})));
}

#[tokio::test(start_paused = true)]
async fn an_owner_counts_without_a_guard_too() {
    let live = Live::new(Notes);
    let request = |owner: &str| PageRequest::new("/", "").owned_by(owner);
    let session = session_in(live.page(request("ada"), "/").await.expect("a page").html());
    for (owner, answer) in [("eve", Err(Close::Elsewhere)), ("ada", Ok(json!({"resume": {"event": 0}})))] {
        let mut tab = Tab { connection: live.connect(request(owner)), session: session.clone(), patch: 0, event: 0 };
        tab.attach();
        assert_eq!(tab.next().await, answer);
    }
}

#[tokio::test(start_paused = true)]
async fn a_person_logs_out_everywhere() {
    let logins = Logins::of(&["ada", "bob"]);
    let live = logins.live();
    let mut attached = open(&live, "ada").await;
    let mut detached = open(&live, "ada").await;
    detached.connection.hang_up();
    let unattached = session_of(&live, "ada").await;
    let mut bob = open(&live, "bob").await;
    assert_eq!(live.stats().sessions(), 4);

    logins.log_out("ada");
    live.publisher().end_sessions("ada").await.expect("all sessions end");
    assert_eq!(attached.next().await, Err(Close::LoggedOut));
    assert_eq!(live.stats().sessions(), 1);
    for session in [attached.session.clone(), detached.session.clone(), unattached] {
        assert_eq!(page_of(&live, "ada", session).next().await, Err(Close::Elsewhere));
    }
    bob.click(UP);
    assert_eq!(bob.next().await, Ok(json!([1, [1, "1"], {"e": 1}])));

    // who logs in again has sessions again
    logins.names.lock().expect("no panic").insert("ada".into());
    open(&live, "ada").await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_attaches_meanwhile_does_not_survive() {
    let permits = Arc::new(Semaphore::new(1));
    let logins = Logins { permits: Some(Arc::clone(&permits)), ..Logins::of(&["ada"]) };
    let live = logins.live();
    let session = session_of(&live, "ada").await;

    // the guards of both have let them through, and have not returned yet
    let mut tab = page_of(&live, "ada", session);
    assert_eq!(tab.now().await, None);
    let page = tokio::spawn({
        let live = live.clone();
        async move { live.page(request_of("ada"), "/").await }
    });
    settle().await;
    logins.log_out("ada");
    live.publisher().end_sessions("ada").await.expect("all sessions end");
    permits.add_permits(10);
    assert_eq!(tab.next().await, Err(Close::TryAgain));
    let page = page.await.expect("no panic");
    assert!(matches!(&page, Err(MountError::Redirect(to)) if to == "?x=1"), "{page:?}");
    assert_eq!(live.stats().sessions(), 0);
    // asked again, the guard knows
    assert!(matches!(live.page(request_of("ada"), "/").await, Err(MountError::Redirect(to)) if to == "/login"));
}

#[tokio::test(start_paused = true)]
async fn saved_sessions_keep_their_owner() {
    let (store, logins) = (MemoryStore::default(), Logins::of(&["ada", "eve"]));
    let first = logins.live_with(store.clone());
    let mut ada = open(&first, "ada").await;
    ada.click(UP);
    ada.next().await.expect("a patch");
    ada.connection.hang_up();
    first.shutdown().await;
    assert_eq!(store.len(), 1);

    let second = logins.live_with(store.clone());
    assert_eq!(page_of(&second, "eve", ada.session.clone()).next().await, Err(Close::Elsewhere));
    assert_eq!(second.stats().sessions(), 0);
    ada.connection = second.connect(request_of("ada"));
    ada.attach();
    assert_eq!(ada.next().await, Ok(json!({"resume": {"event": 1}})));
    assert_eq!(page_of(&second, "eve", ada.session.clone()).next().await, Err(Close::Elsewhere));
}

#[tokio::test(start_paused = true)]
async fn saved_sessions_end_too() {
    let (store, logins) = (MemoryStore::default(), Logins::of(&["ada", "bob"]));
    let first = logins.live_with(store.clone());
    let mut tabs = [open(&first, "ada").await, open(&first, "bob").await];
    for tab in &mut tabs {
        tab.connection.hang_up();
    }
    first.shutdown().await;
    assert_eq!(store.len(), 2);

    let second = logins.live_with(store.clone());
    second.publisher().end_sessions("ada").await.expect("all sessions end");
    assert_eq!(store.len(), 1);
    let [ada, bob] = tabs;
    let mut again = page_of(&second, "ada", ada.session.clone());
    assert_eq!(again.next().await.expect("another session")["mount"]["event"], 0);
    assert_ne!(again.session, ada.session);
    assert_eq!(page_of(&second, "bob", bob.session).next().await, Ok(json!({"resume": {"event": 0}})));
}

#[tokio::test(start_paused = true)]
async fn a_save_under_way_brings_nothing_back() {
    let permits = Arc::new(Semaphore::new(0));
    let store = MemoryStore::with_permits(&permits);
    let logins = Logins::of(&["ada"]);
    let live = logins.live_with(store.clone());
    let (mut saving, mut frozen) = (open(&live, "ada").await, open(&live, "ada").await);
    saving.click(UP);
    saving.next().await.expect("a patch");
    sleep(Duration::from_secs(2)).await;
    // one save holds the state of this session, and the shutdown waits behind it with both
    let (stopping, stopped) = (live.clone(), live.clone());
    let shutdown = tokio::spawn(async move { stopping.shutdown().await });
    settle().await;
    let ending = tokio::spawn(async move { stopped.publisher().end_sessions("ada").await });
    settle().await;
    permits.add_permits(10);
    ending.await.expect("no panic").expect("all sessions end");
    for tab in [&mut saving, &mut frozen] {
        assert_eq!(tab.next().await, Err(Close::LoggedOut));
        tab.connection.hang_up();
    }
    shutdown.await.expect("no panic");
    settle().await;
    assert_eq!(store.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_store_that_fails_is_told() {
    let store = MemoryStore::default();
    store.is_broken.store(true, Relaxed);
    let live = Logins::of(&["ada"]).live_with(store);
    let mut ada = open(&live, "ada").await;
    let ended = live.publisher().end_sessions("ada").await;
    assert!(matches!(ended, Err(EndSessionsError::Store(StoreError::Unavailable(_)))), "{ended:?}");
    assert_eq!(ada.next().await, Err(Close::LoggedOut), "the sessions of this process have ended all the same");
}

#[tokio::test(start_paused = true)]
async fn other_processes_hear_of_it() {
    let engine = Arc::new(LocalPubSub::default());
    let server = |logins: Logins| {
        Live::builder(Notes).pubsub(engine.clone()).guard(move |request| logins.clone().guard(request)).start()
    };
    let logins = Logins::of(&["ada", "bob"]);
    let (here, there) = (server(logins.clone()), server(logins.clone()));
    let (mut ada, mut bob) = (open(&there, "ada").await, open(&there, "bob").await);
    here.publisher().end_sessions("ada").await.expect("all sessions end");
    assert_eq!(ada.next().await, Err(Close::LoggedOut));
    settle().await;
    assert_eq!(bob.now().await, None);
    // a message that is not Tealight's own does no harm
    here.publisher().publish("tealight:end-sessions", &json!(["bob"])).expect("it is JSON");
    settle().await;
    assert_eq!(bob.now().await, None);
}

#[tokio::test(start_paused = true)]
async fn a_process_without_sessions_hears_of_it_too() {
    let engine = Arc::new(LocalPubSub::default());
    let server = |logins: Logins| {
        Live::builder(Notes).pubsub(engine.clone()).guard(move |request| logins.clone().guard(request)).start()
    };
    let slow = Logins { permits: Some(Arc::new(Semaphore::new(0))), ..Logins::of(&["ada"]) };
    let (here, there) = (server(Logins::of(&["ada"])), server(slow.clone()));
    // its guard has seen the login, but its first session is not made yet
    let mut tab = page_of(&there, "ada", String::new());
    assert_eq!(tab.now().await, None);
    slow.log_out("ada");
    here.publisher().end_sessions("ada").await.expect("there is no store");
    settle().await;
    slow.permits.as_ref().expect("permits").add_permits(10);
    assert_eq!(tab.next().await, Err(Close::TryAgain));
}

#[tokio::test(start_paused = true)]
async fn a_log_out_is_carried_out_although_nobody_waits_for_it() {
    let (engine, permits) = (Arc::new(LocalPubSub::default()), Arc::new(Semaphore::new(0)));
    let store = MemoryStore::with_permits(&permits);
    let server = || {
        let (logins, saving) =
            (Logins::of(&["ada"]), Saving::new(Arc::new(store.clone())).every(Duration::from_secs(1)));
        let live = Live::builder(Notes).pubsub(engine.clone()).guard(move |request| logins.clone().guard(request));
        live.save_sessions(saving).start()
    };
    let (here, there) = (server(), server());
    let (mut saving, mut elsewhere) = (open(&here, "ada").await, open(&there, "ada").await);
    saving.click(UP);
    saving.next().await.expect("a patch");
    // the store is slow, and the client of the log-out hangs up
    sleep(Duration::from_secs(2)).await;
    let publisher = here.publisher();
    assert!(tokio::time::timeout(Duration::from_secs(1), publisher.end_sessions("ada")).await.is_err());
    assert_eq!(saving.next().await, Err(Close::LoggedOut));
    assert_eq!(elsewhere.now().await, Some(Err(Close::LoggedOut)));
    permits.add_permits(10);
    sleep(Duration::from_secs(2)).await;
    assert_eq!(store.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_not_listed_reaches_no_session() {
    let live = Live::builder(Notes).allow_host("tea.example").start();
    let request = |host: &str| PageRequest::new("/", "").header("host", host.to_owned());
    let session = session_in(live.page(request("tea.example"), "/").await.expect("a page").html());
    assert!(matches!(live.page(request("evil.example"), "/").await, Err(MountError::Forbidden)));
    for (host, answer) in
        [("evil.example", Err(Close::Elsewhere)), ("tea.example", Ok(json!({"resume": {"event": 0}})))]
    {
        let mut tab = Tab { connection: live.connect(request(host)), session: session.clone(), patch: 0, event: 0 };
        tab.attach();
        assert_eq!(tab.next().await, answer);
    }
}
