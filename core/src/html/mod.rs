//! Views, and how they become HTML, patches and events.
//!
//! Five rooms. Each imports only from the rooms below it:
//!
//! ```text
//!  view        `View`, its implementations, and the calls that `html!` expands to
//!   │  └────── handler   what an application can put after `on:…=`
//!  render      one pass over a view, in four modes: diff, HTML, values, look-up
//!   │
//!  value       what one slot shows: its fingerprint, its text, its escape
//!   │
//!  template    the static parts of an `html!`, as constants
//! ```
//!
//! `html!` writes a `Template` for the static parts, and a closure that hands each slot to [`private::Cx`] in turn.
//! `Cx` compares the slot's fingerprint with the one that the store keeps. Only when they differ does it call into
//! `render`, which does what the pass is for: it writes HTML or a patch, or finds the handler at an address.

mod definitions;
mod handler;
mod needs;
mod render;
mod template;
mod value;
mod view;

#[cfg(test)]
pub(crate) use render::Patch;
pub(crate) use render::{Full, Miss, Renderer, Search, Store};
pub(crate) use value::{decimal, escape, fingerprint, url};
pub(crate) use view::{render_root, wrapped};

pub(crate) use definitions::Definitions;
pub use needs::Needs;

pub use handler::{OnDetail, OnDrop, OnEvent, OnForm, OnPayload, OnText, With, with};
pub use value::{
    AttrOut, AttrValue, ClassValue, Fixed, Grouped, HashSeed, PropertyValue, Shown, StyleValue, Text, TextOut, display,
    escape_html, fixed, grouped, local_url,
};
pub use view::{Html, Lazy, Map, MapWith, Trusted, View, lazy, trusted};

/// The names that `html!` expands to.
#[doc(hidden)]
pub(crate) mod private {
    pub use tealight_macros::html as html_impl;

    pub use super::handler::taking;
    pub use super::needs::Needs;
    pub use super::template::{Around, AttrKind, HandlerWord, Inside, Slot, Template, Varies, Width, Word};
    pub use super::view::constructor::{Given, HasConstructor, HasNone, IsOther, IsPointer, TakesForm, TakesOne};
    pub use super::view::{Cx, html};
    pub use crate::payload::{Key, Media, Pointer, Scroll, Size, Wheel};
}
