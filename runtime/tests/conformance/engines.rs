//! The kit of engines, against engines in memory: as they should be, and with one fault after another.

use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tealight_core::session::{Message, TopicFilter};
use tealight_runtime::conformance::engines::{self, CHECKS, Engine};
use tealight_runtime::{LocalPubSub, PubSub, PubSubError, Subscribed, Subscriber};
use tokio::task::yield_now;

struct Local(Arc<LocalPubSub>);

impl Engine for Local {
    async fn process(&self) -> Arc<dyn PubSub> {
        Arc::clone(&self.0) as _
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    None,
    /// Processes do not hear each other.
    Isolates,
    Loses,
    Doubles,
    Swaps,
    Truncates,
    /// Changes names to lower case.
    IgnoresCase,
    /// Knows no patterns.
    MatchesNames,
    /// Subscribes later than it says.
    IsLate,
    /// Subscribes to so many topics and no more.
    IsFull,
}

/// Subscribes to one topic after the other.
struct Many(Fault, Arc<Mutex<Subscribers>>);

type Subscribers = Vec<(usize, TopicFilter, Subscriber)>;

struct Process {
    fault: Fault,
    all: Arc<Mutex<Subscribers>>,
    count: AtomicUsize,
    held: Mutex<Option<Message>>,
}

impl Engine for Many {
    async fn process(&self) -> Arc<dyn PubSub> {
        let all = if self.0 == Fault::Isolates { Arc::default() } else { Arc::clone(&self.1) };
        Arc::new(Process { fault: self.0, all, count: AtomicUsize::new(0), held: Mutex::default() })
    }
}

impl Process {
    fn deliver(&self, message: &Message) {
        let wants = |filter: &TopicFilter| match self.fault {
            Fault::MatchesNames => filter.text() == &message.topic,
            _ => filter.matches(&message.topic),
        };
        let all = self.all.lock().expect("a lock").clone();
        for (_, _, subscriber) in all.iter().filter(|(_, filter, _)| wants(filter)) {
            subscriber.deliver(message.clone());
        }
    }
}

#[async_trait]
impl PubSub for Process {
    async fn publish(&self, mut message: Message) -> Result<(), PubSubError> {
        let count = self.count.fetch_add(1, SeqCst);
        match self.fault {
            Fault::Loses if count % 3 == 2 => return Ok(()),
            Fault::Doubles => self.deliver(&message),
            Fault::IgnoresCase => message.topic = message.topic.to_lowercase().into(),
            Fault::Truncates if message.payload.len() > 8_000 => message.payload = (*b"\"\"").into(),
            Fault::Swaps if count % 4 == 2 => {
                *self.held.lock().expect("a lock") = Some(message);
                return Ok(());
            }
            _ => {}
        }
        self.deliver(&message);
        if let Some(held) = self.held.lock().expect("a lock").take() {
            self.deliver(&held);
        }
        Ok(())
    }

    async fn subscribe(&self, topic: TopicFilter, subscriber: Subscriber) -> Result<Subscribed, PubSubError> {
        let key = {
            let mut all = self.all.lock().expect("a lock");
            let key = all.last().map_or(0, |(key, _, _)| key + 1);
            if self.fault != Fault::IsFull || all.len() < 100 {
                all.push((key, topic, subscriber));
            }
            key
        };
        if self.fault == Fault::IsLate {
            let late = self.all.lock().expect("a lock").pop();
            let all = Arc::clone(&self.all);
            tokio::spawn(async move {
                for _ in 0..1_000 {
                    yield_now().await;
                }
                all.lock().expect("a lock").extend(late);
            });
        }
        Ok(Subscribed::new(Guard(Arc::clone(&self.all), key)))
    }
}

struct Guard(Arc<Mutex<Subscribers>>, usize);

impl Drop for Guard {
    fn drop(&mut self) {
        self.0.lock().expect("a lock").retain(|(key, _, _)| *key != self.1);
    }
}

#[tokio::test(start_paused = true)]
async fn engines_as_they_should_be_pass() {
    engines::run(&Local(Arc::default()), CHECKS).await.expect_all();
    engines::run(&Many(Fault::None, Arc::default()), CHECKS).await.expect_all();
}

#[tokio::test(start_paused = true)]
async fn each_fault_is_found() {
    for (fault, check) in [
        (Fault::Isolates, "all processes"),
        (Fault::Isolates, "presence"),
        (Fault::Loses, "all processes"),
        (Fault::Loses, "order"),
        (Fault::Loses, "nothing is missed"),
        (Fault::Doubles, "all processes"),
        (Fault::Doubles, "order"),
        (Fault::Swaps, "order"),
        (Fault::Truncates, "long messages"),
        (Fault::IgnoresCase, "names"),
        (Fault::MatchesNames, "patterns"),
        (Fault::IsLate, "nothing is missed"),
        (Fault::IsFull, "many topics"),
    ] {
        let report = engines::run(&Many(fault, Arc::default()), &[check]).await;
        assert_eq!(report.failed().count(), 1, "the check “{check}” does not find the fault {fault:?}");
    }
}
