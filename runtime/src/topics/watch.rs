use std::mem;
use std::sync::Arc;
use std::time::Duration;

use tealight_core::session::TopicFilter;
use tokio::time::sleep;

use super::delivery::Delivery;
use super::fan_out::FanOut;
use super::topic::MOST_WORKERS;
use crate::sync::lock;
use crate::turn::Deferred;

/// The deliveries that a task looks after: beside one that stands in a slow `update`, it begins another one.
#[derive(Default)]
pub(super) struct Watch {
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

impl FanOut {
    /// Looks after the deliveries of a topic until none runs.
    pub(super) fn watch(self: &Arc<Self>, topic: TopicFilter, generation: u64, calls: u64) {
        let mut watch = lock(&self.watch);
        watch.watched.push(Watched { topic, generation, calls });
        if !mem::replace(&mut watch.is_awake, true) {
            let fan_out = Arc::downgrade(self);
            self.handle.spawn(async move {
                loop {
                    sleep(LONG).await;
                    if fan_out.upgrade().is_none_or(|fan_out| !fan_out.look()) {
                        return;
                    }
                }
            });
        }
    }

    /// Returns false if no delivery is left.
    fn look(self: &Arc<Self>) -> bool {
        let mut watched = mem::take(&mut lock(&self.watch).watched);
        watched.retain_mut(|watched| self.look_at(watched));
        let mut watch = lock(&self.watch);
        watch.watched.append(&mut watched);
        watch.is_awake = !watch.watched.is_empty();
        watch.is_awake
    }

    fn look_at(self: &Arc<Self>, Watched { topic, generation, calls }: &mut Watched) -> bool {
        let must_help = self.with(topic, |topics| {
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
            Box::new(Delivery::new(Arc::clone(self), topic.clone(), *generation)).spawn();
        }
        must_help.is_some()
    }
}
