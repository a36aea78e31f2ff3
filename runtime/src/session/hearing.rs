use std::sync::atomic::{Ordering, fence};
use std::sync::{Arc, MutexGuard, Weak};

use tealight_core::LiveView;
use tealight_core::session::{Input, Message, SubscriptionId};

use super::{Inner, RunningSession};
use crate::sync::try_lock;
use crate::topics::{Listener, Mounting, Since};
use crate::turn::turn;
use crate::watch::Function;

/// The topics of a session. None waits for a session that is busy: the session lets its topics go on when its turn is over.
impl<A: LiveView> RunningSession<A> {
    /// Keeps for its page what is published on its topics from now on, and since its mount began.
    pub(crate) fn hear_since(&self, mounting: &Mounting) {
        self.turn(|inner, _| self.hold_topics(inner, mounting.since()));
    }

    /// Subscribes to the model's topics. The session hears their messages when its page attaches.
    pub(super) fn hold_topics(&self, inner: &mut Inner<A>, since: Since) {
        let Some(session) = &inner.session else { return };
        let found = self.catch("update", Function::Subscriptions, || session.topics(&self.app.live_view));
        for (id, topic, keep) in found.unwrap_or_default() {
            let key = self.app.runtime.topics.subscribe(&topic, self.listener(id), keep, since, true);
            inner.resources.add_topic(id, topic, key, true);
        }
    }

    pub(super) fn listener(&self, id: SubscriptionId) -> (Weak<dyn Listener>, SubscriptionId) {
        (Weak::clone(&self.this) as Weak<dyn Listener>, id)
    }

    /// Locks the session. If another thread has it, returns `None`, and that thread calls
    /// [`let_topics_go_on`](Self::let_topics_go_on) later.
    pub(super) fn lock_for_topics(&self) -> Option<MutexGuard<'_, Inner<A>>> {
        try_lock(&self.inner).or_else(|| {
            self.was_busy.store(true, Ordering::Relaxed);
            // Either the other thread sees the mark after it has unlocked, or this one sees that it has unlocked.
            fence(Ordering::SeqCst);
            try_lock(&self.inner)
        })
    }

    /// Lets the topics go on that have found the session busy. Call it after each turn, without the lock.
    pub(super) fn let_topics_go_on(&self) {
        fence(Ordering::SeqCst);
        while self.was_busy.load(Ordering::Relaxed) && self.was_busy.swap(false, Ordering::SeqCst) {
            let Some(inner) = self.lock_for_topics() else { return };
            let subscribed: Vec<_> = inner.resources.topics().map(|(topic, key)| (topic.clone(), key)).collect();
            let places: Vec<_> = inner.resources.places().map(|(place, key)| (Arc::clone(place), key)).collect();
            drop(inner);
            for (topic, key) in subscribed {
                self.app.runtime.topics.go_on(&topic, key);
            }
            for (place, key) in places {
                self.app.runtime.presence.go_on(&place, key);
            }
        }
    }
}

impl<A: LiveView> Listener for RunningSession<A> {
    fn hear(&self, id: SubscriptionId, messages: &[Message], has_lagged: bool) -> bool {
        turn(|scratch| {
            let Some(mut inner) = self.lock_for_topics() else { return false };
            if has_lagged {
                metrics::counter!("tealight_topics_lagged_total").increment(1);
                let _ = self.handle(&mut inner, scratch, Input::Lagged(id));
            }
            for Message { topic, payload } in messages {
                // If the session ends here, its connection sees that at the next poll.
                let _ = self.handle(&mut inner, scratch, Input::Message { id, topic, payload });
            }
            drop(inner);
            self.let_topics_go_on();
            true
        })
    }
}
