//! The state of a page, as the harness sees it.

use std::time::Duration;

use tokio::time::Instant;

/// The number of values on a page. The handler's slot follows them.
pub(crate) const SLOTS: usize = 9;

#[derive(Debug, Default)]
pub(crate) struct Shown {
    pub(crate) live_since: Option<Instant>,
    /// The name of the process that serves it.
    pub(crate) process: String,
    /// The other values, in the order of the view.
    numbers: [u32; SLOTS - 1],
    /// The number of the last event that the page has made.
    pub(crate) made: u32,
    /// The events that wait for an answer.
    pub(crate) waiting: usize,
    /// The events that were answered since somebody took these.
    pub(crate) answers: Vec<Answer>,
    /// The events that the page had to give up.
    pub(crate) given_up: usize,
    pub(crate) refused: u32,
    /// The times that the page has got another session, or an older state of its own one.
    pub(crate) new_sessions: u32,
    pub(crate) older_states: u32,
    /// The server has asked the page to load itself anew.
    pub(crate) has_reloaded: bool,
}

/// An answer to an event.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer {
    pub(crate) since: Instant,
    pub(crate) took: Duration,
}

impl Shown {
    /// Reads the values in the HTML.
    pub(crate) fn of(html: &str) -> Self {
        let mut shown = Self::default();
        let values = html.split("<p>").skip(1).filter_map(|rest| rest.split_once("</p>"));
        values.enumerate().for_each(|(slot, (value, _))| shown.set(slot, value));
        shown
    }

    pub(crate) fn set(&mut self, slot: usize, text: &str) {
        match slot.checked_sub(1) {
            None => text.clone_into(&mut self.process),
            Some(at) if at < self.numbers.len() => self.numbers[at] = text.parse().expect("a number"),
            Some(_) => {}
        }
    }

    /// The last number that the model has.
    pub(crate) fn last(&self) -> u32 {
        self.numbers[0]
    }

    pub(crate) fn doubled(&self) -> u32 {
        self.numbers[1]
    }

    pub(crate) fn lost(&self) -> u32 {
        self.numbers[2]
    }

    /// The sum of the last numbers of all pages in the room.
    pub(crate) fn room(&self) -> u32 {
        self.numbers[3]
    }

    pub(crate) fn people(&self) -> u32 {
        self.numbers[4]
    }

    pub(crate) fn devices(&self) -> u32 {
        self.numbers[5]
    }

    pub(crate) fn lags(&self) -> u32 {
        self.numbers[6]
    }

    /// The page says that its process is cut off from the others.
    pub(crate) fn is_cut_off(&self) -> bool {
        self.numbers[7] > 0
    }
}
