//! Sees every model of every session, and collects the laws that were broken.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::app::Model;

/// A handle to all that was seen in one case. Clones see the same.
#[derive(Clone, Debug, Default)]
pub struct Witness(Arc<Mutex<Seen>>);

#[derive(Debug, Default)]
struct Seen {
    tags: u32,
    /// The last model of each session, by its tag.
    models: HashMap<u32, Model>,
    faults: Vec<String>,
}

impl Witness {
    /// Returns a number for another session.
    pub fn next_tag(&self) -> u32 {
        let mut seen = self.lock();
        seen.tags += 1;
        seen.tags
    }

    /// Remembers a model.
    pub fn see(&self, model: &Model) {
        let mut seen = self.lock();
        match seen.models.get_mut(&model.tag) {
            Some(known) => known.clone_from(model),
            None => drop(seen.models.insert(model.tag, model.clone())),
        }
    }

    /// Returns the last model of a session.
    pub fn model(&self, tag: u32) -> Option<Model> {
        self.lock().models.get(&tag).cloned()
    }

    /// Returns true if the session's model has this event of this page.
    pub fn has(&self, tag: u32, page: u32, number: u32) -> bool {
        self.lock().models.get(&tag).is_some_and(|model| model.log.iter().rev().any(|event| *event == (page, number)))
    }

    /// Notes that a law was broken.
    pub fn fault(&self, fault: String) {
        self.lock().faults.push(fault);
    }

    /// Takes the first broken law, if there is one.
    pub fn take_fault(&self) -> Option<String> {
        let mut seen = self.lock();
        (!seen.faults.is_empty()).then(|| seen.faults.remove(0))
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
