//! What `html!` calls. The hot path of a slot is one compare; all else is outlined.

use std::marker::PhantomData;

use super::attribute::{AttrOut, AttrValue, ClassValue, StyleValue};
use super::handler::{OnEvent, OnForm, OnText};
use super::renderer::{Mode, Renderer};
use super::template::{AttrKind, Slot, Template};
use super::text::Text;
use super::view::{Kind, View, BARE};
use super::width::{Varies, Width};

/// A view's way to the renderer.
#[doc(hidden)]
#[derive(Debug)]
pub struct Cx<'r, E> {
    pub(crate) renderer: &'r mut Renderer,
    events: PhantomData<fn(E)>,
}

macro_rules! attributes {
    ($($print:ident $write:ident $value:ident),*) => {$(
        #[inline(always)]
        pub fn $print(&self, value: &(impl $value + ?Sized)) -> u64 {
            value.print(self.renderer.seed)
        }

        #[inline(always)]
        pub fn $write(&mut self, template: &'static Template, slot: u32, print: u64, value: &(impl $value + ?Sized)) {
            if !self.renderer.is_same(print) {
                self.renderer.attribute(template, slot, print, |out| value.write(out));
            }
        }
    )*};
}

macro_rules! handlers {
    ($($print:ident $write:ident $handler:ident),*) => {$(
        #[inline(always)]
        pub fn $print<M>(&self, handler: &impl $handler<E, M>) -> u64 {
            handler.print(self.renderer.seed) ^ self.renderer.salt
        }

        #[inline(always)]
        pub fn $write<M>(&mut self, template: &'static Template, slot: u32, print: u64, handler: impl $handler<E, M>) {
            if !self.renderer.is_same(print) && self.renderer.handler_missed(template, slot, print) {
                self.renderer.fire(|payload| handler.fire(payload));
            }
        }
    )*};
}

impl<'r, E: 'static> Cx<'r, E> {
    #[inline(always)]
    pub(crate) fn new(renderer: &'r mut Renderer) -> Self {
        Self { renderer, events: PhantomData }
    }

    #[inline(always)]
    pub(crate) fn again(&mut self) -> Cx<'_, E> {
        Cx::new(self.renderer)
    }

    #[inline(always)]
    pub fn open(&mut self, template: &'static Template) {
        if self.renderer.cold {
            self.renderer.open_cold(template);
        }
    }

    #[inline(always)]
    pub fn close(&mut self, template: &'static Template) {
        if self.renderer.cold {
            self.renderer.close_cold(template);
        }
    }

    /// Whether these are the next words; if so, they have been read.
    #[inline(always)]
    pub fn same<const N: usize>(&mut self, prints: &[u64; N]) -> bool {
        let r = &mut *self.renderer;
        let Some(words) = r.tape.get(r.at..).and_then(<[u64]>::first_chunk::<N>) else { return false };
        let differences = words.iter().zip(prints).fold(0, |seen, (word, print)| seen | (word ^ print));
        if differences == 0 {
            r.at += N;
        }
        differences == 0
    }

    /// Whether a value is one word, so that it can be compared with its neighbours at once.
    #[inline(always)]
    pub fn plain<V: View<E> + ?Sized>(&self, _: &V) -> bool {
        matches!(V::KIND, Kind::Text)
    }

    #[inline(always)]
    pub fn width<V: View<E> + ?Sized>(&self, _: &V) -> V::Width {
        V::Width::default()
    }

    #[inline(always)]
    pub fn print_value<V: View<E> + ?Sized>(&self, view: &V) -> u64 {
        if matches!(V::KIND, Kind::Text) { view.print(self.renderer.seed) } else { 0 }
    }

    #[inline(always)]
    pub fn value<V: View<E> + ?Sized>(&mut self, template: &'static Template, slot: u32, print: u64, view: &V) {
        let r = &mut *self.renderer;
        if matches!(V::KIND, Kind::Text) {
            if !r.is_same(print) {
                r.text(Some(template), slot, print, |r| view.write(&mut r.text_out()));
            }
        } else {
            if r.cold {
                r.part(template, slot as usize);
            }
            view.render(Cx::new(r), slot);
        }
    }

    /// A text in an arm that no `html!` made.
    pub(crate) fn text_in_branch<V: View<E> + ?Sized>(&mut self, slot: u32, view: &V) {
        let r = &mut *self.renderer;
        let print = view.print(r.seed);
        if !r.is_same(print) {
            r.text(None, slot, print, |r| view.write(&mut r.text_out()));
        }
    }

    #[inline(always)]
    pub fn print_text(&self, text: &(impl Text + ?Sized)) -> u64 {
        text.print(self.renderer.seed)
    }

    #[inline(always)]
    pub fn content(&mut self, template: &'static Template, slot: u32, print: u64, text: &(impl Text + ?Sized)) {
        let r = &mut *self.renderer;
        if !r.is_same(print) {
            r.text(Some(template), slot, print, |r| text.write(&mut r.text_out()));
        }
    }

    attributes!(print_attr attr AttrValue, print_class class ClassValue, print_style style StyleValue);
    handlers!(print_on_event on_event OnEvent, print_on_text on_text OnText, print_on_form on_form OnForm);

    /// One arm of an `if` or `match`; arms count from 1.
    #[inline(always)]
    pub fn arm<W: Width>(
        &mut self,
        template: &'static Template,
        slot: u32,
        arm: u32,
        body: impl FnOnce(Cx<'_, E>) -> W,
    ) -> Varies {
        if self.renderer.cold {
            self.renderer.part(template, slot as usize);
        }
        self.branch(slot, arm, |cx| {
            let from = cx.renderer.down(slot);
            body(cx.again());
            cx.renderer.up(from);
        });
        Varies
    }

    /// No arm, or one without content.
    #[inline(always)]
    pub fn no_arm(&mut self, template: &'static Template, slot: u32) -> Varies {
        if self.renderer.cold {
            self.renderer.part(template, slot as usize);
        }
        self.branch(slot, 0, |_| {});
        Varies
    }

    /// What stands in a branch. Arm 0 is nothing.
    #[inline(always)]
    pub(crate) fn branch(&mut self, slot: u32, arm: u32, body: impl FnOnce(&mut Self)) {
        let r = &mut *self.renderer;
        if r.cold || r.tape[r.at] as u32 != arm {
            if let Some(change) = r.enter_branch(slot, arm) {
                body(self);
                self.renderer.leave_branch(change);
            }
            return;
        }
        let length = (r.tape[r.at] >> 32) as usize;
        if arm == 0 {
            r.at += 1;
            return;
        }
        if r.mode == Mode::Lookup && !r.lookup.leads_into(slot) {
            r.at += 1 + length;
            return;
        }
        let head = r.place();
        r.at += 1;
        body(self);
        let r = &mut *self.renderer;
        let now = r.place() - head - 1;
        if now != length {
            r.amend(head, |word| word & 0xFFFF_FFFF | (now as u64) << 32);
        }
    }
}

impl Renderer {
    #[inline(always)]
    pub(crate) fn is_same(&mut self, print: u64) -> bool {
        let same = self.tape.get(self.at) == Some(&print);
        if same {
            self.at += 1;
        }
        same
    }

    #[inline(never)]
    fn text(&mut self, template: Option<&'static Template>, slot: u32, print: u64, write: impl FnOnce(&mut Self)) {
        if let Some(began) = self.begin_text(template, slot, print) {
            write(self);
            self.end_text(began, template.map_or(BARE, |template| template.slots[slot as usize]));
        }
    }

    #[inline(never)]
    fn attribute(&mut self, template: &'static Template, slot: u32, print: u64, write: impl FnOnce(&mut AttrOut<'_>)) {
        if self.cold {
            self.push(print);
            self.part(template, slot as usize);
        } else if self.overwrite(print) {
            self.patch.at(slot);
        } else {
            return;
        }
        let (name, kind) = match template.slots[slot as usize] {
            Slot::Attr { name, kind } => (name, kind),
            _ => ("", AttrKind::Plain),
        };
        let html = self.mode == Mode::Html;
        write(&mut AttrOut { bytes: &mut self.patch.out, scratch: &mut self.scratch, name, kind, html });
    }

    /// The handler that was looked for makes its event.
    #[cold]
    fn fire<E: 'static>(&mut self, fire: impl FnOnce(&crate::wire::Payload) -> Option<E>) {
        match fire(&self.lookup.payload) {
            Some(event) => self.found(Box::new(event)),
            None => self.lookup.miss = super::lookup::Miss::Payload,
        }
    }
}
