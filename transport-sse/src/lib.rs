//! Serves Tealight applications over server-sent events and `POST`, for servers and networks without websockets.
//!
//! Messages of the server are events of one endless response. Messages of the page are posted.
//!
//! * [`Sse`] is a [`tower_service::Service`](https://docs.rs/tower-service) over the types of the crate `http`. axum,
//!   hyper and every tower server can use it as it is. It also answers the page, its script, and the forms of browsers
//!   without JavaScript.
//! * [`Body`] is the body of its responses.
//! * `filters` (with the feature `warp`) has the same for warp. `tealight-warp` uses it in its feature `sse`.
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
//! # Requests
//!
//! All requests go to the page's own address. Secrets are in headers, never in an address.
//!
//! | request | response |
//! |---|---|
//! | `GET` | the page |
//! | `GET` of the script's path | the client's script |
//! | `GET`, `Accept: text/event-stream`, `Tealight-Attach:` the first message | the event stream |
//! | `POST`, `Tealight-Connection:` the stream's key, `Tealight-Post: 1` (then 2, 3 …), a message in each line | `{"accepted":1}` |
//!
//! Pages of another origin can connect if [`Builder::allow_origin`](tealight_runtime::Builder::allow_origin) names it. The
//! service then answers their preflights (`OPTIONS`) and adds the CORS headers.
//!
//! Several processes may share an engine ([`PubSub`](tealight_runtime::PubSub)). A post that a proxy brings to another process than the
//! one that has its stream is then passed on.
//!
//! docs/protocol.md has the details, and an example with `curl`.
//!
//! # Limits
//!
//! * A post can have four messages of the longest length,
//!   [`Live::message_limit`](tealight_runtime::Live::message_limit).
//! * A stream sends a comment after 20 seconds without an event.
//! * A page must attach within 10 seconds. A page that reads nothing for 40 to 60 seconds is detached.
//! * A page that has not posted for 80 to 100 seconds is detached. The client posts at least once a minute.
//! * Posts are taken until 10 seconds after the end of their stream.
#![allow(clippy::result_large_err, reason = "an error is the response that refuses, made rarely and sent at once")]

// the service and its responses
mod body;
#[cfg(feature = "warp")]
pub mod filters;
mod service;

// one connection: an event stream, posts, and the state that they share
mod event;
mod forward;
mod post;
mod shared;
mod stream;

// all connections, and the origins that may open them
mod connections;
mod cors;

pub use body::Body;
pub use service::Sse;
