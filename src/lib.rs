//! Live web pages in Rust: The Elm Architecture run on the server, with the page as its screen.
//!
//! An application is a model, two enums of events and pure functions ([`LiveView`]). Its `view` is
//! rendered to HTML at the first request and kept current over a websocket; what crosses the wire is
//! what changed.
//!
//! This crate has no logic of its own: [`prelude`] is what an application imports, [`warp`] serves it,
//! and [`runtime`] is for those who bring a server of their own.

#[doc(inline)]
pub use tealight_core as core;
#[doc(inline)]
pub use tealight_core::effect;
#[doc(inline)]
pub use tealight_core::{LiveView, html};
#[doc(inline)]
pub use tealight_runtime as runtime;
#[cfg(feature = "sse")]
#[doc(inline)]
pub use tealight_sse as sse;
#[cfg(feature = "warp")]
#[doc(inline)]
pub use tealight_warp as warp;

/// What an application imports.
pub mod prelude {
    #[doc(inline)]
    pub use tealight_core::{
        Call, Command, Event, FieldErrors, Form, FormData, Key, LiveView, Media, MountError, PageEffect, PageRequest,
        Pointer, Scroll, Size, Subscription, View, Wheel, display, field_error, fixed, grouped, html, lazy, trusted,
        with,
    };
}
