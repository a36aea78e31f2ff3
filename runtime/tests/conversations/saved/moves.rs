//! Pages that come back to another process while the one that has their session lives.

use std::sync::atomic::AtomicBool;

use tealight_core::session::{Message, TopicFilter};
use tealight_runtime::{LocalPubSub, PubSub, PubSubError, Router, Subscribed, Subscriber};

use super::*;
use crate::router::{Counting, One, Two as Second, go};

/// One process's end of an engine that several share. It can be cut: then it neither says nor hears anything.
#[derive(Clone, Default)]
struct End {
    engine: Arc<LocalPubSub>,
    is_cut: Arc<AtomicBool>,
    all: Arc<Mutex<Vec<End>>>,
}

impl End {
    /// Another end of the same engine.
    fn next(&self) -> Self {
        let end = Self { all: Arc::clone(&self.all), ..Self::default() };
        self.all.lock().expect("no panic").push(end.clone());
        end
    }
}

#[async_trait]
impl PubSub for End {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        let all = self.all.lock().expect("no panic").clone();
        let is_cut = self.is_cut.load(Relaxed);
        for end in all.iter().filter(|end| !is_cut && !end.is_cut.load(Relaxed)) {
            end.engine.publish(message.clone()).await?;
        }
        Ok(())
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        self.engine.subscribe(topic, subscriber).await
    }
}

/// Two processes that share a store and an engine.
pub(crate) struct Two {
    store: MemoryStore,
    /// The first one's.
    end: End,
    first: Live,
    pub(crate) second: Live,
}

impl Two {
    pub(crate) fn start(saving: impl Fn(MemoryStore) -> Saving<Model>) -> Self {
        Self::with(MemoryStore::default(), saving)
    }

    fn with(store: MemoryStore, saving: impl Fn(MemoryStore) -> Saving<Model>) -> Self {
        let hub = End::default();
        let process = |end: End| Live::builder(Rows).save_sessions(saving(store.clone())).pubsub(Arc::new(end)).start();
        let end = hub.next();
        Self { end: end.clone(), first: process(end), second: process(hub.next()), store }
    }

    /// A page of the first process, with a row.
    pub(crate) async fn page(&self) -> Tab {
        settle().await;
        let mut tab = Tab::open(&self.first, "/").await;
        add(&mut tab).await;
        tab
    }
}

/// Adds a row, which shows the number of rows before it.
async fn add(tab: &mut Tab) {
    tab.click(ADD);
    let patch = tab.next().await.expect("a patch");
    let row = format!("[\"{}\"]", tab.event - 1);
    assert!(patch[2]["e"] == tab.event && patch[1].to_string().contains(&row), "{row}: {patch}");
}

pub(crate) async fn resume(tab: &mut Tab, live: &Live) {
    tab.reconnect(live);
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": tab.event}})));
}

pub(crate) fn at_the_end(store: MemoryStore) -> Saving<Model> {
    store.into()
}

fn at_once(store: MemoryStore) -> Saving<Model> {
    Saving::new(Arc::new(store)).every(Duration::ZERO)
}

#[tokio::test(start_paused = true)]
async fn a_page_moves_to_a_process_while_the_one_that_has_it_lives() {
    for is_attached in [false, true] {
        let two = Two::start(at_the_end);
        let mut tab = two.page().await;
        let old = std::mem::replace(&mut tab.connection, two.second.connect(PageRequest::new("/", "")));
        // The first process has not noticed that the line is broken, or it has.
        let old = is_attached.then_some(old);
        tab.attach();
        assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 1}})), "attached: {is_attached}");
        add(&mut tab).await;
        assert_eq!((two.first.stats().sessions(), two.second.stats().sessions()), (0, 1));
        drop(old);
        // And back.
        resume(&mut tab, &two.first).await;
        assert_eq!((two.first.stats().sessions(), two.second.stats().sessions()), (1, 0));
        assert_eq!(two.store.saved.lock().expect("no panic").len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_moves_often() {
    let two = Two::start(at_once);
    let mut tab = two.page().await;
    for moves in 0..20_u32 {
        resume(&mut tab, if moves % 2 == 0 { &two.second } else { &two.first }).await;
        add(&mut tab).await;
    }
    assert_eq!(two.first.stats().sessions() + two.second.stats().sessions(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_process_that_was_cut_off_does_not_overwrite_a_session_that_has_moved() {
    let two = Two::start(at_once);
    let mut tab = two.page().await;
    two.end.is_cut.store(true, Relaxed);
    // The first process has the session still. The second one asks, hears nothing, and claims what is saved.
    let mut stale = Tab::connect(&two.first, "/", tab.session.clone());
    (stale.patch, stale.event) = (tab.patch, tab.event);
    resume(&mut tab, &two.second).await;
    add(&mut tab).await;
    sleep(Duration::from_secs(60)).await;
    add(&mut tab).await;
    let revision = two.store.saved.lock().expect("no panic").values().next().expect("a session").revision;
    assert_eq!(revision, 1);
    // A page that comes back to the first process is served with what is true.
    two.end.is_cut.store(false, Relaxed);
    stale.event = tab.event;
    stale.patch = tab.patch;
    stale.attach();
    assert_eq!(stale.next().await, Ok(json!({"resume": {"event": 3}})));
    assert_eq!((two.first.stats().sessions(), two.second.stats().sessions()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn a_session_is_not_given_up_while_it_cannot_be_saved() {
    let two = Two::start(at_the_end);
    let mut tab = two.page().await;
    let mut away = Tab::connect(&two.second, "/", tab.session.clone());
    (away.patch, away.event) = (tab.patch, tab.event);
    two.store.is_broken.store(true, Relaxed);
    away.attach();
    assert_eq!(away.next().await, Err(Close::TryAgain));
    // It goes on where it was.
    add(&mut tab).await;
    two.store.is_broken.store(false, Relaxed);
    resume(&mut tab, &two.second).await;
}

#[tokio::test(start_paused = true)]
async fn a_session_that_nobody_has_is_mounted_anew() {
    let two = Two::start(at_the_end);
    let mut tab = two.page().await;
    tab.session = "A".repeat(22);
    tab.reconnect(&two.second);
    let answer = tab.next().await.expect("an answer");
    assert!(answer.get("mount").is_some(), "{answer}");
    assert_eq!((two.first.stats().sessions(), two.second.stats().sessions()), (1, 1));
}

#[tokio::test(start_paused = true)]
async fn two_processes_that_claim_a_session_at_once_do_not_both_have_it() {
    for _ in 0..10 {
        let (store, mut tab) = saved(1).await;
        let Two { first, second, .. } = Two::with(store, at_once);
        let mut other = Tab::connect(&second, "/", tab.session.clone());
        (other.patch, other.event) = (tab.patch, tab.event);
        other.attach();
        tab.reconnect(&first);
        let answers = tokio::join!(tab.next(), other.next());
        let resumed = [&answers.0, &answers.1].into_iter().filter(|answer| answer.is_ok()).count();
        settle().await;
        assert!(resumed >= 1, "{answers:?}");
        assert_eq!(first.stats().sessions() + second.stats().sessions(), 1, "{answers:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn events_during_the_hand_over_are_not_lost() {
    for saving in [at_the_end, at_once] {
        let two = Two::start(saving);
        let mut tab = two.page().await;
        let mut away = Tab::connect(&two.second, "/", tab.session.clone());
        (away.patch, away.event) = (tab.patch, tab.event);
        two.store.save_takes.store(1, Relaxed);
        away.attach();
        let (answer, ()) = tokio::join!(away.next(), async {
            // The first save is under way.
            sleep(Duration::from_millis(500)).await;
            tab.click(ADD);
        });
        // The page has not applied the patch, so it may get all in place.
        let answer = answer.expect("an answer").to_string();
        assert!(answer.contains("\"event\":2"), "{answer}");
        assert_eq!((two.first.stats().sessions(), two.second.stats().sessions()), (0, 1));
    }
}

#[tokio::test(start_paused = true)]
async fn a_process_that_is_slow_to_save_keeps_the_session() {
    let two = Two::start(at_the_end);
    let mut tab = two.page().await;
    let mut away = Tab::connect(&two.second, "/", tab.session.clone());
    (away.patch, away.event) = (tab.patch, tab.event);
    two.store.save_takes.store(20, Relaxed);
    away.attach();
    assert_eq!(away.next().await, Err(Close::TryAgain));
    two.store.save_takes.store(0, Relaxed);
    sleep(Duration::from_secs(30)).await;
    resume(&mut tab, &two.second).await;
}

#[tokio::test(start_paused = true)]
async fn a_stolen_id_moves_no_session() {
    let (hub, store) = (End::default(), MemoryStore::default());
    let process = || {
        let guard = |request: PageRequest| async move {
            let user = request.query("user").unwrap_or_default();
            Ok(request.owned_by(user))
        };
        let live = Live::builder(Rows).save_sessions(at_once(store.clone())).pubsub(Arc::new(hub.next()));
        live.guard(guard).start()
    };
    let (first, second) = (process(), process());
    settle().await;
    let page = first.page(PageRequest::new("/", "user=ada"), "/").await.expect("a page");
    let session = tealight_test::protocol::session_in(page.html());
    let connect = |live: &Live, user: &str| Tab {
        connection: live.connect(PageRequest::new("/", format!("user={user}"))),
        session: session.clone(),
        patch: 0,
        event: 0,
    };
    let mut ada = connect(&first, "ada");
    ada.attach();
    ada.next().await.expect("an answer");
    for is_saved in [false, true] {
        let mut eve = connect(&second, "eve");
        eve.attach();
        let answer = eve.next().await;
        assert!(answer.is_err() || answer.as_ref().is_ok_and(|answer| answer.get("mount").is_some()), "{answer:?}");
        // Her own, if she has got one.
        drop(eve);
        assert_eq!(first.stats().attached, 1, "saved: {is_saved}");
        add(&mut ada).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_link_leads_to_no_session_that_a_page_of_another_process_shows() {
    let (hub, store) = (End::default(), MemoryStore::default());
    let process = || {
        let router = Router::new()
            .live_saved::<One, _>(Counting::<1>, store.clone())
            .live_saved::<Second, _>(Counting::<2>, store.clone());
        Live::builder(router).pubsub(Arc::new(hub.next())).start()
    };
    let (first, second) = (process(), process());
    settle().await;
    let mut shown = Tab::open(&first, "/one").await;
    let mut other = Tab::open(&second, "/two").await;
    go(&mut other, json!(["/one", shown.session])).await;
    assert_ne!(other.session, shown.session);
    // Nor does the session of one view come to an address of another one.
    let mut lost = Tab::connect(&second, "/two", shown.session.clone());
    lost.attach();
    lost.next().await.expect("a new session");
    assert_ne!(lost.session, shown.session);
    shown.click(0);
    shown.next().await.expect("a patch");
    // When its page has left, it may move.
    let session = shown.session.clone();
    drop(shown);
    let mut back = Tab::open(&second, "/two").await;
    go(&mut back, json!(["/one", session])).await;
    assert_eq!(back.session, session);
}

#[tokio::test(start_paused = true)]
async fn a_page_waits_for_a_process_that_can_read_its_session() {
    let (store, hub) = (MemoryStore::default(), End::default());
    let process = |version, reads: Option<u32>| {
        let migrate = move |version, bytes: &[u8]| {
            if reads == Some(version) { rmp_serde::from_slice(bytes).ok() } else { None }
        };
        let saving = Saving::new(Arc::new(store.clone())).version(version).migrate(migrate);
        Live::builder(Rows).save_sessions(saving).pubsub(Arc::new(hub.next())).start()
    };
    let saved = async || {
        let new = process(2, None);
        settle().await;
        let mut tab = Tab::open(&new, "/").await;
        add(&mut tab).await;
        end(&new, &mut tab).await;
        tab
    };
    let old = process(1, None);
    // Soon a process of the new version is there.
    let mut tab = saved().await;
    for _ in 0..2 {
        tab.reconnect(&old);
        assert_eq!(tab.next().await, Err(Close::TryAgain));
        sleep(Duration::from_secs(10)).await;
    }
    resume(&mut tab, &process(2, None)).await;

    // The deploy is taken back.
    let mut tab = saved().await;
    tab.reconnect(&old);
    assert_eq!(tab.next().await, Err(Close::TryAgain));
    sleep(Duration::from_secs(30)).await;
    tab.reconnect(&old);
    assert!(tab.next().await.expect("a new session").get("mount").is_some());

    // The old version can read the new one, and the newer one cannot read the old one.
    let mut tab = saved().await;
    resume(&mut tab, &process(1, Some(2))).await;
    let mut tab = saved().await;
    tab.reconnect(&process(3, None));
    assert!(tab.next().await.expect("a new session").get("mount").is_some());
}
