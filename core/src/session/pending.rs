use super::delivered::Past;
use super::outbox::Outbox;
use super::refused::RefusedEvents;
use super::reply::{Replies, Reply};
use crate::command::PageCommand;

/// Everything that is kept until the page has it. Normally there is nothing, so it is one pointer in the session.
#[derive(Debug, Default)]
pub(super) struct Pending(Option<Box<Kept>>);

#[derive(Debug, Default)]
pub(super) struct Kept {
    pub(super) past: Past,
    pub(super) outbox: Outbox,
    pub(super) refused: RefusedEvents,
    pub(super) replies: Replies,
}

impl Kept {
    fn is_empty(&self) -> bool {
        self.past.is_empty() && self.outbox.is_empty() && self.refused.is_empty() && self.replies.is_empty()
    }
}

impl From<Kept> for Pending {
    fn from(kept: Kept) -> Self {
        Self((!kept.is_empty()).then(|| Box::new(kept)))
    }
}

impl Pending {
    #[inline]
    pub(super) fn get(&self) -> Option<&Kept> {
        self.0.as_deref()
    }

    pub(super) fn get_mut(&mut self) -> Option<&mut Kept> {
        self.0.as_deref_mut()
    }

    /// Returns what is kept, for a caller that adds something to it.
    pub(super) fn add(&mut self) -> &mut Kept {
        self.0.get_or_insert_default()
    }

    /// Removes something, if there is anything.
    pub(super) fn remove<R: Default>(&mut self, remove: impl FnOnce(&mut Kept) -> R) -> R {
        let Some(kept) = &mut self.0 else { return R::default() };
        let removed = remove(kept);
        if kept.is_empty() {
            self.0 = None;
        }
        removed
    }

    /// Forgets everything that a page which shows `patch` has.
    #[inline]
    pub(super) fn confirm(&mut self, patch: u32) {
        if self.0.is_some() {
            self.confirm_some(patch);
        }
    }

    #[cold]
    fn confirm_some(&mut self, patch: u32) {
        self.remove(|kept| {
            kept.outbox.forget_until(patch);
            kept.refused.forget_before(patch);
            kept.past.forget_until(patch);
        });
    }

    pub(super) fn reply(&mut self, reply: Reply) {
        self.add().replies.push(reply);
    }

    #[inline]
    pub(super) fn has_replies(&self) -> bool {
        self.get().is_some_and(|kept| !kept.replies.is_empty())
    }

    /// The commands that the page is not known to have.
    pub(super) fn commands(&self) -> impl Iterator<Item = &PageCommand> {
        self.get().into_iter().flat_map(|kept| kept.outbox.all())
    }

    /// The commands that no patch has carried yet.
    pub(super) fn waiting_commands(&self) -> impl Iterator<Item = &PageCommand> {
        self.get().into_iter().flat_map(|kept| kept.outbox.waiting())
    }

    /// Notes that this patch carries all waiting commands.
    pub(super) fn carry_commands(&mut self, by: u32) {
        if let Some(kept) = self.get_mut() {
            kept.outbox.carried(by);
        }
    }
}
