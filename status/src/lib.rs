//! A status page of a server or a cluster, for the people who look after it. It is a live page itself.
//!
//! The page shows the numbers of this process and of all others that share its engine: sessions by state and view, events and patches
//! a second, the time from an event to its patch, the slowest views, the largest pages, topics, refusals, and the processes. Charts are
//! SVG, which the server draws; each is a table too. A person can look into the counters of one session, on any process, and end it.
//!
//! It shows no data of people: no model, no HTML, no address, and no id of a session. Sessions have numbers that are no secret and give
//! access to nothing. It shows only the first part of the names of topics.
//!
//! ```
//! use tealight_core::{html, Command, Event, LiveView, MountError, PageRequest, View};
//! use tealight_runtime::{Live, Router};
//! use tealight_status::Status;
//!
//! struct Shop;
//! # impl LiveView for Shop {
//! #     type Model = ();
//! #     type ExternalEvent = ();
//! #     type InternalEvent = ();
//! #     async fn mount(&self, _: &PageRequest) -> Result<((), Command<()>), MountError> { Ok(((), Command::none())) }
//! #     fn update(&self, _: &mut (), _: Event<(), ()>) -> Command<()> { Command::none() }
//! #     fn view(&self, _: &()) -> impl View<()> { html! { <p>"…"</p> } }
//! # }
//! # async fn is_operator(request: &PageRequest) -> bool { request.cookie("login").is_some() }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let status = Status::new(async |request: PageRequest| {
//!     if is_operator(&request).await { Ok(request.owned_by("operator")) } else { Err(MountError::NotFound) }
//! });
//! let router = Router::new().live_at("/", Shop).merge(status.version(env!("CARGO_PKG_VERSION")).at("/status"));
//! let live = Live::builder(router).start();
//! # let _ = live;
//! # }
//! ```
//!
//! # What it costs
//!
//! All views of the router count their events and times, as for a recorder of metrics, and each session has counters of its own. While
//! nobody watches, a process does nothing else. While somebody does, each process publishes one report a second, of at most 20 views, 15
//! sessions and 15 kinds of topics: usually about five kilobytes. For it, the process looks at its sessions and topics, at most 20,000 for
//! each report; with more of them, the lists are brought up to date less often.
//!
//! # Style
//!
//! The page brings its style in an element `<style>`. If your `Content-Security-Policy` allows no such styles, the page is plain.

mod agent;
mod chart;
mod cluster;
mod format;
mod measure;
mod model;
mod page;
mod style;
mod view;
mod wire;

use std::fmt;
use std::future::Future;
use std::process;

use tealight_core::{MountError, PageRequest};
use tealight_runtime::Router;

use crate::page::Page;
use crate::wire::shortened;

/// A status page that has no path yet.
pub struct Status<G> {
    guard: G,
    name: String,
    version: String,
}

impl<G, F> Status<G>
where
    G: Fn(PageRequest) -> F + Send + Sync + 'static,
    F: Future<Output = Result<PageRequest, MountError>> + Send + 'static,
{
    /// Makes a status page. `guard` decides who may see it, as in [`Router::guard`]: everybody who does can end sessions.
    ///
    /// Let it name the owner of the session with [`PageRequest::owned_by`]. Then the page ends when this person logs out.
    #[must_use]
    pub fn new(guard: G) -> Self {
        Self { guard, name: default_name(), version: String::new() }
    }

    /// Sets the name of this process on the page, which then has at most 96 bytes. The default is the name of the machine, with the number
    /// of the process.
    #[must_use]
    pub fn name(self, name: &str) -> Self {
        Self { name: shortened(name), ..self }
    }

    /// Sets the version of the application that the page shows for this process, such as `env!("CARGO_PKG_VERSION")`.
    #[must_use]
    pub fn version(self, version: &str) -> Self {
        Self { version: shortened(version), ..self }
    }

    /// Returns a router with the page at this path, such as `/status`, behind its guard. [Merge](Router::merge) it into that of the
    /// application.
    ///
    /// # Panics
    /// Panics if this is no path: see [`Router::live_at`].
    #[track_caller]
    pub fn at(self, path: &str) -> Router {
        let Self { guard, name, version } = self;
        Router::new().live_with(path, |overview| Page::new(overview, name, version)).guard(guard)
    }
}

impl<G> fmt::Debug for Status<G> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Status").field("name", &self.name).field("version", &self.version).finish_non_exhaustive()
    }
}

#[cfg(unix)]
fn default_name() -> String {
    shortened(&format!("{}:{}", rustix::system::uname().nodename().to_string_lossy(), process::id()))
}

#[cfg(not(unix))]
fn default_name() -> String {
    format!("process {}", process::id())
}

#[cfg(test)]
mod tests;
