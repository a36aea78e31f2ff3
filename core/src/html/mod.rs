//! Views, and the diff that they run into.

mod attribute;
mod cx;
pub(crate) mod decimal;
mod distinct;
pub(crate) mod escape;
pub(crate) mod fingerprint;
mod handler;
mod lazy;
mod list;
pub(crate) mod lookup;
mod nesting;
pub(crate) mod patch;
mod plan;
pub(crate) mod renderer;
pub(crate) mod tape;
pub(crate) mod template;
mod text;
mod trusted;
mod url;
pub(crate) mod view;
mod width;

pub(crate) use url::{BLOCKED, inert};

pub use attribute::{AttrOut, AttrValue, ClassValue, PropertyValue, StyleValue};
pub use fingerprint::HashSeed;
pub use handler::{
    OnChecked, OnChosen, OnDetail, OnDrop, OnEvent, OnFlag, OnForm, OnKey, OnMedia, OnPointer, OnScroll, OnSize,
    OnText, OnWheel, With, with,
};
pub use lazy::{Lazy, lazy};
pub use text::{Fixed, Grouped, Shown, Text, TextOut, display, fixed, grouped};
pub use trusted::{Trusted, trusted};
pub use view::{Html, Map, MapWith, View};

/// What `html!` expands to.
#[doc(hidden)]
pub mod private {
    pub use tealight_macros::html as html_impl;

    pub use super::cx::Cx;
    pub use super::nesting::{Around, Inside};
    pub use super::template::{AttrKind, Slot, Template};
    pub use super::view::html;
    pub use super::width::{HandlerWord, Varies, Width, Word};
}
