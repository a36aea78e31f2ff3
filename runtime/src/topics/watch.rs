use std::mem;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tealight_core::session::TopicFilter;
use tokio::time::sleep;

use super::delivery::Delivery;
use super::fan_out::{FanOut, Start};
use super::topic::{Begun, MOST_WORKERS};
use crate::sync::lock;
use crate::turn::{Deferred, defer};

/// Returns what begins deliveries. A task looks after them.
pub(super) fn start() -> Start {
    let watch = Arc::new(Watch::default());
    Box::new(move |fan_out, topic, Begun { generation, calls, must_watch }| {
        if must_watch {
            watch.add(fan_out, Watched { topic: topic.clone(), generation, calls });
        }
        defer(Delivery::new(Arc::clone(fan_out), topic, generation));
    })
}

/// The deliveries that a task looks after: beside one that stands in a slow `update`, it begins another one.
#[derive(Default)]
struct Watch(Mutex<State>);

#[derive(Default)]
struct State {
    /// One for each topic.
    watched: Vec<Watched>,
    /// The task runs.
    is_awake: bool,
}

struct Watched {
    topic: TopicFilter,
    generation: u64,
    /// The number of calls when the task has looked last.
    calls: u64,
}

/// A call of a session that takes longer holds up the other sessions of its topic no more.
const LONG: Duration = Duration::from_millis(10);

impl Watch {
    /// Looks after the deliveries of a topic until none runs.
    fn add(self: &Arc<Self>, fan_out: &Arc<FanOut>, watched: Watched) {
        let mut state = lock(&self.0);
        state.watched.push(watched);
        if !mem::replace(&mut state.is_awake, true) {
            let (watch, handle) = (Arc::clone(self), fan_out.handle.clone());
            let fan_out = Arc::downgrade(fan_out);
            handle.spawn(async move {
                loop {
                    sleep(LONG).await;
                    if fan_out.upgrade().is_none_or(|fan_out| !watch.look(&fan_out)) {
                        return;
                    }
                }
            });
        }
    }

    /// Returns false if no delivery is left.
    fn look(&self, fan_out: &Arc<FanOut>) -> bool {
        let mut watched = mem::take(&mut lock(&self.0).watched);
        watched.retain_mut(|watched| watched.look(fan_out));
        let mut state = lock(&self.0);
        state.watched.append(&mut watched);
        state.is_awake = !state.watched.is_empty();
        state.is_awake
    }
}

impl Watched {
    fn look(&mut self, fan_out: &Arc<FanOut>) -> bool {
        let Self { topic, generation, calls } = self;
        let must_help = fan_out.with(topic, |topics| {
            let entry = topics.get_mut(topic.text()).filter(|entry| entry.generation == *generation)?;
            entry.is_watched = entry.workers > 0;
            let is_stuck = entry.is_watched && mem::replace(calls, entry.calls) == entry.calls;
            let must_help = is_stuck
                && entry.workers < MOST_WORKERS
                && entry.subscribers.iter().any(|(_, subscription)| subscription.waits(&entry.backlog));
            if must_help {
                entry.workers += 1;
                entry.must_go_on = true;
            }
            entry.is_watched.then_some(must_help)
        });
        if must_help == Some(true) {
            // A task of its own: it may stand in a slow `update` too.
            Box::new(Delivery::new(Arc::clone(fan_out), topic.clone(), *generation)).spawn();
        }
        must_help.is_some()
    }
}
