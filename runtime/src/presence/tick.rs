use std::mem;
use std::sync::{Arc, Weak};

use tealight_core::session::{Message, TopicFilter};
use tokio::time::{Instant, sleep};

use super::place::Place;
use super::wire::{Life, Sign};
use super::{PROCESSES, Presence, State, TICK, here, wire};
use crate::sync::lock;
use crate::turn::{Deferred, turn};

/// Tells what is new at a place, when the turn is over in which it has happened, and sends what waits for the others.
pub(super) struct Telling(pub(super) Weak<Presence>, pub(super) Option<Arc<str>>);

impl Deferred for Telling {
    fn step(&mut self) -> bool {
        if let Some(presence) = self.0.upgrade() {
            presence.tell(|state, done| {
                if let Some(name) = self.1.take()
                    && presence.tell_of(state, &name, done)
                {
                    state.pending.remove(&name);
                }
            });
        }
        false
    }

    fn spawn(mut self: Box<Self>) {
        self.step();
    }
}

impl Presence {
    /// Looks at the time again and again, as long as there are places.
    pub(super) fn start_ticking(&self) {
        let this = Weak::clone(&self.this);
        self.subscribe_to_life();
        self.handle.spawn(async move {
            loop {
                match this.upgrade() {
                    Some(presence) if turn(|_| presence.tick()) => {}
                    _ => break,
                }
                sleep(TICK).await;
            }
        });
    }

    fn subscribe_to_life(&self) {
        if self.topics.hears_all() || lock(&self.state).guard.is_some() {
            return;
        }
        let topic = TopicFilter::name(PROCESSES);
        let this = Weak::clone(&self.this);
        self.topics.subscribe_own(topic, move |subscribed| {
            let before = this.upgrade().and_then(|presence| lock(&presence.state).guard.replace(subscribed));
            // Without the lock: the guard runs the engine's code.
            drop(before);
        });
    }

    /// Does what is due. Returns false if there are no places any more.
    fn tick(&self) -> bool {
        let (must_say, goes_on) = {
            let state = &mut *lock(&self.state);
            state.expire();
            let must_say = state.beats.is_due() && !state.has_shut_down;
            state.is_ticking = !state.places.is_empty();
            (must_say, state.is_ticking)
        };
        if must_say && goes_on {
            self.say_life(Sign::Here);
        }
        self.tell(|state, done| {
            let mut pending = mem::take(&mut state.pending);
            pending.retain(|name| !self.tell_of(state, name, done));
            state.pending = pending;
        });
        goes_on
    }

    fn say_life(&self, sign: Sign) {
        {
            let State { beats, outbox, .. } = &mut *lock(&self.state);
            let life = Life { process: self.process, sign, beat: beats.send() };
            outbox.push(Message::new(PROCESSES, &life).expect("numbers are JSON"));
        }
        turn(|_| self.tell_soon(None));
    }

    /// Says that this process ends. Other processes keep its devices for the grace, and hear nothing of their ends.
    pub(crate) fn shut_down(&self) {
        let was_there = {
            let state = &mut *lock(&self.state);
            !mem::replace(&mut state.has_shut_down, true) && !state.places.is_empty()
        };
        if was_there {
            self.say_life(Sign::Bye);
        }
    }

    /// Takes a sign of life of any process.
    pub(super) fn hear_life(&self, payload: &[u8]) {
        let Some(Life { process, sign, beat }) = wire::read(payload) else {
            return tracing::warn!(topic = PROCESSES, "a message that is not Tealight's own was ignored");
        };
        if process == self.process {
            return lock(&self.state).beats.hear(beat);
        }
        let is_new = {
            let State { places, pending, processes, .. } = &mut *lock(&self.state);
            match sign {
                Sign::Here => processes.hear(process) && !places.is_empty(),
                Sign::New(new) => {
                    processes.hear(process);
                    if new == self.process {
                        for (name, place) in places.iter_mut().filter(|(_, place)| place.devices() > 0) {
                            place.must_say_all = true;
                            pending.insert(Arc::clone(name));
                        }
                    }
                    false
                }
                Sign::Bye => {
                    processes.hear_bye(process);
                    false
                }
            }
        };
        if is_new {
            self.say_life(Sign::New(process));
        }
    }

    /// Tells what is new, and sends what waits for the other processes.
    fn tell(&self, work: impl FnOnce(&mut State, &mut Vec<Place>)) {
        let mut done = Vec::new();
        let messages = {
            let state = &mut *lock(&self.state);
            work(state, &mut done);
            mem::take(&mut state.outbox)
        };
        if !messages.is_empty() {
            metrics::counter!("tealight_presence_messages_total").increment(messages.len() as u64);
        }
        // Without the lock: the engine's code runs here, and it may bring the messages at once.
        for message in messages {
            self.topics.publisher().send(message);
        }
        drop(done);
    }

    /// Returns false if the time of the place has not come. A place that is done with is moved to `done`.
    fn tell_of(&self, state: &mut State, name: &Arc<str>, done: &mut Vec<Place>) -> bool {
        let Some(place) = state.places.get_mut(name) else { return true };
        let Some(news) = place.news() else { return false };
        if let Some(payload) = news.here {
            self.topics.tell(Message { topic: Arc::clone(here(name).text()), payload });
        }
        if !state.has_shut_down {
            state.outbox.extend(news.others.into_iter().map(|what| self.message(name, what)));
        }
        if place.is_done() {
            done.extend(state.places.remove(name));
        }
        true
    }
}

impl State {
    /// Removes the devices whose pages have been away for too long, and the processes that are gone.
    fn expire(&mut self) {
        let Self { places, pending, leaving, processes, beats, .. } = self;
        let now = Instant::now();
        while leaving.front().is_some_and(|next| next.at <= now) {
            let Some(next) = leaving.pop_front() else { break };
            if let Some(place) = places.get_mut(&next.place) {
                place.expire(next.device, next.absence);
                pending.insert(next.place);
            }
        }
        for process in processes.take_gone(beats.late()) {
            for (name, place) in places.iter_mut() {
                if place.forget(process) {
                    pending.insert(Arc::clone(name));
                }
            }
        }
    }
}
