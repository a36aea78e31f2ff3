//! One case, from its seed.

use std::panic::{self, AssertUnwindSafe, catch_unwind};
use std::sync::Once;
use std::thread;

use tokio::runtime::Builder;

use crate::app::BREAKS;
use crate::page::Mistake;
use crate::world::{Count, World};

/// The name of the threads that run cases. Their panics are results.
pub const THREAD: &str = "case";

/// Runs a case.
///
/// # Errors
/// Returns the law that it breaks, with the seed that replays it.
pub fn run(seed: u64) -> Result<Count, String> {
    run_with(seed, Mistake::None)
}

/// Runs a case in which pages make a mistake.
///
/// # Errors
/// As [`run`].
pub fn run_with(seed: u64, mistake: Mistake) -> Result<Count, String> {
    be_quiet();
    let is_loud = std::env::var_os("LOUD").is_some();
    let run = || {
        let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime");
        runtime.block_on(async { World::new(seed, mistake).loud(is_loud).run().await })
    };
    let result = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        Err(text.unwrap_or("a panic").to_owned())
    });
    result.map_err(|fault| format!("SEED={seed}: {fault}"))
}

/// Keeps the panics that belong to cases from being printed.
fn be_quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let loud = panic::take_hook();
        panic::set_hook(Box::new(move |panic| {
            let is_ours = panic.payload().downcast_ref::<String>().is_some_and(|text| text.contains(BREAKS))
                || panic.payload().downcast_ref::<&str>().is_some_and(|text| text.contains(BREAKS));
            if !is_ours && thread::current().name() != Some(THREAD) {
                loud(panic);
            }
        }));
    });
}
