//! The tape: the words that a session keeps of the last delivered render. A pass reads the old tape and changes it
//! into the new one on the way.

use serde::{Deserialize, Serialize};

use super::known::Known;
use super::pass::Pass;
use super::renderer::Mode;

/// Everything that a session keeps of its last delivered render.
///
/// The tape describes itself:
///
/// | | words |
/// |---|---|
/// | text, attribute, handler | `[fingerprint]` |
/// | branch | `[arm: 32 \| length: 32]`, the arm's words |
/// | list | `[rows: 32 \| length: 32]`, `[next serial]` if its rows have serials, the rows |
/// | row | `[key]`, `[length: 32 \| serial: 32]` if it has a handler or its length varies, its words |
/// | `lazy` | `[fingerprint of the inputs]`, `[length]` if it varies, its words |
///
/// A component adds no words of its own.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Store {
    pub(super) tape: Vec<u64>,
    pub(super) known: Known,
}

impl Store {
    /// Bytes on the heap.
    pub(crate) fn bytes(&self) -> usize {
        self.tape.capacity() * size_of::<u64>() + self.known.bytes()
    }

    pub(crate) fn tape(&self) -> &[u64] {
        &self.tape
    }
}

/// A change of the tape's structure, prepared while the old tape is still being read. The new tape is the old one up
/// to `start`, then `new`, then the old one from `run`.
#[derive(Default)]
pub(super) struct Splice {
    is_open: bool,
    start: usize,
    new: Vec<u64>,
    run: usize,
    /// In the run that is being read, the difference between a place on the new tape and on the old one.
    shift: usize,
}

/// The position on the old tape of a slot that is not on it.
pub(super) const NOWHERE: usize = usize::MAX / 2;

impl Pass<'_> {
    /// Replaces the next word. Returns false in a look-up, which changes nothing.
    #[inline(always)]
    pub(super) fn overwrite(&mut self, word: u64) -> bool {
        let at = self.r.at;
        self.r.at += 1;
        if self.r.mode == Mode::Lookup {
            return false;
        }
        self.store.tape[at] = word;
        true
    }

    /// Adds a word to the new tape.
    #[inline(always)]
    pub(crate) fn push(&mut self, word: u64) {
        self.r.splice.new.push(word);
    }

    /// The place of the next word on the new tape.
    #[inline(always)]
    pub(crate) fn place(&self) -> usize {
        if self.r.mode.is_cold() { self.r.splice.start + self.r.splice.new.len() } else { self.warm_place() }
    }

    /// As [`Pass::place`], where an old tape is being read.
    #[inline(always)]
    pub(super) fn warm_place(&self) -> usize {
        self.r.at.wrapping_add(self.r.splice.shift)
    }

    /// The word at a place on the new tape.
    #[inline(always)]
    pub(super) fn word(&mut self, place: usize) -> u64 {
        *self.word_mut(place)
    }

    /// Changes the word at a place on the new tape.
    #[inline(never)]
    pub(crate) fn amend(&mut self, place: usize, change: impl FnOnce(u64) -> u64) {
        let word = self.word_mut(place);
        *word = change(*word);
    }

    #[inline(always)]
    fn word_mut(&mut self, place: usize) -> &mut u64 {
        let splice = &mut self.r.splice;
        if !splice.is_open || place < splice.start {
            &mut self.store.tape[place]
        } else if place - splice.start < splice.new.len() {
            &mut splice.new[place - splice.start]
        } else {
            &mut self.store.tape[place - splice.start - splice.new.len() + splice.run]
        }
    }

    /// Keeps the words read so far and continues reading at `to` on the old tape.
    pub(super) fn skip_to(&mut self, to: usize) {
        if self.r.at == to {
            return;
        }
        self.flush();
        self.jump(to);
    }

    /// Begins a region that was not delivered before. Returns the position to give to [`Pass::leave_cold`].
    pub(super) fn enter_cold(&mut self) -> usize {
        self.flush();
        self.r.mode = Mode::Values;
        std::mem::replace(&mut self.r.at, NOWHERE)
    }

    pub(super) fn leave_cold(&mut self, at: usize) {
        self.jump(at);
        self.r.mode = Mode::Diff;
    }

    /// Copies the words read since the last jump to the new tape.
    pub(super) fn flush(&mut self) {
        let splice = &mut self.r.splice;
        if splice.is_open {
            splice.new.extend_from_slice(&self.store.tape[splice.run..self.r.at]);
        } else {
            splice.open_at(self.r.at);
            self.r.has_extras = true;
        }
        self.jump(self.r.at);
    }

    /// Continues reading at `to` on the old tape, without the words between.
    pub(super) fn jump(&mut self, to: usize) {
        self.r.at = to;
        self.r.splice.run = to;
        self.r.splice.shift = (self.r.splice.start + self.r.splice.new.len()).wrapping_sub(to);
    }
}

impl Splice {
    pub(super) fn open_at(&mut self, start: usize) {
        self.is_open = true;
        self.start = start;
        self.new.clear();
    }

    fn close(&mut self) {
        self.is_open = false;
        self.start = 0;
        self.shift = 0;
        self.new.clear();
    }

    /// Makes the new words the whole tape, in an allocation of exactly their size.
    pub(super) fn replace(&mut self, tape: &mut Vec<u64>) {
        tape.clear();
        tape.reserve_exact(self.new.len());
        tape.extend_from_slice(&self.new);
        self.close();
    }

    /// Puts the new words into the tape, if there are any.
    pub(super) fn commit(&mut self, tape: &mut Vec<u64>) {
        if self.is_open {
            self.insert(tape);
            self.close();
        }
    }

    #[inline(never)]
    fn insert(&self, tape: &mut Vec<u64>) {
        let Self { start, run, new, .. } = self;
        let (removed, added) = (*run - *start, new.len());
        let need = tape.len() - removed + added;
        if need > tape.capacity() {
            tape.reserve_exact(need - tape.len() + need / 16);
        }
        if added > removed {
            let len = tape.len();
            tape.resize(need, 0);
            tape.copy_within(*run..len, *start + added);
        } else if added < removed {
            tape.copy_within(*run.., *start + added);
            tape.truncate(need);
        }
        tape[*start..*start + added].copy_from_slice(new);
        if tape.capacity() > 2 * need + 32 {
            tape.shrink_to(need + need / 16);
        }
    }
}
