//! Tealight over server-sent events, for servers and networks where a websocket does not pass: events come
//! down one response that does not end, and go up by `POST`.
//!
//! [`Sse`] is a [`tower_service::Service`](https://docs.rs/tower-service) over the types of `http`: axum, hyper and
//! every tower server take it as it is. With the feature `warp` the same stands in [`filters`].
//!
//! ```
//! use std::convert::Infallible;
//!
//! use http::{Request, Response};
//! use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
//! use tealight_sse::{Body, Sse};
//! use tower_service::Service;
//!
//! struct Hello;
//!
//! impl LiveView for Hello {
//!     type Model = ();
//!     type ExternalEvent = ();
//!     type InternalEvent = ();
//!
//!     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> {
//!         Ok(((), Command::none()))
//!     }
//!
//!     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> {
//!         Command::none()
//!     }
//!
//!     fn view(&self, _: &()) -> impl View<()> {
//!         html! { <p>"Hello"</p> }
//!     }
//! }
//!
//! fn is_a_service(_: impl Service<Request<String>, Response = Response<Body>, Error = Infallible>) {}
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! is_a_service(Sse::new(Hello));
//! # }
//! ```
//!
//! # On the wire
//!
//! All requests go to the page's own address, and secrets stand in headers only.
//!
//! | request | answer |
//! |---|---|
//! | `GET` | the page |
//! | `GET` of the script's path | the client's script |
//! | `GET`, `Accept: text/event-stream`, `Tealight-Attach:` the first message | the stream |
//! | `POST`, `Tealight-Connection:` its key, `Tealight-Post: 1` (then 2, 3 …) | messages up, each in a line |
//!
//! Pages of other origins may do the same where `Builder::allow_origin` of the runtime names theirs; a browser's
//! questions about that (`OPTIONS`) are answered.
//!
//! docs/protocol.md has the details, and an example to try with `curl`.
#![allow(clippy::result_large_err, reason = "an error is the response that refuses, made rarely and sent at once")]

mod body;
mod connections;
mod cors;
mod event;
#[cfg(feature = "warp")]
pub mod filters;
mod post;
mod service;
mod shared;
mod stream;

pub use body::Body;
pub use service::Sse;
