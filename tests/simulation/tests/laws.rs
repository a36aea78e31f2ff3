//! The laws, on random cases. `SEED=n` replays one case, `CASES=n` sets how many there are.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use tealight_simulation::case::{self, THREAD, run, run_with};
use tealight_simulation::page::Mistake;
use tealight_simulation::world::Count;

const CASES: u64 = 60;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

/// Runs cases on all processors. Returns what happened, and the laws that were broken.
fn cases(first: u64, count: u64, case: impl Fn(u64) -> Result<Count, String> + Sync) -> (Count, Vec<String>) {
    let next = AtomicU64::new(first);
    let results = Mutex::new((Count::default(), Vec::new()));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            let work = || {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + count {
                        return;
                    }
                    let result = case(seed);
                    let mut results = results.lock().unwrap_or_else(PoisonError::into_inner);
                    match result {
                        Ok(tried) => results.0 += tried,
                        Err(broken) => results.1.push(broken),
                    }
                }
            };
            thread::Builder::new().name(THREAD.to_owned()).spawn_scoped(scope, work).expect("a thread");
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}

#[test]
fn nothing_is_lost() {
    let (first, count) = match number("SEED") {
        Some(seed) => (seed, 1),
        None => (number("FIRST").unwrap_or(1), number("CASES").unwrap_or(CASES)),
    };
    let began = Instant::now();
    let (count, broken) = cases(first, count, run);
    println!("{count:?} in {:?}", began.elapsed());
    if let Some(shortest) = broken.iter().min_by_key(|broken| broken.len()) {
        let heads: Vec<&str> = broken.iter().take(20).filter_map(|broken| broken.lines().next()).collect();
        panic!("{} cases break a law:\n{}\n\nthe shortest:\n{shortest}", broken.len(), heads.join("\n"));
    }
}

#[test]
fn a_seed_is_a_case() {
    for seed in 1..8 {
        assert_eq!(case::run(seed), case::run(seed), "SEED={seed}");
    }
}

/// A check that cannot fail is no check: pages that do not follow the protocol break the laws.
#[test]
fn mistakes_of_a_page_are_noticed() {
    for mistake in [Mistake::SendsTwice, Mistake::Forgets, Mistake::Reorders, Mistake::SkipsPatches] {
        let broken = (1..100).find_map(|seed| run_with(seed, mistake).err());
        println!("{mistake:?}: {}", broken.as_deref().unwrap_or("not noticed"));
        assert!(broken.is_some(), "{mistake:?} is not noticed");
    }
}
