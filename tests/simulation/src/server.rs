//! A server: it starts, shuts down and is killed. Its clock and its tasks are those of the simulation.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

use tealight_core::PageRequest;
use tealight_runtime::{Limits, Live, Saving, Stats};
use tealight_sse::Sse;
use tokio::task::JoinHandle;

use crate::app::App;
use crate::store::{Access, Store};
use crate::witness::Witness;

/// How sessions are saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Policy {
    Never,
    AtTheEnd,
    /// At most once in this time.
    Every(Duration),
}

/// A running server.
#[derive(Debug)]
pub struct Server {
    /// Its application.
    pub live: Live,
    /// The transport with streams.
    pub sse: Sse,
    app: App,
    ending: Option<JoinHandle<()>>,
}

impl Server {
    /// Starts a server.
    pub fn start(witness: &Witness, store: &Store, policy: Policy) -> Self {
        let is_dead = Arc::new(AtomicBool::new(false));
        let app = App {
            witness: witness.clone(),
            is_dead: Arc::clone(&is_dead),
            is_unavailable: Arc::new(AtomicBool::new(false)),
        };
        let saving = || Saving::new(Arc::new(Access::new(store, &is_dead)));
        let builder = Live::builder(app.clone()).limits(Limits::default().message_bytes(LIMIT));
        let live = match policy {
            Policy::Never => builder,
            Policy::AtTheEnd => builder.save_sessions(saving()),
            Policy::Every(period) => builder.save_sessions(saving().every(period)),
        }
        .start();
        Self { sse: Sse::new(live.clone()), live, app, ending: None }
    }

    /// Makes `mount` fail, or not.
    pub fn set_unavailable(&self, is_unavailable: bool) {
        self.app.is_unavailable.store(is_unavailable, Relaxed);
    }

    /// Returns the HTML of a page; `None` if there is none now.
    pub async fn page(&self, path: &str) -> Option<String> {
        let page = self.live.page(PageRequest::new(path, ""), "/").await.ok()?;
        Some(page.html().to_owned())
    }

    /// Shuts down, as on SIGTERM. Its connections must be polled until [`has_ended`](Self::has_ended).
    pub fn shut_down(&mut self) {
        let live = self.live.clone();
        self.ending = Some(tokio::spawn(async move { live.shutdown().await }));
    }

    /// Returns true if the server shuts down.
    pub fn is_ending(&self) -> bool {
        self.ending.is_some()
    }

    /// Returns true if the shutdown is over.
    pub fn has_ended(&self) -> bool {
        self.ending.as_ref().is_some_and(JoinHandle::is_finished)
    }

    /// Notes that the process is gone: it neither saves nor witnesses anything more.
    pub fn kill(&self) {
        self.app.is_dead.store(true, Relaxed);
        let live = self.live.clone();
        // Frees what the process would have held.
        tokio::spawn(async move { live.shutdown().await });
    }

    /// The resources that it holds.
    pub fn stats(&self) -> Stats {
        self.live.stats()
    }
}

/// The longest message of a page, in bytes.
pub const LIMIT: usize = 400;
