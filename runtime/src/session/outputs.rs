use std::sync::Arc;

use tealight_core::LiveView;
use tealight_core::session::{Input, Output, Work};

use super::lifecycle::State;
use super::resources::Running;
use super::{Inner, RunningSession};
use crate::close::count_refusal;
use crate::error::discard;
use crate::registry::Asked;
use crate::time::Timer;
use crate::topics::Since;

impl<A: LiveView> RunningSession<A> {
    /// Runs the outputs of a session, within a turn.
    pub(super) fn run_outputs(&self, inner: &mut Inner<A>, outputs: Vec<Output<A::InternalEvent>>) {
        for output in outputs {
            self.run_output(inner, output);
        }
    }

    pub(super) fn run_output(&self, inner: &mut Inner<A>, output: Output<A::InternalEvent>) {
        let runtime = &self.app.runtime;
        let Inner { resources, state, rare, last_number, is_restored, .. } = inner;
        let mut next_number = || {
            *last_number = last_number.wrapping_add(1);
            *last_number
        };
        match output {
            Output::Perform(task) => {
                if let Some(key) = task.key {
                    resources.cancel(key);
                }
                let number = next_number();
                let (is_stream, key) = (matches!(task.work, Work::Stream(_)), task.key);
                let handle = self.spawn(number, task);
                resources.add_task(Running { number, key, is_stream, handle });
            }
            Output::Cancel(key) => resources.cancel(key),
            Output::After(delay, event) => {
                let number = next_number();
                let timer = runtime.clock.after(delay, self.timed(), Timer::After(number));
                resources.add_event(number, timer, event);
            }
            Output::Publish(message) => {
                let topic = matches!(state, State::Painting(_)).then(|| Arc::clone(&message.topic));
                runtime.topics.publisher().send(message);
                // a posted form's page also waits for the messages that the form has published
                if let Some(topic) = topic {
                    resources.add_delivery(&topic, &runtime.topics);
                }
            }
            Output::Every { id, period } => {
                resources.add_timer(id, runtime.clock.every(period, self.timed(), Timer::Every(id)));
            }
            Output::Subscribe { id, topic, keep } => {
                if !resources.release_topic(id, &runtime.topics) {
                    let since = if *is_restored { Since::Unknown } else { Since::Now };
                    let key = runtime.topics.subscribe(&topic, self.listener(id), keep, since, false);
                    resources.add_topic(id, topic, key, false);
                }
            }
            Output::Place { id, place } => {
                let key = runtime.presence.listen(&place, self.listener(id));
                resources.add_place(id, place, key);
            }
            Output::Device { id, place, person, about } => {
                let number = runtime.presence.enter(&place, person, about);
                resources.add_device(id, place, number);
            }
            Output::Stop(id) => resources.stop(id, runtime),
            Output::Refused(refusal) => count_refusal(refusal.reason()),
            Output::Elsewhere(to) if runtime.config.has_router => {
                rare.get_or_insert_default().asked = Some(Box::new(Asked::Link(to)))
            }
            Output::Elsewhere(to) => {
                if let Some(session) = &mut inner.session {
                    session.refuse_link(to.event);
                }
            }
            Output::Prefetch(address) if runtime.config.has_router => {
                rare.get_or_insert_default().asked = Some(Box::new(Asked::Prefetch(address)));
            }
            Output::Prefetch(_) => {}
            Output::Remount => {
                metrics::counter!("tealight_remounts_total").increment(1);
                let remounts = &mut rare.get_or_insert_default().remounts;
                let wait = remounts.ask(runtime.clock.elapsed());
                if !wait.is_zero() && !remounts.is_held {
                    remounts.is_held = true;
                    runtime.clock.after(wait, self.timed(), Timer::Remount);
                }
            }
            Output::Dropped => metrics::counter!("tealight_page_commands_dropped_total").increment(1),
        }
    }

    /// Takes the result of a piece of work, unless it was cancelled meanwhile.
    pub(super) fn finish_task(&self, number: u32, result: Input<'_, A::InternalEvent>) {
        self.turn(|inner, scratch| {
            if !inner.resources.remove_task(number) {
                return discard(result);
            }
            let _ = self.handle(inner, scratch, result);
            if let State::Painting(waker) = &mut inner.state
                && !inner.resources.has_tasks()
                && let Some(waker) = waker.take()
            {
                waker.wake();
            }
        });
    }
}
