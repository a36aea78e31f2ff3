//! Tealight over websockets, as [warp](https://docs.rs/warp) filters.
//!
//! One address serves the page and its socket; the client's script stands beside it.
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
//! async fn main() -> std::io::Result<()> {
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     tealight_warp::serve(listener, tealight_warp::live(Counter)).await;
//!     Ok(())
//! }
//! ```
//!
//! Among other routes, below a path and with a configured application:
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
//! It runs under `warp::serve` too; [`serve`] sets `TCP_NODELAY`, has a deadline for slow requests, and
//! leaves less memory behind a connection that has become a socket.

mod buffers;
mod filters;
mod form;
mod handshake;
mod reader;
mod reply;
mod run;
mod serve;
mod socket;

pub use filters::{live, page, request, script, socket, upgrade};
pub use run::{RunError, run, run_routes};
pub use serve::{serve, serve_until};
