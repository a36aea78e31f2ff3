//! The calls that `html!` expands to. An unchanged slot costs one compare; everything else is outlined.
//!
//! For each slot `html!` first calls `fingerprint_…`. If [`Cx::same`] finds a changed one among a region's slots, it calls
//! each slot's other function with the fingerprint.

use std::marker::PhantomData;

use super::{View, ViewKind};
use crate::effect::Effects;
use crate::html::handler::{OnDetail, OnDrop, OnEvent, OnForm, OnPayload, OnText};
use crate::html::render::{Pass, Position};
use crate::html::template::{Template, Varies, Width};
use crate::html::value::{AttrValue, ClassValue, HashSeed, StyleValue, Text, TextOut};
use crate::payload::{Key, Media, Pointer, Scroll, Size, Wheel};

/// A pass over a view whose events are `E`. `html!` hands its slots to it.
#[doc(hidden)]
#[derive(Debug)]
pub struct Cx<'r, E> {
    pub(super) pass: Pass<'r>,
    events: PhantomData<fn(E)>,
}

macro_rules! attributes {
    ($($fingerprint:ident $write:ident $value:ident),*) => {$(
        #[inline(always)]
        pub fn $fingerprint(&self, value: &(impl $value + ?Sized)) -> u64 {
            value.fingerprint(self.pass.seed())
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
    ($($fingerprint:ident $write:ident $handler:ident<$($payload:ty)?>),*) => {$(
        #[inline(always)]
        pub fn $fingerprint<M>(&self, handler: &impl $handler<$($payload,)? E, M>) -> u64 {
            self.pass.salted(handler.fingerprint(self.pass.seed()))
        }

        #[inline(always)]
        pub fn $write<M>(&mut self, template: &'static Template, slot: u32, fingerprint: u64, handler: impl $handler<$($payload,)? E, M>) {
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

    /// Borrows this one for a part of the view.
    #[inline(always)]
    fn again(&mut self) -> Cx<'_, E> {
        Cx::new(self.pass.again())
    }

    /// Returns true if these are the next words, and reads them then. Fewer than four words are compared one by one later:
    /// comparing them twice would cost more than it saves.
    #[inline(always)]
    pub fn same<const N: usize>(&mut self, fingerprints: &[u64; N]) -> bool {
        N >= 4 && self.pass.are_same(fingerprints)
    }

    /// Returns true if a value is one word, so that [`Cx::same`] can compare it.
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
        if matches!(V::KIND, ViewKind::Text) { view.fingerprint(self.pass.seed()) } else { 0 }
    }

    #[inline(always)]
    pub fn value<V: View<E> + ?Sized>(&mut self, template: &'static Template, slot: u32, fingerprint: u64, view: &V) {
        let at = Position::new(template, slot);
        if !matches!(V::KIND, ViewKind::Text) {
            view.render(self.again(), at);
        } else if !self.pass.is_same(fingerprint) {
            self.pass.text(at, fingerprint, AsText::new(view));
        }
    }

    /// Renders a text in a branch that is not an arm of an `html!`.
    pub(super) fn text_in_branch<V: View<E> + ?Sized>(&mut self, at: Position, view: &V) {
        let fingerprint = view.fingerprint(self.pass.seed());
        if !self.pass.is_same(fingerprint) {
            self.pass.text(at.inside(), fingerprint, AsText::new(view));
        }
    }

    #[inline(always)]
    pub fn fingerprint_text(&self, text: &(impl Text + ?Sized)) -> u64 {
        text.fingerprint(self.pass.seed())
    }

    #[inline(always)]
    pub fn content(&mut self, template: &'static Template, slot: u32, fingerprint: u64, text: &(impl Text + ?Sized)) {
        if !self.pass.is_same(fingerprint) {
            self.pass.content(Position::new(template, slot), fingerprint, |out| text.write(out));
        }
    }

    attributes!(
        fingerprint_attr attr AttrValue,
        fingerprint_class class ClassValue,
        fingerprint_style style StyleValue
    );

    #[inline(always)]
    pub fn fingerprint_effects(&self, effects: &(impl Effects + ?Sized)) -> u64 {
        self.pass.seed().of(effects)
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
        fingerprint_on_event on_event OnEvent<>,
        fingerprint_on_text on_text OnText<>,
        fingerprint_on_form on_form OnForm<>,
        fingerprint_on_detail on_detail OnDetail<>,
        fingerprint_on_drop on_drop OnDrop<>,
        fingerprint_on_checked on_checked OnPayload<bool>,
        fingerprint_on_chosen on_chosen OnPayload<Vec<String>>,
        fingerprint_on_key on_key OnPayload<Key>,
        fingerprint_on_pointer on_pointer OnPayload<Pointer>,
        fingerprint_on_wheel on_wheel OnPayload<Wheel>,
        fingerprint_on_scroll on_scroll OnPayload<Scroll>,
        fingerprint_on_size on_size OnPayload<Size>,
        fingerprint_on_flag on_flag OnPayload<bool>,
        fingerprint_on_media on_media OnPayload<Media>
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
        if !pass.is_same(fingerprint) && pass.form_missed(template, slot, fingerprint, |salt| handler.mark(salt)) {
            pass.fire_with(|payload| handler.fire(payload));
        }
    }

    /// Renders one arm of an `if` or `match`. Arms count from 1.
    #[inline(always)]
    pub fn arm<W: Width>(
        &mut self,
        template: &'static Template,
        slot: u32,
        number: u32,
        arm: &'static Template,
        body: impl FnOnce(Cx<'_, E>) -> W,
    ) -> Varies {
        self.pass.arm(Position::new(template, slot), number, arm, |pass| {
            body(Cx::new(pass));
        });
        Varies
    }

    /// Renders no arm, or an arm without content.
    #[inline(always)]
    pub fn no_arm(&mut self, template: &'static Template, slot: u32) -> Varies {
        self.pass.branch(Position::new(template, slot), 0, |_| {});
        Varies
    }

    /// Renders the content of a branch that is no arm of an `html!`. Arm 0 is empty.
    #[inline(always)]
    pub(super) fn branch(&mut self, at: Position, arm: u32, body: impl FnOnce(Cx<'_, E>)) {
        self.pass.branch(at, arm, |pass| body(Cx::new(pass.again())));
    }

    /// Renders rows that are identified by their index.
    #[inline(always)]
    pub fn list<I: IntoIterator, W: Width>(
        &mut self,
        template: &'static Template,
        slot: u32,
        row_template: &'static Template,
        items: I,
        row: impl Fn(Cx<'_, E>, I::Item) -> W,
    ) -> Varies {
        let items = items.into_iter().enumerate();
        self.keyed(template, slot, row_template, items, |_, (at, _)| *at as u64, |cx, (_, item)| row(cx, item))
    }

    /// Renders rows that are identified by their key.
    #[inline(always)]
    pub fn keyed<I: IntoIterator, W: Width>(
        &mut self,
        template: &'static Template,
        slot: u32,
        row_template: &'static Template,
        items: I,
        key: impl Fn(&HashSeed, &I::Item) -> u64,
        row: impl Fn(Cx<'_, E>, I::Item) -> W,
    ) -> Varies {
        self.pass.rows::<W, I>((template, slot), row_template, items, key, |pass, item| {
            row(Cx::new(pass), item);
        });
        Varies
    }
}

/// A view that is a text.
struct AsText<'v, E, V: ?Sized>(&'v V, PhantomData<fn(E)>);

impl<'v, E, V: View<E> + ?Sized> AsText<'v, E, V> {
    #[inline(always)]
    fn new(view: &'v V) -> Self {
        Self(view, PhantomData)
    }
}

impl<E, V: View<E> + ?Sized> Text for AsText<'_, E, V> {
    #[inline(always)]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
        self.0.fingerprint(seed)
    }

    #[inline(always)]
    fn write(&self, out: &mut TextOut<'_>) {
        self.0.write(out);
    }

    #[inline(always)]
    fn write_json(&self, out: &mut Vec<u8>) {
        self.0.write_json(out);
    }
}
