use std::mem;
use std::sync::{Arc, Weak};

use tealight_core::LiveView;

use super::lifecycle::State;
use super::{Inner, RunningSession};
use crate::registry::AnySession;
use crate::saving::Progress;
use crate::store::{SavedSession, SessionKey};
use crate::watch::{Function, watch};

/// A message to the page that is held back until the state after it is saved.
pub(super) struct Held {
    pub(super) message: Vec<u8>,
    pub(super) stage: Stage,
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
        Self { message, stage: Stage::Made }
    }
}

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

    pub(super) fn to_be_saved(&self, inner: &Inner<A>) -> Option<SavedSession> {
        let (codec, session, owner) = (self.app.codec.as_ref()?, inner.session.as_ref()?, self.owner());
        let bytes = watch(self.app.name, Function::Save, || codec.encode(session, owner))?;
        Some(SavedSession { key: SessionKey::of(&self.id), owner, bytes })
    }

    pub(super) fn begin_save_in(&self, inner: &mut Inner<A>) -> Option<SavedSession> {
        inner.progress = Progress::Saving;
        let saved = self.to_be_saved(inner);
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

    /// Removes the session, which has ended, from the store.
    pub(super) fn forget(&self, inner: &Inner<A>) {
        let Some(codec) = self.app.codec.as_ref().filter(|_| inner.is_stored && !inner.is_frozen) else { return };
        let (store, key) = (Arc::clone(codec.store()), SessionKey::of(&self.id));
        self.app.runtime.tasks.spawn(async move { store.remove(key).await });
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
