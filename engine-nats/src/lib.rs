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

//!
//! # Saved sessions
//!
//! With [`Nats::store`], sessions are saved in a bucket of JetStream, and a page may come back to any process: after a deploy, after the
//! death of its process, or because a proxy chooses another one. If the process that has the session lives, it is asked to hand it over.
//!
//! # Modules
//!
//! | | |
//! |---|---|
//! | `engine` | the engine: publishing, subscribing, and going on after a break |
//! | `link` | the messages that a break may have lost |
//! | `subject` | names of topics as subjects |
//! | `store`, `record` | saved sessions, and their values |

mod engine;
mod error;
mod link;
mod record;
mod store;
mod subject;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use async_nats;

pub use engine::{Nats, NatsOptions};
pub use error::NatsError;
pub use store::{NatsStore, NatsStoreOptions};

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
