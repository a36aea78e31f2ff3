//! Serves Tealight applications over HTTP and websockets, as [warp](https://docs.rs/warp) filters.
//!
//! One address serves the page and its websocket. The client's script is below it.
//!
//! ```no_run
//! use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
//!
//! struct Counter;
//!
//! #[derive(Hash)]
//! struct Up;
//!
//! impl LiveView for Counter {
//!     type Model = u32;
//!     type ExternalEvent = Up;
//!     type InternalEvent = ();
//!
//!     async fn mount(&self, _: &PageRequest) -> Result<(u32, Command<()>), MountError> {
//!         Ok((0, Command::none()))
//!     }
//!
//!     fn update(&self, count: &mut u32, _: Event<Up, ()>) -> Command<()> {
//!         *count += 1;
//!         Command::none()
//!     }
//!
//!     fn view(&self, count: &u32) -> impl View<Up> {
//!         html! { <button on:click={Up}>{*count}</button> }
//!     }
//! }
//!
//! #[tokio::main(flavor = "current_thread")]
//! async fn main() -> Result<(), tealight_warp::RunError> {
//!     tealight_warp::run(Counter).await
//! }
//! ```
//!
//! # Choose an entry point
//!
//! | for | use |
//! |---|---|
//! | one application | [`run`] |
//! | an application among other routes | [`live`] and [`run_routes`] |
//! | pages at several paths, or a `mount` that needs more than the request | [`routes`] and [`request()`] |
//! | a listener or a shutdown of your own | [`serve`], [`serve_until`] |
//! | a server of hyper or tower | `LiveService`, with the feature `sse` |
//! | axum | the crate `tealight-axum` |
//! | the parts one by one | [`page`], [`socket`], [`script()`], [`upgrade`] |
//!
//! A configured application among other routes, below a path:
//!
//! ```
//! # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
//! # struct Counter;
//! # impl LiveView for Counter {
//! #     type Model = ();
//! #     type ExternalEvent = ();
//! #     type InternalEvent = ();
//! #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
//! #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
//! #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
//! # }
//! use tealight_runtime::{Layout, Live};
//! use warp::Filter;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let counter = Live::builder(Counter).layout(Layout::new("Counter")).start();
//! let routes = warp::path("counter").and(tealight_warp::live(counter)).or(warp::path!("health").map(|| "well"));
//! # let _ = routes;
//! # }
//! ```
//!
//! The filters also run under `warp::serve`. [`serve`] sends small packets at once, has a time limit for slow requests,
//! and frees the memory of an HTTP connection that has become a websocket.
//!
//! # Limits
//!
//! * Websockets need HTTP/1.1; this crate does not speak TLS or HTTP/2. Put a proxy in front of it, or use `tealight-sse`.
//! * The head of a request can have 32 KiB, and must be complete after 10 seconds. [`Limits`](tealight_runtime::Limits) change
//!   this, and have other limits.
//! * A page must attach within 10 seconds, and each of its messages must be complete within 10 seconds.
//! * A silent page is pinged after 26 seconds, and detached after 35.
//! * The longest message is [`Live::message_limit`](tealight_runtime::Live::message_limit).
//!
//! # Features
//!
//! * `sse`: [`live`] and [`routes`] also serve server-sent events, for networks where a websocket is blocked. It adds
//!   `LiveService`, which serves an application in other servers that use hyper or tower.

// the pages and their websockets, as filters
mod filters;
mod form;
mod path;

// the same as a tower service
#[cfg(feature = "sse")]
mod service;

// a server for filters: its socket, who comes in, TCP connections that nobody reads, and the end
mod door;
mod drain;
mod error;
mod guarded;
mod listen;
mod run;
mod serve;

// one websocket: its handshake, its task, and the messages in its bytes
mod handshake;
mod reader;
mod reply;
mod socket;

pub use error::RunError;
pub use filters::{live, page, request, routes, script, socket, upgrade};
pub use run::{run, run_routes};
pub use serve::{serve, serve_until, serve_within};
#[cfg(feature = "sse")]
pub use service::LiveService;
#[doc(hidden)]
pub use socket::websocket;
