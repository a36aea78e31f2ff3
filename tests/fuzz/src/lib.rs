//! Everything that bytes from outside reach, as functions of bytes. None may panic, whatever the bytes are, and none may hold
//! much more memory than the bytes have.
//!
//! `tests/corpus.rs` runs each on its corpus and on random changes of it, with the stable compiler. `fuzz/` runs them under
//! libFuzzer, which looks for bytes that reach new code.

mod app;
mod saved;
mod session;
mod transports;

/// A target: its name, which is that of its corpus, and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: &[Target] = &[
    ("attach", session::attach),
    ("forms", transports::forms),
    ("frames", transports::frames),
    ("heads", transports::heads),
    ("posts", transports::posts),
    ("saved", saved::saved),
    ("session", session::session),
];

/// Runs one target.
///
/// # Panics
/// Panics if there is no target of this name, or if the target does.
pub fn run(name: &str, bytes: &[u8]) {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target of this name");
    target(bytes);
}
