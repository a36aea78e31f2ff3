//! The changes of a page, stored one after the other.
//!
//! Functions of `Command::blocking` run side by side. So a page begins the next one when the one before is stored: else an older text
//! could take the place of a newer one.

use std::collections::VecDeque;

use crate::database::Change;

/// The changes that are not stored yet. The first one is under way.
#[derive(Default)]
pub(crate) struct Writer(VecDeque<Change>);

/// The most changes that wait. Nobody types or drags that fast.
const MOST: usize = 50;

impl Writer {
    /// Takes a change. It replaces one that waits, if that would be overwritten. Returns it if it is to be stored now.
    pub(crate) fn take(&mut self, change: Change) -> Option<Change> {
        let Self(changes) = self;
        if changes.len() > 1 && changes.back().is_some_and(|last| last.is_replaced_by(&change)) {
            changes.pop_back();
        }
        if changes.len() < MOST {
            changes.push_back(change);
        }
        if changes.len() == 1 { changes.front().cloned() } else { None }
    }

    /// Notes that the first one is stored. Returns the next one.
    pub(crate) fn next(&mut self) -> Option<Change> {
        self.0.pop_front();
        self.0.front().cloned()
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Change> {
        self.0.iter()
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
        let mut writer = Writer::default();
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
        let mut writer = Writer::default();
        (0..100).for_each(|id| drop(writer.take(Change::Remove { id })));
        assert_eq!(writer.iter().count(), MOST);
    }
}
