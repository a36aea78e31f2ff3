//! Engines that subscribe late, end late, or lose their connection.

use super::*;

/// Brings messages of one topic only when it has subscribed, and it subscribes late.
#[derive(Clone, Default)]
struct Far {
    subscribers: Arc<Mutex<Subscribers>>,
    /// `subscribe` waits for one.
    permits: Arc<Mutex<Option<Arc<Semaphore>>>>,
    /// Each subscription has one.
    guards: Arc<()>,
    brings_all: bool,
    is_connected: Option<watch::Sender<bool>>,
}

type Subscribers = Vec<(Option<TopicFilter>, Subscriber)>;

impl Far {
    /// It subscribes when it gets permits.
    fn late() -> (Self, Arc<Semaphore>) {
        let permits = Arc::new(Semaphore::new(0));
        (Self { permits: Arc::new(Mutex::new(Some(Arc::clone(&permits)))), ..Self::default() }, permits)
    }

    fn lose_connection(&self) {
        self.subscribers.lock().expect("a lock").iter().for_each(|(_, subscriber)| subscriber.lagged());
    }
}

#[async_trait]
impl PubSub for Far {
    async fn publish(&self, message: Message) -> Result<(), PubSubError> {
        let subscribers = self.subscribers.lock().expect("a lock").clone();
        let wants = |topic: &Option<TopicFilter>| topic.as_ref().is_none_or(|topic| topic.matches(&message.topic));
        for (_, subscriber) in subscribers.iter().filter(|(topic, _)| wants(topic)) {
            subscriber.deliver(message.clone());
        }
        Ok(())
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        let permits = self.permits.lock().expect("a lock").clone();
        if let Some(permits) = permits {
            permits.acquire().await.expect("it is never closed").forget();
        }
        self.subscribers.lock().expect("a lock").push((Some(topic), subscriber));
        Ok(Subscribed::new(Arc::clone(&self.guards)))
    }

    fn connected(&self) -> Option<watch::Receiver<bool>> {
        Some(self.is_connected.as_ref()?.subscribe())
    }

    fn subscribe_all(&self, subscriber: Subscriber) -> Option<Subscribed> {
        self.brings_all.then(|| {
            self.subscribers.lock().expect("a lock").push((None, subscriber));
            Subscribed::new(())
        })
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_of_a_topic_hears_that_it_may_lag_when_the_engine_has_subscribed() {
    let (far, permits) = Far::late();
    let live = Live::builder(Board::default()).pubsub(Arc::new(far.clone())).start();
    let mut first = Tab::open(&live, "/news").await;
    publish(&live, [1]);
    assert_eq!(shown(&mut first).await, "", "the engine has lost it");
    permits.add_permits(1);
    settle().await;
    publish(&live, [2]);
    assert_eq!(shown(&mut first).await, "lagged 2");
    // A second page of the topic misses nothing.
    let session = session_of(&live, "/news").await;
    publish(&live, [3]);
    assert_eq!(attached(&live, session).await, "3");
    assert_eq!(shown(&mut first).await, "lagged 2 3");
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_an_engine_ends_late_brings_nothing() {
    let far = Far::default();
    let live = Live::builder(Board::default()).pubsub(Arc::new(far.clone())).start();
    drop(Tab::open(&live, "/news").await);
    sleep(Duration::from_secs(130)).await;
    assert_eq!(live.stats().sessions(), 0);
    let mut tab = Tab::open(&live, "/news").await;
    settle().await;
    assert_eq!(far.subscribers.lock().expect("a lock").len(), 2, "this engine forgets none");
    publish(&live, [1]);
    assert_eq!(shown(&mut tab).await, "lagged 1");
}

#[tokio::test(start_paused = true)]
async fn sessions_hear_that_the_engine_has_lost_messages() {
    let far = Far::default();
    let live = Live::builder(Board::default()).pubsub(Arc::new(far.clone())).start();
    let mut tab = Tab::open(&live, "/state").await;
    live.publisher().publish(STATE, &1).expect("a number is JSON");
    let before = shown(&mut tab).await;
    far.lose_connection();
    live.publisher().publish(STATE, &2).expect("a number is JSON");
    assert_eq!(shown(&mut tab).await, format!("{before} lagged 2"));
}

#[tokio::test(start_paused = true)]
async fn an_engine_that_brings_all_may_lose_messages_of_one_topic() {
    let far = Far { brings_all: true, ..Far::default() };
    let live = Live::builder(Board::default()).pubsub(Arc::new(far.clone())).start();
    let mut pages = Vec::new();
    for path in ["/news", "/prices", "/levels"] {
        pages.push(Tab::open(&live, path).await);
    }
    let subscribers = far.subscribers.lock().expect("a lock").clone();
    let all = &subscribers.first().expect("the application has subscribed").1;
    for (name, expected) in [("news", ["lagged", "", ""]), ("level:7", ["", "", "lagged"])] {
        all.lagged_on(name);
        for (page, expected) in pages.iter_mut().zip(expected) {
            assert_eq!(shown(page).await, expected, "{name}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_page_hears_that_the_engine_was_not_there_during_its_mount() {
    let (far, permits) = Far::late();
    let mounts = Arc::new(Semaphore::new(1));
    let board = Board { permits: Some(Arc::clone(&mounts)), ..Board::default() };
    let live = Live::builder(board).pubsub(Arc::new(far)).start();
    let _first = Tab::open(&live, "/news").await;
    let meanwhile = || async {
        publish(&live, [1]);
        permits.add_permits(1);
        settle().await;
    };
    assert_eq!(mounted(&live, &mounts, meanwhile).await, "lagged");
}

#[tokio::test(start_paused = true)]
async fn a_page_hears_that_the_engine_has_lost_messages_during_its_mount() {
    for brings_all in [false, true] {
        let far = Far { brings_all, ..Far::default() };
        let mounts = Arc::new(Semaphore::new(1));
        let board = Board { permits: Some(Arc::clone(&mounts)), ..Board::default() };
        let live = Live::builder(board).pubsub(Arc::new(far.clone())).start();
        let first = Tab::open(&live, "/news").await;
        if brings_all {
            // No session knows the topic when the connection is lost.
            drop(first);
            tokio::time::sleep(Duration::from_secs(3600)).await;
            assert_eq!(live.stats().sessions(), 0);
        }
        let meanwhile = || async { far.lose_connection() };
        assert_eq!(mounted(&live, &mounts, meanwhile).await, "lagged", "brings all: {brings_all}");
        if !brings_all {
            mounts.add_permits(1);
            let next = session_of(&live, "/news").await;
            publish(&live, [1]);
            assert_eq!(attached(&live, next).await, "1", "a later page has missed nothing");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_a_page_wants_no_more_when_it_attaches_is_left() {
    let far = Far::default();
    let board = Board::default();
    let live = Live::builder(board.clone()).pubsub(Arc::new(far.clone())).start();
    let before = Arc::strong_count(&far.guards);
    let session = session_of(&live, "/news").await;
    assert_eq!(Arc::strong_count(&far.guards), before + 1);
    board.is_deaf.store(true, Relaxed);
    assert_eq!(attached(&live, session).await, "");
    assert_eq!(Arc::strong_count(&far.guards), before);
}

#[tokio::test(start_paused = true)]
async fn a_page_hears_whether_the_engine_is_connected() {
    for brings_all in [false, true] {
        let connection = watch::Sender::new(true);
        let far = Far { brings_all, is_connected: Some(connection.clone()), ..Far::default() };
        let live = Live::builder(Board::default()).pubsub(Arc::new(far.clone())).start();
        let mut tab = Tab::open(&live, "/connected").await;
        assert_eq!(shown(&mut tab).await, "connected");
        connection.send_replace(false);
        assert_eq!(shown(&mut tab).await, "connected cut off");

        let late = session_of(&live, "/connected").await;
        assert_eq!(attached(&live, session_of(&live, "/connected").await).await, "cut off", "a page that comes now");
        // Nobody asks the engine for this topic, and no pattern has it.
        let mut all = Tab::open(&live, "/pairs").await;
        connection.send_replace(true);
        assert_eq!(shown(&mut tab).await, "connected cut off connected");
        assert_eq!(shown(&mut all).await, "", "brings all: {brings_all}");
        let topics = far.subscribers.lock().expect("a lock").iter().map(|(topic, _)| topic.clone()).collect::<Vec<_>>();
        assert!(!topics.contains(&Some(TopicFilter::name(ENGINE_CONNECTED))), "{topics:?}");
        assert_eq!(attached(&live, late).await, "cut off connected", "a page that attaches late");
        // It changes twice before anybody looks.
        connection.send_replace(false);
        connection.send_replace(true);
        assert_eq!(shown(&mut tab).await, "", "nothing has changed");
    }
    let live = Live::new(Board::default());
    assert_eq!(shown(&mut Tab::open(&live, "/connected").await).await, "connected", "the default engine");
}
