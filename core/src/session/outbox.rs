use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::command::PageCommand;

/// The commands that the page has not confirmed: first those that patches have carried, then those that wait for a patch.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Outbox {
    commands: VecDeque<Entry>,
    bytes: usize,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    /// The first patch that has carried it; 0 if none has. A page with this patch has the command, also if it waits again: an
    /// attach may come late, and say less than the page has seen since.
    carried_by: u32,
    is_waiting: bool,
    command: PageCommand,
}

impl Entry {
    /// Returns true if the page leaves for another one when it gets this command, which no patch has carried yet.
    fn will_leave(&self) -> bool {
        self.carried_by == 0 && matches!(self.command, PageCommand::Navigate(_) | PageCommand::Follow(_))
    }
}

const MAX_COMMANDS: usize = 256;
const MAX_BYTES: usize = 1 << 20;

impl Outbox {
    /// Adds a command. Returns false if the oldest ones had to be dropped.
    pub(super) fn push(&mut self, command: PageCommand) -> bool {
        self.bytes += command.weight();
        let at = match command {
            // A page that has begun to leave would be too late to take it along.
            PageCommand::Flash(_) => self.commands.iter().position(Entry::will_leave).unwrap_or(self.commands.len()),
            _ => self.commands.len(),
        };
        self.commands.insert(at, Entry { carried_by: 0, is_waiting: true, command });
        let mut fits = true;
        while self.commands.len() > 1 && (self.commands.len() > MAX_COMMANDS || self.bytes > MAX_BYTES) {
            self.drop_oldest();
            fits = false;
        }
        fits
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = &PageCommand> {
        self.commands.iter().filter(|entry| entry.is_waiting).map(|entry| &entry.command)
    }

    /// Notes that this patch carries all waiting commands.
    pub(super) fn carried(&mut self, by: u32) {
        for entry in self.commands.iter_mut().rev().take_while(|entry| entry.is_waiting) {
            entry.is_waiting = false;
            if entry.carried_by == 0 {
                entry.carried_by = by;
            }
        }
    }

    /// Drops the commands of `patch` and all patches before it, which the page has confirmed.
    pub(super) fn forget_until(&mut self, patch: u32) {
        while self.commands.front().is_some_and(|entry| (1..=patch).contains(&entry.carried_by)) {
            self.drop_oldest();
        }
    }

    /// Drops the addresses to go to: the person has gone elsewhere since.
    pub(super) fn forget_addresses(&mut self) {
        self.forget(|command| matches!(command, PageCommand::Go { .. } | PageCommand::Follow(_)));
    }

    /// Drops the texts that are left for the next page.
    pub(super) fn forget_flash(&mut self) {
        self.forget(|command| matches!(command, PageCommand::Flash(_)));
    }

    fn forget(&mut self, is_one: impl Fn(&PageCommand) -> bool) {
        self.commands.retain(|entry| !is_one(&entry.command));
        self.bytes = self.commands.iter().map(|entry| entry.command.weight()).sum();
    }

    /// Drops the commands that patches have carried.
    pub(super) fn forget_carried(&mut self) {
        self.forget_until(u32::MAX);
    }

    /// Makes the commands of all patches after `patch` wait again, because the page never got them. Returns true if any
    /// command waits.
    pub(super) fn retry_after(&mut self, patch: u32) -> bool {
        for entry in self.commands.iter_mut().filter(|entry| entry.carried_by > patch) {
            entry.is_waiting = true;
        }
        self.commands.back().is_some_and(|entry| entry.is_waiting)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &PageCommand> {
        self.commands.iter().map(|entry| &entry.command)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.commands.is_empty()
    }

    fn drop_oldest(&mut self) {
        if let Some(Entry { command, .. }) = self.commands.pop_front() {
            self.bytes -= command.weight();
        }
    }
}
