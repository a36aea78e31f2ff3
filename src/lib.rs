//! Tealight is a framework for live web pages. It runs The Elm Architecture on the server.
//!
//! An application is a model, two enums of events and a few pure functions. Tealight renders the model to HTML, keeps the page
//! current over a websocket or server-sent events, and sends only what changed. It needs no JavaScript from you.
//!
//! ```no_run
//! use tealight::prelude::*;
//!
//! struct Counter;
//!
//! #[derive(Hash)]
//! enum Press { Up, Down }
//!
//! impl LiveView for Counter {
//!     type Model = i64;
//!     type ExternalEvent = Press;
//!     type InternalEvent = ();
//!
//!     async fn mount(&self, _request: &PageRequest) -> Result<(i64, Command<()>), MountError> {
//!         Ok((0, Command::none()))
//!     }
//!
//!     fn update(&self, count: &mut i64, event: Event<Press, ()>) -> Command<()> {
//!         match event {
//!             Event::External(Press::Up) => *count += 1,
//!             Event::External(Press::Down) => *count -= 1,
//!             Event::Internal(()) => {}
//!         }
//!         Command::none()
//!     }
//!
//!     fn view(&self, count: &i64) -> impl View<Press> {
//!         html! {
//!             <button on:click={Press::Down}>"−"</button>
//!             <output>{count}</output>
//!             <button on:click={Press::Up}>"+"</button>
//!         }
//!     }
//! }
//!
//! #[tokio::main]
//! async fn main() -> Result<(), tealight::warp::RunError> {
//!     tealight::warp::run(Counter).await
//! }
//! ```
//!
//! # Guides
//!
//! Begin with [Getting started](guide::getting_started). Then read about the topic that you need:
//!
//! - [`html!`](mod@guide::html), [events](guide::events) and [forms](guide::forms): views and what people do with them
//! - [components](guide::components): parts of a page with a state of their own
//! - [background work](guide::background): futures, streams and functions that block
//! - [topics](guide::topics) and [presence](mod@guide::presence): messages between sessions, and who is there
//! - [effects](guide::effects) and [hooks](guide::hooks): what the page does by itself, and other scripts on it
//! - [deploying](guide::deploying) and [watching it run](guide::watching): restarts, metrics and alerts
//! - [embedding](guide::embedding), [transports](guide::transports) and [proxies](guide::proxies): how pages are served
//!
//! The crate `tealight-test` tests applications without a browser.
//!
//! # How the parts fit together
//!
//! [`LiveView`] is the trait that an application implements. It has four functions:
//!
//! | function | what it does |
//! |---|---|
//! | [`mount`](LiveView::mount) | makes the model of a new page, and may load data |
//! | [`update`](LiveView::update) | changes the model when an event arrives, and returns a [`Command`](prelude::Command) for work such as a query |
//! | [`view`](LiveView::view) | renders the model with [`html!`] |
//! | [`subscriptions`](LiveView::subscriptions) | lists the timers, topics and routes that the model wants, as a [`Subscription`](prelude::Subscription) |
//!
//! # Modules
//!
//! | module | for |
//! |---|---|
//! | [`prelude`] | everything that most applications import |
//! | [`presence`] | who is at a place, such as a room
//! | [`effect`] | changes that a page makes by itself, without the server |
//! | [`warp`] | running an application: a server, and filters for servers made with warp |
//! | `axum` | live pages as a `Router` for axum; with the feature `axum` |
//! | `postgres` | topics of several processes over a PostgreSQL database; with the feature `postgres` |
//! | [`sse`] | server-sent events, as a tower service for any server |
//! | `status` | a page that shows what the servers do, for the people who look after them; with the feature `status` |
//! | [`runtime`] | a running application ([`Live`](runtime::Live)), the document around its view ([`Layout`](runtime::Layout)), and the contract of transports |
//! | [`core`] | sessions without I/O: for tests, and for runtimes other than tokio |
//! | [`guide`] | the guides |
//!
//! # Features
//!
//! | feature | default | adds |
//! |---|---|---|
//! | `warp` | yes | [`warp`]: websockets and a server |
//! | `sse` | yes | [`sse`], which [`warp::live`] then offers after the websocket, and [`warp::LiveService`] for hyper and tower |
//! | `axum` | no | `axum`: a page as an axum `Router`, over websockets and server-sent events |
//! | `postgres` | no | `postgres`: an engine over a PostgreSQL database, for topics of several processes |
//! | `status` | no | `status`: a page that shows what a server or a cluster does |
//! | `garde` | no | `Form::validate`, which checks forms by the rules of the crate `garde` |

pub mod guide;

#[cfg(feature = "axum")]
#[doc(inline)]
pub use tealight_axum as axum;
#[doc(inline)]
pub use tealight_core as core;
#[doc(inline)]
pub use tealight_core::{LiveView, html};
#[doc(inline)]
pub use tealight_core::{effect, presence};
#[cfg(feature = "postgres")]
#[doc(inline)]
pub use tealight_postgres as postgres;
#[doc(inline)]
pub use tealight_runtime as runtime;
#[doc(inline)]
pub use tealight_runtime::telemetry::describe_metrics;
#[cfg(feature = "sse")]
#[doc(inline)]
pub use tealight_sse as sse;
#[cfg(feature = "status")]
#[doc(inline)]
pub use tealight_status as status;
#[cfg(feature = "warp")]
#[doc(inline)]
pub use tealight_warp as warp;

/// Everything that most applications import: `use tealight::prelude::*;`.
pub mod prelude {
    #[doc(inline)]
    pub use tealight_core::{
        Call, Child, ChildEvent, Children, Command, Component, Decimal, Event, FieldErrors, Form, FormData, Key, Keyed,
        LiveView, Media, Messages, MountError, Notice, PageEffect, PageRequest, Pointer, Refusal, Remote, Retry, Route,
        Scroll, Size, Subscription, Topic, View, Wheel, display, field_error, fixed, grouped, html, lazy, trusted,
        with,
    };
}
