//! Checks that every engine must pass.
//!
//! Implement [`Engine`] to make processes that share your engine. One test then runs all checks:
//!
//! ```no_run
//! # use tealight_runtime::conformance::engines::{self, Engine};
//! # async fn test(engine: impl Engine) {
//! engines::run(&engine, engines::CHECKS).await.expect_all();
//! # }
//! ```

mod checks;
mod ear;

use std::future::Future;
use std::sync::Arc;

use tokio::time::timeout;

pub use self::checks::CHECKS;
use super::{LIMIT, Report};
use crate::topics::PubSub;

/// An engine, as the checks use it.
pub trait Engine {
    /// Makes the engine of one more process. All processes of one `Engine` share their topics. An engine for a single process returns the
    /// same one each time.
    fn process(&self) -> impl Future<Output = Arc<dyn PubSub>>;
}

/// Runs some of the [`CHECKS`], one after another. Each makes processes and topics of its own.
pub async fn run<E: Engine>(engine: &E, checks: &[&'static str]) -> Report {
    let mut report = Vec::new();
    for name in checks {
        let checked = timeout(LIMIT, checks::check(engine, name)).await;
        report.push((*name, checked.unwrap_or_else(|_| Err("it did not end in time".to_owned()))));
    }
    Report(report)
}
