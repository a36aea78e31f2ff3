//! The changes of a page, stored one after the other.
//!
//! Functions of `Command::blocking` run side by side. So a page begins the next one when the one before is stored: else an older text
//! could take the place of a newer one.
//!
//! The changes are saved with the session. Their work is not: a session that is restored begins the first one again.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::database::Change;

#[derive(Serialize, Deserialize)]
pub(crate) struct Writer {
    page: u64,
    /// The number of keys that were given.
    keys: u64,
    /// The changes that are not stored yet.
    changes: VecDeque<Change>,
    /// This process is storing the first one.
    #[serde(skip)]
    is_busy: bool,
}

/// The most changes that wait. Nobody types or drags that fast.
const MOST: usize = 50;

impl Writer {
    /// The changes of this page: none.
    pub(crate) const fn of(page: u64) -> Self {
        Self { page, keys: 0, changes: VecDeque::new(), is_busy: false }
    }

    /// Returns the key of a new change. If the same session handles the same event again, the key is the same.
    pub(crate) fn key(&mut self) -> String {
        self.keys += 1;
        format!("{:016x}-{}", self.page, self.keys)
    }

    /// Takes a change. It replaces one that waits, if that would be overwritten. Returns it if it is to be stored now.
    pub(crate) fn take(&mut self, change: Change) -> Option<Change> {
        let changes = &mut self.changes;
        if changes.len() > 1 && changes.back().is_some_and(|last| last.is_replaced_by(&change)) {
            changes.pop_back();
        }
        if changes.len() < MOST {
            changes.push_back(change);
        }
        self.resume()
    }

    /// Notes that the first one is stored. Returns the next one.
    pub(crate) fn next(&mut self) -> Option<Change> {
        self.changes.pop_front();
        self.is_busy = false;
        self.resume()
    }

    /// Returns the first change, if none is being stored.
    pub(crate) fn resume(&mut self) -> Option<Change> {
        if self.is_busy {
            return None;
        }
        let first = self.changes.front().cloned();
        self.is_busy = first.is_some();
        first
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter()
    }
}

impl Change {
    fn is_replaced_by(&self, later: &Self) -> bool {
        match (self, later) {
            (Self::Write { id, .. }, Self::Write { id: other, .. })
            | (Self::Move { id, .. }, Self::Move { id: other, .. }) => id == other,
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(id: u32, text: &str) -> Change {
        Change::Write { id, text: text.into() }
    }

    #[test]
    fn one_change_is_stored_at_a_time_and_newer_ones_replace_those_that_wait() {
        let mut writer = Writer::of(7);
        assert_eq!(writer.take(write(1, "a")), Some(write(1, "a")));
        for change in [write(1, "ab"), write(1, "abc"), write(2, "x")] {
            assert_eq!(writer.take(change), None);
        }
        assert_eq!(writer.iter().count(), 3);
        assert_eq!(writer.next(), Some(write(1, "abc")));
        assert_eq!(writer.next(), Some(write(2, "x")));
        assert_eq!(writer.next(), None);
        assert_eq!(writer.take(Change::Remove { id: 1 }), Some(Change::Remove { id: 1 }));
    }

    #[test]
    fn few_changes_wait() {
        let mut writer = Writer::of(7);
        (0..100).for_each(|id| drop(writer.take(Change::Remove { id })));
        assert_eq!(writer.iter().count(), MOST);
    }

    #[test]
    fn a_restored_writer_begins_again() {
        let mut writer = Writer::of(7);
        assert_eq!((writer.key(), writer.key()), ("0000000000000007-1".into(), "0000000000000007-2".into()));
        writer.take(write(1, "a"));
        writer.take(write(2, "b"));
        assert_eq!(writer.resume(), None, "the first one is under way");
        let json = serde_json::to_string(&writer).expect("JSON");
        let mut restored: Writer = serde_json::from_str(&json).expect("a writer");
        assert_eq!(restored.resume(), Some(write(1, "a")));
        assert_eq!((restored.resume(), restored.key()), (None, "0000000000000007-3".into()));
        assert_eq!((restored.next(), restored.next()), (Some(write(2, "b")), None));
    }
}
