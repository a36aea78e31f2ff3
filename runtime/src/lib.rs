//! Runs Tealight's sessions on tokio, and connects them to their pages.
//!
//! [`Live`] is a running application. [`Live::page`] mounts a session and makes its page, which an HTTP server sends.
//! The page then connects over a transport, such as a websocket. [`Live::connect`] makes its [`Connection`], which
//! finds the session again and keeps the page up to date.
//!
//! | | |
//! |---|---|
//! | [`Live`], [`Builder`] | a running application, and its settings |
//! | [`Router`], [`Views`] | several views as one application |
//! | [`Layout`], [`Document`] | the HTML document around the view |
//! | [`Page`], [`Posted`] | the answers to a `GET` of a page and to a posted form |
//! | [`script`] | the client's script |
//! | [`Connection`], [`Close`] | a page's link to its session, and the reasons for its end |
//! | [`Alarm`], [`Token`], [`Relay`] | deadlines, secret names, and requests that belong to another process, for transports |
//! | [`PubSub`], [`LocalPubSub`], [`Publisher`] | messages between sessions, and the engines that carry them |
//! | [`Subscriber`], [`Subscribed`] | what an engine delivers to, and its subscriptions |
//! | [`Saving`], [`SessionStore`], [`SavedSession`], [`SessionKey`], [`OwnerKey`] | sessions that survive a restart, and the stores that keep them |
//! | [`Limits`], [`Limit`], [`Proxies`], [`Shares`], [`Share`] | what pages and clients may cost the server, and who the clients are |
//! | [`Stats`] | the resources that an application holds |
//! | [`PubSubError`], [`RelayError`], [`StoreError`], [`EndSessionsError`], [`ProxiesError`], [`Panicked`], [`ShuttingDown`] | errors |
//! | [`telemetry`] | metrics and spans |
//! | [`overview`] | the counters of a running application, for a status page |
//! | `http` | answers in the types of the `http` crate; with the feature `http` |
//! | `conformance` | checks for transports; with the feature `conformance` |
//!
//! # The contract of a transport
//!
//! A transport moves messages between a page and a [`Connection`]. It knows neither the application nor the protocol.
//! It takes six steps:
//!
//! 1. **Serve the page.** Answer a `GET` of the page with [`Live::page`]: send the HTML with [`Page::headers`]. Answer
//!    a `GET` of `{base}` + [`script::path`] with [`script::answer`]. Answer a posted form with [`Live::post`], or with
//!    `http::FormPost`.
//! 2. **Connect.** Check the headers `Host` and `Origin` with [`Live::allows_host`] and [`Live::allows_origin`], and refuse the
//!    request if they are not allowed.
//!    Make a [`PageRequest`](tealight_core::PageRequest) from the request that opens the connection, and pass it to
//!    [`Live::connect_over`], with the name of your transport for metrics.
//! 3. **Receive.** Pass each message of the page to [`Connection::receive`], in order, while
//!    [`Connection::is_ready`] is true. You need not read a message that is longer than [`Live::message_limit`]: close
//!    the connection with [`Close::TooLong`].
//! 4. **Send.** When your socket can take a message, and only then, call [`Connection::poll_message`] and send the
//!    message that it returns. While the socket is full, do not call it: all changes in the meantime become one
//!    message. Call it after `receive` too, or wake the task that calls it.
//! 5. **Close.** When `poll_message` returns a [`Close`], close the socket with its code. If the socket ends by itself, or
//!    the page breaks the transport's own rules, choose the [`Close`] yourself and call [`Close::count`].
//! 6. **Detach.** Drop the [`Connection`] when the socket is gone: the session then waits for its page to come back. Pass
//!    in all messages that have arrived before that. If messages can still arrive afterwards, use
//!    [`Connection::hang_up`].
//!
//! Call [`Live::offer`] when the transport starts, so that pages know about it. Detect dead connections within a minute
//! or so; [`Live::alarm`] gives you deadlines that need neither a task nor a timer of tokio's.
//!
//! This is a whole transport, over two channels in place of a socket:
//!
//! ```
//! use std::future::poll_fn;
//! use std::task::{ready, Poll};
//!
//! use tealight_core::PageRequest;
//! use tealight_runtime::{Close, Live};
//! use tokio::sync::mpsc::{Receiver, Sender};
//!
//! async fn serve(live: Live, request: PageRequest, mut up: Receiver<Vec<u8>>, down: Sender<Vec<u8>>) -> Option<Close> {
//!     let mut connection = live.connect(request);
//!     loop {
//!         // wait until a message can be sent
//!         let Ok(permit) = down.reserve().await else {
//!             // the page is gone, but the messages that it has sent count
//!             while let Ok(message) = up.try_recv() {
//!                 connection.receive(&message);
//!             }
//!             return None;
//!         };
//!         let mut message = Vec::new();
//!         let next = poll_fn(|cx| {
//!             while connection.is_ready() {
//!                 match up.poll_recv(cx) {
//!                     Poll::Ready(Some(message)) => connection.receive(&message),
//!                     Poll::Ready(None) => return Poll::Ready(None),
//!                     Poll::Pending => break,
//!                 }
//!                 if connection.wants_poll() {
//!                     break;
//!                 }
//!             }
//!             Poll::Ready(Some(ready!(connection.poll_message(cx, &mut message))))
//!         });
//!         match next.await? {
//!             Ok(()) => permit.send(message),
//!             Err(close) => return Some(close),
//!         }
//!     }
//! }
//! # let _ = serve;
//! ```
//!
//! # Logs and metrics
//!
//! The runtime logs with `tracing` and counts with `metrics`. Without a subscriber or a recorder, both do nothing. The module
//! [`telemetry`] lists all metrics.

mod application;
mod buffer;
mod close;
#[cfg(feature = "conformance")]
pub mod conformance;
mod connection;
mod connections;
mod error;
mod flash;
mod hosts;
#[cfg(feature = "http")]
pub mod http;
mod limits;
mod live;
mod moves;
pub mod overview;
mod owners;
mod pages;
mod presence;
mod registry;
mod relay;
mod report;
mod router;
mod runtime;
mod saving;
mod session;
mod stats;
mod store;
mod sync;
mod tasks;
pub mod telemetry;
mod time;
mod token;
mod topics;
mod turn;
mod watch;

pub use buffer::with_buffer;
pub use close::Close;
pub use connection::Connection;
pub use error::{EndSessionsError, Panicked, PubSubError, ShuttingDown};
pub use limits::{Limit, Limits, Proxies, ProxiesError, Share, Shares};
pub use live::{Builder, Live, Views};
pub use pages::{Document, Layout, Page, Posted, script};
pub use relay::{Relay, RelayError};
pub use router::Router;
pub use saving::Saving;
pub use stats::Stats;
pub use store::{OwnerKey, SavedSession, SessionKey, SessionStore, StoreError, StoredSession};
pub use time::Alarm;
pub use token::Token;
pub use topics::{LocalPubSub, PubSub, Publisher, Subscribed, Subscriber};
