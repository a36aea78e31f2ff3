//! Tealight on several machines without a broker: topics and presence on [PostgreSQL](https://www.postgresql.org), by `LISTEN` and `NOTIFY`.
//!
//! Processes that share a database hear each other's topics, and who is present at each other's places. One line switches an
//! application from one process to PostgreSQL:
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use tealight_postgres::Postgres;
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
//! # async fn start() -> Result<(), tealight_postgres::PostgresError> {
//! let postgres = Postgres::connect("postgres://shop:secret@127.0.0.1/shop").await?;
//! let live = tealight_runtime::Live::builder(Shop).pubsub(Arc::new(postgres)).start();
//! # let _ = live;
//! # Ok(())
//! # }
//! ```
//!
//! # What is promised
//!
//! Messages are delivered at most once. All processes hear all messages in one order, the one in which the database has committed them, as
//! long as they are connected. After a break, the sessions hear [`lagged`](tealight_core::Subscription::lagged): those of the process
//! that was cut off, and those of the others whose topics it has published to meanwhile. If the server itself stalls for longer than four
//! seconds, a message from before may come after newer ones.
//!
//! While a process is cut off, its own sessions still hear each other, and publishing returns an error.
//!
//! # Notifications
//!
//! All topics share one channel, `tealight`. A notification is a JSON array of the topic and the message, so other programs can publish:
//!
//! ```sql
//! SELECT pg_notify('tealight', json_build_array('orders', json_build_object('number', 7, 'state', 'paid'))::text);
//! ```
//!
//! The text has 7,999 bytes at most. PostgreSQL drops the second of two equal notifications of a transaction; a number as the third item
//! makes them differ. The engine sends longer messages, up to 1 MiB, in parts of a form of its own. It ignores and counts all other
//! notifications.
//!
//! # Limits
//!
//! - Every process hears every message, also those that none of its sessions wants.
//! - Transactions that notify commit one after another, in all databases of the server. The engine sends the messages that have gathered
//!   in one transaction, and lets it not wait for the disk. The transactions of your triggers do wait.
//! - 16 MiB of messages wait for the server. Beyond it, publishing returns an error, and all sessions of the topic hear later that they lag.
//! - PostgreSQL keeps up to 8 GiB of notifications for a connection that listens and does not read, such as one in a long transaction. When they
//!   are full, transactions that notify fail. The engine's own connection has no long transactions, and the server drops a dead one after ten
//!   seconds.
//! - A pooler in transaction mode, such as PgBouncer's, loses notifications: connect to PostgreSQL itself.
//! - Every user who may connect to the database can hear all messages, and speak to all pages as the application does: PostgreSQL has no rights
//!   for channels. Give the application a database of its own.
//!
//! # Modules
//!
//! | | |
//! |---|---|
//! | `engine` | the engine: connecting, publishing and subscribing |
//! | `shared` | what publishers and the worker share: subscribers, and room for messages that wait |
//! | `worker` | the task that has the connection: sending, hearing, and going on after a break |
//! | `line` | a connection: TLS, settings, listening |
//! | `lost` | the topics of messages that may be lost |
//! | `frame` | messages as notifications |

mod engine;
mod error;
mod frame;
mod line;
mod lost;
mod shared;
mod worker;

use std::sync::{Mutex, MutexGuard, PoisonError};

pub use rustls;
pub use tokio_postgres;

pub use engine::{Postgres, PostgresOptions};
pub use error::PostgresError;

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
