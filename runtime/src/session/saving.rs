use std::mem;
use std::sync::{Arc, Weak};

use tealight_core::LiveView;

use super::lifecycle::State;
use super::{Inner, RunningSession};
use crate::close::Close;
use crate::registry::{AnySession, GivenUp};
use crate::saving::{Ordered, Progress};
use crate::store::{SavedSession, SessionKey, StoreError};
use crate::telemetry::WaitsForStore;
use crate::watch::{Function, watch};

/// A message to the page that is held back until the state after it is saved.
pub(super) struct Held {
    pub(super) message: Vec<u8>,
    pub(super) stage: Stage,
    _waits: WaitsForStore,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Made,
    /// A save has begun since.
    Saving,
    Saved,
}

impl Held {
    pub(super) fn new(message: Vec<u8>) -> Self {
        Self { message, stage: Stage::Made, _waits: WaitsForStore::new() }
    }
}

/// The most attempts to give up a session that changes all the time.
const ATTEMPTS: usize = 5;

/// The steps of saving. They run within a turn.
impl<A: LiveView> RunningSession<A> {
    /// Lets the session be saved soon, if the application saves changes. If each event must be saved, a message to the page waits
    /// for the save that begins after it was made: what the page has, a killed server has too.
    pub(super) fn note_change(&self, inner: &mut Inner<A>) {
        inner.progress = match inner.progress {
            // Also without a saver: the session may be given up.
            Progress::Saving => Progress::ChangedAgain,
            Progress::Saved => {
                let Some(saver) = &self.app.saver else { return };
                saver.add(Weak::clone(&self.this) as Weak<dyn AnySession>);
                Progress::Changed
            }
            other => other,
        };
    }

    pub(super) fn to_be_saved(&self, inner: &Inner<A>) -> Option<SavedSession> {
        let (codec, session, owner) = (self.app.codec.as_ref()?, inner.session.as_ref()?, self.owner());
        let rests = inner.is_frozen.then_some(inner.revision());
        let bytes = watch(self.app.name, Function::Save, || codec.encode(session, owner, rests))?;
        Some(SavedSession { key: SessionKey::of(&self.id), owner, revision: inner.revision(), bytes })
    }

    pub(super) fn begin_save_in(&self, inner: &mut Inner<A>) -> Option<SavedSession> {
        inner.mark_saving();
        let saved = self.to_be_saved(inner);
        inner.is_stored |= saved.is_some();
        saved
    }

    pub(super) fn end_save_in(&self, inner: &mut Inner<A>, is_saved: bool) {
        if let Some(held) = inner.held.as_mut().filter(|held| held.stage == Stage::Saving) {
            held.stage = if is_saved { Stage::Saved } else { Stage::Made };
        }
        let is_changed = mem::take(&mut inner.progress) == Progress::ChangedAgain;
        if is_changed || !is_saved {
            self.note_change(inner);
        }
        inner.wake();
    }

    /// Saves the session and ends it, unless its page attaches meanwhile.
    pub(super) async fn try_to_give_up(self: Arc<Self>, if_free: bool) -> GivenUp {
        let Some(codec) = &self.app.codec else { return GivenUp::Kept };
        let attachments = self.turn(|inner, _| {
            let is_taken = if_free && matches!(inner.state, State::Attached(_));
            (!is_taken).then_some(inner.attachments)
        });
        let Some(attachments) = attachments else { return GivenUp::Taken };
        for _ in 0..ATTEMPTS {
            if let Some(given_up) = self.give_up_unless_changed(codec.store(), attachments).await {
                return given_up;
            }
        }
        GivenUp::Kept
    }

    /// Returns `None` if the session has changed while it was saved.
    async fn give_up_unless_changed(&self, store: &Ordered, attachments: u32) -> Option<GivenUp> {
        let begin = || {
            let saved = self.turn(|inner, _| {
                // One that cannot be saved is not being saved.
                let saved = self.to_be_saved(inner)?;
                inner.mark_saving();
                inner.is_stored = true;
                Some(saved)
            });
            saved.into_iter().collect()
        };
        // No other save may come between: its state would be lost.
        let end = |saved: Result<Vec<SessionKey>, StoreError>| {
            self.turn(|inner, _| {
                let has_attached = inner.attachments != attachments;
                let given_up = match (saved.as_deref(), inner.progress) {
                    _ if inner.session.is_none() => return Some(GivenUp::Yes),
                    (Ok([_, ..]), _) => Some(GivenUp::Lost),
                    (Ok([]), Progress::Saving) if !has_attached => Some(GivenUp::Yes),
                    (Ok([]), Progress::ChangedAgain) if !has_attached => None,
                    // It cannot be saved. A page that has never attached loses nothing if it gets another session.
                    (Ok([]), Progress::Saved | Progress::Changed) if inner.attachments == 0 => {
                        self.end_in(inner, Close::TakenOver);
                        return Some(GivenUp::Yes);
                    }
                    _ => Some(GivenUp::Kept),
                };
                match given_up {
                    Some(GivenUp::Yes | GivenUp::Lost) => self.end_moved_in(inner),
                    _ => self.end_save_in(inner, saved.is_ok()),
                }
                given_up
            })
        };
        store.save_then(begin, end).await
    }

    /// Ends the session, and leaves it in the store: it is another process's, or nobody's.
    pub(super) fn end_moved_in(&self, inner: &mut Inner<A>) {
        if inner.session.is_some() {
            metrics::counter!("tealight_sessions_moved_total").increment(1);
        }
        inner.is_frozen = true;
        self.end_in(inner, Close::TakenOver);
    }

    /// Removes the session, which has ended, from the store.
    pub(super) fn forget(&self, inner: &Inner<A>) {
        let Some(codec) = self.app.codec.as_ref().filter(|_| inner.is_stored && !inner.is_frozen) else { return };
        let (store, key, revision) = (Arc::clone(codec.store()), SessionKey::of(&self.id), inner.revision());
        self.app.runtime.tasks.spawn(async move { store.remove(key, revision).await });
    }
}

impl<A: LiveView> Inner<A> {
    /// Notes that a save begins.
    fn mark_saving(&mut self) {
        self.progress = Progress::Saving;
        if let Some(held) = &mut self.held {
            held.stage = Stage::Saving;
        }
    }

    /// Wakes the task of the page's connection.
    pub(super) fn wake(&mut self) {
        if let State::Attached(waker) = &mut self.state
            && let Some(waker) = waker.take()
        {
            waker.wake();
        }
    }
}
