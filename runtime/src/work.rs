use std::sync::Arc;

use tealight_core::session::SubscriptionId;
use tealight_core::timer::TimerKey;
use tokio::task::AbortHandle;

use crate::runtime::Runtime;

/// What runs for a session, and ends with it.
pub(crate) struct Work<E> {
    running: Vec<Running<E>>,
    /// Names tasks and single timers.
    next: u32,
}

enum Running<E> {
    Task(u32, AbortHandle),
    After(u32, TimerKey, Box<E>),
    Every(SubscriptionId, TimerKey),
    Topic(SubscriptionId, Arc<str>, u32),
    /// Of a posted form: a message, by its topic's count of messages.
    Delivery(Arc<str>, u64),
}

impl<E> Work<E> {
    pub(crate) const fn new() -> Self {
        Self { running: Vec::new(), next: 0 }
    }

    /// A name for the next task or single timer.
    pub(crate) fn number(&mut self) -> u32 {
        self.next = self.next.wrapping_add(1);
        self.next
    }

    pub(crate) fn task(&mut self, number: u32, task: AbortHandle) {
        self.push(Running::Task(number, task));
    }

    pub(crate) fn after(&mut self, number: u32, timer: TimerKey, event: E) {
        self.push(Running::After(number, timer, Box::new(event)));
    }

    pub(crate) fn every(&mut self, id: SubscriptionId, timer: TimerKey) {
        self.push(Running::Every(id, timer));
    }

    pub(crate) fn topic(&mut self, id: SubscriptionId, name: Arc<str>, key: usize) {
        let key = u32::try_from(key).expect("a topic has fewer than 2³² subscribers");
        self.push(Running::Topic(id, name, key));
    }

    /// A message has been published, and is awaited if it comes here too.
    pub(crate) fn published(&mut self, topic: Arc<str>, runtime: &Runtime) {
        if self.hears(&topic) {
            let count = runtime.topics.queued(&topic);
            self.push(Running::Delivery(topic, count));
        }
    }

    /// Whether what was published has come to its subscribers, as far as this process has it.
    pub(crate) fn is_delivered(&self, runtime: &Runtime) -> bool {
        self.running.iter().all(|running| match running {
            Running::Delivery(topic, count) => !self.hears(topic) || runtime.topics.has_delivered(topic, *count),
            _ => true,
        })
    }

    fn hears(&self, topic: &str) -> bool {
        self.running.iter().any(|running| matches!(running, Running::Topic(_, name, _) if **name == *topic))
    }

    pub(crate) fn has_tasks(&self) -> bool {
        self.running.iter().any(|running| matches!(running, Running::Task(..)))
    }

    /// A task has ended.
    pub(crate) fn finish(&mut self, number: u32) {
        self.take(|running| matches!(running, Running::Task(n, _) if *n == number));
    }

    /// The event of a single timer that is due; `None` if it was stopped meanwhile.
    pub(crate) fn due(&mut self, number: u32) -> Option<E> {
        match self.take(|running| matches!(running, Running::After(n, ..) if *n == number))? {
            Running::After(_, _, event) => Some(*event),
            _ => None,
        }
    }

    pub(crate) fn stop(&mut self, id: SubscriptionId, runtime: &Runtime) {
        let found = self
            .take(|running| matches!(running, Running::Every(other, _) | Running::Topic(other, ..) if *other == id));
        if let Some(running) = found {
            running.end(runtime);
        }
    }

    pub(crate) fn end(&mut self, runtime: &Runtime) {
        for running in std::mem::take(&mut self.running) {
            running.end(runtime);
        }
    }

    fn push(&mut self, running: Running<E>) {
        if self.running.len() == self.running.capacity() {
            // most sessions have one timer: no room for four
            self.running.reserve_exact(self.running.len().max(1));
        }
        self.running.push(running);
    }

    fn take(&mut self, is_it: impl FnMut(&Running<E>) -> bool) -> Option<Running<E>> {
        let at = self.running.iter().position(is_it)?;
        Some(self.running.swap_remove(at))
    }
}

impl<E> Running<E> {
    fn end(self, runtime: &Runtime) {
        match self {
            Self::Task(_, task) => task.abort(),
            Self::After(_, timer, _) | Self::Every(_, timer) => runtime.clock.cancel(timer),
            Self::Topic(_, name, key) => runtime.topics.unsubscribe(&name, key as usize),
            Self::Delivery(..) => {}
        }
    }
}
