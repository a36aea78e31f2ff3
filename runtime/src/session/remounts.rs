use std::time::Duration;

/// The full renders that are sent as soon as a page asks for them.
const FREE: u32 = 4;
/// The time between the next two. It doubles each time, up to `MOST`. A page of ours waits longer by itself.
const FIRST: Duration = Duration::from_millis(250);
const MOST: Duration = Duration::from_secs(4);
/// After this time without a request, full renders are free again.
const QUIET: Duration = Duration::from_secs(60);

/// Slows down a page that asks for full renders again and again: each costs a whole render.
#[derive(Default)]
pub(super) struct Remounts {
    /// The requests since the page was quiet.
    asked: u32,
    /// The time of the last full render.
    last: Duration,
    /// The page gets no message now.
    pub(super) is_held: bool,
}

impl Remounts {
    /// Notes a request, and returns how long the page must wait. `now` is the time since any fixed moment.
    pub(super) fn ask(&mut self, now: Duration) -> Duration {
        let since = now.saturating_sub(self.last);
        if since > QUIET {
            self.asked = 0;
        }
        self.asked += 1;
        let doublings = self.asked.saturating_sub(FREE + 1).min(6);
        let apart = if self.asked > FREE { MOST.min(FIRST * (1 << doublings)) } else { Duration::ZERO };
        let wait = apart.saturating_sub(since);
        self.last = now + wait;
        wait
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn waits(apart: Duration) -> Vec<u128> {
        let mut remounts = Remounts::default();
        let mut now = Duration::from_secs(1000);
        let mut wait = || {
            let wait = remounts.ask(now);
            now += wait + apart;
            wait.as_millis()
        };
        (0..12).map(|_| wait()).collect()
    }

    #[test]
    fn a_page_that_asks_at_once_each_time_waits_longer_and_longer() {
        let expected = [0, 0, 0, 0, 250, 500, 1000, 2000, 4000, 4000, 4000, 4000];
        assert_eq!(waits(Duration::ZERO), expected);
    }

    #[test]
    fn a_page_that_asks_seldom_does_not_wait() {
        assert_eq!(waits(Duration::from_secs(10)), [0; 12]);
        assert_eq!(waits(Duration::from_secs(61)), [0; 12]);
    }
}
