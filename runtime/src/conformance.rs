//! Checks that every transport must pass, and those for [`engines`]. With the feature `conformance`, for their own tests.
//!
//! Implement [`Transport`] to serve an application over your transport, and [`PageEnd`] to send and receive as a page
//! does. One test then runs all checks:
//!
//! ```no_run
//! # use tealight_runtime::conformance::{self, Transport};
//! # async fn test(transport: impl Transport) {
//! conformance::run(&transport, conformance::CHECKS).await.expect_all();
//! # }
//! ```

mod checks;
mod desk;
pub mod engines;
mod page;

use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::time::Duration;

pub use checks::CHECKS;

use crate::live::Live;

/// A transport, as the checks use it.
pub trait Transport {
    /// A running server. It stops when this is dropped.
    type Server;
    /// A page's end of a connection.
    type PageEnd: PageEnd;

    /// Serves an application, at every path.
    fn serve(&self, live: Live) -> impl Future<Output = Self::Server>;
    /// Gets the page at a path, and returns its HTML.
    fn page(&self, server: &Self::Server, path: &str) -> impl Future<Output = String>;
    /// Opens a connection for the page at a path.
    fn connect(&self, server: &Self::Server, path: &str) -> impl Future<Output = Self::PageEnd>;
}

/// A page's end of a connection. Dropping it breaks the connection, without a close frame or the like.
pub trait PageEnd {
    /// Sends a message. If the connection has ended, nothing happens: [`receive`](Self::receive) returns the end.
    fn send(&mut self, message: &str) -> impl Future<Output = ()>;

    /// Receives the next message.
    ///
    /// It must not read between two calls: the checks simulate a slow page in this way.
    ///
    /// # Errors
    /// Returns the close code if the connection has ended, or `None` if it ended without one.
    fn receive(&mut self) -> impl Future<Output = Result<String, Option<u16>>>;
}

/// The results of the checks.
#[must_use = "a failed check is only seen in the report"]
pub struct Report(Vec<(&'static str, Result<(), String>)>);

/// The longest time that a check may take.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs some of the [`CHECKS`], one after another. Each gets an application and a server of its own.
pub async fn run<T: Transport>(transport: &T, checks: &[&'static str]) -> Report {
    let mut report = Vec::new();
    for name in checks {
        let checked = tokio::time::timeout(LIMIT, checks::check(transport, name)).await;
        report.push((*name, checked.unwrap_or_else(|_| Err("it did not end in time".to_owned()))));
    }
    Report(report)
}

impl Report {
    /// The names of the failed checks, with the reasons.
    pub fn failed(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().filter_map(|(name, checked)| Some((*name, checked.as_ref().err()?.as_str())))
    }

    /// Asserts that all checks have passed.
    ///
    /// # Panics
    /// Panics if a check has failed. The message lists the checks with the reasons.
    pub fn expect_all(&self) {
        assert!(self.failed().next().is_none(), "some checks have failed\n{self}");
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, checked) in &self.0 {
            match checked {
                Ok(()) => writeln!(f, "passed  {name}")?,
                Err(why) => writeln!(f, "FAILED  {name}: {why}")?,
            }
        }
        Ok(())
    }
}

impl Debug for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Display::fmt(self, f)
    }
}
