//! The work of sessions: commands, timers and topics, and panics in them.

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use crate::support::{
    BREAK_COMMAND, BREAK_UPDATE, BREAK_VIEW, Desk, LISTEN, LOAD, REMIND, SAY, TICK, Tab, UP, request, session_of,
    settle,
};
use serde_json::json;
use tealight_runtime::{Close, Live, LocalPubSub, Stats};
use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

#[tokio::test(start_paused = true)]
async fn a_command_comes_back_as_an_event() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    tab.click(LOAD);
    assert_eq!(tab.next().await, Ok(json!({"event": 1})));
    assert_eq!(tab.next().await, Ok(json!([1, ["100"]])));
    assert_eq!(live.stats().tasks, 0);
}

#[tokio::test(start_paused = true)]
async fn a_command_ends_with_its_session() {
    let permits = Arc::new(Semaphore::new(0));
    let desk = Desk { permits: Some(Arc::clone(&permits)), ..Desk::default() };
    let live = Live::new(desk);
    let mut tab = Tab::open(&live, "/").await;
    tab.click(LOAD);
    tab.click(LOAD);
    settle().await;
    assert_eq!(live.stats().tasks, 2);

    permits.add_permits(1);
    settle().await;
    assert_eq!(live.stats().tasks, 1, "a detached session's task still runs");
    drop(tab);
    assert_eq!(live.stats().tasks, 1);
    sleep(Duration::from_secs(121)).await;
    settle().await;
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn after_delivers_its_event_once_and_on_time() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    let start = Instant::now();
    tab.click(REMIND);
    assert_eq!(tab.next().await, Ok(json!({"event": 1})));
    assert_eq!(tab.next().await, Ok(json!([1, ["100"]])));
    assert_eq!(start.elapsed(), Duration::from_secs(5));
    assert_eq!(tab.next().await, Ok(json!([2, ["200"]])));
    assert_eq!(start.elapsed(), Duration::from_secs(90));
    assert_eq!(live.stats().timers, 0);
}

#[tokio::test(start_paused = true)]
async fn timers_run_as_long_as_the_model_wants_them() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    tab.click(TICK);
    assert_eq!(tab.next().await, Ok(json!({"event": 1})));
    let start = Instant::now();
    for tick in 1..=3 {
        assert_eq!(tab.next().await, Ok(json!([tick, [1, tick.to_string()]])));
        assert_eq!(start.elapsed(), Duration::from_secs(tick));
    }
    assert_eq!(live.stats().timers, 1);
    tab.click(TICK);
    assert_eq!(tab.next().await, Ok(json!({"event": 2})));
    assert_eq!(live.stats().timers, 0);
}

#[tokio::test(start_paused = true)]
async fn timers_that_start_close_together_tick_together() {
    let live = Live::new(Desk::default());
    let mut ticks = Vec::new();
    let start = Instant::now();
    for begin in [0, 3, 19, 20, 21] {
        sleep(Duration::from_millis(begin).saturating_sub(start.elapsed())).await;
        let mut tab = Tab::open(&live, "/").await;
        tab.click(TICK);
        assert_eq!(tab.next().await, Ok(json!({"event": 1})));
        ticks.push(tokio::spawn(async move {
            for tick in 1..=2 {
                assert_eq!(tab.next().await, Ok(json!([tick, [1, tick.to_string()]])));
            }
            start.elapsed().as_millis()
        }));
    }
    for (tick, second) in ticks.into_iter().zip([2000, 2020, 2020, 2020, 2040]) {
        assert_eq!(tick.await.expect("it ticks twice"), second);
    }
}

#[tokio::test(start_paused = true)]
async fn timers_start_when_the_page_attaches_and_continue_without_it() {
    let live = Live::new(Desk::default());
    let session = session_of(&live, "/ticking").await;
    sleep(Duration::from_secs(10)).await;
    assert_eq!(live.stats().timers, 1, "the session's own end");

    let mut tab = Tab::connect(&live, "/", session);
    tab.attach();
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 0}})));
    drop(std::mem::replace(&mut tab.connection, live.connect(request("/"))));
    sleep(Duration::from_millis(10_500)).await;
    tab.attach();
    assert_eq!(tab.next().await, Ok(json!({"resume": {"event": 0}})));
    assert_eq!(tab.next().await, Ok(json!([1, [1, "10"]])));
}

#[tokio::test(start_paused = true)]
async fn a_message_reaches_all_subscribers_and_its_publisher() {
    let live = Live::new(Desk::default());
    let (mut here, mut there) = (Tab::open(&live, "/").await, Tab::open(&live, "/").await);
    let mut deaf = Tab::open(&live, "/").await;
    for tab in [&mut here, &mut there] {
        tab.click(LISTEN);
        assert_eq!(tab.next().await, Ok(json!({"event": 1})));
    }
    assert_eq!(live.stats().subscriptions, 2);

    here.click(SAY);
    assert_eq!(here.next().await, Ok(json!([1, ["1", 2, "1"], {"e": 2}])));
    assert_eq!(there.next().await, Ok(json!([1, [2, "1"]])));
    live.publisher().publish("desk", "hello").expect("a text is JSON");
    assert_eq!(here.next().await, Ok(json!([2, [2, "1 hello"]])));
    assert_eq!(there.next().await, Ok(json!([2, [2, "1 hello"]])));
    assert_eq!(deaf.now().await, None);

    live.publisher().publish("desk", &7).expect("a number is JSON");
    assert_eq!(here.now().await, None, "it is not what the topic carries");
    drop((here, there));
    sleep(Duration::from_secs(121)).await;
    assert_eq!(live.stats().subscriptions, 0);
}

#[tokio::test(start_paused = true)]
async fn applications_with_one_engine_receive_each_others_messages() {
    let engine = Arc::new(LocalPubSub::default());
    let one = Live::builder(Desk::default()).pubsub(engine.clone()).start();
    let other = Live::builder(Desk::default()).pubsub(engine.clone()).start();
    let mut tab = Tab::open(&one, "/").await;
    tab.click(LISTEN);
    tab.next().await.expect("an acknowledgement");
    other.publisher().publish("desk", "far").expect("a text is JSON");
    assert_eq!(tab.next().await, Ok(json!([1, [2, "far"]])));
    drop(tab);
    sleep(Duration::from_secs(121)).await;
    assert_eq!(format!("{engine:?}"), "LocalPubSub { subscribers: 2 }");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_subscribers_get_messages_in_one_order() {
    let live = Live::new(Desk::default());
    let mut tabs = Vec::new();
    for _ in 0..100 {
        let mut tab = Tab::open(&live, "/").await;
        tab.click(LISTEN);
        tab.next().await.expect("an acknowledgement");
        tabs.push(tab);
    }
    let publishers: Vec<_> = (0..4)
        .map(|who| {
            let publisher = live.publisher();
            tokio::spawn(async move {
                for n in 0..50 {
                    publisher.publish("desk", &format!("{who}:{n}")).expect("a text is JSON");
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for publisher in publishers {
        publisher.await.expect("no panic");
    }
    let mut histories = std::collections::HashSet::new();
    for tab in &mut tabs {
        let mut heard = String::new();
        while heard.split_whitespace().count() < 200 {
            let patch = tab.next().await.expect("a patch");
            heard = patch[1][1].as_str().expect("what was heard").to_owned();
        }
        histories.insert(heard);
    }
    assert_eq!(histories.len(), 1, "all have heard the same");
}

#[tokio::test]
async fn an_endless_exchange_of_messages_does_not_block_others() {
    let live = Live::new(echo::Echo::Answering);
    let mut tab = Tab::open(&live, "/").await;
    live.publisher().publish("echo", &0).expect("a number is JSON");
    let mut last = 0;
    for _ in 0..10 {
        let patch = tab.next().await.expect("a patch");
        let heard = patch[1][0].as_str().and_then(|heard| heard.parse().ok()).expect("a number");
        assert!(heard > last, "{heard} after {last}");
        last = heard;
    }
    drop(tab);
    live.shutdown().await;
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn an_update_may_publish_without_a_deadlock() {
    let live = echo::Echo::publishing();
    let mut tab = Tab::open(&live, "/").await;
    tab.click(1);
    let mut heard = json!(null);
    while heard != json!("1") {
        heard = tab.next().await.expect("a patch")[1][0].clone();
    }
}

mod echo {
    use std::sync::Arc;

    use tealight_core::{Command, Event, LiveView, MountError, PageRequest, Subscription, View, html};
    use tealight_runtime::{Live, LocalPubSub, Publisher};

    /// Shows the last message of its topic.
    pub(crate) enum Echo {
        /// Answers each message with another.
        Answering,
        /// Publishes from within `update`, where it should return a command.
        Publishing(Publisher),
    }

    impl Echo {
        pub(crate) fn publishing() -> Live {
            let engine = Arc::new(LocalPubSub::default());
            let publisher = Live::builder(Self::Answering).pubsub(engine.clone()).start().publisher();
            Live::builder(Self::Publishing(publisher)).pubsub(engine).start()
        }

        const fn topic(&self) -> &'static str {
            match self {
                Self::Answering => "echo",
                Self::Publishing(_) => "published",
            }
        }
    }

    impl LiveView for Echo {
        type Model = u64;
        type ExternalEvent = ();
        type InternalEvent = u64;

        async fn mount(&self, _: &PageRequest) -> Result<(u64, Command<u64>), MountError> {
            Ok((0, Command::none()))
        }

        fn update(&self, heard: &mut u64, event: Event<(), u64>) -> Command<u64> {
            match (self, event) {
                (Self::Answering, Event::Internal(n)) => {
                    *heard = n;
                    return Command::publish(self.topic(), &(n + 1));
                }
                (Self::Publishing(_), Event::Internal(n)) => *heard = n,
                (Self::Publishing(publisher), Event::External(())) => {
                    publisher.publish(self.topic(), &(*heard + 1)).expect("a number is JSON");
                }
                (Self::Answering, Event::External(())) => {}
            }
            Command::none()
        }

        fn view(&self, heard: &u64) -> impl View<()> {
            html! { <p>{*heard}</p> <button on:click={()}>"Publish"</button> }
        }

        fn subscriptions(&self, _: &u64) -> Subscription<u64> {
            Subscription::topic(self.topic(), |n: u64| n)
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_update_ends_that_session_and_no_other() {
    let desk = Desk::default();
    let live = Live::new(desk.clone());
    let (mut broken, mut other) = (Tab::open(&live, "/ticking").await, Tab::open(&live, "/").await);
    broken.click(BREAK_UPDATE);
    assert_eq!(broken.next().await, Err(Close::Panicked));
    other.click(UP);
    assert_eq!(other.next().await, Ok(json!([1, ["1"], {"e": 1}])));
    assert_eq!((live.stats().attached, live.stats().timers), (1, 0));

    broken.reconnect(&live);
    assert!(broken.next().await.expect("a mount").get("mount").is_some(), "the page gets a new session");
    assert_eq!(desk.mounts.load(Relaxed), 3);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_view_ends_that_session_and_no_other() {
    let live = Live::new(Desk::default());
    let (mut broken, mut other) = (Tab::open(&live, "/").await, Tab::open(&live, "/").await);
    broken.click(BREAK_VIEW);
    assert_eq!(broken.next().await, Err(Close::Panicked));
    assert_eq!(broken.next().await, Err(Close::Panicked), "and so it stays");
    other.click(UP);
    assert_eq!(other.next().await, Ok(json!([1, ["1"], {"e": 1}])));
    drop(broken);
    assert_eq!(live.stats().sessions(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_panic_in_a_command_ends_only_the_command() {
    let live = Live::new(Desk::default());
    let mut tab = Tab::open(&live, "/").await;
    tab.click(BREAK_COMMAND);
    assert_eq!(tab.next().await, Ok(json!({"event": 1})));
    settle().await;
    assert_eq!(live.stats().tasks, 0);
    tab.click(UP);
    assert_eq!(tab.next().await, Ok(json!([1, ["1"], {"e": 2}])));
}

#[tokio::test(start_paused = true)]
async fn an_alarm_wakes_its_task() {
    let live = Live::new(Desk::default());
    let mut alarm = live.alarm();
    let start = Instant::now();
    std::future::poll_fn(|cx| {
        if alarm.is_due() {
            return std::task::Poll::Ready(());
        }
        if !alarm.is_set() {
            alarm.set(Duration::from_secs(3_600), cx);
            alarm.set(Duration::from_secs(30), cx);
        }
        std::task::Poll::Pending
    })
    .await;
    assert_eq!(start.elapsed(), Duration::from_secs(30));
    drop(alarm);
    assert_eq!(live.stats(), Stats::default());
}

#[tokio::test(start_paused = true)]
async fn a_dropped_runtime_ends() {
    let desk = Desk::default();
    let live = Live::new(desk.clone());
    session_of(&live, "/").await;
    drop(live);
    assert_eq!(Arc::strong_count(&desk.mounts), 2, "its sessions still wait");
    sleep(Duration::from_secs(31)).await;
    assert_eq!(Arc::strong_count(&desk.mounts), 1);
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}
