/// Nanoseconds since a moment before the start; never 0. Each update reads this clock several times. `Instant` needs twice as many
/// instructions, most of them to subtract the start.
#[cfg(unix)]
#[inline]
pub(crate) fn now() -> u64 {
    use rustix::time::{ClockId, clock_gettime};

    let now = clock_gettime(ClockId::Monotonic);
    // Neither is negative, and 64 bits are enough for centuries.
    (now.tv_sec as u64).wrapping_mul(1_000_000_000).wrapping_add(now.tv_nsec as u64).max(1)
}

/// Nanoseconds since the start; never 0.
#[cfg(not(unix))]
pub(crate) fn now() -> u64 {
    use std::sync::LazyLock;
    use std::time::Instant;

    static START: LazyLock<Instant> = LazyLock::new(Instant::now);
    u64::try_from(START.elapsed().as_nanos()).unwrap_or(u64::MAX).max(1)
}
