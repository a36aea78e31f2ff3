//! Serves Tealight applications in axum: each is a [`Router`](axum::Router) to merge or nest.
//!
//! ```no_run
//! use std::net::SocketAddr;
//!
//! use axum::Router;
//! use axum::routing::get;
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
//!     let routes = Router::new()
//!         .route("/", get(async || "Hello"))
//!         .nest("/counter", tealight_axum::live(Counter));
//!     let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//!     axum::serve(listener, routes.into_make_service_with_connect_info::<SocketAddr>()).await
//! }
//! ```
//!
//! # Choose an entry point
//!
//! | for | use |
//! |---|---|
//! | one page, where it is merged or nested | [`live`] |
//! | a page that needs to know who visits | [`live_with`] |
//! | an application with pages at several paths | [`pages`], [`pages_with`] |
//! | a handler of your own | [`LiveService::answer_below`](tealight_warp::LiveService::answer_below) |
//!
//! The routers answer for the page, its script, its websocket, its event stream, and what is posted to it. They are ordinary
//! routes, so layers hold for all of these, and the server's other routes stay its own.
//!
//! # Paths
//!
//! [`PageRequest::path`](tealight_core::PageRequest::path) is the path in the browser's address bar, also in a nested router:
//! routes of an application read the addresses that its links write. In the example it is `/counter`. The script is loaded from
//! where the router is nested, unless [`Builder::base`](tealight_runtime::Builder::base) names another path, as behind a proxy
//! that strips a prefix.
//!
//! `nest("/counter", …)` does not answer for `/counter/`, because axum tells the two paths apart. `nest_service("/counter", …)`
//! answers for both.
//!
//! # Clients
//!
//! The limits of each client need its address. The routers take it from axum's `ConnectInfo<SocketAddr>`: serve the router with
//! `into_make_service_with_connect_info::<SocketAddr>()`, as above. A layer of your own can add the extension
//! [`Peer`](tealight_runtime::http::Peer) instead.

mod answer;
mod routes;

pub use routes::{live, live_with, pages, pages_with};
