use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tealight_core::session::{Message, TopicFilter};

use crate::telemetry::count_full;

/// Numbers all messages, and keeps those that are published while a page is being mounted: it hears them when its topics are known.
#[derive(Default)]
pub(super) struct Recent {
    topics: HashMap<Arc<str>, Kept>,
    count: usize,
    bytes: usize,
    /// The number of the newest message.
    last: u64,
    /// The newest message that is lost, or was removed because all topics together have too many.
    dropped: u64,
    /// The pages that are being mounted.
    mounts: usize,
}

/// The messages of one topic.
#[derive(Default)]
struct Kept {
    messages: VecDeque<(u64, Via, Message)>,
    bytes: usize,
    /// The newest message that was removed because there are too many of this topic.
    dropped: u64,
}

/// The engine's subscription that has brought a message, or `None` if the engine brings all messages.
pub(super) type Via = Option<TopicFilter>;

/// The most messages and bytes of one topic.
const MESSAGES: usize = 256;
const BYTES: usize = 256 << 10;
/// The most messages and bytes of all topics.
const ALL_MESSAGES: usize = 4096;
const ALL_BYTES: usize = 1 << 20;

impl Recent {
    pub(super) fn last(&self) -> u64 {
        self.last
    }

    /// Takes a number for a moment: what was published before it has a lower one, and so has a mount that began before it.
    pub(super) fn mark(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    /// Says that messages of any topic may be lost: all that are mounted now may have missed them.
    pub(super) fn lose(&mut self) {
        self.dropped = self.mark();
    }

    /// Returns the message's number.
    pub(super) fn add(&mut self, via: &Via, message: &Message) -> u64 {
        self.mark();
        if self.mounts > 0 {
            self.keep(via.clone(), message.clone());
        }
        self.last
    }

    fn keep(&mut self, via: Via, message: Message) {
        let kept = self.topics.entry(Arc::clone(&message.topic)).or_default();
        let added = message.payload.len();
        self.count += 1;
        self.bytes += added;
        kept.bytes += added;
        kept.messages.push_back((self.last, via, message));
        while kept.messages.len() > MESSAGES || kept.bytes > BYTES {
            let Some((number, _, oldest)) = kept.messages.pop_front() else { break };
            self.count -= 1;
            self.bytes -= oldest.payload.len();
            kept.bytes -= oldest.payload.len();
            kept.dropped = number;
        }
        if self.count > ALL_MESSAGES || self.bytes > ALL_BYTES || self.topics.len() > ALL_MESSAGES {
            count_full("mounting");
            self.forget();
            self.dropped = self.last;
        }
    }

    fn forget(&mut self) {
        self.topics = HashMap::new();
        (self.count, self.bytes) = (0, 0);
    }

    /// Returns the messages of these topics that came after the one with this number, and true if none of them was removed.
    pub(super) fn since(&self, number: u64, topic: &TopicFilter) -> (Vec<Message>, bool) {
        let mut found = Vec::new();
        let matching = self.topics.iter().filter(|(name, _)| topic.matches(name));
        let mut is_complete = number >= self.dropped;
        for (_, kept) in matching {
            is_complete &= number >= kept.dropped;
            let wanted =
                |(n, via, _): &&(u64, Via, Message)| *n > number && via.as_ref().is_none_or(|via| via == topic);
            found.extend(kept.messages.iter().filter(wanted).map(|(n, _, message)| (*n, message.clone())));
        }
        found.sort_unstable_by_key(|(number, _)| *number);
        (found.into_iter().map(|(_, message)| message).collect(), is_complete)
    }

    pub(super) fn begin_mount(&mut self) -> u64 {
        self.mounts += 1;
        self.last
    }

    pub(super) fn end_mount(&mut self) {
        self.mounts -= 1;
        if self.mounts == 0 {
            self.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(topic: &str, text: &str) -> Message {
        Message { topic: topic.into(), payload: text.as_bytes().into() }
    }

    fn since(recent: &Recent, number: u64, topic: &TopicFilter) -> Option<String> {
        let (messages, is_complete) = recent.since(number, topic);
        let texts: Vec<_> = messages.iter().map(|message| String::from_utf8_lossy(&message.payload)).collect();
        is_complete.then(|| texts.join(" "))
    }

    #[test]
    fn messages_are_kept_while_a_page_is_mounted() {
        let mut recent = Recent::default();
        recent.add(&None, &message("a", "before"));
        let began = recent.begin_mount();
        for (topic, text) in [("a", "1"), ("b:1", "2"), ("a", "3"), ("b:2", "4")] {
            recent.add(&None, &message(topic, text));
        }
        assert_eq!(since(&recent, began, &TopicFilter::name("a")).as_deref(), Some("1 3"));
        assert_eq!(since(&recent, began + 1, &TopicFilter::name("a")).as_deref(), Some("3"));
        assert_eq!(since(&recent, began, &TopicFilter::pattern("b:*")).as_deref(), Some("2 4"));
        assert_eq!(since(&recent, began, &TopicFilter::name("c")).as_deref(), Some(""));
        recent.end_mount();
        assert_eq!((recent.count, recent.bytes, recent.topics.len()), (0, 0, 0));
    }

    #[test]
    fn a_busy_topic_does_not_push_out_the_messages_of_others() {
        let mut recent = Recent::default();
        let began = recent.begin_mount();
        recent.add(&None, &message("quiet", "1"));
        for n in 0..100_000 {
            recent.add(&None, &message("busy", &n.to_string()));
        }
        assert_eq!(since(&recent, began, &TopicFilter::name("quiet")).as_deref(), Some("1"));
        assert_eq!(since(&recent, began, &TopicFilter::name("busy")), None);
        assert_eq!(recent.since(began, &TopicFilter::name("busy")).0.len(), MESSAGES, "the newest are there");
        assert!(recent.count <= MESSAGES + 1, "{}", recent.count);
    }

    #[test]
    fn all_topics_together_have_a_limit() {
        let mut recent = Recent::default();
        let began = recent.begin_mount();
        for n in 0..100_000 {
            recent.add(&None, &message(&format!("topic:{n}"), &"x".repeat(n % 1000)));
            assert!(recent.topics.len() <= ALL_MESSAGES && recent.bytes <= ALL_BYTES);
        }
        assert_eq!(since(&recent, began, &TopicFilter::name("topic:0")), None);
        assert!(since(&recent, recent.last() - 1, &TopicFilter::name("topic:99999")).is_some());
    }

    #[test]
    fn a_message_that_two_subscriptions_bring_is_heard_once_by_each() {
        let mut recent = Recent::default();
        let began = recent.begin_mount();
        for via in [TopicFilter::name("a:1"), TopicFilter::pattern("a:*")] {
            recent.add(&Some(via.clone()), &message("a:1", "x"));
        }
        for topic in [TopicFilter::name("a:1"), TopicFilter::pattern("a:*")] {
            assert_eq!(since(&recent, began, &topic).as_deref(), Some("x"));
        }
    }
}
