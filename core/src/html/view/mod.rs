//! Views: what an application puts between the braces of `html!`.

pub(super) mod constructor;
mod cx;
mod lazy;
mod map;
mod trusted;

use std::hash::Hash;
use std::marker::PhantomData;
use std::rc::Rc;
use std::sync::Arc;

use super::render::{Pass, Position};
use super::template::{Template, Varies, Width, Word};
use super::value::{Fixed, Grouped, HashSeed, Shown, Text, TextOut};

pub use cx::Cx;
pub use lazy::{Lazy, lazy};
pub(crate) use map::wrapped;
pub use map::{Map, MapWith};
pub use trusted::{Trusted, trusted};

/// A part of a page whose events are `E`: text, numbers, the result of `html!`, and `Option` and `Result` of these.
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
/// `html!` and the renderer call the other methods. An implementation by hand delegates all of them to another view.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be shown in a page whose events are `{E}`",
    label = "this is neither text nor a view of `{E}`",
    note = "text, numbers, `html!` and `Option` of these can be; a decimal is written `fixed(value, digits)`, and what has `Display` as `display(value)`",
    note = "a list is written `for row in rows, key = row.id {{ … }}`, and a condition `if open {{ … }}`, both without braces around them",
    note = "a view of another event is wrapped where it is used: `{{part::view(…).map(Event::Part)}}`"
)]
pub trait View<E> {
    /// The number of words that it takes on the tape.
    #[doc(hidden)]
    type Width: Width;

    #[doc(hidden)]
    const KIND: ViewKind;

    /// The fingerprint of a text.
    #[doc(hidden)]
    fn fingerprint(&self, _seed: &HashSeed) -> u64 {
        0
    }

    /// Writes a text.
    #[doc(hidden)]
    fn write(&self, _out: &mut TextOut<'_>) {}

    /// Writes a text as a JSON string and a comma.
    #[inline]
    #[doc(hidden)]
    fn write_json(&self, out: &mut Vec<u8>) {
        let mut out = TextOut::json_string(out);
        self.write(&mut out);
        out.end_json_string();
    }

    /// Renders into a slot.
    #[doc(hidden)]
    fn render(&self, cx: Cx<'_, E>, at: Position);

    /// Makes a view of a page with other events: `event` wraps each of this view's events.
    ///
    /// `event` is a constructor, or a closure that captures nothing. To give it data, use [`View::map_with`].
    #[rustfmt::skip]
    fn map<P>(self, event: fn(E) -> P) -> Map<Self, E, P> // help: give it data with `map_with(data, Event::…)`
    where
        Self: Sized,
    {
        Map::new(self, event)
    }

    /// As [`View::map`], with data of the parent. The data says, for example, which of several components this is.
    #[rustfmt::skip]
    fn map_with<D: Hash + Clone, P>(self, data: D, event: fn(D, E) -> P) -> MapWith<Self, D, E, P> // help: several values are a tuple
    where
        Self: Sized,
    {
        MapWith::new(self, data, event)
    }
}

/// The way a view is rendered.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ViewKind {
    /// As a text: one word and one text node.
    Text,
    /// As a copy of a template.
    Template,
    /// As a branch, whose content can be exchanged.
    Branch,
}

/// The result of `html!`.
pub struct Html<F, E> {
    template: &'static Template,
    body: F,
    of: PhantomData<fn(E)>,
}

// The compiler shows the line of `Fn` with its message for a template that gives away a value.
#[doc(hidden)]
#[inline(always)]
pub fn html<E, W: Width, F>(template: &'static Template, body: F) -> Html<F, E>
where
    F: Fn(Cx<'_, E>) -> W, // help: a view is rendered more than once: give an event `name.clone()`, and a list `&names`
{
    Html { template, body, of: PhantomData }
}

impl<E: 'static, W: Width, F: Fn(Cx<'_, E>) -> W> View<E> for Html<F, E> {
    type Width = W;
    const KIND: ViewKind = ViewKind::Template;

    #[inline(always)]
    fn render(&self, cx: Cx<'_, E>, at: Position) {
        let mut pass = cx.pass;
        if pass.skip_elsewhere::<W>(at) {
            return;
        }
        let from = pass.begin_copy(at, self.template);
        (self.body)(Cx::new(pass.again()));
        pass.end_copy(at, from, self.template);
    }
}

/// Renders a page's view. All but an `html!` get one around them.
#[inline(always)]
pub(crate) fn render_root<E: 'static, V: View<E>>(view: &V, pass: Pass<'_>) {
    if matches!(V::KIND, ViewKind::Template) {
        view.render(Cx::new(pass), Position::ROOT);
    } else {
        crate::html! { {view} }.render(Cx::new(pass), Position::ROOT);
    }
}

macro_rules! texts {
    ($([$($generics:tt)*] $kind:ty),* $(,)?) => {$(
        impl<Event: 'static, $($generics)*> View<Event> for $kind {
            type Width = Word;
            const KIND: ViewKind = ViewKind::Text;

            #[inline(always)]
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
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
                cx.text_in_branch(at, self);
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
            fn fingerprint(&self, seed: &HashSeed) -> u64 {
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

/// `None` shows nothing.
impl<E: 'static, V: View<E>> View<E> for Option<V> {
    type Width = <V::Width as Width>::Optional;
    const KIND: ViewKind = match V::KIND {
        ViewKind::Text => ViewKind::Text,
        ViewKind::Template | ViewKind::Branch => ViewKind::Branch,
    };

    #[inline(always)]
    fn fingerprint(&self, seed: &HashSeed) -> u64 {
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
            return cx.text_in_branch(at, self);
        }
        match self {
            Some(view) => cx.branch(at, 1, |cx| view.render(cx, at.inside())),
            None => cx.branch(at, 0, |_| {}),
        }
    }
}

/// Shows one view or the other.
impl<E: 'static, V: View<E>, X: View<E>> View<E> for Result<V, X> {
    type Width = Varies;
    const KIND: ViewKind = ViewKind::Branch;

    #[inline(always)]
    fn render(&self, mut cx: Cx<'_, E>, at: Position) {
        match self {
            Ok(view) => cx.branch(at, 1, |cx| view.render(cx, at.inside())),
            Err(view) => cx.branch(at, 2, |cx| view.render(cx, at.inside())),
        }
    }
}
