//! Notes on the board.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Note {
    pub(crate) id: u32,
    pub(crate) text: String,
    pub(crate) hue: u16,
    pub(crate) at: Point,
    /// A note that was removed. It keeps its number, so that an older message cannot bring it back.
    pub(crate) is_gone: bool,
    /// The number of its last change. A later change of any note has a greater one.
    pub(crate) change: i64,
}

/// A position in pixels, from the board's upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Point {
    pub(crate) x: i16,
    pub(crate) y: i16,
}

/// The notes of a page's model.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Notes {
    notes: BTreeMap<u32, Note>,
    /// All changes up to this one were read from the database.
    change: i64,
}

/// The present state of notes that somebody has changed.
pub(crate) const NOTES: Topic<Note> = Topic::new("notes").newest_by_key();

pub(crate) const WIDTH: i16 = 1_200;
pub(crate) const HEIGHT: i16 = 720;
pub(crate) const NOTE_WIDTH: i16 = 190;
pub(crate) const NOTE_HEIGHT: i16 = 150;

impl Keyed for Note {
    type Key = u32;

    fn key(&self) -> u32 {
        self.id
    }
}

impl Notes {
    /// The notes as they were after this change.
    pub(crate) fn read(notes: Vec<Note>, change: i64) -> Self {
        Self { notes: notes.into_iter().map(|note| (note.id, note)).collect(), change }
    }

    /// Takes a note if it is newer. Messages of several processes may come in any order.
    pub(crate) fn take(&mut self, note: Note) {
        let known = self.notes.get(&note.id).map_or(self.change, |known| known.change);
        if note.change > known {
            self.notes.insert(note.id, note);
        }
    }

    /// Takes all notes of another reading, and keeps what was heard since.
    pub(crate) fn take_all(&mut self, read: Self) {
        let heard = std::mem::replace(self, read).notes;
        heard.into_values().for_each(|note| self.take(note));
    }

    /// Returns a note that is on the board.
    pub(crate) fn get(&self, id: u32) -> Option<&Note> {
        self.notes.get(&id).filter(|note| !note.is_gone)
    }

    /// Changes a note that is on the board. A newer one takes its place.
    pub(crate) fn change(&mut self, id: u32, change: impl FnOnce(&mut Note)) {
        if let Some(note) = self.notes.get_mut(&id).filter(|note| !note.is_gone) {
            change(note);
        }
    }

    /// Returns the notes that are on the board.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Note> {
        self.notes.values().filter(|note| !note.is_gone)
    }
}

impl Point {
    pub(crate) fn of(pointer: &Pointer) -> Self {
        Self { x: pointer.x as i16, y: pointer.y as i16 }
    }

    pub(crate) fn plus(self, x: i16, y: i16) -> Self {
        Self { x: self.x.saturating_add(x), y: self.y.saturating_add(y) }
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self { x: self.x.saturating_sub(other.x), y: self.y.saturating_sub(other.y) }
    }

    /// Returns the nearest position at which all of a note is on the board.
    pub(crate) fn for_note(self) -> Self {
        Self { x: self.x.clamp(0, WIDTH - NOTE_WIDTH), y: self.y.clamp(0, HEIGHT - NOTE_HEIGHT) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn note(id: u32, change: i64, is_gone: bool) -> Note {
        Note { id, text: change.to_string(), hue: 0, at: Point::default(), is_gone, change }
    }

    fn texts(notes: &Notes) -> String {
        notes.iter().map(|note| note.text.as_str()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn notes_become_the_same_in_any_order() {
        let news = [note(1, 5, false), note(1, 7, true), note(2, 6, false), note(3, 4, false)];
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [1, 0, 3, 2]] {
            let mut notes = Notes::read(vec![note(1, 2, false)], 4);
            order.into_iter().for_each(|at| notes.take(news[at].clone()));
            assert_eq!(texts(&notes), "6", "{order:?}");
        }
    }

    #[test]
    fn an_older_reading_takes_nothing_back() {
        let mut notes = Notes::read(vec![note(1, 2, false), note(2, 3, false)], 3);
        notes.take(note(1, 5, true));
        notes.take(note(3, 6, false));
        notes.take_all(Notes::read(vec![note(1, 2, false), note(2, 4, false)], 4));
        assert_eq!(texts(&notes), "4 6");
    }
}
