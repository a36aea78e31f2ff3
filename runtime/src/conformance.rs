//! Checks that every transport has to pass. With the feature `conformance`, for a transport's own tests.
//!
//! A transport says by [`Transport`] how it is served and reached, and by [`Wire`] how a page sends and
//! receives. Then one test is all of them:
//!
//! ```no_run
//! # use tealight_runtime::conformance::{self, Transport};
//! # async fn test(transport: impl Transport) {
//! conformance::run(&transport, conformance::CHECKS).await.expect_all();
//! # }
//! ```

mod checks;
mod desk;
mod page;

use std::fmt::{self, Debug, Display};
use std::future::Future;
use std::time::Duration;

pub use checks::CHECKS;

use crate::live::Live;

/// How a transport is served and reached.
pub trait Transport {
    /// What runs as long as it is held.
    type Server;
    /// A page's end of a connection.
    type Wire: Wire;

    /// Serves an application, every path of it.
    fn serve(&self, live: Live) -> impl Future<Output = Self::Server>;
    /// Gets the page at a path: its HTML.
    fn page(&self, server: &Self::Server, path: &str) -> impl Future<Output = String>;
    /// Opens a connection for the page at a path.
    fn connect(&self, server: &Self::Server, path: &str) -> impl Future<Output = Self::Wire>;
}

/// A page's end of a connection. Dropping it breaks the connection without a word.
pub trait Wire {
    /// Sends a message. That the connection has ended is learned from [`receive`](Self::receive).
    fn send(&mut self, message: &str) -> impl Future<Output = ()>;

    /// The next message, or the end of the connection: its code, or `None` if there was none.
    ///
    /// Between two calls nothing is read: that is how a page stalls.
    ///
    /// # Errors
    /// The connection has ended.
    fn receive(&mut self) -> impl Future<Output = Result<String, Option<u16>>>;
}

/// What has come of the checks.
#[must_use = "a report that nobody reads checks nothing"]
pub struct Report(Vec<(&'static str, Result<(), String>)>);

/// A check must end after so long.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs these of the [`CHECKS`], one after another, each with an application and a server of its own.
pub async fn run<T: Transport>(transport: &T, checks: &[&'static str]) -> Report {
    let mut report = Vec::new();
    for name in checks {
        let checked = tokio::time::timeout(LIMIT, checks::check(transport, name)).await;
        report.push((*name, checked.unwrap_or_else(|_| Err("it does not end".to_owned()))));
    }
    Report(report)
}

impl Report {
    /// Those that the transport did not pass, and why.
    pub fn failed(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().filter_map(|(name, checked)| Some((*name, checked.as_ref().err()?.as_str())))
    }

    /// # Panics
    /// If any was not passed; the message says which, and why.
    pub fn expect_all(&self) {
        assert!(self.failed().next().is_none(), "the transport does not conform\n{self}");
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
