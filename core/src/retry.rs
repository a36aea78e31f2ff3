use std::time::Duration;

/// The number of attempts of work that may fail, and the pauses between them: see [`Command::retry`](crate::Command::retry).
///
/// The second attempt comes after the first pause, and each further pause is twice as long, up to the longest. A pause lasts between half of that
/// time and all of it, by chance: many sessions that fail at once do not all come back at once. (Marc Brooker, "Exponential Backoff
/// And Jitter", 2015, calls it equal jitter.)
///
/// ```
/// use std::time::Duration;
/// use tealight_core::Retry;
///
/// // Four attempts, with pauses of about 1, 2 and 3 seconds.
/// let retry = Retry::attempts(4).first_pause(Duration::from_secs(1)).longest_pause(Duration::from_secs(3));
/// assert_eq!(retry.pause(1, u64::MAX), Some(Duration::from_secs(1)));
/// assert_eq!(retry.pause(2, 0), Some(Duration::from_secs(1)));
/// assert_eq!(retry.pause(3, u64::MAX), Some(Duration::from_secs(3)));
/// assert_eq!(retry.pause(4, 0), None);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retry {
    attempts: u32,
    first: Duration,
    longest: Duration,
}

impl Retry {
    /// Makes so many attempts in all, at least one. The first pause is 200 ms, and the longest is ten seconds.
    #[must_use]
    pub const fn attempts(attempts: u32) -> Self {
        Self { attempts, first: Duration::from_millis(200), longest: Duration::from_secs(10) }
    }

    /// Sets the pause after the first attempt.
    #[must_use]
    pub const fn first_pause(self, first: Duration) -> Self {
        Self { first, ..self }
    }

    /// Sets the pause beyond which pauses do not grow.
    #[must_use]
    pub const fn longest_pause(self, longest: Duration) -> Self {
        Self { longest, ..self }
    }

    /// Returns the pause after so many failed attempts, or `None` if there is no further attempt. `random` is any number.
    pub fn pause(&self, failed: u32, random: u64) -> Option<Duration> {
        if failed >= self.attempts {
            return None;
        }
        let growth = 1_u32.checked_shl(failed.saturating_sub(1)).unwrap_or(u32::MAX);
        let whole = self.first.saturating_mul(growth).min(self.longest);
        let part = whole.div_f64(2.0).mul_f64(random as f64 / u64::MAX as f64);
        Some((whole / 2 + part).min(whole))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_up_to_the_longest_and_never_overflow() {
        let retry = Retry::attempts(u32::MAX);
        for failed in (1..100).chain([u32::MAX - 1]) {
            let (least, most) =
                (retry.pause(failed, 0).expect("one more"), retry.pause(failed, u64::MAX).expect("one more"));
            let whole =
                Duration::from_millis(200).saturating_mul(1 << (failed - 1).min(10)).min(Duration::from_secs(10));
            assert_eq!((least, most), (whole / 2, whole), "after {failed}");
        }
        let long = Retry::attempts(3).first_pause(Duration::MAX).longest_pause(Duration::MAX);
        assert!(long.pause(2, u64::MAX).is_some_and(|pause| pause <= Duration::MAX));
        assert_eq!(Retry::attempts(0).pause(1, 0), None);
    }
}
