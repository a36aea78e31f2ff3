use super::nesting::Misplaced;
use super::patch::SLOT;
use super::renderer::{Mode, Renderer};
use super::tape::Store;
use crate::html::template::{Slot, Template, Varies, Width};
use crate::html::value::decimal;
use crate::wire;

/// One run of a view over a session's store.
#[derive(Debug)]
pub(crate) struct Pass<'r> {
    pub(super) r: &'r mut Renderer,
    pub(super) store: &'r mut Store,
}

/// The slot that a view is rendered into.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// The template that has the slot. `None` if the static part before the slot has been written already.
    pub(super) template: Option<&'static Template>,
    pub(super) slot: u32,
}

impl Position {
    /// The page's root. It is in no slot.
    pub(crate) const ROOT: Self = Self { template: None, slot: u32::MAX };

    #[inline(always)]
    pub(crate) const fn new(template: &'static Template, slot: u32) -> Self {
        Self { template: Some(template), slot }
    }

    /// The same slot, after the static part before it.
    #[inline(always)]
    pub(crate) const fn inside(self) -> Self {
        Self { template: None, ..self }
    }

    #[inline(always)]
    const fn is_root(self) -> bool {
        self.slot == Self::ROOT.slot
    }

    pub(super) fn slot_kind(self) -> Option<Slot> {
        self.template.map(|template| template.slots[self.slot as usize])
    }
}

impl Pass<'_> {
    #[inline(always)]
    pub(crate) fn again(&mut self) -> Pass<'_> {
        Pass { r: self.r, store: self.store }
    }

    /// Renders one arm of an `if` or `match`. Arms count from 1.
    #[inline(always)]
    pub(crate) fn arm(&mut self, at: Position, number: u32, arm: &'static Template, body: impl FnOnce(Pass<'_>)) {
        self.branch(at, number, |pass| {
            let from = pass.begin_copy(at.inside(), arm);
            body(pass.again());
            pass.end_copy(at.inside(), from, arm);
        });
    }

    /// Renders the content of a branch. Arm 0 is empty.
    #[inline(always)]
    pub(crate) fn branch(&mut self, at: Position, arm: u32, body: impl FnOnce(&mut Pass<'_>)) {
        if cfg!(debug_assertions) {
            self.r.nesting.enter(at);
        }
        self.any_arm(at, arm, body);
        if cfg!(debug_assertions) {
            self.r.nesting.leave();
        }
    }

    #[inline(always)]
    fn any_arm(&mut self, at: Position, arm: u32, body: impl FnOnce(&mut Pass<'_>)) {
        if self.r.mode.is_cold() || self.store.tape[self.r.at] as u32 != arm {
            if let Some(change) = self.enter_branch(at, arm) {
                body(self);
                self.leave_branch(change);
            }
            return;
        }
        let length = (self.store.tape[self.r.at] >> 32) as usize;
        if arm == 0 {
            self.r.at += 1;
            return;
        }
        if self.r.mode == Mode::Lookup && !self.r.lookup.leads_into(at.slot) {
            self.r.at += 1 + length;
            return;
        }
        let head = self.warm_place();
        self.r.at += 1;
        body(self);
        let now = self.warm_place() - head - 1;
        if now != length {
            self.amend(head, |word| word & 0xFFFF_FFFF | (now as u64) << 32);
        }
    }

    /// Skips a view of this many words if a look-up's address does not lead into its slot. Returns true if it did.
    #[inline(always)]
    pub(crate) fn skip_elsewhere<W: Width>(&mut self, at: Position) -> bool {
        let skips = W::WORDS != Varies::WORDS
            && self.r.mode == Mode::Lookup
            && !at.is_root()
            && !self.r.lookup.leads_into(at.slot);
        if skips {
            self.r.at += W::WORDS;
        }
        skips
    }

    /// Begins a copy of a template in a slot. Give the answer to [`Pass::end_copy`].
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

    fn begin_cold(&mut self, at: Position, template: &'static Template) {
        self.check_copy(template);
        self.part_before(at);
        let html = self.r.mode == Mode::Html;
        let number = self.store.known.number(template, !html, &mut self.r.definitions);
        if !html {
            self.r.patch.out.push(b'[');
            self.r.patch.number(number);
            return;
        }
        self.r.count(template.nodes);
        if !at.is_root() {
            self.r.count(Some(1));
            let out = &mut self.r.patch.out;
            out.extend_from_slice(b"<!");
            decimal::whole(out, number.into());
            out.push(b'>');
        }
    }

    pub(super) fn end_cold(&mut self, template: &'static Template) {
        if self.r.mode == Mode::Html {
            self.part(template, template.slots.len());
        } else {
            self.r.patch.close(b']');
        }
    }

    /// Begins a new row. Its list's slot says which template it has.
    pub(super) fn begin_row(&mut self, template: &'static Template) {
        let html = self.r.mode == Mode::Html;
        self.store.known.number(template, !html, &mut self.r.definitions);
        if html {
            self.r.count(template.nodes);
        } else {
            self.r.patch.out.push(b'[');
        }
    }

    pub(super) fn part_before(&mut self, at: Position) {
        if let Some(template) = at.template {
            self.part(template, at.slot as usize);
        }
    }

    /// In HTML, writes the static part before a slot.
    #[inline]
    pub(super) fn part(&mut self, template: &'static Template, at: usize) {
        if self.r.mode == Mode::Html {
            self.r.patch.out.extend_from_slice(template.parts[at].as_bytes());
        }
    }

    /// Replaces the content of a branch. Returns `None` in a look-up: the content that the page shows is gone.
    #[inline(never)]
    fn enter_branch(&mut self, at: Position, arm: u32) -> Option<Change> {
        let mut back = None;
        if self.r.mode.is_cold() {
            self.part_before(at);
            if let Some(Slot::Value { newline: true, .. }) = at.slot_kind() {
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
            let html = self.r.mode == Mode::Html;
            if html {
                self.r.count(Some(1));
            }
            let nothing: &[u8] = if html { b"<!>" } else { b"null," };
            self.r.patch.out.extend_from_slice(nothing);
        }
        Some(Change { back, head })
    }

    #[inline(never)]
    fn leave_branch(&mut self, change: Change) {
        let length = (self.place() - change.head - 1) as u64;
        self.amend(change.head, |word| word & 0xFFFF_FFFF | length << 32);
        if let Some(back) = change.back {
            self.leave_cold(back);
            self.r.patch.close(b'}');
        }
    }

    /// Notes that this diff has replaced the handler or the region in this slot. The page may still show the old one.
    pub(super) fn note_change(&mut self, slot: u32) {
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

    fn check_copy(&mut self, template: &'static Template) {
        if cfg!(debug_assertions)
            && let Some(misplaced) = self.r.nesting.copy(template)
        {
            let name = misplaced.name();
            self.report_misplaced(&misplaced, &format!("{name} (of the view at {})", template.source));
        }
    }

    /// Checks the place of a text that is not empty.
    pub(super) fn check_text(&mut self, at: Position) {
        if cfg!(debug_assertions)
            && let Some(misplaced) = self.r.nesting.text(at)
        {
            self.report_misplaced(&misplaced, &misplaced.name());
        }
    }

    #[cold]
    fn report_misplaced(&mut self, Misplaced { way, outer, .. }: &Misplaced, what: &str) {
        tracing::error!(what, inside = way, of = outer, "a browser does not keep this nesting");
        self.r.fault(|| {
            format!("{what} cannot be inside {way} (of the view at {outer}): a browser does not keep it there")
        });
    }
}

/// A branch whose new content is being rendered.
struct Change {
    back: Option<usize>,
    head: usize,
}
