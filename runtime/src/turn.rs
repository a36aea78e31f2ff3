//! A turn is one call of a session on the present thread. The thread lends its buffers to the session.
//!
//! A session is locked during its turn. Work that would lock another session, or the same one again, therefore
//! waits for the end of the outermost turn. The main example is delivering the messages that `update` publishes.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::OnceLock;

use tealight_core::session::{HashSeed, Scratch};

use crate::token::random_bytes;

/// Work that waits for the end of a turn.
pub(crate) trait Deferred {
    /// Does a small part of the work. Returns `false` when nothing is left.
    fn step(&mut self) -> bool;
    /// Does the rest in a task.
    fn spawn(self: Box<Self>);
}

thread_local! {
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
    static IN_TURN: Cell<bool> = const { Cell::new(false) };
    static DEFERRED: RefCell<VecDeque<Box<dyn Deferred>>> = const { RefCell::new(VecDeque::new()) };
}

/// The number of steps of deferred work that a thread does after a turn. A task does the rest.
const STEPS: usize = 8;

/// Runs `work` with this thread's buffers. The outermost turn then does the work that was [deferred](defer).
pub(crate) fn turn<R>(work: impl FnOnce(&mut Scratch) -> R) -> R {
    let outermost = Outermost::enter();
    let mut scratch = SCRATCH.take().unwrap_or_else(|| Box::new(fresh_scratch()));
    let result = work(&mut scratch);
    match scratch.take_duplicate_keys() {
        0 => {}
        lists => metrics::counter!("tealight_duplicate_keys_total").increment(lists.into()),
    }
    SCRATCH.set(Some(scratch));
    if outermost.is_some() {
        do_deferred();
    }
    result
}

/// New buffers, for a thread that has none or whose buffers are inconsistent after a panic.
pub(crate) fn fresh_scratch() -> Scratch {
    Scratch::new(seed().1.clone())
}

static SEED: OnceLock<(u64, HashSeed)> = OnceLock::new();

fn seed() -> &'static (u64, HashSeed) {
    SEED.get_or_init(|| {
        let random = u64::from_ne_bytes(random_bytes());
        (random, HashSeed::new(random))
    })
}

/// Sets the hash seed of this process, unless a session has run before.
pub(crate) fn set_seed(random: u64) {
    SEED.get_or_init(|| (random, HashSeed::new(random)));
}

/// The random bits of this process's hash seed.
pub(crate) fn seed_bits() -> u64 {
    seed().0
}

/// Does `work` at the end of this thread's turn.
pub(crate) fn defer(work: impl Deferred + 'static) {
    DEFERRED.with_borrow_mut(|deferred| deferred.push_back(Box::new(work)));
}

fn do_deferred() {
    let mut steps = STEPS;
    while let Some(mut work) = DEFERRED.with_borrow_mut(VecDeque::pop_front) {
        while work.step() {
            steps = steps.saturating_sub(1);
            if steps == 0 {
                work.spawn();
                break;
            }
        }
    }
}

/// Marks the thread as being in a turn.
struct Outermost;

impl Outermost {
    fn enter() -> Option<Self> {
        // not `then_some`, which would make the mark, and drop it, also when the thread is in a turn already
        (!IN_TURN.replace(true)).then(|| Self)
    }
}

impl Drop for Outermost {
    fn drop(&mut self) {
        IN_TURN.set(false);
    }
}
