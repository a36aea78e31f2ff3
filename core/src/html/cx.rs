//! What `html!` calls. The hot path of a slot is one compare; all else is outlined.

use std::marker::PhantomData;

use super::attribute::{AttrOut, AttrValue, ClassValue, StyleValue};
use super::handler::{
    OnChecked, OnChosen, OnDetail, OnDrop, OnEvent, OnFlag, OnForm, OnKey, OnMedia, OnPointer, OnScroll, OnSize,
    OnText, OnWheel,
};
use super::lookup::Miss;
use super::renderer::{Mode, Pass};
use super::template::{AttrKind, Slot, Template};
use super::text::{Target, Text, TextOut};
use super::view::{BARE, Position, View, ViewKind};
use super::width::{Varies, Width};
use crate::effect::Effects;

/// A view's way to the renderer.
#[doc(hidden)]
#[derive(Debug)]
pub struct Cx<'r, E> {
    pub(crate) pass: Pass<'r>,
    events: PhantomData<fn(E)>,
}

macro_rules! attributes {
    ($($fingerprint:ident $write:ident $value:ident),*) => {$(
        #[inline(always)]
        pub fn $fingerprint(&self, value: &(impl $value + ?Sized)) -> u64 {
            value.fingerprint(&self.pass.r.seed)
        }

        #[inline(always)]
        pub fn $write(&mut self, template: &'static Template, slot: u32, fingerprint: u64, value: &(impl $value + ?Sized)) {
            if !self.pass.is_same(fingerprint) {
                self.pass.attribute(template, slot, fingerprint, |out| value.write(out));
            }
        }
    )*};
}

macro_rules! handlers {
    ($($fingerprint:ident $write:ident $handler:ident),*) => {$(
        #[inline(always)]
        pub fn $fingerprint<M>(&self, handler: &impl $handler<E, M>) -> u64 {
            handler.fingerprint(&self.pass.r.seed) ^ self.pass.r.salt
        }

        #[inline(always)]
        pub fn $write<M>(&mut self, template: &'static Template, slot: u32, fingerprint: u64, handler: impl $handler<E, M>) {
            if !self.pass.is_same(fingerprint) && self.pass.handler_missed(template, slot, fingerprint) {
                self.pass.fire_with(|payload| handler.fire(payload));
            }
        }
    )*};
}

impl<'r, E: 'static> Cx<'r, E> {
    #[inline(always)]
    pub(crate) fn new(pass: Pass<'r>) -> Self {
        Self { pass, events: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn again(&mut self) -> Cx<'_, E> {
        Cx::new(self.pass.again())
    }

    /// Whether these are the next words; if so, they have been read. Few are not worth it: they are
    /// compared one by one then.
    #[inline(always)]
    pub fn same<const N: usize>(&mut self, fingerprints: &[u64; N]) -> bool {
        if N < 4 {
            return false;
        }
        let pass = &mut self.pass;
        let Some(words) = pass.store.tape.get(pass.r.at..).and_then(<[u64]>::first_chunk::<N>) else { return false };
        let differences =
            words.iter().zip(fingerprints).fold(0, |seen, (word, fingerprint)| seen | (word ^ fingerprint));
        if differences == 0 {
            pass.r.at += N;
        }
        differences == 0
    }

    /// Whether a value is one word, so that it can be compared with its neighbours at once.
    #[inline(always)]
    pub fn plain<V: View<E> + ?Sized>(&self, _: &V) -> bool {
        matches!(V::KIND, ViewKind::Text)
    }

    #[inline(always)]
    pub fn width<V: View<E> + ?Sized>(&self, _: &V) -> V::Width {
        V::Width::default()
    }

    #[inline(always)]
    pub fn fingerprint_value<V: View<E> + ?Sized>(&self, view: &V) -> u64 {
        if matches!(V::KIND, ViewKind::Text) { view.fingerprint(&self.pass.r.seed) } else { 0 }
    }

    #[inline(always)]
    pub fn value<V: View<E> + ?Sized>(&mut self, template: &'static Template, slot: u32, fingerprint: u64, view: &V) {
        let pass = &mut self.pass;
        if matches!(V::KIND, ViewKind::Text) {
            if !pass.is_same(fingerprint) {
                pass.text(Some(template), slot, fingerprint, view);
            }
        } else {
            view.render(self.again(), Position { template: Some(template), slot });
        }
    }

    /// A text in an arm that no `html!` made.
    pub(crate) fn text_in_branch<V: View<E> + ?Sized>(&mut self, slot: u32, view: &V) {
        let pass = &mut self.pass;
        let fingerprint = view.fingerprint(&pass.r.seed);
        if !pass.is_same(fingerprint) {
            pass.text(None, slot, fingerprint, view);
        }
    }

    #[inline(always)]
    pub fn fingerprint_text(&self, text: &(impl Text + ?Sized)) -> u64 {
        text.fingerprint(&self.pass.r.seed)
    }

    #[inline(always)]
    pub fn content(&mut self, template: &'static Template, slot: u32, fingerprint: u64, text: &(impl Text + ?Sized)) {
        let pass = &mut self.pass;
        if !pass.is_same(fingerprint) {
            pass.content(template, slot, fingerprint, |out| text.write(out));
        }
    }

    attributes!(fingerprint_attr attr AttrValue, fingerprint_class class ClassValue, fingerprint_style style StyleValue);
    #[inline(always)]
    pub fn fingerprint_effects(&self, effects: &(impl Effects + ?Sized)) -> u64 {
        self.pass.r.seed.of(effects)
    }

    #[inline(always)]
    pub fn effects(
        &mut self,
        template: &'static Template,
        slot: u32,
        fingerprint: u64,
        effects: &(impl Effects + ?Sized),
    ) {
        if !self.pass.is_same(fingerprint) {
            self.pass.attribute(template, slot, fingerprint, |out| out.effects(effects.effects()));
        }
    }

    handlers!(
        fingerprint_on_event on_event OnEvent,
        fingerprint_on_text on_text OnText,
        fingerprint_on_form on_form OnForm,
        fingerprint_on_detail on_detail OnDetail,
        fingerprint_on_drop on_drop OnDrop,
        fingerprint_on_checked on_checked OnChecked,
        fingerprint_on_chosen on_chosen OnChosen,
        fingerprint_on_key on_key OnKey,
        fingerprint_on_pointer on_pointer OnPointer,
        fingerprint_on_wheel on_wheel OnWheel,
        fingerprint_on_scroll on_scroll OnScroll,
        fingerprint_on_size on_size OnSize,
        fingerprint_on_flag on_flag OnFlag,
        fingerprint_on_media on_media OnMedia
    );

    /// `on:submit` of a form that a browser without scripts can post.
    pub fn on_posted_form<M>(
        &mut self,
        template: &'static Template,
        slot: u32,
        fingerprint: u64,
        handler: impl OnForm<E, M>,
    ) {
        let pass = &mut self.pass;
        if pass.is_same(fingerprint) {
            return;
        }
        let is_it = pass.handler_missed(template, slot, fingerprint);
        if pass.r.mode == Mode::Html {
            pass.write_action(slot, handler.mark(pass.r.marks));
        } else if is_it {
            let mark = handler.mark(pass.r.marks);
            if pass.r.lookup.mark.take_if(|posted| *posted == mark).is_some() || pass.r.lookup.mark.is_none() {
                pass.fire_with(|payload| handler.fire(payload));
            } else {
                pass.r.lookup.miss = Miss::Gone;
            }
        }
    }

    /// One arm of an `if` or `match`; arms count from 1.
    #[inline(always)]
    pub fn arm<W: Width>(
        &mut self,
        template: &'static Template,
        slot: u32,
        number: u32,
        arm: &'static Template,
        body: impl FnOnce(Cx<'_, E>) -> W,
    ) -> Varies {
        self.branch(Position { template: Some(template), slot }, number, |cx| {
            let inside = Position { template: None, slot };
            let from = cx.pass.begin_copy(inside, arm);
            body(cx.again());
            cx.pass.end_copy(inside, from, arm);
        });
        Varies
    }

    /// No arm, or one without content.
    #[inline(always)]
    pub fn no_arm(&mut self, template: &'static Template, slot: u32) -> Varies {
        self.branch(Position { template: Some(template), slot }, 0, |_| {});
        Varies
    }

    /// What stands in a branch. Arm 0 is nothing.
    #[inline(always)]
    pub(crate) fn branch(&mut self, at: Position, arm: u32, body: impl FnOnce(&mut Self)) {
        if cfg!(debug_assertions) {
            self.pass.r.nesting.enter(at);
        }
        self.any_arm(at, arm, body);
        if cfg!(debug_assertions) {
            self.pass.r.nesting.leave();
        }
    }

    #[inline(always)]
    fn any_arm(&mut self, at: Position, arm: u32, body: impl FnOnce(&mut Self)) {
        let pass = &mut self.pass;
        if pass.r.mode.is_cold() || pass.store.tape[pass.r.at] as u32 != arm {
            if let Some(change) = pass.enter_branch(at, arm) {
                body(self);
                self.pass.leave_branch(change);
            }
            return;
        }
        let length = (pass.store.tape[pass.r.at] >> 32) as usize;
        if arm == 0 {
            pass.r.at += 1;
            return;
        }
        if pass.r.mode == Mode::Lookup && !pass.r.lookup.leads_into(at.slot) {
            pass.r.at += 1 + length;
            return;
        }
        let head = pass.warm_place();
        pass.r.at += 1;
        body(self);
        let pass = &mut self.pass;
        let now = pass.warm_place() - head - 1;
        if now != length {
            pass.amend(head, |word| word & 0xFFFF_FFFF | (now as u64) << 32);
        }
    }
}

impl Pass<'_> {
    #[inline(always)]
    pub(crate) fn is_same(&mut self, fingerprint: u64) -> bool {
        let same = self.store.tape.get(self.r.at) == Some(&fingerprint);
        if same {
            self.r.at += 1;
        }
        same
    }

    #[inline(never)]
    fn text<E, V: View<E> + ?Sized>(
        &mut self,
        template: Option<&'static Template>,
        slot: u32,
        fingerprint: u64,
        text: &V,
    ) {
        if self.r.mode != Mode::Diff {
            return self.text_not_diffed(template, slot, fingerprint, |out| text.write(out));
        }
        self.store.tape[self.r.at] = fingerprint;
        self.r.at += 1;
        self.r.patch.at(slot);
        let began = self.r.patch.out.len();
        text.write_json(&mut self.r.patch.out);
        if cfg!(debug_assertions) && self.r.patch.out.len() > began + "\"\",".len() {
            self.check_text(Position { template, slot });
        }
    }

    #[inline(never)]
    fn content(
        &mut self,
        template: &'static Template,
        slot: u32,
        fingerprint: u64,
        write: impl FnOnce(&mut TextOut<'_>),
    ) {
        if self.r.mode != Mode::Diff {
            return self.text_not_diffed(Some(template), slot, fingerprint, write);
        }
        self.overwrite(fingerprint);
        self.r.patch.at(slot);
        let out = &mut self.r.patch.out;
        out.push(b'"');
        write(&mut TextOut::new(out, Target::Json));
        out.extend_from_slice(b"\",");
    }

    #[inline(never)]
    fn text_not_diffed(
        &mut self,
        template: Option<&'static Template>,
        slot: u32,
        fingerprint: u64,
        write: impl FnOnce(&mut TextOut<'_>),
    ) {
        if self.r.mode == Mode::Lookup {
            self.r.at += 1;
            return;
        }
        self.push(fingerprint);
        if let Some(template) = template {
            self.part(template, slot as usize);
        }
        if self.r.mode == Mode::Html {
            let began = self.r.patch.out.len();
            write(&mut TextOut::new(&mut self.r.patch.out, Target::Html));
            if self.r.patch.out.len() > began {
                self.check_text(Position { template, slot });
            }
            self.end_html_text(began, template.map_or(BARE, |template| template.slots[slot as usize]));
        } else {
            let out = &mut self.r.patch.out;
            out.push(b'"');
            let began = out.len();
            write(&mut TextOut::new(out, Target::Json));
            let is_empty = out.len() == began;
            out.extend_from_slice(b"\",");
            if !is_empty {
                self.check_text(Position { template, slot });
            }
        }
    }

    #[inline(never)]
    fn attribute(
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
        write(&mut AttrOut { bytes: &mut self.r.patch.out, scratch: &mut self.r.scratch, name, kind, html });
    }

    /// The handler that was looked for makes its event.
    #[cold]
    fn fire_with<E: 'static>(&mut self, fire: impl FnOnce(&crate::wire::Payload) -> Option<E>) {
        if self.r.lookup.mark.is_some() {
            self.r.lookup.miss = Miss::Gone;
            return;
        }
        match fire(&self.r.lookup.payload) {
            Some(event) => self.found(Box::new(event)),
            None => self.r.lookup.miss = Miss::Payload,
        }
    }
}
