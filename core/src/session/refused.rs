use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::reply::Reply;
use crate::FieldErrors;
use crate::refusal::Refusal;

/// The refused events of which the page may not have heard. A page that attaches again is told again: the answer may have been
/// lost with its connection.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct RefusedEvents(VecDeque<Entry>);

/// Consecutive events with the same refusal.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    /// The session's last patch at that time. A page with a later one has heard of the refusal, which was sent before it.
    patch: u32,
    refusal: Refusal,
    first: u32,
    last: u32,
    /// Only the newest entry with errors keeps them.
    #[serde(skip)]
    errors: Option<Box<FieldErrors>>,
}

/// The most refused events that are remembered.
const MAX_EVENTS: u32 = 256;

impl RefusedEvents {
    pub(super) fn add(&mut self, patch: u32, refusal: Refusal, event: u32, errors: &FieldErrors) {
        let entries = &mut self.0;
        if errors.is_empty()
            && let Some(entry) = entries.back_mut()
            && entry.refusal == refusal
            && entry.last + 1 == event
            && entry.errors.is_none()
        {
            (entry.patch, entry.last) = (patch, event);
        } else {
            let errors = (!errors.is_empty()).then(|| Box::new(errors.clone()));
            if errors.is_some() {
                entries.iter_mut().for_each(|entry| entry.errors = None);
            }
            entries.push_back(Entry { patch, refusal, first: event, last: event, errors });
        }
        let oldest = event.saturating_sub(MAX_EVENTS - 1);
        while entries.front().is_some_and(|entry| entry.last < oldest) {
            entries.pop_front();
        }
        if let Some(entry) = entries.front_mut() {
            entry.first = entry.first.max(oldest);
        }
    }

    /// Forgets the refusals that were sent before `patch`, which the page has confirmed.
    pub(super) fn forget_before(&mut self, patch: u32) {
        while self.0.front().is_some_and(|entry| entry.patch < patch) {
            self.0.pop_front();
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn replies(&self) -> impl Iterator<Item = Reply> {
        self.0.iter().map(|entry| match &entry.errors {
            Some(errors) => Reply::RefusedInput(entry.refusal, (**errors).clone(), entry.last),
            None => Reply::Refused { refusal: entry.refusal, first: entry.first, last: entry.last },
        })
    }
}
