use std::collections::{HashMap, VecDeque};
use std::time::Duration;

use tokio::time::Instant;

use super::{GRACE, HEARTBEAT, SILENCE};

/// Nobody waits longer for a process that may be gone, because this one is behind.
const MOST_LATE: Duration = Duration::from_secs(30);

/// The other processes, each with the time at which it is gone if it says nothing.
#[derive(Default)]
pub(super) struct Processes(HashMap<u64, Instant>);

impl Processes {
    /// Takes a sign of life. Returns true if the process is new.
    pub(super) fn hear(&mut self, process: u64) -> bool {
        self.expect(process, SILENCE)
    }

    /// The process ends. Its pages have some time to come back to another one.
    pub(super) fn hear_bye(&mut self, process: u64) {
        if self.0.contains_key(&process) {
            self.expect(process, GRACE);
        }
    }

    fn expect(&mut self, process: u64, time: Duration) -> bool {
        self.0.insert(process, Instant::now() + time).is_none()
    }

    /// Forgets the processes that are gone, and returns them. This process hears signs of life late by this time.
    pub(super) fn take_gone(&mut self, late: Duration) -> Vec<u64> {
        let now = Instant::now();
        let gone: Vec<_> = self.0.iter().filter(|(_, at)| **at + late <= now).map(|(process, _)| *process).collect();
        for process in &gone {
            self.0.remove(process);
        }
        gone
    }
}

/// This process's own signs of life, which it hears too. One that is behind with its messages hears those of others as late as its own.
#[derive(Default)]
pub(super) struct Beats {
    last: u64,
    sent: Option<Instant>,
    /// Those that were sent and not heard yet, with their times.
    unheard: VecDeque<(u64, Instant)>,
}

impl Beats {
    pub(super) fn is_due(&self) -> bool {
        self.sent.is_none_or(|sent| sent.elapsed() >= HEARTBEAT)
    }

    /// Returns the number of the sign that is sent now.
    pub(super) fn send(&mut self) -> u64 {
        let now = Instant::now();
        self.last += 1;
        self.sent = Some(now);
        self.unheard.push_back((self.last, now));
        // The engine has lost the oldest.
        while self.late() > MOST_LATE {
            self.unheard.pop_front();
        }
        self.last
    }

    pub(super) fn hear(&mut self, beat: u64) {
        while self.unheard.front().is_some_and(|(unheard, _)| *unheard <= beat) {
            self.unheard.pop_front();
        }
    }

    /// Returns how late this process hears signs of life.
    pub(super) fn late(&self) -> Duration {
        self.unheard.front().map_or(Duration::ZERO, |(_, sent)| sent.elapsed())
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::advance;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_process_that_is_behind_with_its_messages_waits_longer_for_others() {
        let (mut processes, mut beats) = (Processes::default(), Beats::default());
        assert!(processes.hear(7));
        let first = beats.send();
        advance(SILENCE).await;
        assert_eq!(processes.take_gone(beats.late()), [] as [u64; 0], "it has not heard itself either");
        assert!(!processes.hear(7));
        beats.hear(first);
        advance(SILENCE).await;
        assert_eq!(processes.take_gone(beats.late()), [7]);
    }

    #[tokio::test(start_paused = true)]
    async fn a_sign_that_the_engine_has_lost_counts_for_a_while_only() {
        let mut beats = Beats::default();
        beats.send();
        advance(HEARTBEAT).await;
        let second = beats.send();
        assert_eq!(beats.late(), HEARTBEAT);
        beats.hear(second);
        assert_eq!(beats.late(), Duration::ZERO, "the first one will not come any more");
        beats.send();
        advance(MOST_LATE + HEARTBEAT).await;
        beats.send();
        assert_eq!(beats.late(), Duration::ZERO);
    }
}
