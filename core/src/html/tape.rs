//! The tape: what is kept of the last delivered render, and how it changes while it is read.

use super::renderer::{Mode, Pass};
use super::template::Known;

/// What a session keeps of its last delivered render.
///
/// One self-describing tape of words. Text, attribute and handler: `[fingerprint]`. Branch:
/// `[arm: 32 | length: 32]` and the arm's words. List: `[rows: 32 | length: 32]`, the next serial if
/// its rows have serials, and the rows. Row: `[key]`, `[length: 32 | serial: 32]` if it has a handler or
/// its length varies, and its words. Lazy: `[inputs]`, `[length]` if it varies, and its words. A component
/// adds nothing of its own.
#[derive(Debug, Default)]
pub(crate) struct Store {
    pub(crate) tape: Vec<u64>,
    pub(crate) known: Known,
}

impl Store {
    pub(crate) fn bytes(&self) -> usize {
        self.tape.capacity() * size_of::<u64>() + self.known.bytes()
    }
}

/// A structural change, made up while the old tape is still read: the new one is the old up to
/// `start`, then `new`, then the old from `run`.
#[derive(Default)]
pub(super) struct Splice {
    pub(super) is_open: bool,
    pub(super) start: usize,
    pub(super) new: Vec<u64>,
    run: usize,
    /// What to add to a place on the old tape, in the run that is being read, for its place on the new.
    shift: usize,
}

/// Where nothing is on the old tape.
pub(super) const NOWHERE: usize = usize::MAX / 2;

impl Pass<'_> {
    /// The next word is `fingerprint` from now on; false in a look-up, which changes nothing.
    #[inline(always)]
    pub(crate) fn overwrite(&mut self, fingerprint: u64) -> bool {
        let at = self.r.at;
        self.r.at += 1;
        if self.r.mode == Mode::Lookup {
            return false;
        }
        self.store.tape[at] = fingerprint;
        true
    }

    /// A word that was not there.
    #[inline(always)]
    pub(crate) fn push(&mut self, word: u64) {
        self.r.splice.new.push(word);
    }

    /// The place, on the new tape, of the next word.
    #[inline(always)]
    pub(crate) fn place(&self) -> usize {
        if self.r.mode.is_cold() { self.r.splice.start + self.r.splice.new.len() } else { self.warm_place() }
    }

    /// The word at a place on the new tape.
    #[inline(always)]
    pub(crate) fn word(&mut self, place: usize) -> u64 {
        *self.word_mut(place)
    }

    /// The same where there is an old tape to read.
    #[inline(always)]
    pub(crate) fn warm_place(&self) -> usize {
        self.r.at.wrapping_add(self.r.splice.shift)
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

    /// Takes what has been read and stays over to the new tape, which goes on at `to` on the old.
    pub(crate) fn skip_to(&mut self, to: usize) {
        if self.r.at == to {
            return;
        }
        self.flush();
        self.jump(to);
    }

    /// From here on nothing was delivered before, up to [`Renderer::leave_cold`], which gets the answer.
    pub(crate) fn enter_cold(&mut self) -> usize {
        self.flush();
        self.r.mode = Mode::Values;
        std::mem::replace(&mut self.r.at, NOWHERE)
    }

    pub(crate) fn leave_cold(&mut self, at: usize) {
        self.jump(at);
        self.r.mode = Mode::Diff;
    }

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

    pub(super) fn close(&mut self) {
        self.is_open = false;
        self.start = 0;
        self.shift = 0;
        self.new.clear();
    }

    #[inline(never)]
    pub(super) fn commit(&mut self, tape: &mut Vec<u64>) {
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
