//! Keeps Tealight's sessions in one file, so that they survive restarts and deploys.
//!
//! ```no_run
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
//! use tealight_runtime::Live;
//! use tealight_store::FileStore;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), tealight_store::OpenError> {
//! let shop = Live::builder(Shop).save_sessions(FileStore::open("sessions.db")?).start();
//! # let _ = shop;
//! # Ok(())
//! # }
//! ```
//!
//! # The file
//! It is an SQLite database in WAL mode. A process that is killed leaves it whole. Two processes may use it at once: during a
//! deploy, the new one reads what the old one has saved.
//!
//! # The key
//! Models may hold secrets, so each session is sealed with XChaCha20-Poly1305. The key is in a file of its own, the
//! database's name with `.key`, which only its owner may read. [`FileStore::with_key`] takes a key from elsewhere. Who has both
//! files can read the models, and who has only the database cannot.
//!
//! | | |
//! |---|---|
//! | `file` | the store, and its bounds |
//! | `key` | the key, its file, and how sessions are sealed |

#[cfg(feature = "file")]
mod file;
mod key;

#[cfg(feature = "file")]
pub use file::{FileStore, OpenError};
pub use key::{Key, KeyError};
