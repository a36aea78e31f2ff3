//! Runs every target on its corpus, and on random changes of it. `SEED=n` replays one change, `CASES=n` sets how many there are
//! for each target.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;

use fastrand::Rng;
use tealight_fuzz::{TARGETS, run};

const CASES: u64 = 1_500;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{name} is a number")))
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target);
    let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("a file").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{target} has no corpus");
    paths.iter().map(|path| fs::read(path).expect("a readable file")).collect()
}

/// Changes some bytes.
fn changed(corpus: &[Vec<u8>], random: &mut Rng) -> Vec<u8> {
    const TOKENS: &[&[u8]] = &[
        b"4294967295",
        b"4294967296",
        b"-1",
        b"0",
        b"1e309",
        b"null",
        b"[",
        b"]",
        b"{",
        b"}",
        b"\"",
        b"\\ud800",
        b"\xff",
        b"\0",
        b"\n",
        b",",
        b":",
        b"&",
        b"=",
        b"%",
        b"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        b"\x89\x80",
        b"\x81\xfe\xff\xff",
        b"\x88\x82",
        b"\xdd\xff\xff\xff\xff",
    ];
    let mut bytes = corpus[random.usize(0..corpus.len())].clone();
    for _ in 0..random.usize(1..8) {
        let at = random.usize(0..=bytes.len());
        let to = random.usize(at..=bytes.len().min(at + 16));
        match random.u32(0..7) {
            0 if at < bytes.len() => bytes[at] ^= 1 << random.u32(0..8),
            1 => drop(bytes.drain(at..to)),
            2 => drop(bytes.splice(at..at, TOKENS[random.usize(0..TOKENS.len())].iter().copied())),
            3 => drop(bytes.splice(at..to, TOKENS[random.usize(0..TOKENS.len())].iter().copied())),
            4 => {
                let again = bytes[at..to].to_vec();
                bytes.splice(at..at, again);
            }
            5 => {
                let other = &corpus[random.usize(0..corpus.len())];
                let from = random.usize(0..=other.len());
                bytes.truncate(at);
                bytes.extend_from_slice(&other[from..]);
            }
            _ => bytes.insert(at, random.u8(..)),
        }
    }
    bytes
}

fn check(target: &str) {
    let corpus = corpus(target);
    let (first, count) = match number("SEED") {
        Some(seed) => (seed, 1),
        None => (1, number("CASES").unwrap_or(CASES)),
    };
    for bytes in &corpus {
        run(target, bytes);
    }
    for seed in first..first + count {
        let bytes = changed(&corpus, &mut Rng::with_seed(seed));
        let result = catch_unwind(AssertUnwindSafe(|| run(target, &bytes)));
        assert!(result.is_ok(), "{target}, SEED={seed}: {:?}", String::from_utf8_lossy(&bytes));
    }
}

macro_rules! targets {
    ($($target:ident)*) => {
        $(
            #[test]
            fn $target() {
                check(stringify!($target));
            }
        )*

        #[test]
        fn every_target_is_run() {
            let run = [$(stringify!($target)),*];
            assert_eq!(TARGETS.iter().map(|(name, _)| *name).collect::<Vec<_>>(), run);
        }
    };
}

targets! { attach forms frames heads posts saved session }
