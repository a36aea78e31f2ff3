use std::collections::VecDeque;

use crate::command::PageCommand;

/// What `update` has said to the page that the page is not known to have: what was carried by a patch, in
/// order, then what waits for one. Normally nothing.
#[derive(Debug, Default)]
pub(super) struct Outbox(Option<Box<Entries>>);

#[derive(Debug, Default)]
struct Entries {
    commands: VecDeque<(u32, PageCommand)>,
    weight: usize,
}

/// The number of no patch: what has not been carried yet.
const WAITING: u32 = 0;

const MOST: usize = 256;
const MOST_WEIGHT: usize = 1 << 20;

impl Outbox {
    /// False: there was too much, and the oldest has been dropped.
    pub(super) fn push(&mut self, command: PageCommand) -> bool {
        let entries = self.0.get_or_insert_default();
        entries.weight += command.weight();
        entries.commands.push_back((WAITING, command));
        let mut fits = true;
        while entries.commands.len() > 1 && (entries.commands.len() > MOST || entries.weight > MOST_WEIGHT) {
            entries.drop_oldest();
            fits = false;
        }
        fits
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = &PageCommand> {
        self.all().filter(|(patch, _)| *patch == WAITING).map(|(_, command)| command)
    }

    /// All that waits has been carried by this patch.
    pub(super) fn carried(&mut self, by: u32) {
        let entries = self.0.iter_mut().flat_map(|entries| &mut entries.commands);
        for (patch, _) in entries.rev().take_while(|(patch, _)| *patch == WAITING) {
            *patch = by;
        }
    }

    /// The page has this patch, and so all before it.
    pub(super) fn seen(&mut self, patch: u32) {
        let Some(entries) = &mut self.0 else { return };
        while entries.commands.front().is_some_and(|(by, _)| (1..=patch).contains(by)) {
            entries.drop_oldest();
        }
        if entries.commands.is_empty() {
            self.0 = None;
        }
    }

    /// The page does not have, and will not get, what came after this patch: that waits again. True if
    /// anything waits.
    pub(super) fn lost_after(&mut self, patch: u32) -> bool {
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
            self.weight -= command.weight();
        }
    }
}
