//! Writes a patch up to the end of its body. `docs/protocol.md` describes the format.

use crate::html::value::decimal;
use crate::wire;

/// The writer of patches.
///
/// The path leads to the slot that is being compared. `open` has the brackets that are open in `out`. The two are brought
/// together only when something has changed, so entering and leaving an unchanged region costs a push and a pop. A comma
/// follows each value, and closing a bracket replaces the last comma.
#[derive(Default)]
pub(crate) struct Patch {
    pub(crate) out: Vec<u8>,
    /// The last step of the path. `above` has the others, from the root on.
    step: Step,
    above: Vec<Step>,
    open: Vec<Open>,
    /// The cursor of the root's array.
    cursor: u32,
    number: u32,
    is_begun: bool,
    /// The length of `out` when the last insertion ended.
    inserted: usize,
}

/// One level of a path: a slot, or a row of a list.
#[derive(Clone, Copy, Default)]
pub(crate) struct Step {
    pub(crate) index: u32,
    /// The position on the tape of a row; [`SLOT`] for a slot.
    pub(crate) row: u32,
}

pub(crate) const SLOT: u32 = u32::MAX;

struct Open {
    index: u32,
    cursor: u32,
}

impl Patch {
    #[inline(always)]
    pub(crate) fn begin(&mut self, number: u32) {
        self.number = number;
        self.is_begun = false;
    }

    /// Closes the body. Returns false if nothing was written because nothing has changed.
    #[inline(always)]
    pub(crate) fn finish(&mut self) -> bool {
        if self.is_begun {
            while self.open.pop().is_some() {
                self.close(b']');
            }
            if let Some(last) = self.out.last_mut() {
                *last = b']';
            }
        }
        self.is_begun
    }

    #[inline(always)]
    pub(crate) fn down(&mut self, slot: u32) {
        self.above.push(self.step);
        self.step = Step { index: slot, row: SLOT };
    }

    /// Enters a list. [`Patch::row`] enters its rows.
    #[inline(always)]
    pub(crate) fn down_list(&mut self, slot: u32) {
        self.above.extend_from_slice(&[self.step, Step { index: slot, row: SLOT }]);
    }

    #[inline(always)]
    pub(crate) fn up_list(&mut self) {
        self.above.pop();
        self.up();
    }

    #[inline(always)]
    pub(crate) fn up(&mut self) {
        if let Some(step) = self.above.pop() {
            self.step = step;
        }
    }

    /// Makes this row the path's last step.
    #[inline(always)]
    pub(crate) fn row(&mut self, index: u32, row: usize) {
        self.step = Step { index, row: row as u32 };
    }

    /// Moves to this slot. The caller then writes its value to `out`.
    #[inline(always)]
    pub(crate) fn at(&mut self, slot: u32) {
        self.start();
        if self.above.is_empty() && self.open.is_empty() {
            if self.cursor != slot {
                self.number(slot);
            }
            self.cursor = slot + 1;
        } else {
            self.meet(self.above.len());
            self.advance(slot);
        }
    }

    /// Removes the rows with these old indices, each plus `first`. This comes before any other change of the list.
    pub(crate) fn remove(&mut self, first: u32, rows: &[u32]) {
        self.start();
        self.meet(self.above.len() - 1);
        self.out.extend_from_slice(wire::REMOVE);
        let mut rest = rows;
        while let Some(&from) = rest.first() {
            let run = rest.iter().zip(from..).take_while(|(row, next)| *row == next).count();
            if run > 2 {
                self.out.push(b'[');
                self.number(first + from);
                self.number(run as u32);
                self.close(b']');
                rest = &rest[run..];
            } else {
                self.number(first + from);
                rest = &rest[1..];
            }
        }
        self.close(b']');
        self.close(b'}');
    }

    /// Moves the row with this old index to the new index `to`.
    pub(crate) fn move_row(&mut self, to: u32, from: u32) {
        self.start();
        self.meet(self.above.len() - 1);
        self.advance(to);
        self.out.extend_from_slice(wire::MOVE);
        self.number(from);
        self.close(b'}');
    }

    /// Begins a new row. The caller then writes its values to `out` and calls [`Patch::end_insert`].
    pub(crate) fn begin_insert(&mut self, to: u32) {
        self.start();
        self.meet(self.above.len() - 1);
        let goes_on = self.out.len() == self.inserted && self.open.last().is_none_or(|open| open.cursor == to);
        if goes_on {
            self.out.truncate(self.out.len() - b"]},".len());
            self.out.push(b',');
            self.set_cursor(to + 1);
        } else {
            self.advance(to);
            self.out.extend_from_slice(wire::INSERT);
        }
    }

    pub(crate) fn end_insert(&mut self) {
        self.close(b']');
        self.close(b'}');
        self.inserted = self.out.len();
    }

    /// Replaces the last comma with this bracket and a comma.
    #[inline(always)]
    pub(crate) fn close(&mut self, bracket: u8) {
        match self.out.last_mut() {
            Some(last) if *last == b',' => *last = bracket,
            _ => self.out.push(bracket),
        }
        self.out.push(b',');
    }

    #[inline(always)]
    pub(crate) fn number(&mut self, number: u32) {
        if number < 10 {
            self.out.extend_from_slice(&[b'0' + number as u8, b',']);
        } else {
            decimal::whole(&mut self.out, number.into());
            self.out.push(b',');
        }
    }

    #[inline(always)]
    fn start(&mut self) {
        if !self.is_begun {
            self.is_begun = true;
            self.inserted = usize::MAX;
            self.cursor = 0;
            wire::begin_patch(&mut self.out, self.number);
        }
    }

    /// The steps of the path, from the root on.
    pub(crate) fn path(&self) -> impl Iterator<Item = Step> {
        let last = (!self.above.is_empty()).then_some(self.step);
        self.above.iter().skip(1).copied().chain(last)
    }

    /// Closes and opens brackets until exactly those of the path's first `depth` steps are open.
    #[inline(never)]
    fn meet(&mut self, depth: usize) {
        let both = self.open.iter().zip(self.path().take(depth));
        let same = both.take_while(|(open, step)| open.index == step.index).count();
        while self.open.len() > same {
            self.close(b']');
            self.open.pop();
        }
        for at in same..depth {
            let index = self.above.get(at + 1).unwrap_or(&self.step).index;
            self.advance(index);
            self.out.push(b'[');
            self.open.push(Open { index, cursor: 0 });
        }
    }

    #[inline(always)]
    fn set_cursor(&mut self, to: u32) {
        match self.open.last_mut() {
            Some(open) => open.cursor = to,
            None => self.cursor = to,
        }
    }

    /// Moves the cursor past `index`. Writes the index if the cursor is elsewhere.
    #[inline(always)]
    fn advance(&mut self, index: u32) {
        let cursor = self.open.last().map_or(self.cursor, |open| open.cursor);
        if cursor != index {
            self.number(index);
        }
        self.set_cursor(index + 1);
    }
}
