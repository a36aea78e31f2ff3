//! The law without a browser. `SEED=n` replays one case, `CASES=n` sets how many there are.

use tealight_proof::case::{self, Count};

const CASES: u64 = 6_000;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

#[test]
fn a_patched_page_is_a_fresh_one() {
    std::panic::set_hook(Box::new(|_| {}));
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 1..number("CASES").unwrap_or(CASES) + 1,
    };
    let mut count = Count::default();
    let mut failures = Vec::new();
    for seed in seeds {
        match case::run(seed) {
            Ok(tried) => count += tried,
            Err(failure) => failures.push(failure),
        }
    }
    let _ = std::panic::take_hook();
    println!("{count:?}");
    if !failures.is_empty() {
        let shortest = failures.iter().min_by_key(|failure| failure.len()).expect("there is one");
        let heads: Vec<&str> = failures.iter().take(20).filter_map(|failure| failure.lines().next()).collect();
        panic!("{} cases fail:\n{}\n\nthe shortest:\n{shortest}", failures.len(), heads.join("\n"));
    }
}
