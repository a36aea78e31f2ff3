//! Saved sessions: one server ends, and another goes on with its sessions.

pub(crate) mod moves;
mod outages;

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
use tealight_runtime::{
    Close, Live, OwnerKey, SavedSession, Saving, SessionKey, SessionStore, StoreError, StoredSession,
};
use tealight_test::protocol::{Tab, settle};
use tokio::sync::Semaphore;
use tokio::time::sleep;

/// A store in memory, which a test can break.
#[derive(Clone, Default)]
pub(crate) struct MemoryStore {
    saved: Arc<Mutex<HashMap<SessionKey, SavedSession>>>,
    saves: Arc<AtomicUsize>,
    pub(crate) is_broken: Arc<AtomicBool>,
    pub(crate) panics: Arc<AtomicBool>,
    /// The next save or load takes ten seconds.
    is_slow: Arc<AtomicBool>,
    /// A save waits for a permit, if there are permits.
    permits: Option<Arc<Semaphore>>,
    /// The seconds that each save takes.
    pub(crate) save_takes: Arc<AtomicU64>,
    /// No load ends.
    hangs: Arc<AtomicBool>,
}

impl MemoryStore {
    pub(crate) fn with_permits(permits: &Arc<Semaphore>) -> Self {
        Self { permits: Some(Arc::clone(permits)), ..Self::default() }
    }

    pub(crate) fn len(&self) -> usize {
        self.saved.lock().expect("no panic").len()
    }

    fn check(&self) -> Result<(), StoreError> {
        assert!(!self.panics.load(Relaxed), "the store breaks");
        if self.is_broken.load(Relaxed) { Err(StoreError::Unavailable("it is full".into())) } else { Ok(()) }
    }

    async fn wait(&self) {
        if self.is_slow.swap(false, Relaxed) {
            sleep(Duration::from_secs(10)).await;
        }
    }
}

#[async_trait]
impl SessionStore for MemoryStore {
    fn seed(&self) -> u64 {
        7
    }

    async fn save(&self, sessions: Vec<SavedSession>) -> Result<Vec<SessionKey>, StoreError> {
        self.check()?;
        self.wait().await;
        if let Some(permits) = &self.permits {
            permits.acquire().await.expect("it is never closed").forget();
        }
        match self.save_takes.load(Relaxed) {
            0 => {}
            seconds => sleep(Duration::from_secs(seconds)).await,
        }
        self.saves.fetch_add(1, Relaxed);
        let mut saved = self.saved.lock().expect("no panic");
        let is_higher =
            |session: &SavedSession| saved.get(&session.key).is_some_and(|stored| stored.revision > session.revision);
        let (refused, taken): (Vec<_>, Vec<_>) = sessions.into_iter().partition(is_higher);
        saved.extend(taken.into_iter().map(|session| (session.key, session)));
        Ok(refused.into_iter().map(|session| session.key).collect())
    }

    async fn load(&self, key: SessionKey) -> Result<Option<StoredSession>, StoreError> {
        self.check()?;
        self.wait().await;
        if self.hangs.load(Relaxed) {
            std::future::pending::<()>().await;
        }
        let stored =
            |session: &SavedSession| StoredSession { revision: session.revision, bytes: session.bytes.clone() };
        Ok(self.saved.lock().expect("no panic").get(&key).map(stored))
    }

    async fn claim(&self, key: SessionKey, revision: u32) -> Result<Option<Vec<u8>>, StoreError> {
        self.check()?;
        let mut saved = self.saved.lock().expect("no panic");
        let found = saved.get_mut(&key).filter(|session| session.revision == revision);
        Ok(found.map(|session| {
            session.revision += 1;
            session.bytes.clone()
        }))
    }

    async fn remove(&self, key: SessionKey, revision: u32) -> Result<(), StoreError> {
        self.check()?;
        let mut saved = self.saved.lock().expect("no panic");
        if saved.get(&key).is_some_and(|session| session.revision <= revision) {
            saved.remove(&key);
        }
        Ok(())
    }

    async fn remove_owned(&self, owner: OwnerKey) -> Result<(), StoreError> {
        self.check()?;
        self.saved.lock().expect("no panic").retain(|_, session| session.owner != Some(owner));
        Ok(())
    }
}

#[derive(Default)]
pub(crate) struct Rows;

#[derive(Default, Serialize, Deserialize)]
pub(crate) struct Model {
    next: u32,
    rows: Vec<u32>,
    ticks: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
}

#[derive(Hash)]
pub(crate) enum External {
    Add,
    Drop(u32),
}

#[derive(Clone)]
pub(crate) struct Tick;

impl LiveView for Rows {
    type Model = Model;
    type ExternalEvent = External;
    type InternalEvent = Tick;

    async fn mount(&self, _: &PageRequest) -> Result<(Model, Command<Tick>), MountError> {
        Ok((Model::default(), Command::none()))
    }

    fn update(&self, model: &mut Model, event: Event<External, Tick>) -> Command<Tick> {
        match event {
            Event::External(External::Add) => {
                model.rows.insert(0, model.next);
                model.next += 1;
            }
            Event::External(External::Drop(row)) => model.rows.retain(|other| *other != row),
            Event::Internal(Tick) => model.ticks += 1,
        }
        Command::none()
    }

    fn view(&self, model: &Model) -> impl View<External> {
        html! {
            <button on:click={External::Add}>"Add"</button>
            <ul>
                for row in &model.rows, key = row { <li on:click={External::Drop(*row)}>{row}</li> }
            </ul>
            <p>{model.ticks}</p>
        }
    }

    fn subscriptions(&self, _: &Model) -> Subscription<Tick> {
        Subscription::every(Duration::from_secs(10), Tick)
    }
}

const ADD: u64 = 0;
const ROWS: u64 = 1;

fn server(saving: impl Into<Saving<Model>>) -> Live {
    Live::builder(Rows).save_sessions(saving).start()
}

/// A server that ends, and the store that it leaves behind.
pub(crate) async fn end(live: &Live, tab: &mut Tab) {
    let (done, closed) = tokio::join!(live.shutdown(), async {
        let closed = loop {
            if let Err(close) = tab.next().await {
                break close;
            }
        };
        tab.connection.hang_up();
        closed
    });
    assert_eq!((done, closed), ((), Close::GoingDown));
}

/// A page with three rows, its server and the server's store.
async fn three_rows() -> (MemoryStore, Live, Tab) {
    let store = MemoryStore::default();
    let live = server(store.clone());
    let mut tab = Tab::open(&live, "/").await;
    for _ in 0..3 {
        tab.click(ADD);
        tab.next().await.expect("a patch");
    }
    (store, live, tab)
}

/// A page with this many rows, whose server has ended and saved it.
async fn saved(rows: u32) -> (MemoryStore, Tab) {
    let store = MemoryStore::default();
    let live = server(store.clone());
    let mut tab = Tab::open(&live, "/").await;
    for _ in 0..rows {
        tab.click(ADD);
        tab.next().await.expect("a patch");
    }
    end(&live, &mut tab).await;
    (store, tab)
}

fn click_row(tab: &mut Tab, serial: u64) {
    tab.event += 1;
    tab.send(&json!([tab.event, tab.patch, [ROWS, serial, 0]]));
}

#[tokio::test(start_paused = true)]
async fn a_session_goes_on_at_the_next_server() {
    let (store, first, mut tab) = three_rows().await;
    end(&first, &mut tab).await;

    let second = server(store.clone());
    tab.reconnect(&second);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 3}})));
    // row 2, with the serial 1, in the middle
    click_row(&mut tab, 1);
    assert_eq!(tab.next().await, Ok(json!([4, [1, [{"-": [1]}]], {"e": 4}])));
    // its timer runs again
    assert_eq!(tab.next().await, Ok(json!([5, [2, "1"]])));

    // the second server is killed, and leaves what the first has saved
    assert_eq!(store.len(), 1);
    let third = server(store.clone());
    tab.reconnect(&third);
    let mount = tab.next().await.expect("a full render");
    let rows = json!([0, [["2"], ["1"], ["0"]], "0"]);
    assert_eq!((&mount["mount"]["event"], &mount["mount"]["view"]), (&json!(3), &rows));
    assert!(tab.patch > 5, "no number means two patches: {mount}");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_damages_bytes_brings_no_wrong_session() {
    let (store, first, mut tab) = three_rows().await;
    end(&first, &mut tab).await;
    let saved = store.saved.lock().expect("no panic").values().next().expect("a session").bytes.clone();
    for at in 0..saved.len() {
        for change in [1, 0x80] {
            for session in store.saved.lock().expect("no panic").values_mut() {
                session.bytes.clone_from(&saved);
                session.bytes[at] ^= change;
            }
            let second = server(store.clone());
            let mut again = Tab::connect(&second, "/", tab.session.clone());
            (again.patch, again.event) = (tab.patch, tab.event);
            again.attach();
            let mount = again.next().await.expect("a new session");
            assert_eq!(mount["mount"]["view"], json!([0, [], "0"]), "byte {at}: {mount}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn events_under_way_during_a_restart_are_applied_once() {
    let (store, first, mut tab) = three_rows().await;
    // the server takes these, and ends before the page hears of it; the last one does not arrive
    tab.click(ADD);
    click_row(&mut tab, 0);
    end(&first, &mut tab).await;

    let second = server(store.clone());
    tab.event += 1;
    tab.reconnect(&second);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 5}})));
    tab.send(&json!([4, tab.patch, [ADD]]));
    tab.send(&json!([5, tab.patch, [ROWS, 0, 0]]));
    // row 1 had the serial 1 at that patch
    tab.send(&json!([6, tab.patch, [ROWS, 1, 0]]));
    assert_eq!(tab.next().await, Ok(json!([4, [1, [{"-": [1, 2]}, {"+": [["3"]]}]], {"e": 6}])));
}

#[tokio::test(start_paused = true)]
async fn a_killed_server_loses_no_more_than_it_promises() {
    let store = MemoryStore::default();
    let first = server(Saving::new(Arc::new(store.clone())).every(Duration::from_secs(5)));
    let mut tab = Tab::open(&first, "/").await;
    tab.click(ADD);
    tab.next().await.expect("a patch");
    sleep(Duration::from_secs(6)).await;
    tab.click(ADD);
    tab.next().await.expect("a patch");
    assert_eq!(store.saves.load(Relaxed), 1);

    let second = server(store.clone());
    tab.reconnect(&second);
    let mount = tab.next().await.expect("a message");
    assert_eq!((&mount["mount"]["event"], &mount["mount"]["view"]), (&json!(1), &json!([0, [["0"]], "0"])));
    assert!(mount["mount"]["patch"].as_u64() > Some(2), "no number means two patches: {mount}");
}

#[tokio::test(start_paused = true)]
async fn with_each_event_saved_a_page_hears_only_of_what_is_saved() {
    let store = MemoryStore::default();
    let first = server(Saving::new(Arc::new(store.clone())).every(Duration::ZERO));
    let mut tab = Tab::open(&first, "/").await;
    store.is_broken.store(true, Relaxed);
    tab.click(ADD);
    settle().await;
    assert_eq!(tab.now().await, None);
    store.is_broken.store(false, Relaxed);
    tab.next().await.expect("a patch");

    let second = server(store.clone());
    tab.reconnect(&second);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
}

#[tokio::test(start_paused = true)]
async fn a_slow_save_does_not_replace_a_later_one() {
    let store = MemoryStore::default();
    let saving = Saving::new(Arc::new(store.clone())).every(Duration::from_secs(1));
    let first = Live::builder(Rows).save_sessions(saving).shutdown_timeout(Duration::from_secs(60)).start();
    let mut tab = Tab::open(&first, "/").await;
    tab.click(ADD);
    tab.next().await.expect("a patch");
    store.is_slow.store(true, Relaxed);
    sleep(Duration::from_secs(2)).await;
    // the save of the first event is under way
    assert!(!store.is_slow.load(Relaxed));
    tab.click(ADD);
    tab.next().await.expect("a patch");
    end(&first, &mut tab).await;
    sleep(Duration::from_secs(20)).await;

    let second = server(store.clone());
    tab.reconnect(&second);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 2}})));
}

#[tokio::test(start_paused = true)]
async fn a_model_of_another_version_is_migrated_or_mounted_anew() {
    let (store, mut tab) = saved(1).await;

    let migrate = |version, bytes: &[u8]| {
        assert!(version == 0 && !bytes.is_empty());
        Some(Model { rows: vec![70], ..Model::default() })
    };
    let second = server(Saving::new(Arc::new(store.clone())).version(2).migrate(migrate));
    let session = tab.session.clone();
    tab.reconnect(&second);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})));
    let patch = tab.next().await.expect("a patch");
    assert_eq!(patch[1][1][1], json!({"+": [["70"]]}), "{patch}");
    assert_eq!(tab.session, session);

    let third = server(Saving::new(Arc::new(store.clone())).version(3));
    tab.reconnect(&third);
    tab.next().await.expect("a message");
    assert_ne!(tab.session, session);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_cannot_be_restored_is_mounted_anew() {
    let (store, mut tab) = saved(0).await;
    for SavedSession { bytes, .. } in store.saved.lock().expect("no panic").values_mut() {
        bytes.truncate(9);
    }
    let second = server(store.clone());
    let session = tab.session.clone();
    tab.reconnect(&second);
    tab.next().await.expect("another session");
    assert_ne!(tab.session, session);
    assert_eq!(second.stats().sessions(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_has_ended_is_removed() {
    let store = MemoryStore::default();
    let live = server(Saving::new(Arc::new(store.clone())).every(Duration::from_secs(1)));
    let mut tab = Tab::open(&live, "/").await;
    tab.click(ADD);
    tab.next().await.expect("a patch");
    sleep(Duration::from_secs(2)).await;
    assert_eq!(store.len(), 1);
    tab.connection.hang_up();
    sleep(Duration::from_secs(121)).await;
    settle().await;
    assert_eq!(store.len(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_ping_saves_nothing() {
    for every in [Duration::ZERO, Duration::from_secs(1)] {
        let store = MemoryStore::default();
        let live = server(Saving::new(Arc::new(store.clone())).every(every));
        let mut tab = Tab::open(&live, "/").await;
        tab.click(ADD);
        tab.next().await.expect("a patch");
        sleep(Duration::from_secs(2)).await;
        let saves = store.saves.load(Relaxed);
        for n in 1..=3 {
            tab.send(&json!({"ping": n}));
            assert_eq!(tab.next().await, Ok(json!({"pong": n})));
            tab.send(&json!({"seen": tab.patch}));
            sleep(Duration::from_secs(2)).await;
        }
        assert_eq!(store.saves.load(Relaxed), saves, "{every:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_server_whose_store_is_too_slow_ends_in_time() {
    let store = MemoryStore::default();
    let first = Live::builder(Rows).save_sessions(store.clone()).shutdown_timeout(Duration::from_secs(10)).start();
    let mut tab = Tab::open(&first, "/").await;
    tab.click(ADD);
    tab.next().await.expect("a patch");
    store.is_slow.store(true, Relaxed);
    let start = tokio::time::Instant::now();
    end(&first, &mut tab).await;
    assert_eq!(start.elapsed(), Duration::from_secs(8), "four fifths");
    assert_eq!(store.len(), 0);
}
