use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tealight_core::Command;

use super::{Internal, TOPIC};

/// A model. Each event changes it at random, by numbers of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Model {
    /// The session's number, among all that were mounted in this case.
    pub tag: u32,
    /// The events that were applied: the page and its number.
    pub log: Vec<(u32, u32)>,
    pub shape: u8,
    pub rows: Vec<Row>,
    pub n: i64,
    pub is_open: bool,
    pub kind: u8,
    pub is_ticking: bool,
    pub ticks: u32,
    pub is_listening: bool,
    pub heard: u32,
    /// The number of commands for the page.
    pub announced: u32,
    /// The events that tasks and timers still owe to this model.
    pub owed: i32,
    pub refused: u32,
    pub too_long: u32,
    next: u32,
    random: u64,
}

/// A row, with rows of its own.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[allow(missing_docs)]
pub struct Row {
    pub id: u32,
    pub n: i64,
    pub is_open: bool,
    pub parts: Vec<(u32, i64)>,
}

/// A handler, with all its data.
#[derive(Clone, Copy, Debug, Hash, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Place {
    Stay,
    Count(i64),
    Kind(u8),
    Open,
    Close(i64),
    Row(u32),
    RowCount(u32, i64),
    RowOpen(u32),
    Part(u32, u32, i64),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

const MOST_ROWS: usize = 10;

impl Model {
    /// A first model. Those of different sessions have little in common.
    pub fn new(tag: u32) -> Self {
        let mut model = Self {
            tag,
            log: Vec::new(),
            shape: (tag % 4) as u8,
            rows: Vec::new(),
            n: 0,
            is_open: false,
            kind: 0,
            is_ticking: false,
            ticks: 0,
            is_listening: false,
            heard: 0,
            announced: 0,
            owed: 0,
            refused: 0,
            too_long: 0,
            next: 0,
            random: u64::from(tag).wrapping_mul(0x9E37_79B9_7F4A_7C15),
        };
        for _ in 0..tag % 5 {
            model.insert();
        }
        model
    }

    /// Changes something, and returns a command now and then.
    pub fn change(&mut self) -> Command<Internal> {
        for _ in 0..1 + self.below(2) {
            self.change_once();
        }
        match self.below(16) {
            0 | 1 => {
                self.announced += 1;
                Command::announce(self.announced.to_string())
            }
            2 => {
                self.owed += 1;
                Command::after(Duration::from_millis(self.below(4_000) as u64), Internal::Paid)
            }
            3 => {
                self.owed += 1;
                let wait = Duration::from_millis(self.below(3_000) as u64);
                Command::perform(tokio::time::sleep(wait), |()| Internal::Paid)
            }
            4 => {
                self.owed += 1;
                Command::perform(async {}, |()| Internal::Paid)
            }
            5 => Command::publish(TOPIC, &self.tag),
            6 => {
                self.is_ticking = self.below(3) == 0;
                Command::none()
            }
            7 => {
                self.is_listening = !self.is_listening;
                Command::none()
            }
            _ => Command::none(),
        }
    }

    fn change_once(&mut self) {
        let len = self.rows.len();
        let at = self.below(len.max(1));
        match self.below(16) {
            0 | 1 => self.insert(),
            2 if len > 0 => drop(self.rows.remove(at)),
            3 if len > 0 => {
                let row = self.rows.remove(at);
                let to = self.below(len);
                self.rows.insert(to, row);
            }
            4 => self.rows.reverse(),
            5 | 6 if len > 0 => self.rows[at].n += 1,
            7 => self.n += 1,
            8 => self.is_open = !self.is_open,
            9 => self.kind = self.below(4) as u8,
            10 | 11 if len > 0 => self.rows[at].is_open = !self.rows[at].is_open,
            12 if len > 0 => {
                let parts = &mut self.rows[at].parts;
                if parts.len() < 4 {
                    parts.insert(0, (self.next, 0));
                    self.next += 1;
                }
            }
            13 if len > 0 && !self.rows[at].parts.is_empty() => {
                let part = self.below(self.rows[at].parts.len());
                let parts = &mut self.rows[at].parts;
                parts[part].1 += 1;
                parts.rotate_left(1);
            }
            14 if len > 0 => drop(self.rows[at].parts.pop()),
            // an event that changes nothing
            _ => {}
        }
    }

    fn insert(&mut self) {
        if self.rows.len() == MOST_ROWS {
            self.rows.pop();
        }
        let at = self.below(self.rows.len() + 1);
        self.rows.insert(at, Row { id: self.next, n: 0, is_open: false, parts: Vec::new() });
        self.next += 1;
    }

    /// SplitMix64 (Steele, Lea, Flood 2014), since the model's numbers must be saved with it.
    fn below(&mut self, n: usize) -> usize {
        self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.random ^ self.random >> 30).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ mixed >> 31) >> 16) as usize % n
    }
}
