use std::time::Duration;

/// A token bucket that reads the clock only when it is empty.
pub(crate) struct Allowance {
    left: u32,
    /// The milliseconds up to which its tokens are given out.
    filled: u64,
}

/// An empty bucket waits for a twentieth of what a second brings, so that its owner is not woken for each token.
const PARTS: u32 = 20;

impl Allowance {
    /// A full bucket of `burst` tokens.
    pub(crate) fn new(burst: u32) -> Self {
        Self { left: burst, filled: 0 }
    }

    /// Takes a token. If that was the last one, fills the bucket, and returns how long its owner must wait before it takes
    /// another one. `now` is the time since any fixed moment that is not after the bucket was made.
    pub(crate) fn take(&mut self, rate: u32, burst: u32, now: impl FnOnce() -> Duration) -> Option<Duration> {
        self.left = self.left.saturating_sub(1);
        if self.left > 0 {
            return None;
        }
        let rate = rate.max(1);
        let now = now().as_millis() as u64;
        let earned = now.saturating_sub(self.filled).saturating_mul(rate.into()) / 1_000;
        let portion = (rate / PARTS).clamp(1, burst.max(1));
        self.left = u32::try_from(earned).unwrap_or(u32::MAX).clamp(portion, burst.max(1));
        let owed = u64::from(portion).saturating_sub(earned);
        let filled = now.max(self.filled) + (owed * 1_000).div_ceil(rate.into());
        // tokens that are lent are paid for by the wait
        self.filled = filled;
        (filled > now).then(|| Duration::from_millis(filled - now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes tokens for a while as fast as it may, and returns their number.
    fn taken(rate: u32, burst: u32, time: Duration) -> u64 {
        let mut bucket = Allowance::new(burst);
        let (mut now, mut taken) = (Duration::from_secs(5), 0);
        let end = now + time;
        while now < end {
            taken += 1;
            now += bucket.take(rate, burst, || now).unwrap_or_default();
        }
        taken
    }

    #[test]
    fn a_burst_is_free_and_the_rest_comes_at_its_rate() {
        let secs = Duration::from_secs;
        for (rate, burst) in [(1, 1), (1, 50), (7, 3), (100, 1), (1_000, 10_000), (100_000, 1_000)] {
            // the bucket is made five seconds after the clock's start, and counts them as idle time
            let most = 2 * u64::from(burst) + 5 * u64::from(rate) + u64::from(rate) * 60 + u64::from(rate / PARTS) + 1;
            let least = u64::from(rate) * 55;
            let taken = taken(rate, burst, secs(60));
            assert!((least..=most).contains(&taken), "{rate} {burst}: {taken} is not in {least}..={most}");
        }
    }

    #[test]
    fn the_clock_is_read_only_when_the_bucket_is_empty() {
        let mut bucket = Allowance::new(3);
        assert_eq!(bucket.take(10, 3, || panic!("not yet")), None);
        assert_eq!(bucket.take(10, 3, || panic!("not yet")), None);
        assert_eq!(bucket.take(10, 3, || Duration::ZERO), Some(Duration::from_millis(100)));
        assert_eq!(bucket.take(10, 3, || Duration::from_millis(100)), Some(Duration::from_millis(100)));
        assert_eq!(bucket.take(10, 3, || Duration::from_secs(9)), None, "full again");
        assert_eq!(bucket.take(10, 3, || panic!("not yet")), None);
    }
}
