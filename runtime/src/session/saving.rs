use std::mem;
use std::sync::{Arc, Weak};

use tealight_core::LiveView;

use super::lifecycle::State;
use super::{Inner, RunningSession};
use crate::close::Close;
use crate::registry::AnySession;
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

/// The result of an attempt to give a session up.
#[derive(Clone, Copy, PartialEq, Eq)]
enum GivenUp {
    Yes,
    /// It has changed since it was saved.
    Changed,
    /// It cannot be saved.
    No,
}

/// The most attempts to give up a session that changes all the time.
const ATTEMPTS: usize = 5;

/// The steps of saving. They run within a turn.
impl<A: LiveView> RunningSession<A> {
    /// Lets the session be saved soon, if the application saves changes. If each event must be saved, a message to the page waits
    /// for the save that begins after it was made: what the page has, a killed server has too.
    pub(super) fn note_change(&self, inner: &mut Inner<A>) {
        let Some(saver) = &self.app.saver else { return };
        inner.progress = match inner.progress {
            Progress::Saved => {
                saver.add(Weak::clone(&self.this) as Weak<dyn AnySession>);
                Progress::Changed
            }
            Progress::Saving => Progress::ChangedAgain,
            other => other,
        };
    }

    /// `rests`: this process has given it up when it is saved.
    pub(super) fn to_be_saved(&self, inner: &Inner<A>, rests: bool) -> Option<SavedSession> {
        let (codec, session, owner) = (self.app.codec.as_ref()?, inner.session.as_ref()?, self.owner());
        let bytes =
            watch(self.app.name, Function::Save, || codec.encode(session, owner, rests.then_some(inner.revision)))?;
        Some(SavedSession { key: SessionKey::of(&self.id), owner, revision: inner.revision, bytes })
    }

    pub(super) fn begin_save_in(&self, inner: &mut Inner<A>, rests: bool) -> Option<SavedSession> {
        inner.progress = Progress::Saving;
        let saved = self.to_be_saved(inner, rests);
        inner.is_stored |= saved.is_some();
        if let Some(held) = &mut inner.held {
            held.stage = Stage::Saving;
        }
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

    /// Saves the session and ends it. Returns false if it goes on.
    pub(super) async fn try_to_give_up(self: Arc<Self>) -> bool {
        let Some(codec) = &self.app.codec else { return false };
        for _ in 0..ATTEMPTS {
            match self.give_up_unless_changed(codec.store()).await {
                GivenUp::Yes => return true,
                GivenUp::Changed => {}
                GivenUp::No => return false,
            }
        }
        false
    }

    async fn give_up_unless_changed(&self, store: &Ordered) -> GivenUp {
        let begin = || self.turn(|inner, _| self.begin_save_in(inner, true)).into_iter().collect();
        // No other save may come between: its state would be lost.
        let end = |saved: Result<Vec<SessionKey>, StoreError>| {
            self.turn(|inner, _| match saved {
                _ if inner.session.is_none() => GivenUp::Yes,
                Err(_) => {
                    self.end_save_in(inner, false);
                    GivenUp::No
                }
                // Inputs of the model that cannot be saved would be lost.
                Ok(_) if !inner.is_stored => GivenUp::No,
                Ok(moved) if moved.is_empty() && inner.progress == Progress::ChangedAgain => {
                    self.end_save_in(inner, true);
                    GivenUp::Changed
                }
                Ok(_) => {
                    self.end_moved_in(inner);
                    GivenUp::Yes
                }
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
        let (store, key, revision) = (Arc::clone(codec.store()), SessionKey::of(&self.id), inner.revision);
        self.app.runtime.tasks.spawn(async move { store.remove(key, revision).await });
    }
}

impl<A: LiveView> Inner<A> {
    /// Wakes the task of the page's connection.
    pub(super) fn wake(&mut self) {
        if let State::Attached(waker) = &mut self.state
            && let Some(waker) = waker.take()
        {
            waker.wake();
        }
    }
}
