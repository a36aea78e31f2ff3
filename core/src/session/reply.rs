use std::collections::VecDeque;

use crate::FieldErrors;
use crate::refusal::Refusal;

/// An answer to a message of the page.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    /// The page has the last patch, and continues from there.
    Resume,
    /// The last message: the connection ends with this refusal.
    Fatal(Refusal),
    /// These events were refused. Consecutive events with the same refusal share an entry, so a flood takes no memory.
    Refused {
        refusal: Refusal,
        first: u32,
        last: u32,
    },
    /// An event was refused, and the page shows these errors to the person.
    RefusedInput(Refusal, FieldErrors, u32),
    Pong(u32),
    /// A mistake in the view, shown by the page in development.
    ViewError(String),
}

/// The answers that wait to be sent, in order.
#[derive(Debug, Default)]
pub(super) struct Replies(VecDeque<Reply>);

/// The most waiting answers. Only a page that floods the server and does not read exceeds this.
const MAX_REPLIES: usize = 64;

impl Replies {
    pub(super) fn push(&mut self, reply: Reply) {
        let replies = &mut self.0;
        if let (
            &Reply::Refused { refusal, first, last },
            Some(Reply::Refused { refusal: previous_refusal, last: previous_last, .. }),
        ) = (&reply, replies.back_mut())
            && refusal == *previous_refusal
            && first - 1 == *previous_last
        {
            *previous_last = last;
            return;
        }
        // Refusals can be left out: the next acknowledgement covers their events.
        if replies.len() >= MAX_REPLIES
            && matches!(reply, Reply::Refused { .. } | Reply::RefusedInput(..) | Reply::ViewError(_))
        {
            return;
        }
        // Only pings bring more.
        if replies.len() >= 2 * MAX_REPLIES
            && let Some(oldest) = replies.iter().position(|reply| matches!(reply, Reply::Pong(_)))
        {
            replies.remove(oldest);
        }
        replies.push_back(reply);
    }

    /// Takes the next answer. A run of refusals is taken one event at a time.
    pub(super) fn pop(&mut self) -> Option<Reply> {
        if let Reply::Refused { refusal, first, last } = self.0.front_mut()?
            && first < last
        {
            let one = Reply::Refused { refusal: *refusal, first: *first, last: *first };
            *first += 1;
            return Some(one);
        }
        self.0.pop_front()
    }

    /// Returns true if refusals will soon be left out.
    pub(super) fn are_many(&self) -> bool {
        self.0.len() >= MAX_REPLIES / 2
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Drops the answers for the previous connection, but keeps mistakes in the view. The page hears first of these refusals.
    pub(super) fn start_again(&mut self, refused: impl Iterator<Item = Reply>) {
        self.0.retain(|reply| matches!(reply, Reply::ViewError(_)));
        self.0.extend(refused);
    }
}
