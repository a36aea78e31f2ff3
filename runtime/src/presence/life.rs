use std::collections::HashMap;
use std::time::Duration;

use tokio::time::Instant;

use super::{GRACE, SILENCE};

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

    /// Forgets the processes that are gone, and returns them.
    pub(super) fn take_gone(&mut self) -> Vec<u64> {
        let now = Instant::now();
        let gone: Vec<_> = self.0.iter().filter(|(_, at)| **at <= now).map(|(process, _)| *process).collect();
        for process in &gone {
            self.0.remove(process);
        }
        gone
    }
}
