//! The guide's snippets, as tests: what each of them imports.

pub use crate::{
    FieldErrors, Form, FormData, Key, Media, Pointer, Scroll, Size, View, Wheel, display, field_error, fixed, grouped,
    html, lazy, trusted, with,
};

use crate::html::HashSeed;
use crate::html::private::Cx;
use crate::html::renderer::{Mode, Renderer};
use crate::html::tape::Store;
use crate::html::view::Position;

/// A view as HTML.
pub fn page(view: impl View<()>) -> String {
    let mut out = Vec::new();
    let mut renderer = Renderer::new(HashSeed::new(7));
    renderer.full(&mut Store::default(), Mode::Html, &mut out, |pass| view.render(Cx::new(pass), Position::ROOT));
    String::from_utf8(out).expect("HTML is text")
}

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/html.md")]
struct Html;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/effects.md")]
struct Effects;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/hooks.md")]
struct Hooks;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/events.md")]
struct Events;

#[cfg(doctest)]
#[doc = include_str!("../../docs/guide/forms.md")]
struct Forms;
