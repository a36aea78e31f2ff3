use std::any::Any;
use std::fmt;

use super::decimal;
use super::distinct::Distinct;
use super::escape;
use super::fingerprint::HashSeed;
use super::lookup::Lookup;
use super::nesting::{Misplaced, Nesting};
use super::patch::{Patch, SLOT};
use super::plan::Plan;
use super::tape::{NOWHERE, Splice, Store};
use super::template::{Slot, Template};
use super::view::Position;
use crate::wire;
use crate::wire::form::{FormAddress, POSTED_FORM};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// What changed.
    Diff,
    /// The first paint.
    Html,
    /// In full as values: all, or what was not there.
    Values,
    /// Which handler stands at an address?
    Lookup,
}

impl Mode {
    /// Whether nothing of what is rendered was delivered before: every slot misses.
    #[inline(always)]
    pub(crate) fn is_cold(self) -> bool {
        matches!(self, Self::Html | Self::Values)
    }
}

/// What a worker thread renders with: buffers, and no session's state between two calls.
pub(crate) struct Renderer {
    /// Where on the old tape the next word is read; [`NOWHERE`] where there is none to compare with.
    pub(crate) at: usize,
    pub(crate) mode: Mode,
    pub(crate) seed: HashSeed,
    /// Mixed into handlers' fingerprints, and those of `lazy`: which component data they are mapped
    /// with, and in a look-up a word that makes each of them miss.
    pub(crate) salt: u64,
    /// Of the components' data around a handler; in HTML and in a look-up.
    pub(crate) marks: u64,
    /// In HTML, the query of the page's address.
    pub(crate) query: String,
    pub(crate) patch: Patch,
    pub(crate) definitions: Vec<u8>,
    pub(crate) scratch: Vec<u8>,
    /// Where in the HTML the parser drops a line feed, if the text that begins there is in a branch.
    eats_newline: usize,
    pub(crate) plans: Vec<Plan>,
    pub(super) keys: Distinct,
    pub(crate) lookup: Lookup,
    /// Addresses at or below which another handler stands since this diff; each after its length.
    pub(crate) changed: Vec<u32>,
    /// Whether there may be something in `definitions`, `changed`, `splice` or `faults`.
    pub(crate) has_extras: bool,
    pub(super) splice: Splice,
    /// How often two rows of a list had one key.
    pub(crate) duplicates: u32,
    /// In development: what is wrong with the view, for the page to say.
    pub(crate) faults: Vec<String>,
    pub(super) nesting: Nesting,
}

/// In a look-up this is in the salt, so that no handler's fingerprint agrees with the tape.
pub(crate) const LOOKUP_SALT: u64 = 0x5AA5_C33C_1234_8765;

impl fmt::Debug for Renderer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Renderer").field("mode", &self.mode).finish_non_exhaustive()
    }
}

impl Renderer {
    pub(crate) fn new(seed: HashSeed) -> Self {
        Self {
            at: NOWHERE,
            mode: Mode::Diff,
            seed,
            salt: 0,
            marks: 0,
            query: String::new(),
            patch: Patch::default(),
            definitions: Vec::new(),
            scratch: Vec::new(),
            eats_newline: usize::MAX,
            plans: Vec::new(),
            keys: Distinct::default(),
            lookup: Lookup::default(),
            changed: Vec::new(),
            has_extras: false,
            splice: Splice::default(),
            duplicates: 0,
            faults: Vec::new(),
            nesting: Nesting::default(),
        }
    }

    /// Renders in full, as HTML or values: the output is appended to `out`, and `definitions` holds what
    /// the page needs.
    pub(crate) fn full(&mut self, store: &mut Store, mode: Mode, out: &mut Vec<u8>, view: impl FnOnce(Pass<'_>)) {
        store.known.clear();
        self.eats_newline = usize::MAX;
        self.definitions.clear();
        std::mem::swap(&mut self.patch.out, out);
        self.mode = mode;
        self.at = NOWHERE;
        self.splice.open_at(0);
        Restored::run(self, store, view);
        self.mode = Mode::Diff;
        if mode == Mode::Values {
            self.patch.out.pop();
        }
        std::mem::swap(&mut self.patch.out, out);
        store.tape.clear();
        store.tape.reserve_exact(self.splice.new.len());
        store.tape.extend_from_slice(&self.splice.new);
        store.known.shrink();
        self.splice.close();
    }

    /// Appends to `out` the patch, of this number, from what `store` has to what is true now, up to its
    /// body's end, and makes `store` that; if it `has_extras`, with [`Renderer::commit`]. False: nothing
    /// is to be drawn.
    #[inline(always)]
    pub(crate) fn diff(
        &mut self,
        store: &mut Store,
        number: u32,
        out: &mut Vec<u8>,
        view: impl FnOnce(Pass<'_>),
    ) -> bool {
        std::mem::swap(&mut self.patch.out, out);
        self.at = 0;
        self.patch.begin(number);
        Restored::run(self, store, view);
        let is_changed = self.patch.finish();
        std::mem::swap(&mut self.patch.out, out);
        is_changed
    }

    /// What a diff leaves to be done when it `has_extras`.
    pub(crate) fn commit(&mut self, store: &mut Store) {
        if self.splice.is_open {
            self.splice.commit(&mut store.tape);
            self.splice.close();
        }
        self.changed.clear();
        self.definitions.clear();
        self.has_extras = false;
    }

    pub(crate) fn fault(&mut self, fault: impl FnOnce() -> String) {
        if cfg!(debug_assertions) {
            self.faults.push(fault());
            self.has_extras |= self.mode == Mode::Diff;
        }
    }

    /// Runs `view` to find the handler at the address in `lookup`, which is set and read by the caller.
    pub(crate) fn look_up(&mut self, store: &mut Store, view: impl FnOnce(Pass<'_>)) {
        self.at = 0;
        self.mode = Mode::Lookup;
        self.salt = LOOKUP_SALT;
        Restored::run(self, store, view);
        self.salt = 0;
        self.mode = Mode::Diff;
    }
}

/// Between two runs a renderer is at rest, which spares a reset before each. A panic in a view leaves it
/// otherwise: this makes it anew then.
struct Restored<'r>(&'r mut Renderer);

impl Drop for Restored<'_> {
    fn drop(&mut self) {
        *self.0 = Renderer::new(self.0.seed.clone());
    }
}

impl Restored<'_> {
    #[inline(always)]
    fn run(r: &mut Renderer, store: &mut Store, view: impl FnOnce(Pass<'_>)) {
        let guard = Restored(r);
        view(Pass { r: guard.0, store });
        std::mem::forget(guard);
    }
}

/// One run of a view over a session's store.
#[derive(Debug)]
pub(crate) struct Pass<'r> {
    pub(crate) r: &'r mut Renderer,
    pub(crate) store: &'r mut Store,
}

impl Pass<'_> {
    #[inline(always)]
    pub(crate) fn again(&mut self) -> Pass<'_> {
        Pass { r: self.r, store: self.store }
    }

    /// Begins a copy of a template in a slot. What [`Pass::end_copy`] needs.
    #[inline(always)]
    pub(crate) fn begin_copy(&mut self, at: Position, template: &'static Template) -> usize {
        if !at.is_root() {
            self.r.patch.down(at.slot);
        }
        if cfg!(debug_assertions) {
            self.r.nesting.enter(at);
        }
        if self.r.mode == Mode::Diff { 0 } else { self.begin_other(at, template) }
    }

    #[inline(always)]
    pub(crate) fn end_copy(&mut self, at: Position, from: usize, template: &'static Template) {
        if !at.is_root() {
            self.r.patch.up();
        }
        if cfg!(debug_assertions) {
            self.r.nesting.leave();
        }
        if self.r.mode != Mode::Diff {
            self.end_other(from, template);
        }
    }

    #[inline(never)]
    fn begin_other(&mut self, at: Position, template: &'static Template) -> usize {
        if self.r.mode.is_cold() {
            self.begin_cold(at, template);
            0
        } else if at.is_root() {
            self.r.lookup.depth()
        } else {
            self.r.lookup.down(at.slot)
        }
    }

    #[inline(never)]
    fn end_other(&mut self, from: usize, template: &'static Template) {
        if self.r.mode.is_cold() {
            self.end_cold(template);
        } else {
            self.r.lookup.up(from);
        }
    }

    /// Whether a look-up's address leads elsewhere than into this slot.
    #[inline(always)]
    pub(crate) fn is_elsewhere(&self, at: Position) -> bool {
        self.r.mode == Mode::Lookup && !at.is_root() && !self.r.lookup.leads_into(at.slot)
    }

    fn begin_cold(&mut self, at: Position, template: &'static Template) {
        self.check_copy(template);
        self.part_before(at);
        let html = self.r.mode == Mode::Html;
        let number = self.store.known.number(template, !html, &mut self.r.definitions);
        let out = &mut self.r.patch.out;
        if !html {
            out.push(b'[');
            self.r.patch.number(number);
        } else if !at.is_root() {
            out.extend_from_slice(b"<!");
            decimal::whole(out, number.into());
            out.push(b'>');
        }
    }

    fn check_copy(&mut self, template: &'static Template) {
        if cfg!(debug_assertions)
            && let Some(misplaced) = self.r.nesting.copy(template)
        {
            let name = misplaced.name();
            self.tell(&misplaced, &format!("{name} (of the view at {})", template.source));
        }
    }

    /// A text that is not empty has been written.
    pub(crate) fn check_text(&mut self, at: Position) {
        if cfg!(debug_assertions)
            && let Some(misplaced) = self.r.nesting.text(at)
        {
            self.tell(&misplaced, &misplaced.name());
        }
    }

    #[cold]
    fn tell(&mut self, Misplaced { way, outer, .. }: &Misplaced, what: &str) {
        tracing::error!(what, inside = way, of = outer, "a browser does not keep this nesting");
        self.r.fault(|| {
            format!("{what} cannot be inside {way} (of the view at {outer}): a browser does not keep it there")
        });
    }

    /// Begins a new row, which is known to be of this template.
    pub(crate) fn begin_row(&mut self, template: &'static Template) {
        let html = self.r.mode == Mode::Html;
        self.store.known.number(template, !html, &mut self.r.definitions);
        if !html {
            self.r.patch.out.push(b'[');
        }
    }

    pub(crate) fn end_cold(&mut self, template: &'static Template) {
        if self.r.mode == Mode::Html {
            self.part(template, template.slots.len());
        } else {
            self.r.patch.close(b']');
        }
    }

    pub(crate) fn part_before(&mut self, at: Position) {
        if let Some(template) = at.template {
            self.part(template, at.slot as usize);
        }
    }

    /// In HTML, the static part before a slot.
    #[inline]
    pub(crate) fn part(&mut self, template: &'static Template, at: usize) {
        if self.r.mode == Mode::Html {
            self.r.patch.out.extend_from_slice(template.parts[at].as_bytes());
        }
    }

    /// Puts the marks around a text that has been written as HTML.
    pub(crate) fn end_html_text(&mut self, began: usize, slot: Slot) {
        let out = &mut self.r.patch.out;
        let (sole, newline) = match slot {
            Slot::Value { sole, newline, .. } => (sole, newline),
            Slot::Content { newline } => (true, newline),
            _ => (false, false),
        };
        if out.len() == began && !sole {
            out.extend_from_slice(b"<!>");
        } else if (newline || began == self.r.eats_newline) && out.get(began) == Some(&b'\n') {
            out.insert(began, b'\n');
        }
    }

    /// A handler's word has not been found. True: this is the handler that was looked for.
    #[inline(never)]
    pub(crate) fn handler_missed(&mut self, template: &'static Template, slot: u32, fingerprint: u64) -> bool {
        if self.r.mode.is_cold() {
            self.r.splice.new.push(fingerprint);
            self.part(template, slot as usize);
            return false;
        }
        if self.r.mode == Mode::Lookup {
            let delivered = self.store.tape[self.r.at];
            self.r.at += 1;
            return self.r.lookup.is_here(slot, delivered == fingerprint ^ LOOKUP_SALT);
        }
        self.overwrite(fingerprint);
        self.note_change(slot);
        false
    }

    /// A form says where a browser without scripts posts it.
    #[cold]
    pub(crate) fn write_action(&mut self, slot: u32, mark: u64) {
        let steps = self.r.patch.path().map(|step| step.index).chain([slot]).collect();
        let address = FormAddress { steps, mark };
        let others = self.r.query.split('&').filter(|pair| !pair.is_empty() && !is_posted_form(pair));
        let query: String = others.flat_map(|pair| [pair, "&"]).collect();
        let out = &mut self.r.patch.out;
        out.extend_from_slice(b" action=\"");
        escape::html(out, &format!("?{query}{POSTED_FORM}={address}"));
        out.push(b'"');
    }

    /// Nothing stands in this slot now.
    pub(crate) fn write_nothing(&mut self) {
        let nothing: &[u8] = if self.r.mode == Mode::Html { b"<!>" } else { b"null," };
        self.r.patch.out.extend_from_slice(nothing);
    }

    pub(crate) fn found(&mut self, event: Box<dyn Any>) {
        self.r.lookup.found = Some(event);
    }

    /// Another handler, or region, stands at this slot than the page may still show.
    fn note_change(&mut self, slot: u32) {
        self.r.has_extras = true;
        let from = self.r.changed.len();
        self.r.changed.push(0);
        for step in self.r.patch.path() {
            self.r.changed.push(match step.row {
                SLOT => step.index,
                row => (self.store.tape[row as usize + 1] >> 32) as u32,
            });
        }
        self.r.changed.push(slot);
        self.r.changed[from] = (self.r.changed.len() - from - 1) as u32;
    }

    /// Begins the change of what stands in a branch; `words` of the old tape go. `None` in a look-up.
    #[inline(never)]
    pub(crate) fn enter_branch(&mut self, at: Position, arm: u32) -> Option<Change> {
        let mut back = None;
        if self.r.mode.is_cold() {
            self.part_before(at);
            if let Some(Slot::Value { newline: true, .. }) =
                at.template.map(|template| template.slots[at.slot as usize])
            {
                self.r.eats_newline = self.r.patch.out.len();
            }
        } else {
            let words = 1 + (self.store.tape[self.r.at] >> 32) as usize;
            if self.r.mode == Mode::Lookup {
                self.r.at += words;
                self.r.lookup.gone(at.slot);
                return None;
            }
            self.note_change(at.slot);
            self.r.patch.at(at.slot);
            self.r.patch.out.extend_from_slice(wire::REPLACE);
            self.flush();
            self.jump(self.r.at + words);
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
            self.r.patch.close(b'}');
        }
    }
}

fn is_posted_form(pair: &str) -> bool {
    pair.strip_prefix(POSTED_FORM).is_some_and(|rest| rest.starts_with('='))
}

/// A branch whose arm is being rendered anew.
pub(crate) struct Change {
    back: Option<usize>,
    head: usize,
}
