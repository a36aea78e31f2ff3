//! Tealight on many machines: topics on [NATS](https://nats.io).
//!
//! Processes that share a NATS server hear each other's topics, and who is present at each other's places. One line switches an
//! application from one process to NATS:
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use tealight_nats::Nats;
//! # use tealight_core::{html, Command, Event, LiveView, PageRequest, MountError, View};
//! # struct Shop;
//! # impl LiveView for Shop {
//! #     type Model = ();
//! #     type ExternalEvent = ();
//! #     type InternalEvent = ();
//! #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
//! #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
//! #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
//! # }
//!
//! # async fn start() -> Result<(), tealight_nats::NatsError> {
//! let nats = Nats::connect("nats://127.0.0.1:4222").await?;
//! let live = tealight_runtime::Live::builder(Shop).pubsub(Arc::new(nats)).start();
//! # let _ = live;
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! Messages are delivered at most once. All sessions of all processes hear a topic's messages in the order in which the server has taken
//! them, as long as their processes are connected. After a break, the sessions hear [`lagged`](tealight_core::Subscription::lagged): those of
//! the process that was cut off, and those of the others whose topics it has published to meanwhile.
//!
//! While a process is cut off, its own sessions still hear each other.
//!
//! # Subjects
//!
//! The topic `room:7` is the subject `tealight.topic.room.7`, and its messages are JSON: other programs can publish and subscribe. Characters
//! other than letters and digits of ASCII, `-` and `_` are written as `%` and two hexadecimal digits.

mod engine;
mod error;
mod link;
mod subject;

pub use async_nats;

pub use engine::{Nats, NatsOptions};
pub use error::NatsError;
