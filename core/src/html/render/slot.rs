//! One slot. Comparing its fingerprint is inlined where the slot is; everything else is here, and runs only when the
//! fingerprint differs.

use std::hash::Hash;

use super::pass::{Pass, Position};
use super::renderer::{LOOKUP_SALT, Mode};
use crate::form::{FormAddress, POSTED_FORM};
use crate::html::template::{AttrKind, Slot, Template, Varies, Width};
use crate::html::value::{AttrOut, HashSeed, Target, Text, TextOut, escape};
use crate::payload::Payload;
use crate::wire;

/// The parser may split longer texts.
const LONGEST_TEXT: usize = 65_535;

impl Pass<'_> {
    #[inline(always)]
    pub(crate) fn seed(&self) -> &HashSeed {
        &self.r.seed
    }

    /// Makes a handler's fingerprint differ between components that have other data.
    #[inline(always)]
    pub(crate) fn salted(&self, fingerprint: u64) -> u64 {
        fingerprint ^ self.r.salt
    }

    /// Returns true if the next word is this one, and reads it then.
    #[inline(always)]
    pub(crate) fn is_same(&mut self, fingerprint: u64) -> bool {
        let same = self.store.tape.get(self.r.at) == Some(&fingerprint);
        if same {
            self.r.at += 1;
        }
        same
    }

    /// Returns true if these are the next words, and reads them then.
    #[inline(always)]
    pub(crate) fn are_same<const N: usize>(&mut self, fingerprints: &[u64; N]) -> bool {
        let Some(words) = self.store.tape.get(self.r.at..).and_then(<[u64]>::first_chunk::<N>) else { return false };
        let differences = words.iter().zip(fingerprints).fold(0, |seen, (word, now)| seen | (word ^ now));
        if differences == 0 {
            self.r.at += N;
        }
        differences == 0
    }

    /// Writes a text whose fingerprint has changed.
    #[inline(never)]
    pub(crate) fn text(&mut self, at: Position, fingerprint: u64, text: impl Text) {
        if self.r.mode != Mode::Diff {
            return self.text_not_diffed(at, fingerprint, |out| text.write(out));
        }
        self.store.tape[self.r.at] = fingerprint;
        self.r.at += 1;
        self.r.patch.at(at.slot);
        let began = self.r.patch.out.len();
        text.write_json(&mut self.r.patch.out);
        if cfg!(debug_assertions) && self.r.patch.out.len() > began + "\"\",".len() {
            self.check_text(at);
        }
    }

    /// Writes the changed text of a `<textarea>`.
    #[inline(never)]
    pub(crate) fn content(&mut self, at: Position, fingerprint: u64, write: impl FnOnce(&mut TextOut<'_>)) {
        if self.r.mode != Mode::Diff {
            return self.text_not_diffed(at, fingerprint, write);
        }
        self.overwrite(fingerprint);
        self.r.patch.at(at.slot);
        let mut out = TextOut::json_string(&mut self.r.patch.out);
        write(&mut out);
        out.end_json_string();
    }

    #[inline(never)]
    fn text_not_diffed(&mut self, at: Position, fingerprint: u64, write: impl FnOnce(&mut TextOut<'_>)) {
        if self.r.mode == Mode::Lookup {
            self.r.at += 1;
            return;
        }
        self.push(fingerprint);
        self.part_before(at);
        let html = self.r.mode == Mode::Html;
        let out = &mut self.r.patch.out;
        if !html {
            out.push(b'"');
        }
        let began = out.len();
        write(&mut TextOut::new(out, if html { Target::Html } else { Target::Json }));
        let is_empty = out.len() == began;
        if !html {
            out.extend_from_slice(b"\",");
        }
        if !is_empty {
            self.check_text(at);
        }
        if html {
            self.end_html_text(began, at);
        }
    }

    /// Completes a text in HTML, so that the parser makes the nodes that the page expects.
    fn end_html_text(&mut self, began: usize, at: Position) {
        let out = &mut self.r.patch.out;
        let (sole, newline) = match at.slot_kind() {
            Some(Slot::Value { sole, newline, .. }) => (sole, newline),
            Some(Slot::Content { newline }) => (true, newline),
            _ => (false, false),
        };
        if out.len() == began && !sole {
            out.extend_from_slice(b"<!>");
        } else if (newline || began == self.r.eats_newline) && out.get(began) == Some(&b'\n') {
            out.insert(began, b'\n');
        }
        let length = out.len() - began;
        if length > 0 {
            self.r.count((length <= LONGEST_TEXT).then_some(1));
        }
    }

    /// Writes an attribute whose fingerprint has changed.
    #[inline(never)]
    pub(crate) fn attribute(
        &mut self,
        template: &'static Template,
        slot: u32,
        fingerprint: u64,
        write: impl FnOnce(&mut AttrOut<'_>),
    ) {
        if self.r.mode.is_cold() {
            self.push(fingerprint);
            self.part(template, slot as usize);
        } else if self.overwrite(fingerprint) {
            self.r.patch.at(slot);
        } else {
            return;
        }
        let (name, kind) = match template.slots[slot as usize] {
            Slot::Attr { name, kind } => (name, kind),
            _ => ("", AttrKind::Plain),
        };
        let html = self.r.mode == Mode::Html;
        write(&mut AttrOut::new(&mut self.r.patch.out, &mut self.r.scratch, name, kind, html));
    }

    /// Writes markup whose fingerprint has changed.
    #[inline(never)]
    pub(crate) fn markup(&mut self, at: Position, fingerprint: u64, html: &str) {
        match self.r.mode {
            Mode::Lookup => self.r.at += 1,
            Mode::Html => {
                self.push(fingerprint);
                self.part_before(at);
                self.r.count(None);
                self.r.definitions.needs.controls |= has_controls(html);
                let out = &mut self.r.patch.out;
                out.extend_from_slice(b"<!*>");
                out.extend_from_slice(html.as_bytes());
                out.extend_from_slice(b"<!/*>");
            }
            Mode::Values => {
                self.push(fingerprint);
                self.markup_value(html);
            }
            Mode::Diff => {
                self.overwrite(fingerprint);
                self.r.patch.at(at.slot);
                self.r.patch.out.extend_from_slice(wire::REPLACE);
                self.markup_value(html);
                self.r.patch.close(b'}');
            }
        }
    }

    fn markup_value(&mut self, html: &str) {
        if has_controls(html) {
            self.r.definitions.needs.controls = true;
            self.r.has_extras |= self.r.mode == Mode::Diff;
        }
        let out = &mut self.r.patch.out;
        out.extend_from_slice(wire::MARKUP);
        escape::json(out, html);
        out.extend_from_slice(b"\"},");
    }

    /// Skips a `lazy` view of width `W` if its inputs have this fingerprint on the tape. Returns true if it did.
    #[inline(always)]
    pub(crate) fn skip_lazy<W: Width>(&mut self, inputs: u64) -> bool {
        let place = self.r.at;
        if self.store.tape.get(place) != Some(&inputs) {
            return false;
        }
        self.r.at += if W::WORDS == Varies::WORDS { 2 + self.store.tape[place + 1] as usize } else { 1 + W::WORDS };
        true
    }

    /// Begins a `lazy` view whose inputs have changed. Give the answer to [`Pass::leave_lazy`].
    #[inline(never)]
    pub(crate) fn enter_lazy(&mut self, inputs: u64, varies: bool) -> usize {
        if self.r.mode.is_cold() {
            self.push(inputs);
            let place = self.place();
            if varies {
                self.push(0);
            }
            return place;
        }
        self.overwrite(inputs);
        let place = self.place();
        self.r.at += usize::from(varies);
        place
    }

    #[inline(always)]
    pub(crate) fn leave_lazy(&mut self, place: usize, varies: bool) {
        if varies {
            let length = (self.place() - place - 1) as u64;
            self.amend(place, |_| length);
        }
    }

    /// Handles a handler whose fingerprint is not on the tape. Returns true if it is the handler that a look-up seeks.
    #[inline(never)]
    pub(crate) fn handler_missed(&mut self, template: &'static Template, slot: u32, fingerprint: u64) -> bool {
        if self.r.mode.is_cold() {
            self.push(fingerprint);
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

    /// As [`Pass::handler_missed`], for a form that a browser without scripts can post. `mark` is the handler's.
    pub(crate) fn form_missed(
        &mut self,
        template: &'static Template,
        slot: u32,
        fingerprint: u64,
        mark: impl Fn(u64) -> u64,
    ) -> bool {
        let is_it = self.handler_missed(template, slot, fingerprint);
        if self.r.mode == Mode::Html {
            let mark = mark(self.r.marks);
            self.write_action(slot, mark);
        }
        is_it && self.r.lookup.takes_mark(mark(self.r.marks))
    }

    /// Writes where a browser without scripts posts a form to.
    #[cold]
    fn write_action(&mut self, slot: u32, mark: u64) {
        let steps = self.r.patch.path().map(|step| step.index).chain([slot]).collect();
        let address = FormAddress { steps, mark };
        let others = self.r.query.split('&').filter(|pair| !pair.is_empty() && !is_posted_form(pair));
        let query: String = others.flat_map(|pair| [pair, "&"]).collect();
        let out = &mut self.r.patch.out;
        out.extend_from_slice(b" action=\"");
        escape::html(out, &format!("?{query}{POSTED_FORM}={address}"));
        out.push(b'"');
    }

    /// Makes the event of the handler that was found.
    #[cold]
    pub(crate) fn fire_with<E: 'static>(&mut self, fire: impl FnOnce(&Payload) -> Option<E>) {
        self.r.lookup.fire(fire);
    }

    #[inline(always)]
    pub(crate) fn is_lookup(&self) -> bool {
        self.r.mode == Mode::Lookup
    }

    /// Runs a component's view in a look-up. If that finds an event, `event` makes the parent's event of it.
    #[inline(never)]
    pub(crate) fn find_within<C: 'static, E: 'static>(
        &mut self,
        view: impl FnOnce(Pass<'_>),
        event: impl FnOnce(C) -> E,
    ) {
        let was_found = self.r.lookup.is_found();
        view(self.again());
        if !was_found {
            self.r.lookup.wrap(event);
        }
    }

    /// Runs a component's view. `data` tells the component from others: its handlers have other fingerprints.
    #[inline(always)]
    pub(crate) fn within(&mut self, data: &impl Hash, mark: impl FnOnce(u64) -> u64, view: impl FnOnce(Pass<'_>)) {
        let marks = self.r.marks;
        if matches!(self.r.mode, Mode::Html | Mode::Lookup) {
            self.r.marks = mark(marks);
        }
        let salt = self.r.add_salt(self.r.seed.of(data));
        view(self.again());
        self.r.salt = salt;
        self.r.marks = marks;
    }
}

fn is_posted_form(pair: &str) -> bool {
    pair.strip_prefix(POSTED_FORM).is_some_and(|rest| rest.starts_with('='))
}

/// Returns true if a person may fill in something in this markup.
fn has_controls(html: &str) -> bool {
    ["<input", "<textarea", "<select", "contenteditable"].iter().any(|sign| html.contains(sign))
}
