use std::any::Any;
use std::hash::Hash;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::cx::Cx;
use super::nesting::Around;
use super::renderer::{LOOKUP_SALT, Mode, Pass, Renderer};
use super::template::{Slot, Template};
use super::text::{Fixed, Grouped, Shown, Target, Text, TextOut};
use super::width::{Varies, Width, Word};

/// What can stand in a page between braces, where events are `E`: text, numbers, what `html!` makes,
/// and `Option` and `Result` of these.
///
/// A component is a function that returns `impl View<E>`:
///
/// ```
/// use tealight_core::{html, View};
///
/// fn card<E: 'static>(title: &str, body: impl View<E>) -> impl View<E> {
///     html! { <section><h2>{title}</h2>{body}</section> }
/// }
///
/// fn page() -> impl View<()> {
///     card("Today", html! { <p>"Nothing new."</p> })
/// }
/// # let _ = page();
/// ```
///
/// The methods are for `html!` and its renderer; one that is implemented by hand delegates to a view.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown in a page whose events are `{E}`",
    label = "this is neither text nor a view of `{E}`",
    note = "text, numbers, `html!` and `Option` of these can be; a decimal is written `fixed(value, digits)`, and what has `Display` as `display(value)`",
    note = "a view of another event is wrapped where it is used: `{{part::view(…).map(Event::Part)}}`"
)]
pub trait View<E> {
    /// How many words it takes on the tape.
    #[doc(hidden)]
    type Width: Width;

    /// What it is to the renderer.
    #[doc(hidden)]
    const KIND: ViewKind;

    /// Of a text.
    #[doc(hidden)]
    fn fingerprint(&self, _seed: &super::HashSeed) -> u64 {
        0
    }

    /// Of a text.
    #[doc(hidden)]
    fn write(&self, _out: &mut TextOut<'_>) {}

    /// Of a text: as a JSON string, and a comma.
    #[doc(hidden)]
    #[inline]
    fn write_json(&self, out: &mut Vec<u8>) {
        out.push(b'"');
        self.write(&mut TextOut::new(out, Target::Json));
        out.extend_from_slice(b"\",");
    }

    /// What stands in a slot.
    #[doc(hidden)]
    fn render(&self, cx: Cx<'_, E>, at: Position);

    /// The same view in a page whose events are others: `event` wraps each of this view's events.
    ///
    /// `event` is a constructor, or a closure that captures nothing. See [`View::map_with`] for data.
    fn map<P, F: Fn(E) -> P>(self, event: F) -> Map<Self, E, F>
    where
        Self: Sized,
    {
        const { assert!(size_of::<F>() == 0, "`map` takes a constructor: give it data with `map_with(data, Event::…)`") };
        Map { view: self, event, of: PhantomData }
    }

    /// As [`View::map`], with data of the parent's own: which of several components this is.
    fn map_with<D: Hash + Clone, P, F: Fn(D, E) -> P>(self, data: D, event: F) -> MapWith<Self, D, E, F>
    where
        Self: Sized,
    {
        const { assert!(size_of::<F>() == 0, "`map_with` takes a constructor, and its data before that") };
        MapWith { view: self, data, event, of: PhantomData }
    }
}

/// What a view is to the renderer.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// One word and a text node.
    Text,
    /// A copy of a template.
    Template,
    /// One thing or another, or nothing.
    Branch,
}

/// Where a view stands.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Position {
    /// The template whose slot it is; none where the part before the slot has been written.
    pub(crate) template: Option<&'static Template>,
    pub(crate) slot: u32,
}

impl Position {
    /// The page's root, which stands in no slot.
    pub(crate) const ROOT: Self = Self { template: None, slot: u32::MAX };

    #[inline(always)]
    pub(crate) const fn is_root(self) -> bool {
        self.slot == Self::ROOT.slot
    }
}

/// What `html!` makes.
pub struct Html<F, E> {
    template: &'static Template,
    body: F,
    of: PhantomData<fn(E)>,
}

#[doc(hidden)]
#[inline(always)]
pub fn html<E, W: Width, F: Fn(Cx<'_, E>) -> W>(template: &'static Template, body: F) -> Html<F, E> {
    Html { template, body, of: PhantomData }
}

impl<E: 'static, W: Width, F: Fn(Cx<'_, E>) -> W> View<E> for Html<F, E> {
    type Width = W;
    const KIND: ViewKind = ViewKind::Template;

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        if W::WORDS != Varies::WORDS && pass.is_elsewhere(at) {
            pass.r.at += W::WORDS;
            return;
        }
        let from = pass.begin_copy(at, self.template);
        (self.body)(Cx::new(pass.again()));
        pass.end_copy(at, from, self.template);
    }
}

macro_rules! texts {
    ($([$($generics:tt)*] $kind:ty),* $(,)?) => {$(
        impl<Event: 'static, $($generics)*> View<Event> for $kind {
            type Width = Word;
            const KIND: ViewKind = ViewKind::Text;

            #[inline(always)]
            fn fingerprint(&self, seed: &super::HashSeed) -> u64 {
                Text::fingerprint(self, seed)
            }

            #[inline(always)]
            fn write(&self, out: &mut TextOut<'_>) {
                Text::write(self, out);
            }

            #[inline(always)]
            fn write_json(&self, out: &mut Vec<u8>) {
                Text::write_json(self, out);
            }

            fn render(&self, mut cx: Cx<'_, Event>, at: Position) {
                cx.text_in_branch(at.slot, self);
            }
        }
    )*};
}
texts!(
    [] u8, [] u16, [] u32, [] u64, [] u128, [] usize, [] i8, [] i16, [] i32, [] i64, [] i128, [] isize, [] f32, [] f64,
    [] char, [] str, [] String, [] std::borrow::Cow<'_, str>, [] Fixed, [] Grouped, [] std::fmt::Arguments<'_>,
    [T: std::fmt::Display] Shown<T>,
);

macro_rules! through {
    ($($pointer:ty),*) => {$(
        impl<E: 'static, V: View<E> + ?Sized> View<E> for $pointer {
            type Width = V::Width;
            const KIND: ViewKind = V::KIND;

            #[inline(always)]
            fn fingerprint(&self, seed: &super::HashSeed) -> u64 {
                (**self).fingerprint(seed)
            }

            #[inline(always)]
            fn write(&self, out: &mut TextOut<'_>) {
                (**self).write(out);
            }

            #[inline(always)]
            fn write_json(&self, out: &mut Vec<u8>) {
                (**self).write_json(out);
            }

            #[inline(always)]
            fn render(&self, cx: Cx<'_, E>, at: Position) {
                (**self).render(cx, at);
            }
        }
    )*};
}
through!(&V, Box<V>, Rc<V>, Arc<V>);

/// `None` is nothing.
impl<E: 'static, V: View<E>> View<E> for Option<V> {
    type Width = <V::Width as Width>::Optional;
    const KIND: ViewKind = match V::KIND {
        ViewKind::Text => ViewKind::Text,
        ViewKind::Template | ViewKind::Branch => ViewKind::Branch,
    };

    #[inline(always)]
    fn fingerprint(&self, seed: &super::HashSeed) -> u64 {
        match self {
            Some(view) => view.fingerprint(seed),
            None => seed.nothing(),
        }
    }

    fn write(&self, out: &mut TextOut<'_>) {
        if let Some(view) = self {
            view.write(out);
        }
    }

    #[inline(always)]
    fn render(&self, mut cx: Cx<'_, E>, at: Position) {
        if matches!(V::KIND, ViewKind::Text) {
            return cx.text_in_branch(at.slot, self);
        }
        match self {
            Some(view) => cx.branch(at, 1, |cx| view.render(cx.again(), Position { template: None, ..at })),
            None => cx.branch(at, 0, |_| {}),
        }
    }
}

/// One view or the other.
impl<E: 'static, V: View<E>, X: View<E>> View<E> for Result<V, X> {
    type Width = Varies;
    const KIND: ViewKind = ViewKind::Branch;

    #[inline(always)]
    fn render(&self, mut cx: Cx<'_, E>, at: Position) {
        let inside = Position { template: None, ..at };
        match self {
            Ok(view) => cx.branch(at, 1, |cx| view.render(cx.again(), inside)),
            Err(view) => cx.branch(at, 2, |cx| view.render(cx.again(), inside)),
        }
    }
}

/// What [`View::map`] makes.
pub struct Map<V, C, F> {
    view: V,
    event: F,
    of: PhantomData<fn(C)>,
}

impl<C: 'static, E: 'static, V: View<C>, F: Fn(C) -> E> View<E> for Map<V, C, F> {
    type Width = V::Width;
    const KIND: ViewKind = V::KIND;

    #[inline(always)]
    fn fingerprint(&self, seed: &super::HashSeed) -> u64 {
        self.view.fingerprint(seed)
    }

    fn write(&self, out: &mut TextOut<'_>) {
        self.view.write(out);
    }

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        if cx.pass.r.mode == Mode::Lookup {
            self.look_up(cx.pass, at);
        } else {
            self.view.render(Cx::new(cx.pass), at);
        }
    }
}

impl<V, C: 'static, F> Map<V, C, F> {
    #[inline(never)]
    fn look_up<E: 'static>(&self, mut pass: Pass<'_>, at: Position)
    where
        V: View<C>,
        F: Fn(C) -> E,
    {
        let was_found = pass.r.lookup.found.is_some();
        self.view.render(Cx::new(pass.again()), at);
        if !was_found {
            wrap(pass.r, &self.event);
        }
    }
}

/// What [`View::map_with`] makes.
pub struct MapWith<V, D, C, F> {
    view: V,
    data: D,
    event: F,
    of: PhantomData<fn(C)>,
}

impl<D: Hash + Clone, C: 'static, E: 'static, V: View<C>, F: Fn(D, C) -> E> View<E> for MapWith<V, D, C, F> {
    type Width = V::Width;
    const KIND: ViewKind = V::KIND;

    #[inline(always)]
    fn fingerprint(&self, seed: &super::HashSeed) -> u64 {
        self.view.fingerprint(seed)
    }

    fn write(&self, out: &mut TextOut<'_>) {
        self.view.write(out);
    }

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        let r = &mut *pass.r;
        let (salt, marks) = (r.salt, r.marks);
        if matches!(r.mode, Mode::Html | Mode::Lookup) {
            r.marks = super::handler::mark(marks, &self.data);
        }
        let searching = r.mode == Mode::Lookup && r.lookup.found.is_none();
        r.salt = super::fingerprint::mix(salt ^ r.seed.of(&self.data));
        if r.mode == Mode::Lookup {
            // the delivered fingerprints were salted outside of a look-up
            let plain = super::fingerprint::mix(salt ^ LOOKUP_SALT ^ r.seed.of(&self.data));
            r.salt = plain ^ LOOKUP_SALT;
        }
        self.view.render(Cx::new(pass.again()), at);
        pass.r.salt = salt;
        pass.r.marks = marks;
        if searching {
            wrap(pass.r, &|event| (self.event)(self.data.clone(), event));
        }
    }
}

/// An event that was found below becomes the parent's.
#[cold]
fn wrap<C: 'static, E: 'static>(r: &mut Renderer, event: &impl Fn(C) -> E) {
    let Some(found) = r.lookup.found.take() else { return };
    let child = found.downcast::<C>().unwrap_or_else(|_| unreachable!("a view of C finds events of C"));
    let parent: Box<dyn Any> = Box::new(event(*child));
    r.lookup.found = Some(parent);
}

/// The slot of a text that stands where no template says what is around it.
pub(crate) const BARE: Slot = Slot::Value { sole: false, newline: false, around: &Around::NOTHING };
