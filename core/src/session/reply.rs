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
pub(super) struct Replies(Vec<Reply>);

/// The most waiting answers. Only a page that floods the server and does not read exceeds this.
const MAX_REPLIES: usize = 64;

impl Replies {
    pub(super) fn push(&mut self, reply: Reply) {
        if let (
            &Reply::Refused { refusal, first, last },
            Some(Reply::Refused { refusal: previous_refusal, last: previous_last, .. }),
        ) = (&reply, self.0.last_mut())
            && refusal == *previous_refusal
            && first - 1 == *previous_last
        {
            *previous_last = last;
            return;
        }
        // Refusals can be left out: the next acknowledgement covers their events.
        if self.0.len() >= MAX_REPLIES
            && matches!(reply, Reply::Refused { .. } | Reply::RefusedInput(..) | Reply::ViewError(_))
        {
            return;
        }
        if self.0.len() >= 2 * MAX_REPLIES {
            // The first one may be the answer to the attach, which the page waits for.
            self.0.remove(1);
        }
        self.0.push(reply);
    }

    /// Takes the next answer. A run of refusals is taken one event at a time.
    pub(super) fn pop(&mut self) -> Option<Reply> {
        if let Reply::Refused { refusal, first, last } = self.0.first_mut()?
            && first < last
        {
            let one = Reply::Refused { refusal: *refusal, first: *first, last: *first };
            *first += 1;
            return Some(one);
        }
        let reply = self.0.remove(0);
        if self.0.is_empty() {
            self.0 = Vec::new();
        }
        Some(reply)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Drops the answers for the previous connection, but keeps mistakes in the view.
    pub(super) fn keep_view_errors(&mut self) {
        self.0.retain(|reply| matches!(reply, Reply::ViewError(_)));
    }
}
