use std::collections::{HashSet, VecDeque};

use tealight_core::session::{Keep, Message};

use crate::telemetry::count_full;

/// The messages of a topic that not all of its subscribers have received, oldest first. Its size has a limit.
#[derive(Default)]
pub(super) struct Backlog {
    messages: VecDeque<Kept>,
    bytes: usize,
    /// The number of the newest message.
    last: u64,
    /// The newest message that was removed because there is a newer one of its key.
    replaced: u64,
    /// The newest message that was removed because there are too many.
    dropped: u64,
}

struct Kept {
    number: u64,
    key: Option<u64>,
    message: Message,
}

/// The messages that wait for one subscriber.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) messages: Vec<Message>,
    /// The number of the last one. Those before it are done with.
    pub(super) until: u64,
    /// Some were removed before.
    pub(super) has_lagged: bool,
}

/// The most messages that wait.
pub(super) const MESSAGES: usize = 1024;
/// The most bytes that wait. A longer message waits alone.
pub(super) const BYTES: usize = 1 << 20;
/// The most messages that a subscriber takes at once, so that others have their turn.
const AT_ONCE: usize = 32;

impl Backlog {
    pub(super) fn new(last: u64) -> Self {
        Self { last, ..Self::default() }
    }

    pub(super) fn last(&self) -> u64 {
        self.last
    }

    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.messages.is_empty()
    }

    pub(super) fn push(&mut self, number: u64, key: Option<u64>, message: Message) {
        self.last = number;
        let bytes = message.payload.len();
        if self.messages.len() >= MESSAGES || !self.messages.is_empty() && self.bytes + bytes > BYTES {
            self.shrink();
            while !self.messages.is_empty() && self.bytes + bytes > BYTES {
                self.drop_oldest();
            }
        }
        self.bytes += bytes;
        self.messages.push_back(Kept { number, key, message });
    }

    /// Makes room. It halves the backlog at least, so that it seldom runs.
    #[cold]
    fn shrink(&mut self) {
        count_full("topic");
        let mut keys = HashSet::new();
        let mut kept = VecDeque::with_capacity(self.messages.len());
        while let Some(message) = self.messages.pop_back() {
            if message.key.is_some_and(|key| !keys.insert(key)) {
                self.bytes -= message.message.payload.len();
                self.replaced = self.replaced.max(message.number);
            } else {
                kept.push_front(message);
            }
        }
        self.messages = kept;
        while self.messages.len() > MESSAGES / 2 || self.bytes > BYTES / 2 && self.messages.len() > 1 {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.messages.pop_front() {
            self.bytes -= oldest.message.payload.len();
            self.dropped = oldest.number;
        }
    }

    /// Takes the messages after the one with this number.
    pub(super) fn take(&self, after: u64, keep: Keep, into: &mut Taken) {
        let Taken { messages, until, has_lagged } = into;
        messages.clear();
        *has_lagged = match keep {
            Keep::All => after < self.dropped.max(self.replaced),
            Keep::Keyed(_) => after < self.dropped,
            Keep::Newest => false,
        };
        let start = self.messages.partition_point(|kept| kept.number <= after);
        let waiting = self.messages.range(start..);
        *until = self.last;
        let take = |kept: &Kept| {
            messages.push(kept.message.clone());
            if messages.len() == AT_ONCE {
                *until = kept.number;
            }
        };
        match keep {
            Keep::Newest => waiting.last().into_iter().for_each(take),
            Keep::Keyed(_) if waiting.len() > 1 => {
                let mut keys = HashSet::new();
                let newest: Vec<_> = waiting.rev().filter(|kept| kept.key.is_none_or(|key| keys.insert(key))).collect();
                newest.into_iter().rev().take(AT_ONCE).for_each(take);
            }
            Keep::All | Keep::Keyed(_) => waiting.take(AT_ONCE).for_each(take),
        }
    }

    /// Forgets the messages: all subscribers have received them.
    pub(super) fn clear(&mut self) {
        self.messages.clear();
        self.messages.shrink_to(AT_ONCE);
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backlog(messages: impl IntoIterator<Item = (Option<u64>, String)>) -> Backlog {
        let mut backlog = Backlog::default();
        for (number, (key, text)) in (1..).zip(messages) {
            backlog.push(number, key, Message { topic: "t".into(), payload: text.into_bytes().into() });
        }
        backlog
    }

    /// Takes everything, in as many steps as it needs.
    fn take(backlog: &Backlog, keep: Keep) -> (Vec<String>, bool) {
        let (mut texts, mut has_lagged, mut after) = (Vec::new(), false, 0);
        while after < backlog.last() {
            let mut taken = Taken::default();
            backlog.take(after, keep, &mut taken);
            texts.extend(taken.messages.iter().map(|m| String::from_utf8_lossy(&m.payload).into_owned()));
            has_lagged |= taken.has_lagged;
            assert!(taken.until > after);
            after = taken.until;
        }
        (texts, has_lagged)
    }

    fn numbers(count: u64, keys: u64) -> Backlog {
        backlog((0..count).map(|n| ((keys > 0).then(|| n % keys), n.to_string())))
    }

    const KEYED: Keep = Keep::Keyed(|_| None);

    #[test]
    fn everything_is_kept_up_to_the_limit() {
        let (texts, has_lagged) = take(&numbers(1024, 0), Keep::All);
        assert_eq!((texts.len(), texts[0].as_str(), has_lagged), (1024, "0", false));
        let (texts, has_lagged) = take(&numbers(1025, 0), Keep::All);
        assert_eq!((texts.len(), texts[0].as_str(), has_lagged), (513, "512", true));
    }

    #[test]
    fn the_newest_never_lags() {
        assert_eq!(take(&numbers(5000, 0), Keep::Newest), (vec!["4999".to_owned()], false));
    }

    #[test]
    fn the_newest_of_each_key_is_kept() {
        let expected: Vec<_> = (99_990..100_000).map(|n| n.to_string()).collect();
        assert_eq!(take(&numbers(100_000, 10), KEYED), (expected, false));
        assert!(take(&numbers(100_000, 10), Keep::All).1, "one that wants all hears that it has lagged");
        assert!(take(&numbers(100_000, 1000), KEYED).1, "there are too many keys");
    }

    #[test]
    fn bytes_have_a_limit_too() {
        let long = |n: usize| (None, n.to_string().repeat(BYTES / 4));
        let (texts, has_lagged) = take(&backlog((0..9).map(long)), Keep::All);
        assert!(has_lagged);
        assert!(texts.iter().map(String::len).sum::<usize>() <= BYTES, "{}", texts.len());
        assert!(texts.last().is_some_and(|text| text.starts_with('8')));
        let (texts, has_lagged) = take(&backlog([(None, "x".repeat(2 * BYTES))]), Keep::All);
        assert_eq!((texts.len(), has_lagged), (1, false));
    }
}
