//! Runs Tealight's sessions on tokio: their pages, tasks, timers and topics.
//!
//! [`Live`] is a running application. It makes pages ([`Live::page`]) and keeps them live over
//! whatever carries messages ([`Live::connect`]); a session made for the one is found again by the
//! other.
//!
//! # The contract of a transport
//!
//! A transport brings messages from a page to a [`Connection`] and back. It knows neither the
//! application nor the protocol, and it needs six steps.
//!
//! 1. Answer a `GET` of the page with [`Live::page`]: send [`Page::headers`] and the HTML as they are.
//!    Answer `{base}` + [`script::path`] with [`script::answer`], and a `POST` of a form with [`Live::post`] (or
//!    `http::FormPost`, with the feature `http`).
//! 2. Refuse a connection whose `Origin` is not allowed ([`Live::allows_origin`]), else make a
//!    [`Connection`] with [`Live::connect`], from a [`PageRequest`](tealight_core::PageRequest) of the request that
//!    opens it.
//! 3. Hand each message of the page to [`Connection::receive`], in order, as long as
//!    [`Connection::is_ready`]. Messages over [`Live::message_limit`] need not be read to their end.
//! 4. When the wire can take a message, and only then, ask [`Connection::poll_message`] for one and
//!    write it. While the wire is full, ask for nothing: what happens meanwhile becomes one message.
//!    After `receive`, ask too, or wake the task that does.
//! 5. When `poll_message` answers a [`Close`], end the wire with its code. When the wire ends by
//!    itself, or goes against the transport's own rules, that is the transport's to say, with a
//!    [`Close`] of its own; [`Close::count`] counts it.
//! 6. Drop the [`Connection`] when the wire is gone: the session then waits for its page to come back.
//!    What the page had sent before is handed in first; where it may still come after the end,
//!    [`Connection::hang_up`] helps.
//!
//! A transport says with [`Live::offer`] that it is there: pages then know that they can ask for it.
//!
//! A connection whose wire is silent should be found dead within a minute or so; [`Live::alarm`]
//! gives deadlines that cost no task and no timer of tokio's.
//!
//! [`conformance`](https://docs.rs/tealight-runtime) (behind a feature of that name) checks all of this, in a
//! transport's own tests.
//!
//! Here is all of it, with a wire of two channels:
//!
//! ```
//! use std::future::poll_fn;
//! use std::task::{ready, Poll};
//!
//! use tealight_core::PageRequest;
//! use tealight_runtime::{Close, Live};
//! use tokio::sync::mpsc::{Receiver, Sender};
//!
//! async fn carry(live: Live, request: PageRequest, mut up: Receiver<Vec<u8>>, down: Sender<Vec<u8>>) -> Option<Close> {
//!     let mut connection = live.connect(request);
//!     loop {
//!         // the wire can take a message
//!         let Ok(place) = down.reserve().await else {
//!             // what had come before the end still counts
//!             while let Ok(message) = up.try_recv() {
//!                 connection.receive(&message);
//!             }
//!             return None;
//!         };
//!         let mut message = Vec::new();
//!         let asked = poll_fn(|cx| {
//!             while connection.is_ready() {
//!                 match up.poll_recv(cx) {
//!                     Poll::Ready(Some(message)) => connection.receive(&message),
//!                     Poll::Ready(None) => return Poll::Ready(None),
//!                     Poll::Pending => break,
//!                 }
//!                 if connection.wants_to_speak() {
//!                     break;
//!                 }
//!             }
//!             Poll::Ready(Some(ready!(connection.poll_message(cx, &mut message))))
//!         });
//!         match asked.await? {
//!             Ok(()) => place.send(message),
//!             Err(close) => return Some(close),
//!         }
//!     }
//! }
//! # let _ = carry;
//! ```

mod application;
mod close;
#[cfg(feature = "conformance")]
pub mod conformance;
mod connection;
mod connections;
mod error;
#[cfg(feature = "http")]
pub mod http;
mod live;
mod pages;
mod registry;
mod runtime;
mod session;
mod stats;
mod sync;
mod tasks;
mod time;
mod token;
mod topics;
mod turn;

pub use close::Close;
pub use connection::Connection;
pub use error::{Panicked, PubSubError, ShuttingDown};
pub use live::{Builder, Live};
pub use pages::{Document, Layout, Page, Posted, script};
pub use stats::Stats;
pub use time::Alarm;
pub use token::Token;
pub use topics::{LocalPubSub, PubSub, Publisher, Subscribed, Subscriber};
