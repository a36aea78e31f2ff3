use std::time::Duration;

use fastrand::Rng;

use crate::server::Policy;
use crate::wire::Way;

/// The probabilities of a case.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) pages: usize,
    pub(super) steps: usize,
    /// Percent of the chances for a fault that are taken.
    pub(super) faults: u32,
    /// The server may end.
    pub(super) restarts: bool,
    /// It may be killed.
    pub(super) kills: bool,
    /// Two pages may claim one session.
    pub(super) copies: bool,
    /// `update` may panic.
    pub(super) breaks: bool,
    /// Percent of slow saves, and of calls of the store that fail.
    pub(super) slow: u32,
    pub(super) failing: u32,
    pub(super) policy: Policy,
    ways: Option<Way>,
    /// A person may be away for minutes.
    is_long: bool,
}

impl Profile {
    pub(super) fn any(random: &mut Rng) -> Self {
        let percent = |random: &mut Rng, chance| random.u32(0..100) < chance;
        let policy = match random.u32(0..6) {
            0 => Policy::Never,
            1 => Policy::AtTheEnd,
            2 => Policy::Every(Duration::from_secs(2)),
            _ => Policy::Every(Duration::ZERO),
        };
        let ways = [None, Some(Way::WebSocket), Some(Way::Events)];
        let restarts = percent(random, 60);
        Self {
            pages: random.usize(1..4),
            steps: random.usize(100..700),
            faults: if percent(random, 15) { 0 } else { random.u32(5..100) },
            restarts,
            kills: restarts && percent(random, 60),
            copies: percent(random, 40),
            breaks: percent(random, 25),
            slow: if percent(random, 30) { random.u32(1..60) } else { 0 },
            failing: if percent(random, 15) { random.u32(1..40) } else { 0 },
            policy,
            ways: ways[random.usize(0..3)],
            is_long: percent(random, 30),
        }
    }

    /// The transports of a page.
    pub(super) fn ways(&self, random: &mut Rng) -> Vec<Way> {
        match self.ways {
            Some(way) => vec![way],
            None if random.bool() => vec![Way::WebSocket, Way::Events],
            None => vec![Way::Events, Way::WebSocket],
        }
    }

    /// Some time, in milliseconds.
    pub(super) fn wait(&self, random: &mut Rng) -> u64 {
        match random.u32(0..100) {
            0..60 => random.u64(1..60),
            60..85 => random.u64(60..1_000),
            85..96 => random.u64(1_000..6_000),
            96..99 => random.u64(6_000..45_000),
            _ if self.is_long => random.u64(45_000..200_000),
            _ => 0,
        }
    }
}
