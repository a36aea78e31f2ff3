//! The core of Tealight: views, sessions and timers, without any I/O.
//!
//! An application is a model, two enums of events, and a few pure functions (the trait [`LiveView`]). A
//! [`Session`](session::Session) runs the application for one page. It is a plain value: a runtime passes in what
//! happened, such as a message from the page or a timer, and gets back the work to do and the messages to send. The
//! core opens no socket, reads no clock and starts no task, so a test can run a whole conversation in memory.
//! `tealight-runtime` runs sessions on tokio.
//!
//! # For applications
//!
//! Everything an application needs is at the root of this crate, and in three modules:
//!
//! * [`LiveView`], [`Event`], [`Command`] and [`Subscription`] are the parts of The Elm Architecture. [`PageRequest`]
//!   and [`MountError`] belong to `mount`.
//! * [`Component`] is a part of a page with a state of its own. [`Child`] and [`Children`] hold it in its parent's model, and
//!   [`ChildEvent`] is one of its events.
//! * [`html!`] writes a [`View`]. [`display`], [`fixed`], [`grouped`], [`lazy`], [`trusted`] and [`with`] are used
//!   inside it. [`Key`], [`Pointer`], [`Scroll`], [`Size`], [`Wheel`] and [`Media`] are the data that its handlers
//!   can take.
//! * [`Form`], [`FormData`], [`FieldErrors`] and [`field_error`] are for forms. [`Messages`] and [`Notice`] put
//!   their messages in another language. [`Call`] is for hooks.
//! * [`Route`](trait@Route) reads and writes addresses.
//! * [`Topic`] names messages between sessions, with their type. [`topic`] has the types behind it.
//! * [`presence`]: who is at a place, such as a room or a document.
//! * [`effect`]: effects that the page performs by itself, without a round trip.
//! * [`component`]: the traits and types behind components with state.
//! * [`view`]: the traits and types behind `html!`, for components with generic parameters.
//!
//! # For runtimes and transports
//!
//! * [`session`]: a page's session, with its inputs and outputs, and the reasons to refuse a message.
//! * [`timer`]: a timer wheel for many sessions.
//! * [`wire`]: the parts of the protocol that a transport needs.
#![cfg_attr(not(test), warn(clippy::unwrap_used))]

mod batch;
mod call;
mod command;
pub mod component;
mod decimal;
pub mod effect;
mod event;
mod form;
#[doc(hidden)]
pub mod guide;
mod html;
mod html_macro;
mod live;
mod messages;
mod payload;
pub mod presence;
mod refusal;
mod remote;
mod request;
mod retry;
mod route;
pub mod session;
mod subscription;
pub mod timer;
pub mod topic;
pub mod view;
pub mod wire;
mod work;

pub use call::Call;
pub use command::Command;
pub use component::{Child, ChildEvent, Children, Component};
pub use decimal::Decimal;
pub use effect::PageEffect;
pub use event::Event;
pub use form::{EncodeError, FieldErrors, Form, FormData, field_error};
pub use html::{Needs, View, display, fixed, grouped, lazy, trusted, with};
pub use live::{LiveView, MountError};
pub use messages::{Messages, Notice};
pub use payload::{Key, Media, Pointer, Scroll, Size, Wheel};
pub use refusal::Refusal;
pub use remote::Remote;
pub use request::PageRequest;
pub use retry::Retry;
pub use route::Route;
pub use subscription::Subscription;
pub use topic::{Keyed, Topic};

/// Derives the trait [`Route`](trait@Route).
pub use tealight_macros::Route;

/// The names that the macros expand to.
#[doc(hidden)]
pub mod __private {
    pub use crate::html::{HashSeed, private::*};
    pub use crate::route::{Address, Found, Matcher};
}

/// Paths of several types, for runtimes: each pattern has a value.
pub mod routing {
    pub use crate::route::{PathConflict, Paths, normalized, patterns_of};
}
