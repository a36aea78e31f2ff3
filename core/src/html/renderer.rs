use std::any::Any;
use std::fmt;

use super::fingerprint::Seed;
use super::lookup::Lookup;
use super::patch::{Patch, SLOT};
use super::plan::Plan;
use super::template::{Known, Slot, Template};
use super::text::{Out, Target};

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

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// The first paint.
    Html,
    /// A full render as values.
    Values,
    /// What changed.
    Diff,
    /// Which handler stands at an address?
    Lookup,
}

/// How the next template's copy begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Opening {
    Root,
    Region,
    Row,
}

/// What a worker thread renders with: buffers, and no session's state between two calls.
pub(crate) struct Renderer {
    pub(crate) tape: Vec<u64>,
    known: Known,
    /// Where on the old tape the next word is read; [`NOWHERE`] where there is none to compare with.
    pub(crate) at: usize,
    /// Nothing of what is rendered was delivered before: every slot misses.
    pub(crate) cold: bool,
    pub(crate) mode: Mode,
    pub(crate) seed: Seed,
    /// Mixed into handlers' fingerprints, and those of `lazy`: which component data they are mapped
    /// with, and in a look-up a word that makes each of them miss.
    pub(crate) salt: u64,
    opening: Opening,
    pub(crate) patch: Patch,
    pub(crate) definitions: Vec<u8>,
    pub(crate) scratch: Vec<u8>,
    pub(crate) plans: Vec<Plan>,
    pub(crate) lookup: Lookup,
    /// Addresses at or below which another handler stands since this diff; each after its length.
    pub(crate) changed: Vec<u32>,
    splice: Splice,
}

/// A structural change, made up while the old tape is still read: the new one is the old up to
/// `start`, then `new`, then the old from `run`.
#[derive(Default)]
struct Splice {
    is_open: bool,
    start: usize,
    new: Vec<u64>,
    run: usize,
    /// What to add to a place on the old tape, in the run that is being read, for its place on the new.
    shift: usize,
}

const NOWHERE: usize = usize::MAX / 2;

/// In a look-up this is in the salt, so that no handler's fingerprint agrees with the tape.
pub(crate) const LOOKUP_SALT: u64 = 0x5AA5_C33C_1234_8765;

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl Renderer {
    pub(crate) fn new(seed: Seed) -> Self {
        Self {
            tape: Vec::new(),
            known: Known::default(),
            at: NOWHERE,
            cold: false,
            mode: Mode::Diff,
            seed,
            salt: 0,
            opening: Opening::Root,
            patch: Patch::default(),
            definitions: Vec::new(),
            scratch: Vec::new(),
            plans: Vec::new(),
            lookup: Lookup::default(),
            changed: Vec::new(),
            splice: Splice::default(),
        }
    }

    /// Renders in full, as HTML or values: the output is in `patch.out`.
    pub(crate) fn full(&mut self, store: &mut Store, mode: Mode, view: impl FnOnce(&mut Self)) {
        store.known.clear();
        std::mem::swap(&mut self.known, &mut store.known);
        self.reset(mode);
        self.cold = true;
        self.at = NOWHERE;
        self.splice = Splice { is_open: true, new: std::mem::take(&mut self.splice.new), ..Splice::default() };
        self.splice.new.clear();
        view(self);
        self.cold = false;
        if mode == Mode::Values {
            self.patch.out.pop();
        }
        store.tape.clear();
        store.tape.reserve_exact(self.splice.new.len());
        store.tape.extend_from_slice(&self.splice.new);
        self.splice.new.clear();
        std::mem::swap(&mut self.known, &mut store.known);
    }

    /// Renders what changed since `store`, and makes `store` what is true now. Nothing in `patch.out`
    /// then: nothing has changed.
    #[inline(always)]
    pub(crate) fn diff(&mut self, store: &mut Store, view: impl FnOnce(&mut Self)) {
        self.enter(store, Mode::Diff);
        view(self);
        self.patch.finish();
        if self.splice.is_open {
            self.commit();
        }
        self.leave(store);
    }

    /// Runs `view` to find the handler at the address in `lookup`, which is set and read by the caller.
    pub(crate) fn look_up(&mut self, store: &mut Store, view: impl FnOnce(&mut Self)) {
        self.enter(store, Mode::Lookup);
        self.salt = LOOKUP_SALT;
        view(self);
        self.leave(store);
    }

    #[inline(always)]
    fn enter(&mut self, store: &mut Store, mode: Mode) {
        std::mem::swap(&mut self.tape, &mut store.tape);
        std::mem::swap(&mut self.known, &mut store.known);
        self.reset(mode);
    }

    #[inline(always)]
    fn leave(&mut self, store: &mut Store) {
        std::mem::swap(&mut self.tape, &mut store.tape);
        std::mem::swap(&mut self.known, &mut store.known);
    }

    #[inline(always)]
    fn reset(&mut self, mode: Mode) {
        self.mode = mode;
        self.cold = false;
        self.at = 0;
        self.salt = 0;
        self.opening = Opening::Root;
        self.patch.begin();
        self.definitions.clear();
        self.changed.clear();
        self.splice.is_open = false;
        self.splice.shift = 0;
    }

    // ---- what is written

    #[inline(never)]
    pub(crate) fn open_cold(&mut self, template: &'static Template) {
        let opening = std::mem::replace(&mut self.opening, Opening::Region);
        let html = self.mode == Mode::Html;
        let number = self.known.number(template, !html, &mut self.definitions);
        match (html, opening) {
            (true, Opening::Region) => {
                self.patch.out.extend_from_slice(b"<!");
                self.patch.out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes());
                self.patch.out.push(b'>');
            }
            (true, Opening::Root | Opening::Row) => {}
            (false, Opening::Row) => self.patch.out.push(b'['),
            (false, Opening::Root | Opening::Region) => {
                self.patch.out.push(b'[');
                self.patch.number(number);
            }
        }
    }

    #[inline(never)]
    pub(crate) fn close_cold(&mut self, template: &'static Template) {
        if self.mode == Mode::Html {
            self.part(template, template.slots.len());
        } else {
            self.patch.close(b']');
        }
    }

    /// The next template is a row's.
    #[inline(always)]
    pub(crate) fn open_row(&mut self) {
        self.opening = Opening::Row;
    }

    /// In HTML, the static part before a slot.
    #[inline]
    pub(crate) fn part(&mut self, template: &'static Template, at: usize) {
        if self.mode == Mode::Html {
            self.patch.out.extend_from_slice(template.parts[at].as_bytes());
        }
    }

    /// A text's word has not been found on the tape. Where the text is to be written, if anywhere.
    pub(crate) fn begin_text(&mut self, template: Option<&'static Template>, slot: u32, print: u64) -> Option<usize> {
        if self.cold {
            self.splice.new.push(print);
            if let Some(template) = template {
                self.part(template, slot as usize);
            }
        } else if !self.overwrite(print) {
            return None;
        } else {
            self.patch.at(slot);
        }
        if self.mode != Mode::Html {
            self.patch.out.push(b'"');
        }
        Some(self.patch.out.len())
    }

    #[inline]
    pub(crate) fn text_out(&mut self) -> Out<'_> {
        let target = if self.mode == Mode::Html { Target::Html } else { Target::Json };
        Out::new(&mut self.patch.out, target)
    }

    pub(crate) fn end_text(&mut self, began: usize, slot: Slot) {
        let out = &mut self.patch.out;
        if self.mode != Mode::Html {
            out.extend_from_slice(b"\",");
            return;
        }
        let (sole, newline) = match slot {
            Slot::Value { sole, newline } => (sole, newline),
            Slot::Content { newline } => (true, newline),
            _ => (false, false),
        };
        if out.len() == began && !sole {
            out.extend_from_slice(b"<!>");
        } else if newline && out.get(began) == Some(&b'\n') {
            out.insert(began, b'\n');
        }
    }

    /// A handler's word has not been found. True: this is the handler that was looked for.
    #[inline(never)]
    pub(crate) fn handler_missed(&mut self, template: &'static Template, slot: u32, print: u64) -> bool {
        if self.cold {
            self.splice.new.push(print);
            self.part(template, slot as usize);
            return false;
        }
        if self.mode == Mode::Lookup {
            let delivered = self.tape[self.at];
            self.at += 1;
            return self.lookup.is_here(slot, delivered == print ^ LOOKUP_SALT);
        }
        self.overwrite(print);
        self.note_change(slot);
        false
    }

    /// Nothing stands in this slot now.
    pub(crate) fn write_nothing(&mut self) {
        let nothing: &[u8] = if self.mode == Mode::Html { b"<!>" } else { b"null," };
        self.patch.out.extend_from_slice(nothing);
    }

    pub(crate) fn found(&mut self, event: Box<dyn Any>) {
        self.lookup.found = Some(event);
    }

    /// Another handler, or region, stands at this slot than the page may still show.
    fn note_change(&mut self, slot: u32) {
        let from = self.changed.len();
        self.changed.push(0);
        for step in &self.patch.path {
            self.changed.push(match step.row {
                SLOT => step.index,
                row => (self.tape[row as usize + 1] >> 32) as u32,
            });
        }
        self.changed.push(slot);
        self.changed[from] = (self.changed.len() - from - 1) as u32;
    }

    // ---- where a look-up goes

    /// Into a slot's region. What [`Renderer::up`] needs to come back.
    #[inline(always)]
    pub(crate) fn down(&mut self, slot: u32) -> usize {
        self.patch.down(slot);
        if self.mode == Mode::Lookup { self.lookup.down(slot) } else { 0 }
    }

    #[inline(always)]
    pub(crate) fn up(&mut self, from: usize) {
        self.patch.up();
        if self.mode == Mode::Lookup {
            self.lookup.up(from);
        }
    }

    // ---- the tape

    /// The next word is `print` from now on; false in a look-up, which changes nothing.
    #[inline(always)]
    pub(crate) fn overwrite(&mut self, print: u64) -> bool {
        let at = self.at;
        self.at += 1;
        if self.mode == Mode::Lookup {
            return false;
        }
        self.tape[at] = print;
        true
    }

    /// A word that was not there.
    #[inline(always)]
    pub(crate) fn push(&mut self, word: u64) {
        self.splice.new.push(word);
    }

    /// The place, on the new tape, of the next word.
    #[inline(always)]
    pub(crate) fn place(&self) -> usize {
        if self.cold { self.splice.start + self.splice.new.len() } else { self.at.wrapping_add(self.splice.shift) }
    }

    /// The word at a place on the new tape.
    pub(crate) fn word(&mut self, place: usize) -> u64 {
        *self.word_mut(place)
    }

    /// Changes the word at a place on the new tape.
    #[inline(never)]
    pub(crate) fn amend(&mut self, place: usize, change: impl FnOnce(u64) -> u64) {
        let word = self.word_mut(place);
        *word = change(*word);
    }

    fn word_mut(&mut self, place: usize) -> &mut u64 {
        let splice = &mut self.splice;
        if !splice.is_open || place < splice.start {
            &mut self.tape[place]
        } else if place - splice.start < splice.new.len() {
            &mut splice.new[place - splice.start]
        } else {
            &mut self.tape[place - splice.start - splice.new.len() + splice.run]
        }
    }

    /// Takes what has been read and stays over to the new tape, which goes on at `to` on the old.
    pub(crate) fn skip_to(&mut self, to: usize) {
        if self.at == to {
            return;
        }
        self.flush();
        self.jump(to);
    }

    /// From here on nothing was delivered before, up to [`Renderer::leave_cold`], which gets the answer.
    pub(crate) fn enter_cold(&mut self) -> usize {
        self.flush();
        self.cold = true;
        std::mem::replace(&mut self.at, NOWHERE)
    }

    pub(crate) fn leave_cold(&mut self, at: usize) {
        self.jump(at);
        self.cold = false;
    }

    fn flush(&mut self) {
        let splice = &mut self.splice;
        if splice.is_open {
            splice.new.extend_from_slice(&self.tape[splice.run..self.at]);
        } else {
            splice.is_open = true;
            splice.start = self.at;
            splice.new.clear();
        }
        self.jump(self.at);
    }

    fn jump(&mut self, to: usize) {
        self.at = to;
        self.splice.run = to;
        self.splice.shift = (self.splice.start + self.splice.new.len()).wrapping_sub(to);
    }

    #[inline(never)]
    fn commit(&mut self) {
        let Splice { start, run, new, .. } = &mut self.splice;
        let tape = &mut self.tape;
        let (removed, added) = (*run - *start, new.len());
        let need = tape.len() - removed + added;
        if need > tape.capacity() {
            tape.reserve_exact(need - tape.len() + need / 16);
        }
        if added > removed {
            let len = tape.len();
            tape.resize(need, 0);
            tape.copy_within(*run..len, *start + added);
        } else {
            tape.copy_within(*run.., *start + added);
            tape.truncate(need);
        }
        tape[*start..*start + added].copy_from_slice(new);
        new.clear();
        if tape.capacity() > 2 * need + 32 {
            tape.shrink_to(need + need / 16);
        }
    }

    /// Begins the change of what stands in a branch; `words` of the old tape go. `None` in a look-up.
    #[inline(never)]
    pub(crate) fn enter_branch(&mut self, slot: u32, arm: u32) -> Option<Change> {
        let mut back = None;
        if !self.cold {
            let words = 1 + (self.tape[self.at] >> 32) as usize;
            if self.mode == Mode::Lookup {
                self.at += words;
                self.lookup.gone(slot);
                return None;
            }
            self.note_change(slot);
            self.patch.at(slot);
            self.patch.out.extend_from_slice(b"{\"=\":");
            self.flush();
            self.jump(self.at + words);
            back = Some(self.enter_cold());
        }
        let head = self.place();
        self.push(u64::from(arm));
        if arm == 0 {
            self.write_nothing();
        }
        Some(Change { back, head })
    }

    #[inline(never)]
    pub(crate) fn leave_branch(&mut self, change: Change) {
        let length = (self.place() - change.head - 1) as u64;
        self.amend(change.head, |word| word & 0xFFFF_FFFF | length << 32);
        if let Some(back) = change.back {
            self.leave_cold(back);
            self.patch.close(b'}');
        }
    }
}

/// A branch whose arm is being rendered anew.
pub(crate) struct Change {
    back: Option<usize>,
    head: usize,
}
