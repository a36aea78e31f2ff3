//! A thread has its turn with a session: the buffers it brings, and what waits until it is over.
//!
//! While a turn lasts a session may be locked. What would lock another session, or the same one
//! again, therefore waits for the end of the outermost turn: the delivery of messages, above all
//! of those that `update` publishes.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::sync::OnceLock;

use tealight_core::session::{HashSeed, Scratch};

use crate::topics::Drain;

thread_local! {
    static SCRATCH: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
    static BUSY: Cell<bool> = const { Cell::new(false) };
    static LATER: RefCell<VecDeque<Drain>> = const { RefCell::new(VecDeque::new()) };
}

/// So many batches of messages are delivered at the end of a turn; the rest is a task's.
const BATCHES: usize = 8;

/// Runs `work` with this thread's buffers, then delivers what it left to [`later`].
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
        deliver();
    }
    result
}

/// Buffers for a thread that has none, or whose own were left in disorder by a panic.
pub(crate) fn fresh_scratch() -> Scratch {
    static SEED: OnceLock<HashSeed> = OnceLock::new();
    let seed = SEED.get_or_init(|| HashSeed::new(u64::from_ne_bytes(random())));
    Scratch::new(seed.clone())
}

/// Bits that nobody can guess.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system has random bits");
    bytes
}

/// Has messages delivered at the end of this thread's turn.
pub(crate) fn later(drain: Drain) {
    LATER.with_borrow_mut(|later| later.push_back(drain));
}

fn deliver() {
    let mut batches = BATCHES;
    while let Some(mut drain) = LATER.with_borrow_mut(VecDeque::pop_front) {
        while drain.deliver_batch() {
            batches = batches.saturating_sub(1);
            if batches == 0 {
                drain.spawn();
                break;
            }
        }
    }
}

/// The mark of a thread that is in a turn.
struct Outermost;

impl Outermost {
    fn enter() -> Option<Self> {
        // not `then_some`: a mark that is made is also dropped
        (!BUSY.replace(true)).then(|| Self)
    }
}

impl Drop for Outermost {
    fn drop(&mut self) {
        BUSY.set(false);
    }
}
