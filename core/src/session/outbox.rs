use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use crate::command::PageCommand;

/// The commands that the page has not confirmed: first those that patches have carried, then those that wait for a
/// patch. Normally there are none.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Outbox(Option<Box<Entries>>);

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
struct Entries {
    commands: VecDeque<(u32, PageCommand)>,
    bytes: usize,
}

/// The patch number of a command that no patch has carried yet.
const WAITING: u32 = 0;

const MAX_COMMANDS: usize = 256;
const MAX_BYTES: usize = 1 << 20;

impl Outbox {
    /// Adds a command. Returns false if the oldest ones had to be dropped.
    pub(super) fn push(&mut self, command: PageCommand) -> bool {
        let entries = self.0.get_or_insert_default();
        entries.bytes += command.weight();
        entries.commands.push_back((WAITING, command));
        let mut fits = true;
        while entries.commands.len() > 1 && (entries.commands.len() > MAX_COMMANDS || entries.bytes > MAX_BYTES) {
            entries.drop_oldest();
            fits = false;
        }
        fits
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = &PageCommand> {
        self.all().filter(|(patch, _)| *patch == WAITING).map(|(_, command)| command)
    }

    /// Notes that this patch carries all waiting commands.
    pub(super) fn carried(&mut self, by: u32) {
        let Some(entries) = &mut self.0 else { return };
        for (patch, _) in entries.commands.iter_mut().rev().take_while(|(patch, _)| *patch == WAITING) {
            *patch = by;
        }
    }

    /// Drops the commands of `patch` and all patches before it, which the page has confirmed.
    pub(super) fn forget_until(&mut self, patch: u32) {
        let Some(entries) = &mut self.0 else { return };
        while entries.commands.front().is_some_and(|(by, _)| (1..=patch).contains(by)) {
            entries.drop_oldest();
        }
        if entries.commands.is_empty() {
            self.0 = None;
        }
    }

    /// Makes the commands of all patches after `patch` wait again, because the page never got them. Returns true if any
    /// command waits.
    pub(super) fn retry_after(&mut self, patch: u32) -> bool {
        let Some(entries) = &mut self.0 else { return false };
        for (by, _) in entries.commands.iter_mut().filter(|(by, _)| *by > patch) {
            *by = WAITING;
        }
        entries.commands.back().is_some_and(|(by, _)| *by == WAITING)
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &(u32, PageCommand)> {
        self.0.iter().flat_map(|entries| &entries.commands)
    }
}

impl Entries {
    fn drop_oldest(&mut self) {
        if let Some((_, command)) = self.commands.pop_front() {
            self.bytes -= command.weight();
        }
    }
}
