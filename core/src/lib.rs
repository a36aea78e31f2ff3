//! Tealight's core: The Elm Architecture run on the server, with the page as its screen.
//!
//! It knows no socket, no HTTP, no clock and no executor: a [`Session`] is a value that is told
//! what has happened and answers what is to be done. `tealight-runtime` runs it on tokio.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod call;
mod command;
pub mod effect;
mod event;
mod form;
#[doc(hidden)]
pub mod guide;
mod html;
mod live;
mod payload;
mod request;
mod session;
mod subscription;
/// Timers that are told the time.
pub mod timer;
pub mod wire;

pub use call::Call;
pub use command::{Command, Message, PageCommand, Task};
pub use effect::{Effects, PageEffect};
pub use event::Event;
pub use form::{EncodeError, FieldErrors, Form, FormData, field_error};
pub use html::{
    AttrOut, AttrValue, ClassValue, Fixed, Grouped, HashSeed, Html, Lazy, Map, MapWith, OnChecked, OnChosen, OnDetail,
    OnDrop, OnEvent, OnFlag, OnForm, OnKey, OnMedia, OnPointer, OnScroll, OnSize, OnText, OnWheel, PropertyValue,
    Shown, StyleValue, Text, TextOut, Trusted, View, With, display, fixed, grouped, lazy, trusted, with,
};
pub use live::LiveView;
pub use payload::{Key, Media, Pointer, Scroll, Size, Wheel};
pub use request::{MountError, PageRequest};
pub use session::{Input, Output, PostError, Scratch, Session};
pub use subscription::{Subscription, SubscriptionId};

#[doc(hidden)]
pub use html::private as __private;

/// HTML with Rust in it; see the guide.
#[macro_export]
macro_rules! html {
    ($($template:tt)*) => {
        $crate::__private::html_impl! { $crate::__private, $($template)* }
    };
}
