//! A page's model and its events.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use tealight::prelude::*;
use tealight::presence::{Here, People};

use crate::database::{Change, DatabaseError, MOST_LINES, News, Said, Snapshot};
use crate::guest::{Device, Guest};
use crate::hands::{Grip, Hand, Hands, Others};
use crate::note::{Note, Notes, Point};
use crate::writer::Writer;

#[derive(Serialize, Deserialize)]
pub(crate) struct Model {
    pub(crate) guest: Guest,
    pub(crate) me: Device,
    pub(crate) people: People<Device>,
    pub(crate) notes: Notes,
    /// The newest lines, by their ids.
    pub(crate) chat: BTreeMap<i64, Said>,
    /// The note that this page drags, and the position of its hand.
    pub(crate) drag: Option<(Grip, Point)>,
    #[serde(skip)]
    pub(crate) others: Others,
    pub(crate) writer: Writer,
    pub(crate) trouble: Option<String>,
    /// This process does not hear of the others.
    #[serde(skip)]
    pub(crate) is_cut_off: bool,
}

#[derive(Hash)]
pub(crate) enum ExternalEvent {
    Add,
    Write(u32, String),
    Remove(u32),
    Grab(u32, Pointer),
    Point(Pointer),
    /// The pointer has left the board.
    Leave,
    Drop,
    /// A key moves a note.
    Nudge(u32, i16, i16),
    Say(Line),
}

pub(crate) enum InternalEvent {
    Here(Here<Device>),
    Hands(Hands),
    Note(Note),
    Said(Said),
    Stored(Result<Option<News>, DatabaseError>),
    /// Messages may be lost.
    Lagged,
    Connected(bool),
    Read(Result<Snapshot, DatabaseError>),
    /// This page's hand is on the tray, or gone from it.
    Told,
}

#[derive(Hash, Deserialize)]
pub(crate) struct Line {
    pub(crate) text: String,
}

impl Model {
    pub(crate) fn new(guest: Guest, Snapshot { notes, chat }: Snapshot) -> Self {
        let me = guest.device();
        let chat = chat.into_iter().map(|said| (said.id, said)).collect();
        let (people, others, writer) = (People::new(), Others::default(), Writer::of(me.page));
        Self { guest, me, people, notes, chat, drag: None, others, writer, trouble: None, is_cut_off: false }
    }

    pub(crate) fn hear(&mut self, here: Here<Device>) {
        self.people.apply(here);
        let people = &self.people;
        self.others.retain(|page| people.iter().any(|(_, devices)| devices.iter().any(|device| device.page == page)));
    }

    pub(crate) fn said(&mut self, lines: impl IntoIterator<Item = Said>) {
        self.chat.extend(lines.into_iter().map(|said| (said.id, said)));
        while self.chat.len() > MOST_LINES {
            self.chat.pop_first();
        }
    }

    /// Shows the changes of this page that are not stored yet.
    pub(crate) fn show_changes(&mut self) {
        for change in self.writer.iter() {
            match change {
                Change::Write { id, text } => self.notes.change(*id, |note| note.text.clone_from(text)),
                Change::Move { id, at } => self.notes.change(*id, |note| note.at = *at),
                Change::Add { .. } | Change::Remove { .. } | Change::Say { .. } => {}
            }
        }
    }

    /// Takes a note with the hand, at this position of the note.
    pub(crate) fn grab(&mut self, note: u32, at: Point) {
        self.drag = self.notes.get(note).map(|found| (Grip { note, at }, found.at.plus(at.x, at.y)));
    }

    /// The hands of other pages over the board, each with its device.
    pub(crate) fn hands(&self) -> impl Iterator<Item = (&Device, &Hand)> {
        let devices = self.people.iter().flat_map(|(_, devices)| devices);
        devices
            .filter(|device| device.page != self.me.page)
            .filter_map(|device| Some((device, self.others.get(device.page)?)))
    }

    /// Returns the notes that are in a hand: where each is, and the color of the hand's person.
    pub(crate) fn held(&self) -> BTreeMap<u32, (Point, u16)> {
        let theirs = self.hands().filter_map(|(device, hand)| Some((hand.grip?, hand.at, device.hue)));
        let mine = self.drag.map(|(grip, hand)| (grip, hand, self.me.hue));
        theirs.chain(mine).map(|(grip, hand, hue)| (grip.note, (grip.carries_to(hand), hue))).collect()
    }

    /// The memory of the texts, in bytes.
    pub(crate) fn text_bytes(&self) -> usize {
        let notes = self.notes.iter().map(|note| note.text.len());
        notes.chain(self.chat.values().map(|said| said.text.len())).sum()
    }
}
